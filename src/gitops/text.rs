//! The text of a file of the tree, with its hash.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub(super) type Hash = [u8; 32];

/// A hash, once someone has computed it.
pub(super) type SharedHash = Arc<OnceLock<Hash>>;

/// The text of a file. Several clusters may have the same file; its hash is computed once.
#[derive(Debug, Default)]
pub(super) struct Text {
    bytes: Vec<u8>,
    hash: SharedHash,
}

impl Text {
    /// Creates a text whose hash is shared with equal texts.
    pub fn with_hash(bytes: Vec<u8>, hash: SharedHash) -> Text {
        Text { bytes, hash }
    }

    pub fn hash(&self) -> Hash {
        *self.hash.get_or_init(|| hash(&self.bytes))
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Text {
        Text { bytes, hash: SharedHash::default() }
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

pub(super) fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}
