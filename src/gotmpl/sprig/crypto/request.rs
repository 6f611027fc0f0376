//! A certificate that is to be made, in the encoding that Go gives it.

use std::net::IpAddr;

use sha2::{Digest, Sha256};

use super::super::date::Time;
use super::super::surroundings::Stream;
use super::der::{self, element, sequence};
use super::key::Key;
use crate::go::quote::quote;
use crate::gotmpl::{List, Value};

/// What a certificate is to say.
#[derive(Debug)]
pub(super) struct Request {
    serial: [u8; 16],
    /// The name, encoded.
    subject: Vec<u8>,
    addresses: Vec<IpAddr>,
    names: Vec<String>,
    /// From and to.
    validity: [Time; 2],
    pub is_ca: bool,
}

/// Who signs: the encoded name and the identifier of the key.
pub(super) struct Issuer<'a> {
    pub subject: &'a [u8],
    pub key_id: Option<&'a [u8]>,
}

impl Request {
    /// Puts a request together from what Sprig's functions get.
    pub fn new(
        stream: &mut Stream,
        name: &str,
        addresses: &List,
        names: &List,
        validity: [Time; 2],
    ) -> Result<Request, String> {
        let addresses = addresses.iter().map(address).collect::<Result<_, _>>()?;
        let names = names.iter().map(dns_name).collect::<Result<_, _>>()?;
        let subject = subject(name);
        Ok(Request { serial: stream.bytes(), subject, addresses, names, validity, is_ca: false })
    }

    /// Who it is if it signs itself: no identifier, since it is its own issuer.
    pub fn as_issuer(&self) -> Issuer<'_> {
        Issuer { subject: &self.subject, key_id: None }
    }

    /// The certificate for a public key.
    pub fn sign(&self, public: &[u8], issuer: &Issuer<'_>, key: &Key) -> Result<Vec<u8>, String> {
        let algorithm = key.signature_algorithm();
        let [from, to] = &self.validity;
        let body = sequence(&[
            element(0xa0, &der::integer(&[2])),
            der::integer(&self.serial),
            algorithm.clone(),
            issuer.subject.to_vec(),
            sequence(&[time(from), time(to)]),
            self.subject.clone(),
            public.to_vec(),
            element(0xa3, &sequence(&self.extensions(public, issuer)?)),
        ]);
        let signature = key.sign(&body)?;
        Ok(sequence(&[body, algorithm, der::bit_string(&signature)]))
    }

    fn extensions(&self, public: &[u8], issuer: &Issuer<'_>) -> Result<Vec<Vec<u8>>, String> {
        // Bits: digital signature, key encipherment; and of a CA, certificate signing.
        let usage: &[u8] = if self.is_ca { &[2, 0xa4] } else { &[5, 0xa0] };
        // Server and client authentication: 1.3.6.1.5.5.7.3.1 and .2
        let purpose = |last: u8| element(der::OBJECT_ID, &[0x2b, 6, 1, 5, 5, 7, 3, last]);
        let constraints = if self.is_ca { sequence(&[vec![0x01, 0x01, 0xff]]) } else { sequence(&[]) };
        let mut extensions = vec![
            extension(15, true, &element(der::BIT_STRING, usage)),
            extension(37, false, &sequence(&[purpose(1), purpose(2)])),
            extension(19, true, &constraints),
        ];
        if self.is_ca {
            extensions.push(extension(14, false, &element(der::OCTET_STRING, &key_id(public))));
        }
        if let Some(id) = issuer.key_id.filter(|_| issuer.subject != self.subject) {
            extensions.push(extension(35, false, &sequence(&[element(0x80, id)])));
        }
        if !self.names.is_empty() || !self.addresses.is_empty() {
            // RFC 5280: critical if there is no other name.
            let critical = self.subject == sequence(&[]);
            extensions.push(extension(17, critical, &self.alternative_names()?));
        }
        Ok(extensions)
    }

    fn alternative_names(&self) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        for name in &self.names {
            if !name.is_ascii() {
                return Err(format!("x509: {} cannot be encoded as an IA5String", quote(name.as_bytes())));
            }
            out.push(element(0x82, name.as_bytes()));
        }
        for address in &self.addresses {
            out.push(match address.to_canonical() {
                IpAddr::V4(address) => element(0x87, &address.octets()),
                IpAddr::V6(address) => element(0x87, &address.octets()),
            });
        }
        Ok(sequence(&out))
    }
}

/// Go's choice since 1.25: the first 20 bytes of the SHA-256 of the key's bits.
fn key_id(public: &[u8]) -> Vec<u8> {
    let parts = der::read(public).map(|(key, _)| der::elements(key.content)).unwrap_or_default();
    let bits = parts.last().and_then(|bits| bits.content.get(1..)).unwrap_or_default();
    Sha256::digest(bits).iter().copied().take(20).collect()
}

/// An extension 2.5.29.`number`.
fn extension(number: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { vec![0x01, 0x01, 0xff] } else { Vec::new() };
    sequence(&[element(der::OBJECT_ID, &[0x55, 0x1d, number]), critical, element(der::OCTET_STRING, value)])
}

/// A name of one part, the common name (2.5.4.3), or of none.
fn subject(name: &str) -> Vec<u8> {
    if name.is_empty() {
        return sequence(&[]);
    }
    let printable = |byte: u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte);
    let tag = if name.bytes().all(printable) { der::PRINTABLE_STRING } else { der::UTF8_STRING };
    let part = sequence(&[element(der::OBJECT_ID, &[0x55, 0x04, 0x03]), element(tag, name.as_bytes())]);
    sequence(&[element(der::SET, &part)])
}

/// RFC 5280: two digits of the year until 2049.
fn time(time: &Time) -> Vec<u8> {
    let year: i64 = String::from_utf8_lossy(&time.format(b"2006")).parse().unwrap_or_default();
    if (1950..2050).contains(&year) {
        element(der::UTC_TIME, &time.format(b"060102150405Z"))
    } else {
        element(der::GENERALIZED_TIME, &time.format(b"20060102150405Z"))
    }
}

fn address(value: &Value) -> Result<IpAddr, String> {
    let Value::Str(text) = value else { return Err(format!("error parsing ip: {} is not a string", printed(value))) };
    text.text().parse().map_err(|_| format!("error parsing ip: {text}"))
}

fn dns_name(value: &Value) -> Result<String, String> {
    match value {
        Value::Str(text) => Ok(text.text().into_owned()),
        other => Err(format!("error processing alternate dns name: {} is not a string", printed(other))),
    }
}

fn printed(value: &Value) -> String {
    let text = crate::gotmpl::fmt::sprint(std::slice::from_ref(value)).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}
