//! One run at a time writes a tree; shards of one fleet may do it together.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;

/// Holds the tree until it is dropped or the process ends, however it ends. If another run holds it, `waiting` is called
/// and then waited. Shards hold it together.
///
/// The folder itself is locked (`flock`), so that no file of a lock is left behind.
pub(in super::super) fn lock(
    tree: &Path,
    shared: bool,
    waiting: Option<&(dyn Fn() + Sync)>,
) -> Result<File, Diagnostic> {
    let fail = |what: &str, error: &io::Error| {
        Diagnostic::error(FileCode::Unwritable, format!("cannot {what} `{}`: {}", tree.display(), io_reason(error)))
    };
    fs::create_dir_all(tree).map_err(|error| fail("make the folder", &error))?;
    let handle = File::open(tree).map_err(|error| fail("open", &error))?;
    let tried = if shared { handle.try_lock_shared() } else { handle.try_lock() };
    match tried {
        Ok(()) => return Ok(handle),
        Err(TryLockError::WouldBlock) => {}
        // Some file systems of networks have no locks: the tree is then the user's to keep apart.
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
