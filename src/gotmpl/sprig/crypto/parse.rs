//! Reads private keys and certificates.

use ed25519_dalek::SigningKey as EdKey;
use p256::SecretKey as EcKey;
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;

use super::der;
use super::key::{EC, ED25519, Key, P256, RSA};
use super::pem;

/// What a certificate's issuer has to tell.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The name, encoded.
    pub subject: Vec<u8>,
    /// The public key, encoded.
    pub public: Vec<u8>,
    pub key_id: Option<Vec<u8>>,
}

/// Reads a private key in PEM.
///
/// # Errors
/// Sprig's texts; those of Go's decoder behind them are its most common ones.
pub(super) fn private_key(text: &str) -> Result<Key, String> {
    let (label, bytes) = pem::decode(text).ok_or("no PEM data in input")?;
    if label == "PRIVATE KEY" {
        return pkcs8(&bytes).map_err(|error| format!("decoding PEM as PKCS#8: {error}"));
    }
    match label.strip_suffix(" PRIVATE KEY") {
        None => Err(format!("no private key data in PEM block of type {label}")),
        Some("RSA") => rsa(&bytes).map_err(|error| format!("parsing RSA private key from PEM: {error}")),
        Some("EC") => ec(&bytes).map_err(|error| format!("parsing EC private key from PEM: {error}")),
        Some("DSA") => Err("parsing DSA private key from PEM: not supported".into()),
        Some(_) => Err(format!("invalid private key type {label}")),
    }
}

/// Go's words for bytes that are no element at all, or not the one that has to be there.
fn broken(bytes: &[u8]) -> String {
    match der::read(bytes) {
        None => "asn1: syntax error: truncated tag or length".into(),
        Some(_) => "asn1: structure error: tags don't match".into(),
    }
}

fn rsa(bytes: &[u8]) -> Result<Key, String> {
    PrivateKey::from_pkcs1_der(bytes).map(|key| Key::Rsa(Box::new(key))).map_err(|_| broken(bytes))
}

fn ec(bytes: &[u8]) -> Result<Key, String> {
    let outer = der::read(bytes).ok_or_else(|| format!("x509: failed to parse EC private key: {}", broken(bytes)))?.0;
    let parts = der::elements(outer.content);
    let curve = parts.iter().find(|part| part.tag == 0xa0).map(|part| der::elements(part.content));
    if curve.is_some_and(|curve| curve.first().is_none_or(|id| id.content != P256)) {
        return Err("x509: unknown elliptic curve".into());
    }
    let secret = parts.iter().find(|part| part.tag == der::OCTET_STRING).map(|part| part.content);
    let key = secret.and_then(|secret| EcKey::from_slice(secret).ok());
    key.map(|key| Key::Ec(Box::new(key))).ok_or_else(|| "x509: invalid elliptic curve private key value".into())
}

fn pkcs8(bytes: &[u8]) -> Result<Key, String> {
    let outer = der::read(bytes).ok_or_else(|| broken(bytes))?.0;
    let parts = der::elements(outer.content);
    let algorithm = parts.get(1).map(|part| der::elements(part.content)).unwrap_or_default();
    let secret = parts.get(2).map(|part| part.content).unwrap_or_default();
    match algorithm.first().map(|id| id.content) {
        Some(RSA) => rsa(secret),
        // The curve stands outside of the key here.
        Some(EC) if algorithm.get(1).is_some_and(|curve| curve.content == P256) => ec(secret),
        Some(EC) => Err("x509: unknown elliptic curve".into()),
        Some(ED25519) => {
            let seed = der::read(secret).and_then(|(seed, _)| seed.content.try_into().ok());
            seed.map(|seed: [u8; 32]| Key::Ed25519(Box::new(EdKey::from_bytes(&seed))))
                .ok_or_else(|| "x509: invalid Ed25519 private key parameters".into())
        }
        Some(_) => Err("x509: PKCS#8 wrapping contained private key with unknown algorithm".into()),
        None => Err(broken(bytes)),
    }
}

/// Reads a certificate.
///
/// # Errors
/// Go's most common text.
pub(super) fn certificate(bytes: &[u8]) -> Result<Parsed, String> {
    parse_certificate(bytes).ok_or_else(|| "x509: malformed certificate".into())
}

fn parse_certificate(bytes: &[u8]) -> Option<Parsed> {
    let (outer, after) = der::read(bytes)?;
    let signed = der::elements(outer.content);
    let body = signed.first().filter(|_| after.is_empty() && outer.tag == der::SEQUENCE && signed.len() == 3)?;
    let parts = der::elements(body.content);
    // The version is left out in version 1.
    let parts = match parts.as_slice() {
        [version, rest @ ..] if version.tag == 0xa0 => rest,
        all => all,
    };
    let (subject, public) = (parts.get(4)?, parts.get(5)?);
    let extensions = parts.iter().find(|part| part.tag == 0xa3);
    Some(Parsed {
        subject: subject.whole.to_vec(),
        public: public.whole.to_vec(),
        key_id: extensions.and_then(|extensions| key_id(extensions.content)),
    })
}

/// The subject's key identifier among the extensions (2.5.29.14).
fn key_id(extensions: &[u8]) -> Option<Vec<u8>> {
    let (list, _) = der::read(extensions)?;
    let found = der::elements(list.content).into_iter().find_map(|extension| {
        let parts = der::elements(extension.content);
        let is_key_id = parts.first().is_some_and(|id| id.content == [0x55, 0x1d, 0x0e]);
        is_key_id.then(|| parts.last().map(|value| value.content)).flatten()
    })?;
    der::read(found).map(|(id, _)| id.content.to_vec())
}
