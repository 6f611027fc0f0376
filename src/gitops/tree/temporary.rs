//! The temporary folder, where files are written before they are renamed to their paths.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::folder::{Entry, entry_at};

/// The prefix of temporary folders, by which those of killed runs are found.
const PREFIX: &str = ".mkmanifests-part-";

/// A temporary folder in the tree, on the same file system as its files. It is removed when this is dropped.
pub(in super::super) struct TemporaryFolder {
    folder: TempDir,
    /// Shows other runs that the folder is in use.
    _lock: Option<File>,
    next: AtomicUsize,
}

impl TemporaryFolder {
    /// Creates one, and removes those of killed runs.
    pub fn new(tree: &Path) -> io::Result<TemporaryFolder> {
        remove_stale(tree);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(tree)?;
        let lock = File::open(folder.path()).ok().filter(|handle| handle.try_lock().is_ok());
        Ok(TemporaryFolder { folder, _lock: lock, next: AtomicUsize::new(0) })
    }

    /// Writes a file completely, or not at all. An existing file keeps its permissions.
    pub fn write(&self, to: &Path, text: &[u8]) -> io::Result<()> {
        let part = self.folder.path().join(self.next.fetch_add(1, Ordering::Relaxed).to_string());
        let written = self.write_part(&part, text, permissions(to)?).and_then(|()| fs::rename(&part, to));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written
    }

    fn write_part(&self, part: &PathBuf, text: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
        let mut file = File::options().write(true).create_new(true).open(part)?;
        file.write_all(text)?;
        match permissions {
            Some(permissions) => file.set_permissions(permissions),
            None => Ok(()),
        }
    }
}

/// Returns the permissions of the existing file; none for a new file.
fn permissions(to: &Path) -> io::Result<Option<Permissions>> {
    Ok(match entry_at(to)? {
        Entry::File(found) => Some(found.permissions()),
        _ => None,
    })
}

/// Removes folders that no run uses: each run locks its own.
fn remove_stale(tree: &Path) {
    for entry in fs::read_dir(tree).into_iter().flatten().flatten() {
        let is_part = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        // The type of the entry itself: mkmanifests creates no links.
        if !is_part || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let is_stale = File::open(entry.path()).is_ok_and(|handle| handle.try_lock().is_ok());
        if is_stale {
            // The next run removes what cannot be removed now.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
