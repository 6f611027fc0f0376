//! Archives by their SHA-256, shared with Helm 4 and by concurrent runs.
//!
//! The layout is that of Helm's content cache: `ab/abcd....chart`, and `ab/abcd....prov` for the provenance file. Every
//! file is written completely and then renamed, and its digest is checked whenever it is read: Helm stores what it
//! downloaded under the digest that the index announced, whether it matches or not.
//!
//! `--offline` has to know what an address or a request led to. The folder `mkmanifests` inside the cache has one small
//! file for each: its name is the SHA-256 of the address or request, so that concurrent runs never write the same file
//! with other content.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::http::limits::{MAX_ARCHIVE_BYTES, MAX_INDEX_BYTES, MAX_PROVENANCE_BYTES};
use crate::repository::RepositoryError;
use crate::{Error, write_file};

/// Returns the SHA-256 of some bytes, in hex.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns a digest in lower-case hex, without `sha256:`.
///
/// # Errors
/// The text is not a SHA-256 in hex.
pub fn parse_digest(text: &str) -> Result<String, Error> {
    let digits = text.split_once(':').map_or(text, |(_, digits)| digits);
    if digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(digits.to_ascii_lowercase());
    }
    Err(RepositoryError::Digest(text.to_owned()).into())
}

/// Returns where an archive with this SHA-256, in hex, is in the cache.
pub fn path(root: &Path, digest: &str) -> PathBuf {
    root.join(digest.get(..2).unwrap_or_default()).join(format!("{digest}.chart"))
}

/// The cache in a folder. The folder is created when something is put into it.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Opens a cache.
    pub fn new(root: impl Into<PathBuf>) -> Cache {
        Cache { root: root.into() }
    }

    /// Returns the path of an archive if it is there and has this digest, in hex.
    pub fn archive(&self, expected: &str) -> Option<PathBuf> {
        let path = path(&self.root, expected);
        let bytes = read(&path, MAX_ARCHIVE_BYTES)?;
        (digest(&bytes) == expected).then_some(path)
    }

    /// Stores an archive. Returns its digest in hex, and its path.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub fn put_archive(&self, bytes: &[u8]) -> Result<(String, PathBuf), Error> {
        let digest = digest(bytes);
        let path = path(&self.root, &digest);
        write_file(&path, bytes, 0o644)?;
        Ok((digest, path))
    }

    /// Returns the provenance file of the archive with this digest.
    pub fn provenance(&self, digest: &str) -> Option<Vec<u8>> {
        read(&path(&self.root, digest).with_extension("prov"), MAX_PROVENANCE_BYTES)
    }

    /// Stores the provenance file of the archive with this digest.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub fn put_provenance(&self, digest: &str, bytes: &[u8]) -> Result<(), Error> {
        write_file(&path(&self.root, digest).with_extension("prov"), bytes, 0o644)
    }

    /// Returns what was recorded for a key.
    pub(crate) fn record<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_slice(&read(&self.record_path(key, "json"), MAX_INDEX_BYTES)?).ok()
    }

    /// Records something for a key.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub(crate) fn put_record<T: Serialize>(&self, key: &str, value: &T) -> Result<(), Error> {
        // Values are structs of texts, which always can be written.
        let bytes = serde_json::to_vec(value).unwrap_or_default();
        write_file(&self.record_path(key, "json"), &bytes, 0o600)
    }

    /// Returns the last index of a repository that was downloaded.
    pub(crate) fn index(&self, repository: &str) -> Option<Vec<u8>> {
        read(&self.record_path(&index_key(repository), "yaml"), MAX_INDEX_BYTES)
    }

    /// Keeps the index of a repository.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub(crate) fn put_index(&self, repository: &str, bytes: &[u8]) -> Result<(), Error> {
        write_file(&self.record_path(&index_key(repository), "yaml"), bytes, 0o600)
    }

    fn record_path(&self, key: &str, extension: &str) -> PathBuf {
        self.root.join("mkmanifests").join(format!("{}.{extension}", digest(key.as_bytes())))
    }
}

fn index_key(repository: &str) -> String {
    format!("index {repository}")
}

/// Reads a file that has content; an empty one counts as absent, as in Helm.
fn read(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let length = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    if length == 0 || length > limit {
        return None;
    }
    mkmanifests_yaml::files::read(path, usize::try_from(limit).unwrap_or(usize::MAX)).ok()
}
