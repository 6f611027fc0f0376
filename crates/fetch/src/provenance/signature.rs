//! Signatures of version 4.
//!
//! Source: RFC 4880, section 5.2.3.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Error;
use super::key::{ED25519, EDDSA, PublicKey, RSA};
use super::packet::Reader;

/// The hash functions of signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    /// No longer secure: only for what old keys say about themselves in a keyring, which the user trusts.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// Returns the function with a number; `None` if it is unknown.
    fn of(number: u8) -> Option<Hash> {
        match number {
            2 => Some(Hash::Sha1),
            8 => Some(Hash::Sha256),
            9 => Some(Hash::Sha384),
            10 => Some(Hash::Sha512),
            _ => None,
        }
    }

    pub(super) fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            parts.iter().for_each(|part| digest.update(part));
            digest.finalize().to_vec()
        }
        match self {
            Hash::Sha1 => of::<Sha1>(parts),
            Hash::Sha256 => of::<Sha256>(parts),
            Hash::Sha384 => of::<Sha384>(parts),
            Hash::Sha512 => of::<Sha512>(parts),
        }
    }
}

/// The numbers of a signature.
#[derive(Debug, Clone)]
pub(super) enum Numbers {
    Rsa(Vec<u8>),
    Ed25519([u8; 64]),
    Other,
}

/// A signature.
#[derive(Debug, Clone)]
pub(super) struct Signature {
    /// What is signed: a text, a certification, a key.
    pub kind: u8,
    hash: u8,
    numbers: Numbers,
    /// The part of the packet that is signed too.
    hashed: Vec<u8>,
    pub created: u32,
    /// The key that made it.
    pub issuer: Option<[u8; 8]>,
    /// After how many seconds the signature and the key expire; 0 for never.
    pub lifetime: u32,
    pub key_lifetime: u32,
    /// What the key may be used for.
    pub flags: Option<u8>,
    pub is_primary: bool,
    /// A critical notation: its name.
    pub critical: Option<String>,
    /// The signature of a subkey over its primary key.
    pub embedded: Option<Box<Signature>>,
}

/// Kinds of signatures.
pub(super) const BINARY: u8 = 0;
pub(super) const TEXT: u8 = 1;
pub(super) const CERTIFICATIONS: std::ops::RangeInclusive<u8> = 0x10..=0x13;
pub(super) const SUBKEY: u8 = 0x18;
pub(super) const BACK: u8 = 0x19;
pub(super) const KEY_REVOCATION: u8 = 0x20;
pub(super) const SUBKEY_REVOCATION: u8 = 0x28;
pub(super) const CERTIFICATION_REVOCATION: u8 = 0x30;

/// How deep signatures may be embedded.
const MAX_DEPTH: usize = 1;

impl Signature {
    /// Reads the content of a packet.
    pub(super) fn read(body: &[u8]) -> Result<Signature, Error> {
        Signature::read_within(body, MAX_DEPTH)
    }

    fn read_within(body: &[u8], depth: usize) -> Result<Signature, Error> {
        let mut reader = Reader(body);
        let version = reader.byte()?;
        if version != 4 {
            return Err(Error(format!("openpgp: unsupported feature: signature packet version {version}")));
        }
        let (kind, algorithm, hash) = (reader.byte()?, reader.byte()?, reader.byte()?);
        let hashed_fields = reader.sized(2)?;
        let hashed = body.get(..body.len() - reader.0.len()).unwrap_or_default().to_vec();
        let other_fields = reader.sized(2)?;
        // The first two bytes of the digest are a hint for readers in a hurry.
        reader.take(2)?;
        let numbers = match algorithm {
            RSA..=3 => Numbers::Rsa(reader.integer()?.to_vec()),
            EDDSA => pair(reader.integer()?, reader.integer()?),
            ED25519 => reader.take(64)?.try_into().map_or(Numbers::Other, Numbers::Ed25519),
            _ => Numbers::Other,
        };
        let mut signature = Signature {
            kind,
            hash,
            numbers,
            hashed,
            created: 0,
            issuer: None,
            lifetime: 0,
            key_lifetime: 0,
            flags: None,
            is_primary: false,
            critical: None,
            embedded: None,
        };
        signature.fields(Reader(hashed_fields), true, depth)?;
        signature.fields(Reader(other_fields), false, depth)?;
        Ok(signature)
    }

    /// Reads the fields. Those that are not hashed may come from anybody: only the issuer is taken from them.
    fn fields(&mut self, mut reader: Reader<'_>, is_hashed: bool, depth: usize) -> Result<(), Error> {
        while !reader.is_empty() {
            let length = reader.length()?;
            let mut field = Reader(reader.take(length)?);
            let kind = field.byte()?;
            let (is_critical, kind) = (kind & 0x80 != 0, kind & 0x7F);
            match kind {
                16 => self.issuer = self.issuer.or(field.0.try_into().ok()),
                33 if field.0.first() == Some(&4) => self.issuer = field.0.last_chunk().copied().or(self.issuer),
                32 if depth > 0 => {
                    self.embedded = Signature::read_within(field.0, depth - 1).ok().map(Box::new);
                }
                _ if !is_hashed => {}
                2 => self.created = field.number(4)?,
                3 => self.lifetime = field.number(4)?,
                9 => self.key_lifetime = field.number(4)?,
                25 => self.is_primary = field.byte()? != 0,
                27 => self.flags = field.0.first().copied().or(Some(0)),
                20 => self.notation(field, is_critical)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn notation(&mut self, mut field: Reader<'_>, is_critical: bool) -> Result<(), Error> {
        field.take(4)?;
        let (name, _) = (field.number(2)?, field.number(2)?);
        let name = String::from_utf8_lossy(field.take(name as usize)?).into_owned();
        if is_critical {
            self.critical = Some(name);
        }
        Ok(())
    }

    /// Verifies the signature over `data` with a key.
    pub(super) fn verify(&self, data: &[&[u8]], key: &PublicKey) -> Result<(), Error> {
        let hash = Hash::of(self.hash)
            .ok_or_else(|| Error(format!("openpgp: unsupported feature: hash function {}", self.hash)))?;
        let trailer = trailer(&self.hashed);
        let parts = [data, &[&self.hashed, &trailer]].concat();
        key.verify(hash, &hash.digest(&parts), &self.numbers)
    }

    /// Returns whether the hash function is secure enough for data of others.
    pub(super) fn is_secure(&self) -> bool {
        Hash::of(self.hash) != Some(Hash::Sha1)
    }

    /// Returns whether the signature has expired, or was made in the future.
    pub(super) fn is_expired(&self, now: u64) -> bool {
        let created = u64::from(self.created);
        created > now || (self.lifetime != 0 && now > created + u64::from(self.lifetime))
    }
}

/// Returns what ends the signed data: version, a mark, and the length of the hashed part.
pub(super) fn trailer(hashed: &[u8]) -> Vec<u8> {
    let length = u32::try_from(hashed.len()).unwrap_or_default();
    [&[4, 0xFF][..], &length.to_be_bytes()].concat()
}

/// Returns the numbers of an EdDSA signature, which may have lost zeros at their start.
fn pair(r: &[u8], s: &[u8]) -> Numbers {
    let mut bytes = [0; 64];
    let halves = bytes.split_at_mut(32);
    for (half, number) in [(halves.0, r), (halves.1, s)] {
        let Some(start) = half.len().checked_sub(number.len()) else { return Numbers::Other };
        half[start..].copy_from_slice(number);
    }
    Numbers::Ed25519(bytes)
}
