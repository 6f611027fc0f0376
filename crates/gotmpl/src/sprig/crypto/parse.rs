//! Parses private keys and certificates.

use std::cmp::Ordering;

use der::asn1::{Any, OctetString, OctetStringRef};
use der::oid::db::rfc5912::{ID_EC_PUBLIC_KEY as EC, RSA_ENCRYPTION as RSA};
use der::oid::{AssociatedOid, ObjectIdentifier};
use der::{Decode, Header, Reader, SliceReader};
use ed25519_dalek::SigningKey as EdKey;
use ed25519_dalek::pkcs8::{ALGORITHM_OID as ED25519, PrivateKeyInfoRef};
use p256::{NistP256, SecretKey as EcKey};
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use sec1::EcPrivateKey;
use x509_cert::SubjectPublicKeyInfo;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::key::Key;
use super::pem;
use super::x509::Signed;

/// What a new certificate needs from the certificate of its issuer.
#[derive(Debug)]
pub(super) struct IssuerCertificate {
    /// The encoded subject.
    pub subject: Any,
    pub public: SubjectPublicKeyInfo,
    pub key_id: Option<OctetString>,
}

/// Parses a private key in PEM.
///
/// # Errors
/// Sprig's texts, with the most common errors of Go's decoder.
pub(super) fn private_key(text: &str) -> Result<Key, String> {
    let (label, bytes) = pem::decode(text).ok_or("no PEM data in input")?;
    if label == "PRIVATE KEY" {
        return pkcs8(&bytes).map_err(|error| format!("decoding PEM as PKCS#8: {error}"));
    }
    match label.strip_suffix(" PRIVATE KEY") {
        None => Err(format!("no private key data in PEM block of type {label}")),
        Some("RSA") => rsa(&bytes).map_err(|error| format!("parsing RSA private key from PEM: {error}")),
        Some("EC") => ec(&bytes, None).map_err(|error| format!("parsing EC private key from PEM: {error}")),
        Some("DSA") => Err("parsing DSA private key from PEM: not supported".into()),
        Some(_) => Err(format!("invalid private key type {label}")),
    }
}

/// Decodes one structure. As in Go, the rest is ignored.
fn first<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    let read = SliceReader::new(bytes).ok().and_then(|mut reader| T::decode(&mut reader).ok());
    read.ok_or_else(|| broken(bytes))
}

/// Returns Go's error for bytes with another structure.
fn broken(bytes: &[u8]) -> String {
    let Ok(mut reader) = SliceReader::new(bytes) else { return "asn1: syntax error: data too long".into() };
    let fault = match Header::decode(&mut reader).map(|header| header.length().cmp(&reader.remaining_len())) {
        _ if bytes.is_empty() => "syntax error: sequence truncated",
        Err(_) => "syntax error: truncated tag or length",
        Ok(Ordering::Greater) => "syntax error: data truncated",
        Ok(Ordering::Less) => "syntax error: trailing data",
        Ok(Ordering::Equal) => "structure error: tags don't match",
    };
    format!("asn1: {fault}")
}

fn rsa(bytes: &[u8]) -> Result<Key, String> {
    PrivateKey::from_pkcs1_der(bytes).map(|key| Key::Rsa(Box::new(key))).map_err(|_| broken(bytes))
}

/// Parses an EC key. Outside PKCS #8, it must name its curve.
fn ec(bytes: &[u8], curve: Option<ObjectIdentifier>) -> Result<Key, String> {
    let key: EcPrivateKey<'_> =
        first(bytes).map_err(|error| format!("x509: failed to parse EC private key: {error}"))?;
    let curve = curve.or_else(|| key.parameters?.named_curve());
    if curve != Some(NistP256::OID) {
        return Err("x509: unknown elliptic curve".into());
    }
    // A longer key may begin with zeros.
    let (zeros, secret) = key.private_key.split_at(key.private_key.len().saturating_sub(32));
    if zeros.iter().any(|byte| *byte != 0) {
        return Err("x509: invalid private key length".into());
    }
    let key = EcKey::from_slice(secret).map_err(|_| "x509: invalid elliptic curve private key value")?;
    Ok(Key::Ec(Box::new(key)))
}

fn pkcs8(bytes: &[u8]) -> Result<Key, String> {
    let key: PrivateKeyInfoRef<'_> = first(bytes)?;
    let secret = key.private_key.as_bytes();
    match key.algorithm.oid {
        RSA => rsa(secret),
        EC => ec(secret, Some(key.algorithm.parameters_oid().map_err(|_| "x509: unknown elliptic curve")?)),
        ED25519 => {
            let seed = <&OctetStringRef>::from_der(secret).ok().and_then(|seed| seed.as_bytes().try_into().ok());
            seed.map(|seed: [u8; 32]| Key::Ed25519(Box::new(EdKey::from_bytes(&seed))))
                .ok_or_else(|| "x509: invalid Ed25519 private key parameters".into())
        }
        _ => Err("x509: PKCS#8 wrapping contained private key with unknown algorithm".into()),
    }
}

/// Parses a certificate.
///
/// # Errors
/// The most common error text of Go.
pub(super) fn certificate(bytes: &[u8]) -> Result<IssuerCertificate, String> {
    let body = Signed::from_der(bytes).map_err(|_| "x509: malformed certificate")?.body;
    let key_id = body.extensions.unwrap_or_default().iter().find_map(key_id);
    Ok(IssuerCertificate { subject: body.subject, public: body.public, key_id })
}

fn key_id(extension: &Extension) -> Option<OctetString> {
    let is_key_id = extension.extn_id == SubjectKeyIdentifier::OID;
    is_key_id.then(|| SubjectKeyIdentifier::from_der(extension.extn_value.as_bytes()).ok())?.map(|id| id.0)
}
