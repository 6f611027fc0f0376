//! Checks the signatures of downloaded archives.

use std::path::Path;

use super::Error;
use crate::Fetched;

/// Verifies an archive with its provenance file and the public keys in `keyring`.
///
/// # Errors
/// The signature is wrong, or its key is not in `keyring`.
pub(super) fn verify(fetched: &Fetched, provenance: &[u8], keyring: &Path) -> Result<(), Error> {
    let _ = (provenance, keyring);
    Err(Error::Verification { reason: format!("the signature of {} cannot be verified", fetched.file_name) })
}
