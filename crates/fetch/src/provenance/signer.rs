//! Makes signatures.

use ed25519_dalek::{Signer as _, SigningKey};

use super::Error;
use super::key::{ED25519, RSA, scheme};
use super::keyring::Entity;
use super::packet::{SIGNATURE, integer};
use super::secret::Secret;
use super::signature::{Hash, TEXT, trailer};

/// The number of SHA-512.
const SHA512: u8 = 10;

/// Signs a text with the primary key. Returns the packet.
pub(super) fn sign(data: &[u8], entity: &Entity, secret: &Secret, time: u32) -> Result<Vec<u8>, Error> {
    let key = &entity.key;
    // Keys for RSA are also numbered 2 and 3.
    let algorithm = if matches!(secret, Secret::Rsa(_)) { RSA } else { key.algorithm };
    let mut fields = field(2, &time.to_be_bytes());
    fields.extend(field(33, &[&[4][..], &key.fingerprint()].concat()));
    let mut packet = vec![4, TEXT, algorithm, SHA512];
    sized(&fields, &mut packet);
    let digest = Hash::Sha512.digest(&[data, &packet, &trailer(&packet)]);
    sized(&field(16, &key.id()), &mut packet);
    packet.extend(digest.iter().take(2));
    match secret {
        Secret::Rsa(key) => {
            let signature = key.sign(scheme(Hash::Sha512), &digest);
            integer(&signature.map_err(|error| Error(error.to_string()))?, &mut packet);
        }
        Secret::Ed25519(bytes) => {
            let signature = SigningKey::from_bytes(bytes).sign(&digest).to_bytes();
            if algorithm == ED25519 {
                packet.extend(signature);
            } else {
                let (r, s) = signature.split_at(32);
                integer(r, &mut packet);
                integer(s, &mut packet);
            }
        }
    }
    let length = u32::try_from(packet.len()).unwrap_or_default();
    Ok([&[0xC0 | SIGNATURE, 0xFF][..], &length.to_be_bytes(), &packet].concat())
}

/// Writes a field of a signature, which is short.
fn field(kind: u8, data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len() + 1).unwrap_or_default();
    [&[length, kind][..], data].concat()
}

fn sized(data: &[u8], out: &mut Vec<u8>) {
    out.extend(u16::try_from(data.len()).unwrap_or_default().to_be_bytes());
    out.extend(data);
}
