//! Generates private keys, for `genPrivateKey` and certificates.

use std::iter;

use dsa::{Components, SigningKey as DsaKey};
use ed25519_dalek::SigningKey as EdKey;
use mkmanifests_primes::{boxed, has_small_factor, if_prime, random_prime};
use num_bigint::BigUint;
use p256::SecretKey as EcKey;
use rsa::PrivateKey;

use super::key::Key;
use crate::environment::Stream;

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
        let (p, q) = rayon::join(
            || random_prime(|bytes| first.fill(bytes), bits / 2),
            || random_prime(|bytes| second.fill(bytes), bits / 2),
        );
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

/// Generates a DSA key with primes of 2,048 and 256 bits, as Sprig. The crate `dsa` would test each candidate for the large
/// prime without a look for small factors, which takes longer than Helm.
fn dsa(stream: &mut Stream) -> Result<Key, String> {
    let (large, small) = (2048, 256);
    let q = random_prime(|bytes| stream.fill(bytes), small);
    let q = BigUint::from_bytes_be(&q.to_be_bytes());
    let candidates = iter::repeat_with(|| {
        let number = BigUint::from_bytes_be(&stream.bytes::<256>());
        &number - &number % (&q * 2_u8) + 1_u8
    });
    let mut candidates = candidates.filter(|p| p.bits() == u64::from(large) && !has_small_factor(p));
    let p = candidates.find(|p| if_prime(p, large).is_some()).ok_or("no randomness")?;
    let exponent = (&p - 1_u8) / &q;
    let powers = (2_u8..).map(|base| BigUint::from(base).modpow(&exponent, &p));
    let generator = powers.into_iter().find(|power| *power > BigUint::from(1_u8)).ok_or("no generator")?;
    let numbers = [(&p, large), (&q, small), (&generator, large)].map(|(number, bits)| boxed(number, bits));
    let [Some(p), Some(q), Some(generator)] = numbers else { return Err("no randomness".into()) };
    let components = Components::from_components(p, q, generator).map_err(|error| error.to_string())?;
    let Ok(key) = DsaKey::try_generate_from_rng_with_components(stream, components);
    Ok(Key::Dsa(Box::new(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Randomness;

    #[test]
    fn dsa_parameters_belong_together() {
        let key = dsa(&mut Randomness::seeded("dsa").call());
        let Ok(Key::Dsa(key)) = key else { panic!("no DSA key") };
        let public = key.verifying_key();
        let components = public.components();
        let [p, q, g] = [components.p().to_be_bytes(), components.q().to_be_bytes(), components.g().to_be_bytes()];
        let [p, q, g] = [p, q, g].map(|bytes| BigUint::from_bytes_be(&bytes));
        let one = BigUint::from(1_u8);
        assert_eq!((p.bits(), q.bits()), (2048, 256));
        assert_eq!((&p - &one) % &q, BigUint::ZERO);
        // By Lagrange's theorem, q is the order of a generator that is not 1.
        assert_eq!(g.modpow(&q, &p), one);
        assert_ne!(g, one);
        assert_eq!(BigUint::from(3_u8).modpow(&(&p - &one), &p), one);
    }
}
