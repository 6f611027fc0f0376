//! The functions that generate certificates: `genCA`, `genSelfSignedCert`, `genSignedCert` and their variants.

use std::borrow::Cow;

use super::super::encoding::base64_decode;
use super::key::Key;
use super::request::{Issuer, Request};
use super::{generate, parse, pem};
use crate::environment::{Clock, Environment, Stream};
use crate::{Args, CallError, Function, List, Object, Type, Value};
use mkmanifests_go::duration::Duration;
use mkmanifests_go::time::{Time, Zone};

/// A certificate and its private key in PEM, which templates see as `.Cert` and `.Key`.
#[derive(Debug, Clone, Default)]
pub struct Certificate {
    /// The certificate in PEM.
    pub cert: String,
    /// The private key in PEM.
    pub key: String,
}

const TYPE: &str = "sprig.certificate";

impl Object for Certificate {
    fn type_name(&self) -> Cow<'static, str> {
        TYPE.into()
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Cert", self.cert.as_str().into()), ("Key", self.key.as_str().into())]
    }
}

/// The arguments of a certificate function, its clock and its randomness.
struct Job<'a> {
    stream: Stream,
    clock: Clock,
    args: Args<'a>,
}

/// The steps of generating a certificate, whose key takes about 30 ms.
const COST: u64 = 30_000;

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    const SIGNER: Type = Type::Object(TYPE);
    let make = |name, params, call: fn(Job<'_>) -> Result<Certificate, String>| {
        Function::new(name, params, move |caller, args| {
            let Environment { clock, randomness, .. } = caller.environment();
            let made = call(Job { stream: randomness.call(), clock: *clock, args });
            made.map(Value::object).map_err(CallError::from)
        })
        .costing(COST)
    };
    vec![
        make("buildCustomCert", &[Type::Str, Type::Str], build),
        make("genCA", &[Type::Str, Type::Int], |job| authority(job, None)),
        make("genCAWithKey", &[Type::Str, Type::Int, Type::Str], |job| authority(job, Some(2))),
        make("genSelfSignedCert", &[Type::Str, Type::List, Type::List, Type::Int], |job| self_signed(job, None)),
        make("genSelfSignedCertWithKey", &[Type::Str, Type::List, Type::List, Type::Int, Type::Str], |job| {
            self_signed(job, Some(4))
        }),
        make("genSignedCert", &[Type::Str, Type::List, Type::List, Type::Int, SIGNER], |job| signed(job, None)),
        make("genSignedCertWithKey", &[Type::Str, Type::List, Type::List, Type::Int, SIGNER, Type::Str], |job| {
            signed(job, Some(5))
        }),
    ]
}

impl Job<'_> {
    /// Returns the key in an argument, or a new one.
    fn key(&mut self, argument: Option<usize>) -> Result<Key, String> {
        match argument {
            Some(index) => {
                parse::private_key(&self.args.text(index)).map_err(|error| format!("parsing private key: {error}"))
            }
            None => generate::rsa(&mut self.stream, 2048).map_err(|error| format!("error generating rsa key: {error}")),
        }
    }

    fn request(&mut self, addresses: &List, names: &List, days: i64) -> Result<Request, String> {
        let (seconds, nanoseconds) = self.clock.now();
        let from = Time { seconds, nanoseconds, zone: Zone::Utc };
        let to = from.add(Duration(days.wrapping_mul(24 * 3_600_000_000_000)));
        Request::new(&mut self.stream, &self.args.text(0), addresses, names, [from, to])
    }
}

fn build(job: Job<'_>) -> Result<Certificate, String> {
    let cert = base64_decode(job.args.bytes(0)).map_err(|_| "unable to decode base64 certificate")?;
    let key = base64_decode(job.args.bytes(1)).map_err(|_| "unable to decode base64 private key")?;
    let (cert, key) = (String::from_utf8_lossy(&cert).into_owned(), String::from_utf8_lossy(&key).into_owned());
    issuer_of(&cert, "decodedCert")?;
    parse::private_key(&key).map_err(|error| format!("error parsing private key: {error}"))?;
    Ok(Certificate { cert, key })
}

/// Parses the certificate of the issuer. `variable` is Sprig's name of it in errors.
fn issuer_of(cert: &str, variable: &str) -> Result<parse::IssuerCertificate, String> {
    let (_, bytes) = pem::decode(cert).ok_or("unable to decode certificate")?;
    let parsed = parse::certificate(&bytes);
    parsed.map_err(|error| format!("error parsing certificate: {variable}.Bytes: {error}"))
}

fn authority(mut job: Job<'_>, key: Option<usize>) -> Result<Certificate, String> {
    let key = job.key(key)?;
    let mut request = job.request(&List::default(), &List::default(), job.args.int(1))?;
    request.is_ca = true;
    finish(&request, &key, &request.as_issuer(), &key)
}

fn self_signed(mut job: Job<'_>, key: Option<usize>) -> Result<Certificate, String> {
    let key = job.key(key)?;
    let request = job.request(&job.args.list(1), &job.args.list(2), job.args.int(3))?;
    finish(&request, &key, &request.as_issuer(), &key)
}

fn signed(mut job: Job<'_>, key: Option<usize>) -> Result<Certificate, String> {
    let key = job.key(key)?;
    let signer = job.args.get(4).as_object::<Certificate>().cloned().unwrap_or_default();
    let issuer = issuer_of(&signer.cert, "decodedSignerCert")?;
    let signer = parse::private_key(&signer.key).map_err(|error| format!("error parsing private key: {error}"))?;
    let request = job.request(&job.args.list(1), &job.args.list(2), job.args.int(3))?;
    if signer.public().is_ok_and(|public| public != issuer.public) {
        return Err("error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey".into());
    }
    let issuer = Issuer { subject: &issuer.subject, key_id: issuer.key_id.as_ref() };
    finish(&request, &key, &issuer, &signer)
}

fn finish(request: &Request, key: &Key, issuer: &Issuer<'_>, signer: &Key) -> Result<Certificate, String> {
    let bytes = key.public().and_then(|public| request.sign(public, issuer, signer));
    let bytes = bytes.map_err(|error| format!("error creating certificate: {error}"))?;
    Ok(Certificate { cert: pem::encode("CERTIFICATE", &bytes)?, key: key.to_pem()? })
}
