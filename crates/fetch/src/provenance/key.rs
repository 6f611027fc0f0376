//! Public keys, and what they say about a signature.
//!
//! Source: RFC 4880, section 5.5.2.

use ed25519_dalek::{Signature as EdSignature, VerifyingKey};
use rsa::{BoxedUint, Pkcs1v15Sign, PublicKey as RsaKey};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

use super::Error;
use super::packet::Reader;
use super::signature::{Hash, Numbers};

/// The algorithms of keys.
pub(super) const RSA: u8 = 1;
pub(super) const EDDSA: u8 = 22;
pub(super) const ED25519: u8 = 27;

/// The curve of EdDSA keys: 1.3.6.1.4.1.11591.15.1.
const ED25519_CURVE: [u8; 9] = [0x2B, 6, 1, 4, 1, 0xDA, 0x47, 0x0F, 1];

/// The largest modulus in bits.
const MAX_BITS: usize = 16_384;

/// A public key of version 4.
#[derive(Clone)]
pub(super) struct PublicKey {
    /// The content of the packet, which is hashed for fingerprints and certifications.
    pub body: Vec<u8>,
    pub created: u32,
    pub algorithm: u8,
    pub numbers: KeyNumbers,
}

/// The numbers of a key.
#[derive(Clone)]
pub(super) enum KeyNumbers {
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// A point of Ed25519.
    Ed25519([u8; 32]),
    /// A key that cannot be used here.
    Other,
}

impl PublicKey {
    /// Reads the public part of a key. What follows in `body` is its secret part.
    pub(super) fn read<'a>(body: &'a [u8]) -> Result<(PublicKey, Reader<'a>), Error> {
        let mut reader = Reader(body);
        let version = reader.byte()?;
        if version != 4 {
            return Err(Error(format!("openpgp: unsupported feature: public key version {version}")));
        }
        let created = reader.number(4)?;
        let algorithm = reader.byte()?;
        let numbers = match algorithm {
            RSA..=3 => KeyNumbers::Rsa(reader.integer()?.to_vec(), reader.integer()?.to_vec()),
            EDDSA if reader.sized(1)? == ED25519_CURVE => point(reader.integer()?.strip_prefix(&[0x40])),
            ED25519 => point(Some(reader.take(32)?)),
            _ => {
                reader = Reader(&[]);
                KeyNumbers::Other
            }
        };
        let length = body.len() - reader.0.len();
        let body = body.get(..length).unwrap_or(body).to_vec();
        Ok((PublicKey { body, created, algorithm, numbers }, reader))
    }

    /// Returns what a hash over the key begins with.
    pub(super) fn hashed(&self) -> Vec<u8> {
        let length = u16::try_from(self.body.len()).unwrap_or_default();
        [&[0x99][..], &length.to_be_bytes(), &self.body].concat()
    }

    pub(super) fn fingerprint(&self) -> [u8; 20] {
        Sha1::digest(self.hashed()).into()
    }

    /// Returns the end of the fingerprint, by which signatures name the key.
    pub(super) fn id(&self) -> [u8; 8] {
        self.fingerprint().last_chunk().copied().unwrap_or_default()
    }

    /// Verifies a signature of a digest.
    pub(super) fn verify(&self, hash: Hash, digest: &[u8], numbers: &Numbers) -> Result<(), Error> {
        let failed = |name: &str| Error(format!("openpgp: invalid signature: {name} verification failure"));
        match (&self.numbers, numbers) {
            (KeyNumbers::Rsa(modulus, exponent), Numbers::Rsa(signature)) => {
                let failed = || failed("RSA");
                let key = rsa(modulus, exponent).ok_or_else(failed)?;
                let length = modulus.len();
                // A signature may have lost zeros at its start.
                let missing = length.checked_sub(signature.len()).ok_or_else(failed)?;
                let signature = [&vec![0; missing], signature.as_slice()].concat();
                key.verify(scheme(hash), digest, &signature).map_err(|_| failed())
            }
            (KeyNumbers::Ed25519(point), Numbers::Ed25519(signature)) => {
                let failed = || failed("EdDSA");
                let key = VerifyingKey::from_bytes(point).map_err(|_| failed())?;
                key.verify_strict(digest, &EdSignature::from_bytes(signature)).map_err(|_| failed())
            }
            _ => Err(Error::new("openpgp: invalid signature: public key and signature use different algorithms")),
        }
    }
}

/// Returns the padding of RSA signatures.
pub(super) fn scheme(hash: Hash) -> Pkcs1v15Sign {
    match hash {
        Hash::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

pub(super) fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<RsaKey> {
    if modulus.len() * 8 > MAX_BITS {
        return None;
    }
    RsaKey::new_with_size_limits(number(modulus), number(exponent), RsaKey::MIN_SIZE..=MAX_BITS).ok()
}

fn point(bytes: Option<&[u8]>) -> KeyNumbers {
    bytes.and_then(|bytes| bytes.try_into().ok()).map_or(KeyNumbers::Other, KeyNumbers::Ed25519)
}
