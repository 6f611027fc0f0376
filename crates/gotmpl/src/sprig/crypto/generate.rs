//! Generates private keys, for `genPrivateKey` and certificates.

use dsa::{Components, KeySize, SigningKey as DsaKey};
use ed25519_dalek::SigningKey as EdKey;
use p256::SecretKey as EcKey;
use rsa::PrivateKey;

use super::super::environment::Stream;
use super::key::Key;

/// Generates a key of a type in PEM. On an error, returns its text.
pub(super) fn private_key(stream: &mut Stream, kind: &str) -> String {
    let key = match kind {
        "" | "rsa" => rsa(stream, 4096),
        "dsa" => dsa(stream),
        "ecdsa" => ec(stream),
        "ed25519" => Ok(Key::Ed25519(Box::new(EdKey::from_bytes(&stream.bytes())))),
        _ => return format!("Unknown type {kind}"),
    };
    key.and_then(|key| key.to_pem()).unwrap_or_else(|error| format!("failed to generate private key: {error}"))
}

/// Generates an RSA key.
pub(super) fn rsa(stream: &mut Stream, bits: usize) -> Result<Key, String> {
    PrivateKey::new(stream, bits).map(|key| Key::Rsa(Box::new(key))).map_err(|error| error.to_string())
}

fn ec(stream: &mut Stream) -> Result<Key, String> {
    // Nearly all 32-byte numbers are valid keys; one above the order of the curve is drawn again.
    for _ in 0..64 {
        let bytes: [u8; 32] = stream.bytes();
        if let Ok(key) = EcKey::from_slice(&bytes) {
            return Ok(Key::Ec(Box::new(key)));
        }
    }
    Err("no randomness".into())
}

fn dsa(stream: &mut Stream) -> Result<Key, String> {
    let Ok(components) = Components::try_generate_from_rng_with_key_size(stream, KeySize::DSA_2048_256);
    let Ok(key) = DsaKey::try_generate_from_rng_with_components(stream, components);
    Ok(Key::Dsa(Box::new(key)))
}
