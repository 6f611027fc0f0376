//! Private keys: how they are written, and what they sign.

use dsa::SigningKey as DsaKey;
use ed25519_dalek::{Signer as _, SigningKey as EdKey};
use p256::SecretKey as EcKey;
use p256::ecdsa::{DerSignature, SigningKey as EcSigner};
use p256::elliptic_curve::sec1::ToSec1Point;
use rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::{Pkcs1v15Sign, PrivateKey};
use sha2::{Digest, Sha256};

use super::{der, pem};

/// 1.2.840.113549.1.1.1
pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.113549.1.1.11
const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
/// 1.2.840.10045.2.1
pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.10045.3.1.7
pub(super) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// 1.2.840.10045.4.3.2
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// 1.3.101.112
pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

const NULL: [u8; 2] = [0x05, 0x00];

/// A private key.
pub(super) enum Key {
    Rsa(Box<PrivateKey>),
    Ec(Box<EcKey>),
    Ed25519(Box<EdKey>),
    Dsa(Box<DsaKey>),
}

fn algorithm(id: &[u8], parameters: &[u8]) -> Vec<u8> {
    der::sequence(&[der::element(der::OBJECT_ID, id), parameters.to_vec()])
}

impl Key {
    /// The PEM block that Sprig writes.
    pub fn to_pem(&self) -> Result<String, String> {
        Ok(match self {
            Key::Rsa(key) => {
                let bytes = key.to_pkcs1_der().map_err(|error| error.to_string())?;
                pem::encode("RSA PRIVATE KEY", bytes.as_bytes())
            }
            Key::Ec(key) => pem::encode("EC PRIVATE KEY", &ec_bytes(key)),
            Key::Ed25519(key) => {
                let secret = der::element(der::OCTET_STRING, key.as_bytes());
                let parts = [der::integer(&[]), algorithm(ED25519, &[]), der::element(der::OCTET_STRING, &secret)];
                pem::encode("PRIVATE KEY", &der::sequence(&parts))
            }
            Key::Dsa(key) => pem::encode("DSA PRIVATE KEY", &dsa_bytes(key)),
        })
    }

    /// The public key as certificates hold it; DSA keys have no place in those.
    pub fn public(&self) -> Result<Vec<u8>, String> {
        let (algorithm, bytes) = match self {
            Key::Rsa(key) => {
                let bytes = key.to_public_key().to_pkcs1_der().map_err(|error| error.to_string())?;
                (algorithm(RSA, &NULL), bytes.as_bytes().to_vec())
            }
            Key::Ec(key) => (algorithm(EC, &der::element(der::OBJECT_ID, P256)), point(key)),
            Key::Ed25519(key) => (algorithm(ED25519, &[]), key.verifying_key().as_bytes().to_vec()),
            Key::Dsa(_) => return Err("x509: unsupported public key type: *dsa.PublicKey".into()),
        };
        Ok(der::sequence(&[algorithm, der::bit_string(&bytes)]))
    }

    /// The algorithm that signs with this key.
    pub fn signature_algorithm(&self) -> Vec<u8> {
        match self {
            Key::Rsa(_) | Key::Dsa(_) => algorithm(SHA256_WITH_RSA, &NULL),
            Key::Ec(_) => algorithm(ECDSA_WITH_SHA256, &[]),
            Key::Ed25519(_) => algorithm(ED25519, &[]),
        }
    }

    /// A signature, which is the same each time.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Key::Rsa(key) => {
                key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(bytes)).map_err(|error| error.to_string())
            }
            Key::Ec(key) => {
                let signature: DerSignature = EcSigner::from(key.as_ref()).sign(bytes);
                Ok(signature.as_bytes().to_vec())
            }
            Key::Ed25519(key) => Ok(key.sign(bytes).to_bytes().to_vec()),
            Key::Dsa(_) => Err("x509: certificate private key does not implement crypto.Signer".into()),
        }
    }
}

/// The point, not compressed.
fn point(key: &EcKey) -> Vec<u8> {
    key.public_key().to_sec1_point(false).as_bytes().to_vec()
}

/// RFC 5915.
fn ec_bytes(key: &EcKey) -> Vec<u8> {
    let curve = der::element(der::OBJECT_ID, P256);
    der::sequence(&[
        der::integer(&[1]),
        der::element(der::OCTET_STRING, &key.to_bytes()),
        der::element(0xa0, &curve),
        der::element(0xa1, &der::bit_string(&point(key))),
    ])
}

fn dsa_bytes(key: &DsaKey) -> Vec<u8> {
    let public = key.verifying_key();
    let components = public.components();
    der::sequence(&[
        der::integer(&[]),
        der::integer(&components.p().to_be_bytes()),
        der::integer(&components.q().to_be_bytes()),
        der::integer(&components.g().to_be_bytes()),
        der::integer(&public.y().to_be_bytes()),
        der::integer(&key.x().to_be_bytes()),
    ])
}
