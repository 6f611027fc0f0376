//! Verifies and signs archives.

use std::path::Path;

use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::write::{Style, write};
use mkmanifests_yaml::tree::{Map, Node};
use sha2::{Digest, Sha256};

use super::cleartext;
use super::keyring::Keyring;
use super::signer;
use super::{Error, Verification, open_keyring};

/// Between the metadata and the hashes.
const SEPARATOR: &str = "\n...\n";

/// Verifies an archive: its provenance file has to be signed by a key of `keyring`, and to have the hash of the archive
/// under `archive_name`.
///
/// # Errors
/// Helm's text about a keyring that cannot be read, a missing, unknown, expired or wrong signature, or another hash.
pub fn verify(archive: &[u8], archive_name: &str, provenance: &[u8], keyring: &Path) -> Result<Verification, Error> {
    let keys = open_keyring(keyring).map_err(|error| Error(format!("failed to load keyring: {error}")))?;
    verify_with(archive, archive_name, provenance, &keys)
}

pub(super) fn verify_with(archive: &[u8], name: &str, provenance: &[u8], keys: &[u8]) -> Result<Verification, Error> {
    let keyring = Keyring::read(keys).map_err(|error| Error(format!("failed to load keyring: {error}")))?;
    let message = cleartext::read(provenance).ok_or_else(|| Error::new("signature block not found"))?;
    let signer = keyring.check(&message.signed, &message.signature, now())?;
    let hash = sha256(archive);
    let expected = expected_hash(&message.text, name)?;
    if expected != hash {
        return Err(Error(format!("sha256 sum does not match for {name}: {expected:?} != {hash:?}")));
    }
    Ok(Verification {
        signed_by: signer.names().map(str::to_owned).collect(),
        fingerprint: signer.fingerprint(),
        hash,
        file_name: name.to_owned(),
    })
}

/// Which key signs, and how it is unlocked.
pub struct SigningKey<'a> {
    /// The file with secret keys.
    pub keyring: &'a Path,
    /// The user id of the key, or a part of it that no other key has.
    pub id: &'a str,
    /// Returns the passphrase of a locked key, whose user id it gets; or the error to report.
    pub passphrase: &'a mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
}

/// Signs an archive. Returns the text of its provenance file.
///
/// `metadata` is `Chart.yaml` as Helm writes it. `time` is when the archive is signed, in seconds since 1970.
///
/// # Errors
/// Helm's text about a key that does not exist, is ambiguous, has no secret part, or cannot be unlocked.
pub fn sign(
    archive: &[u8],
    archive_name: &str,
    metadata: &[u8],
    key: SigningKey<'_>,
    time: u32,
) -> Result<String, Error> {
    let keyring = Keyring::read(&open_keyring(key.keyring)?)?;
    let entity = keyring.find(key.id)?.ok_or_else(|| Error::new("private key not found"))?;
    let secret = entity.unlock(key.passphrase)?;
    let mut files = Map::new();
    files.set(archive_name.to_owned(), sha256(archive).as_str());
    let mut sums = Map::new();
    sums.set("files", files);
    let mut text = metadata.to_vec();
    text.extend(SEPARATOR.as_bytes());
    // Writing to memory does not fail.
    let _ = write(&mut text, &Node::from(sums), Style::HELM);
    let text = String::from_utf8_lossy(&text);
    let signature = signer::sign(&cleartext::canonical(&text), entity, &secret, time)?;
    Ok(cleartext::write(&text, &signature))
}

fn sha256(data: &[u8]) -> String {
    let hex: String = Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// Returns the hash in the text of a provenance file.
fn expected_hash(text: &str, name: &str) -> Result<String, Error> {
    let Some(sums) = text.split(SEPARATOR).nth(1) else {
        return Err(Error::new("message block must have at least two parts"));
    };
    let sums = first_document(Default::default(), sums, Duplicates::LastWins)
        .map_err(|refused| Error(format!("error converting YAML to JSON: {}", refused.go)))?;
    let hash = sums.get("files").and_then(|files| files.get(name)).and_then(Node::as_str);
    let missing = || Error(format!("provenance does not contain a SHA for a file named {name:?}"));
    hash.map(str::to_owned).ok_or_else(missing)
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs()
}
