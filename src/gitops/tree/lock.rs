//! Locks a tree: only one run may write it, except for shards of one fleet.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;

/// Locks the tree until the handle is dropped or the process ends. If another run has locked it, this calls `waiting` and waits.
/// Shards share the lock.
pub(in super::super) fn lock(
    tree: &Path,
    shared: bool,
    waiting: Option<&(dyn Fn() + Sync)>,
) -> Result<File, Diagnostic> {
    let fail = |what: &str, error: &io::Error| {
        Diagnostic::error(FileCode::Unwritable, format!("cannot {what} `{}`: {}", tree.display(), io_reason(error)))
    };
    fs::create_dir_all(tree).map_err(|error| fail("create the folder", &error))?;
    let handle = open(tree).map_err(|error| fail("open", &error))?;
    let tried = if shared { handle.try_lock_shared() } else { handle.try_lock() };
    match tried {
        Ok(()) => return Ok(handle),
        Err(TryLockError::WouldBlock) => {}
        // Some network file systems have no locks; then the user must not run several at once.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(handle),
        Err(TryLockError::Error(error)) => return Err(fail("lock", &error)),
    }
    if let Some(waiting) = waiting {
        waiting();
    }
    let waited = if shared { handle.lock_shared() } else { handle.lock() };
    waited.map_err(|error| fail("lock", &error))?;
    Ok(handle)
}

/// Opens what is locked: the folder itself (`flock`), so that no lock file remains.
#[cfg(unix)]
fn open(tree: &Path) -> io::Result<File> {
    File::open(tree)
}

/// Opens what is locked. Windows locks no folders, so that this is an empty file in the user's temporary folder, named after the tree.
#[cfg(not(unix))]
fn open(tree: &Path) -> io::Result<File> {
    let path = fs::canonicalize(tree)?;
    let name = format!("mkmanifests-{}.lock", crate::fetch::cache::digest(path.as_os_str().as_encoded_bytes()));
    File::options().write(true).create(true).truncate(false).open(std::env::temp_dir().join(name))
}
