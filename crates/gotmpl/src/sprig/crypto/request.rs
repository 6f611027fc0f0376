//! Builds certificates with Go's encoding.

use std::net::IpAddr;

use der::asn1::{Any, BitString, Ia5String, OctetString, PrintableStringRef, Uint, Utf8StringRef};
use der::oid::AssociatedOid;
use der::oid::db::rfc4519::COMMON_NAME;
use der::oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};
use der::{Encode, Tag};
use sha2::{Digest, Sha256};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::ext::pkix::{SubjectAltName, SubjectKeyIdentifier};
use x509_cert::ext::{Extension, Extensions};
use x509_cert::name::RdnSequence;
use x509_cert::{SubjectPublicKeyInfo, Version};

use super::key::Key;
use super::x509::{Body, Signed, Validity};
use crate::environment::Stream;
use crate::{List, Value};
use mkmanifests_go::quote::quote;
use mkmanifests_go::time::Time;

/// The content of a certificate to create.
#[derive(Debug)]
pub(super) struct Request {
    serial: [u8; 16],
    subject: Any,
    addresses: Vec<IpAddr>,
    names: Vec<String>,
    /// The start and end of its validity.
    validity: [Time; 2],
    pub is_ca: bool,
}

/// The issuer: its encoded name, and the identifier of its key.
pub(super) struct Issuer<'a> {
    pub subject: &'a Any,
    pub key_id: Option<&'a OctetString>,
}

impl Request {
    /// Creates a request from the arguments of Sprig's functions.
    pub fn new(
        stream: &mut Stream,
        name: &str,
        addresses: &List,
        names: &List,
        validity: [Time; 2],
    ) -> Result<Request, String> {
        let addresses = addresses.iter().map(address).collect::<Result<_, _>>()?;
        let names = names.iter().map(dns_name).collect::<Result<_, _>>()?;
        let subject = subject(name).map_err(|error| error.to_string())?;
        Ok(Request { serial: stream.bytes(), subject, addresses, names, validity, is_ca: false })
    }

    /// Returns the issuer of a self-signed certificate, which has no key identifier.
    pub fn as_issuer(&self) -> Issuer<'_> {
        Issuer { subject: &self.subject, key_id: None }
    }

    /// Returns the signed certificate for a public key.
    pub fn sign(&self, public: SubjectPublicKeyInfo, issuer: &Issuer<'_>, key: &Key) -> Result<Vec<u8>, String> {
        let text = |error: der::Error| error.to_string();
        let names = self.alternative_names()?;
        let body = self.body(public, issuer, key, &names).map_err(text)?;
        let signature = key.sign(&body.to_der().map_err(text)?)?;
        let signature = BitString::from_bytes(&signature).map_err(text)?;
        Signed { body, algorithm: key.signature_algorithm(), signature }.to_der().map_err(text)
    }

    fn body(
        &self,
        public: SubjectPublicKeyInfo,
        issuer: &Issuer<'_>,
        key: &Key,
        names: &SubjectAltName,
    ) -> der::Result<Body> {
        let [from, to] = &self.validity;
        Ok(Body {
            version: Version::V3,
            serial: Uint::new(&self.serial)?,
            algorithm: key.signature_algorithm(),
            issuer: issuer.subject.clone(),
            validity: Validity { from: time(from)?, to: time(to)? },
            subject: self.subject.clone(),
            extensions: Some(self.extensions(&public, issuer, names)?),
            public,
            issuer_id: None,
            subject_id: None,
        })
    }

    /// Returns the extensions in Go's order.
    fn extensions(
        &self,
        public: &SubjectPublicKeyInfo,
        issuer: &Issuer<'_>,
        names: &SubjectAltName,
    ) -> der::Result<Extensions> {
        let usage = KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment;
        let usage = if self.is_ca { usage | KeyUsages::KeyCertSign } else { usage };
        let mut extensions = vec![
            extension(true, &KeyUsage(usage))?,
            extension(false, &ExtendedKeyUsage(vec![ID_KP_SERVER_AUTH, ID_KP_CLIENT_AUTH]))?,
            extension(true, &BasicConstraints { ca: self.is_ca, path_len_constraint: None })?,
        ];
        if self.is_ca {
            extensions.push(extension(false, &key_id(public)?)?);
        }
        if let Some(id) = issuer.key_id.filter(|_| *issuer.subject != self.subject) {
            let id = AuthorityKeyIdentifier { key_identifier: Some(id.clone()), ..Default::default() };
            extensions.push(extension(false, &id)?);
        }
        if !names.0.is_empty() {
            // RFC 5280: critical if the certificate has no other name.
            extensions.push(extension(self.subject.value().is_empty(), names)?);
        }
        Ok(extensions)
    }

    fn alternative_names(&self) -> Result<SubjectAltName, String> {
        let dns = |name: &String| {
            let encoded = Ia5String::new(name).map(GeneralName::DnsName);
            encoded.map_err(|_| format!("x509: {} cannot be encoded as an IA5String", quote(name.as_bytes())))
        };
        let names = self.names.iter().map(dns);
        let addresses = self.addresses.iter().map(|address| Ok(GeneralName::from(address.to_canonical())));
        names.chain(addresses).collect::<Result<_, _>>().map(SubjectAltName)
    }
}

/// Returns the key identifier as Go since 1.25: the first 20 bytes of the SHA-256 of the key's bits.
fn key_id(public: &SubjectPublicKeyInfo) -> der::Result<SubjectKeyIdentifier> {
    let digest = Sha256::digest(public.subject_public_key.raw_bytes());
    OctetString::new(&digest[..20]).map(SubjectKeyIdentifier)
}

fn extension<T: AssociatedOid + Encode>(critical: bool, value: &T) -> der::Result<Extension> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}

/// Encodes a name: the common name, or nothing if it is empty.
fn subject(name: &str) -> der::Result<Any> {
    let mut parts = RdnSequence::default();
    if !name.is_empty() {
        let value = match PrintableStringRef::new(name) {
            Ok(printable) => Any::from(printable),
            Err(_) => Any::from(Utf8StringRef::new(name)?),
        };
        parts.push(vec![AttributeTypeAndValue { oid: COMMON_NAME, value }].try_into()?);
    }
    Any::encode_from(&parts)
}

/// Encodes a time (RFC 5280: with two digits of the year until 2049).
fn time(time: &Time) -> der::Result<Any> {
    let year: i64 = String::from_utf8_lossy(&time.format(b"2006")).parse().unwrap_or_default();
    if (1950..2050).contains(&year) {
        Any::new(Tag::UtcTime, time.format(b"060102150405Z"))
    } else {
        Any::new(Tag::GeneralizedTime, time.format(b"20060102150405Z"))
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
    let text = crate::fmt::sprint(std::slice::from_ref(value)).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}
