//! Where files are written before they are renamed into their places.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::place::{Entry, look};

/// Folders of earlier runs that were killed are known by it.
const PREFIX: &str = ".mkmanifests-part-";

/// A folder in the tree, on the same file system as all files of it. It goes away when it is dropped.
pub(in super::super) struct Temporary {
    folder: TempDir,
    /// Other runs see by it that the folder is in use.
    _lock: Option<File>,
    next: AtomicUsize,
}

impl Temporary {
    /// Makes one, and removes those of runs that were killed.
    pub fn new(tree: &Path) -> io::Result<Temporary> {
        remove_dead(tree);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(tree)?;
        let lock = File::open(folder.path()).ok().filter(|handle| handle.try_lock().is_ok());
        Ok(Temporary { folder, _lock: lock, next: AtomicUsize::new(0) })
    }

    /// Writes a file whole, or leaves what was there. A file that is there keeps its permissions.
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

/// Those of the file that is replaced; the usual ones for a new one.
fn permissions(to: &Path) -> io::Result<Option<Permissions>> {
    Ok(match look(to)? {
        Entry::File(found) => Some(found.permissions()),
        _ => None,
    })
}

/// Removes folders that no run holds: each holds a lock on its own.
fn remove_dead(tree: &Path) {
    for entry in fs::read_dir(tree).into_iter().flatten().flatten() {
        let is_part = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        // What the entry is itself: a link is none of ours.
        if !is_part || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let is_dead = File::open(entry.path()).is_ok_and(|handle| handle.try_lock().is_ok());
        if is_dead {
            // Whatever cannot be removed is left for the next run.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
