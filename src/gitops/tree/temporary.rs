//! The temporary folder, where files are written before they are renamed to their paths.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::folder::{Entry, entry_at};

/// The prefix of temporary folders, by which those of killed runs are found.
const PREFIX: &str = ".mkmanifests-part-";

/// The file in a temporary folder that its run locks, which shows other runs that the folder is in use.
const LOCK: &str = "lock";

/// A temporary folder in the tree, on the same file system as its files. It is removed when this is dropped.
pub(in super::super) struct TemporaryFolder {
    // It is closed before the folder is removed: not every system removes an open file.
    _lock: File,
    folder: TempDir,
    next: AtomicUsize,
}

impl TemporaryFolder {
    /// Creates one, and removes those of killed runs.
    pub fn new(tree: &Path) -> io::Result<TemporaryFolder> {
        remove_stale(tree);
        loop {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(tree)?;
            // Until the folder is locked, another shard may take it for that of a killed run, and remove it.
            if let Some(lock) = lock(folder.path())? {
                return Ok(TemporaryFolder { _lock: lock, folder, next: AtomicUsize::new(0) });
            }
        }
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

/// Locks a new folder; returns `None` if another run is removing it, or has removed it.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let path = folder.join(LOCK);
    let file = match File::create_new(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // Some network file systems have no locks; no run removes the folder of another one there.
    let is_locked = !matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    Ok((is_locked && path.exists()).then_some(file))
}

/// Removes folders that no run uses.
pub(in super::super) fn remove_stale(tree: &Path) {
    for entry in fs::read_dir(tree).into_iter().flatten().flatten() {
        let is_part = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        // The type of the entry itself: mkmanifests creates no links.
        if !is_part || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        // The next run removes what cannot be removed now.
        let _ = match File::open(entry.path().join(LOCK)) {
            Ok(file) if file.try_lock().is_ok() => fs::remove_dir_all(entry.path()),
            Err(error) if error.kind() == ErrorKind::NotFound => remove_without_lock(&entry.path()),
            _ => continue,
        };
    }
}

/// Removes a folder without a lock: a run was killed before it created the lock, or while it removed the folder.
fn remove_without_lock(folder: &Path) -> io::Result<()> {
    let is_empty = fs::read_dir(folder)?.next().is_none();
    // A run that has just created the folder creates its lock before other files.
    if is_empty || folder.join(LOCK).exists() { fs::remove_dir(folder) } else { fs::remove_dir_all(folder) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_start_at_once_keep_the_folders_of_each_other() {
        let tree = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let tree = tree.path();
                scope.spawn(move || {
                    for round in 0..100 {
                        let temporary = TemporaryFolder::new(tree).expect("a folder");
                        let written = temporary.write(&tree.join(thread.to_string()), round.to_string().as_bytes());
                        assert!(written.is_ok(), "thread {thread}, round {round}: {written:?}");
                    }
                });
            }
        });
        let left = fs::read_dir(tree.path()).expect("a folder").count();
        assert_eq!(left, 4, "only the files remain");
    }

    // Not every release of Windows removes the lock while it is open.
    #[cfg(unix)]
    #[test]
    fn folders_of_killed_runs_are_removed() {
        let tree = tempfile::tempdir().expect("a folder");
        let with = |name: &str, files: &[&str]| {
            let folder = tree.path().join(format!("{PREFIX}{name}"));
            fs::create_dir(&folder).expect("a folder");
            files.iter().for_each(|file| fs::write(folder.join(file), "").expect("a file"));
            folder
        };
        let killed = [with("a", &[LOCK, "0"]), with("b", &[]), with("c", &["0"])];
        let in_use = with("d", &[]);
        let held = lock(&in_use).expect("a lock").expect("a new folder");
        remove_stale(tree.path());
        assert!(killed.iter().all(|folder| !folder.exists()) && in_use.join(LOCK).exists());
        drop(held);
        remove_stale(tree.path());
        assert!(!in_use.exists());
    }
}
