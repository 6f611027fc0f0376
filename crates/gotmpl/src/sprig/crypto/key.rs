//! Private keys: encodes them, and signs with them.

use der::asn1::{Any, UintRef};
use der::oid::db::rfc5912::{ECDSA_WITH_SHA_256, SHA_256_WITH_RSA_ENCRYPTION};
use der::{Encode, Sequence};
use dsa::SigningKey as DsaKey;
use ed25519_dalek::pkcs8::{ALGORITHM_OID as ED25519, EncodePrivateKey, KeypairBytes};
use ed25519_dalek::{Signer as _, SigningKey as EdKey};
use p256::SecretKey as EcKey;
use p256::ecdsa::{DerSignature, SigningKey as EcSigner};
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::{Pkcs1v15Sign, PrivateKey};
use sha2::{Digest, Sha256};
use x509_cert::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::pem;

/// A private key.
pub(super) enum Key {
    Rsa(Box<PrivateKey>),
    Ec(Box<EcKey>),
    Ed25519(Box<EdKey>),
    Dsa(Box<DsaKey>),
}

impl Key {
    /// Returns the PEM block that Sprig writes.
    pub fn to_pem(&self) -> Result<String, String> {
        match self {
            Key::Rsa(key) => pem::encode("RSA PRIVATE KEY", key.to_pkcs1_der().map_err(text)?.as_bytes()),
            Key::Ec(key) => pem::encode("EC PRIVATE KEY", &key.to_sec1_der().map_err(text)?),
            Key::Ed25519(key) => {
                // Go omits the public key.
                let bytes = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
                pem::encode("PRIVATE KEY", bytes.to_pkcs8_der().map_err(text)?.as_bytes())
            }
            Key::Dsa(key) => pem::encode("DSA PRIVATE KEY", &dsa_bytes(key).map_err(text)?),
        }
    }

    /// Returns the public key for a certificate. DSA keys are not supported there.
    pub fn public(&self) -> Result<SubjectPublicKeyInfo, String> {
        match self {
            Key::Rsa(key) => SubjectPublicKeyInfo::from_key(&key.to_public_key()).map_err(text),
            Key::Ec(key) => SubjectPublicKeyInfo::from_key(&key.public_key()).map_err(text),
            Key::Ed25519(key) => SubjectPublicKeyInfo::from_key(&key.verifying_key()).map_err(text),
            Key::Dsa(_) => Err("x509: unsupported public key type: *dsa.PublicKey".into()),
        }
    }

    /// Returns the algorithm of this key's signatures.
    pub fn signature_algorithm(&self) -> AlgorithmIdentifier {
        let (oid, parameters) = match self {
            Key::Rsa(_) | Key::Dsa(_) => (SHA_256_WITH_RSA_ENCRYPTION, Some(Any::null())),
            Key::Ec(_) => (ECDSA_WITH_SHA_256, None),
            Key::Ed25519(_) => (ED25519, None),
        };
        AlgorithmIdentifier { oid, parameters }
    }

    /// Signs bytes. The signature is deterministic.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Key::Rsa(key) => key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(bytes)).map_err(text),
            Key::Ec(key) => {
                let signature: DerSignature = EcSigner::from(key.as_ref()).sign(bytes);
                Ok(signature.as_bytes().to_vec())
            }
            Key::Ed25519(key) => Ok(key.sign(bytes).to_bytes().to_vec()),
            Key::Dsa(_) => Err("x509: certificate private key does not implement crypto.Signer".into()),
        }
    }
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

/// A DSA key in the format of Sprig and OpenSSL, which no standard describes.
#[derive(Sequence)]
struct DsaParts<'a> {
    version: u8,
    p: UintRef<'a>,
    q: UintRef<'a>,
    g: UintRef<'a>,
    y: UintRef<'a>,
    x: UintRef<'a>,
}

fn dsa_bytes(key: &DsaKey) -> der::Result<Vec<u8>> {
    let public = key.verifying_key();
    let components = public.components();
    let [p, q, g] = [components.p().to_be_bytes(), components.q().to_be_bytes(), components.g().to_be_bytes()];
    let [y, x] = [public.y().to_be_bytes(), key.x().to_be_bytes()];
    let parts = DsaParts {
        version: 0,
        p: UintRef::new(&p)?,
        q: UintRef::new(&q)?,
        g: UintRef::new(&g)?,
        y: UintRef::new(&y)?,
        x: UintRef::new(&x)?,
    };
    parts.to_der()
}
