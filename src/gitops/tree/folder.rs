//! A folder of the tree on disk. Links in it are never followed.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;
use crate::gitops::GitopsCode;

/// The folder of a cluster in the tree.
#[derive(Debug, Clone)]
pub(in super::super) struct TreeFolder {
    /// The tree, as the user named it.
    pub tree: PathBuf,
    /// Path relative to the tree, with slashes; empty for the tree itself.
    pub path: String,
}

/// What is at a path.
pub(super) enum Entry {
    Missing,
    File(Metadata),
    Other(&'static str),
}

impl TreeFolder {
    pub fn new(tree: &Path, path: &str) -> TreeFolder {
        TreeFolder { tree: tree.to_owned(), path: path.to_owned() }
    }

    /// Returns the path of the folder.
    pub fn folder(&self) -> PathBuf {
        if self.path.is_empty() { self.tree.clone() } else { self.tree.join(&self.path) }
    }

    /// Returns the path of a file in the folder.
    pub fn file(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    /// Returns whether the folder `below` this one exists. A link or a file on the path is an error.
    pub fn check(&self, below: &str) -> Result<bool, Diagnostic> {
        let mut path = self.tree.clone();
        for part in self.path.split('/').chain(below.split('/')).filter(|part| !part.is_empty()) {
            path.push(part);
            match entry_at(&path).map_err(|error| unreadable(&path, &error))? {
                Entry::Missing => return Ok(false),
                Entry::Other("a folder") => {}
                Entry::Other(what) => return Err(blocked(&path, what)),
                Entry::File(_) => return Err(blocked(&path, "a file")),
            }
        }
        Ok(true)
    }
}

/// Returns what is at a path, without following a link.
pub(super) fn entry_at(path: &Path) -> io::Result<Entry> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Entry::File(found)),
        Ok(found) if found.is_symlink() => Ok(Entry::Other("a link")),
        Ok(found) if found.is_dir() => Ok(Entry::Other("a folder")),
        Ok(_) => Ok(Entry::Other("not a regular file")),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Entry::Missing)
        }
        Err(error) => Err(error),
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(FileCode::of_reading(error), format!("cannot read `{}`: {}", path.display(), io_reason(error)))
        .names_file(path.display().to_string())
}

/// Returns the error about something else at the path of a file or folder of the tree.
pub(super) fn blocked(path: &Path, what: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        GitopsCode::PathBlocked,
        format!("`{}` is {what}, but the tree needs this path", path.display()),
    );
    let help =
        if what == "a link" { "links are not followed; move it to another path" } else { "move it to another path" };
    diagnostic.names_file(path.display().to_string()).help(help)
}
