//! Secret keys, and how a passphrase unlocks them.
//!
//! Source: RFC 4880, sections 3.7 and 5.5.3.

use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use rsa::PrivateKey;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

use super::Error;
use super::key::{ED25519, EDDSA, KeyNumbers, PublicKey, number};
use super::packet::Reader;

/// The secret part of a key as it is stored.
pub(super) struct SecretKey(Vec<u8>);

/// A secret key that can sign.
pub(super) enum Secret {
    Rsa(Box<PrivateKey>),
    Ed25519([u8; 32]),
}

/// The size of AES blocks.
const BLOCK: usize = 16;

/// The length of the checksum in a locked key.
const CHECKSUM: usize = 20;

fn broken() -> Error {
    Error::new("openpgp: invalid data: private key checksum failure")
}

fn unsupported(what: &str) -> Error {
    Error(format!("openpgp: unsupported feature: {what}"))
}

impl SecretKey {
    pub(super) fn new(stored: &[u8]) -> SecretKey {
        SecretKey(stored.to_vec())
    }

    /// Returns the secret. `passphrase` is called if the key is locked.
    pub(super) fn unlock(
        &self,
        key: &PublicKey,
        passphrase: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Secret, Error> {
        let mut reader = Reader(&self.0);
        match reader.byte()? {
            0 => {
                let (numbers, _) = reader.0.split_last_chunk::<2>().ok_or_else(broken)?;
                secret(key, Reader(numbers))
            }
            254 => {
                let cipher = reader.byte()?;
                let derivation = Derivation::read(&mut reader)?;
                let start: [u8; BLOCK] = reader.take(BLOCK)?.try_into().map_err(|_| broken())?;
                let mut data = reader.0.to_vec();
                let length = match cipher {
                    7 => 16,
                    8 => 24,
                    9 => 32,
                    _ => return Err(unsupported("cipher of a secret key")),
                };
                decrypt(&derivation.key(&passphrase()?, length)?, start, &mut data)?;
                let (numbers, checksum) = data.split_last_chunk::<CHECKSUM>().ok_or_else(broken)?;
                if Sha1::digest(numbers).as_slice() != checksum {
                    return Err(broken());
                }
                secret(key, Reader(numbers))
            }
            _ => Err(unsupported("encryption of a secret key")),
        }
    }
}

fn secret(key: &PublicKey, mut reader: Reader<'_>) -> Result<Secret, Error> {
    match &key.numbers {
        KeyNumbers::Rsa(modulus, exponent) => {
            let [d, p, q] = [reader.integer()?, reader.integer()?, reader.integer()?].map(number);
            let key = PrivateKey::from_components(number(modulus), number(exponent), d, vec![p, q]);
            key.map(|key| Secret::Rsa(Box::new(key))).map_err(|_| broken())
        }
        KeyNumbers::Ed25519(_) => {
            let bytes = if key.algorithm == ED25519 { reader.take(32)? } else { reader.integer()? };
            debug_assert!(matches!(key.algorithm, ED25519 | EDDSA));
            let mut secret = [0; 32];
            let start = secret.len().checked_sub(bytes.len()).ok_or_else(broken)?;
            secret[start..].copy_from_slice(bytes);
            Ok(Secret::Ed25519(secret))
        }
        KeyNumbers::Other => Err(unsupported("algorithm of a secret key")),
    }
}

/// How a passphrase becomes a key: hashed with salt, again and again.
struct Derivation {
    hash: u8,
    salt: Vec<u8>,
    /// How many bytes are hashed.
    count: usize,
}

impl Derivation {
    fn read(reader: &mut Reader<'_>) -> Result<Derivation, Error> {
        let (kind, hash) = (reader.byte()?, reader.byte()?);
        let salt = if matches!(kind, 1 | 3) { reader.take(8)?.to_vec() } else { Vec::new() };
        let count = match kind {
            0 | 1 => 0,
            3 => {
                let coded = usize::from(reader.byte()?);
                (16 + (coded & 15)) << ((coded >> 4) + 6)
            }
            _ => return Err(unsupported("derivation of a key from a passphrase")),
        };
        Ok(Derivation { hash, salt, count })
    }

    fn key(&self, passphrase: &[u8], length: usize) -> Result<Vec<u8>, Error> {
        let digest = match self.hash {
            2 => Self::digest::<Sha1>,
            8 => Self::digest::<Sha256>,
            10 => Self::digest::<Sha512>,
            _ => return Err(unsupported("hash function of a passphrase")),
        };
        let mut key = Vec::new();
        for zeros in 0.. {
            if key.len() >= length {
                break;
            }
            key.extend(digest(self, passphrase, zeros));
        }
        key.truncate(length);
        Ok(key)
    }

    /// Hashes salt and passphrase in turns, after a number of zeros.
    fn digest<D: Digest>(&self, passphrase: &[u8], zeros: usize) -> Vec<u8> {
        let text = [self.salt.as_slice(), passphrase].concat();
        let mut digest = D::new();
        digest.update(vec![0; zeros]);
        let mut left = self.count.max(text.len());
        while left > 0 {
            let part = text.get(..left).unwrap_or(&text);
            digest.update(part);
            left -= part.len().max(1).min(left);
        }
        digest.finalize().to_vec()
    }
}

/// Decrypts in cipher feedback mode.
fn decrypt(key: &[u8], start: [u8; BLOCK], data: &mut [u8]) -> Result<(), Error> {
    match key.len() {
        16 => feedback(&Aes128::new_from_slice(key).map_err(|_| broken())?, start, data),
        24 => feedback(&Aes192::new_from_slice(key).map_err(|_| broken())?, start, data),
        _ => feedback(&Aes256::new_from_slice(key).map_err(|_| broken())?, start, data),
    }
    Ok(())
}

fn feedback(
    cipher: &impl BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>,
    start: [u8; BLOCK],
    data: &mut [u8],
) {
    let mut last = start;
    for chunk in data.chunks_mut(BLOCK) {
        let mut mask = Array::from(last);
        cipher.encrypt_block(&mut mask);
        last[..chunk.len()].copy_from_slice(chunk);
        chunk.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
}
