//! Provenance: who packed a chart, and whether the archive is still the one that was signed.
//!
//! A `.prov` file is a text signed with OpenPGP (RFC 4880, section 7): the chart's metadata and the SHA-256 of the
//! archive. Keys are RSA or Ed25519, of version 4. The cryptography is that of crates that the workspace
//! has anyway (`rsa`, `ed25519-dalek`, `sha2`, `aes`); only packets and armour are read and written here. A crate for
//! all of OpenPGP would be too much for that: `pgp` brings 153 packages.

mod armor;
mod cleartext;
mod key;
mod keyring;
mod packet;
mod secret;
mod signature;
mod signer;
mod verify;

use std::fmt;
use std::fs;
use std::path::Path;

use mkmanifests_yaml::diagnostic::io_reason;

pub use self::verify::{SigningKey, sign, verify};

/// A verified archive. `Display` writes what `helm verify` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The user ids of the key: `Name (comment) <email>`.
    pub signed_by: Vec<String>,
    /// The fingerprint of the primary key in upper-case hex digits.
    pub fingerprint: String,
    /// The hash of the archive, with `sha256:`.
    pub hash: String,
    /// The name of the archive in the provenance file.
    pub file_name: String,
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.signed_by.iter().try_for_each(|name| writeln!(f, "Signed by: {name}"))?;
        writeln!(f, "Using Key With Fingerprint: {}", self.fingerprint)?;
        writeln!(f, "Chart Hash Verified: {}", self.hash)
    }
}

/// Why an archive is not verified or cannot be signed. The text is Helm's; it never contains a passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(pub(crate) String);

impl Error {
    fn new(text: impl Into<String>) -> Error {
        Error(text.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Verifies an archive in a file as `helm verify` does: with the file `ARCHIVE.prov` beside it.
///
/// # Errors
/// As [`verify`]; a path that is not an archive, or without a provenance file.
pub fn verify_file(archive: &Path, keyring: &Path) -> Result<Verification, Error> {
    let shown = archive.display();
    let stat = |path: &Path| {
        fs::metadata(path).map_err(|error| Error(format!("stat {}: {}", path.display(), io_reason(&error))))
    };
    if stat(archive)?.is_dir() {
        return Err(Error::new("unpacked charts cannot be verified"));
    }
    if !archive.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tgz")) {
        return Err(Error::new("chart must be a tgz file"));
    }
    let provenance = format!("{shown}.prov");
    let missing = |why: Error| Error(format!("could not load provenance file {provenance}: {why}"));
    stat(Path::new(&provenance)).map_err(missing)?;
    let read = |path: &Path, what: &str| {
        let failed = |error| Error(format!("failed to read {what}: open {}: {}", path.display(), io_reason(&error)));
        fs::read(path).map_err(failed)
    };
    // Helm reads the keys first.
    let keys = open_keyring(keyring).map_err(|error| Error(format!("failed to load keyring: {error}")))?;
    let (data, text) = (read(archive, "chart archive")?, read(Path::new(&provenance), "provenance file")?);
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    verify::verify_with(&data, &name, &text, &keys)
}

/// Reads a file of keys.
fn open_keyring(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error(format!("open {}: {}", path.display(), io_reason(&error))))
}
