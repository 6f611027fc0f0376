//! Generates private keys, for `genPrivateKey` and certificates.

use dsa::{Components, KeySize, SigningKey as DsaKey};
use ed25519_dalek::SigningKey as EdKey;
use p256::SecretKey as EcKey;
use rsa::PrivateKey;

use super::super::environment::Stream;
use super::key::Key;
use super::prime::prime;

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

/// The public exponent of RSA keys, as in Go.
const EXPONENT: u64 = 65_537;

/// Generates an RSA key. Its two primes take nearly all the time, and are searched for at the same time.
pub(super) fn rsa(stream: &mut Stream, bits: u32) -> Result<Key, String> {
    // Primes that are equal, or that do not fit the exponent, are practically never found.
    for _ in 0..64 {
        let (mut first, mut second) = (stream.branch(), stream.branch());
        let (p, q) = rayon::join(|| prime(&mut first, bits / 2), || prime(&mut second, bits / 2));
        if p == q {
            continue;
        }
        if let Ok(key) = PrivateKey::from_p_q(p, q, EXPONENT.into()) {
            return Ok(Key::Rsa(Box::new(key)));
        }
    }
    Err("no randomness".into())
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
