//! A folder of the tree on disk, whose links are never followed.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;
use crate::gitops::GitopsCode;

/// The folder of a cluster below the tree's.
#[derive(Debug, Clone)]
pub(in super::super) struct Place {
    /// The tree, as the user named it.
    pub tree: PathBuf,
    /// Below it, with slashes; empty if it is the tree.
    pub path: String,
}

/// What is at a path.
pub(super) enum Entry {
    Nothing,
    File(Metadata),
    Other(&'static str),
}

impl Place {
    pub fn new(tree: &Path, path: &str) -> Place {
        Place { tree: tree.to_owned(), path: path.to_owned() }
    }

    /// The path of the folder.
    pub fn folder(&self) -> PathBuf {
        if self.path.is_empty() { self.tree.clone() } else { self.tree.join(&self.path) }
    }

    /// The path of a file below the folder.
    pub fn file(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    /// Whether the folder is there; a link or a file on the way to it is an error.
    pub fn check(&self, below: &str) -> Result<bool, Diagnostic> {
        let mut path = self.tree.clone();
        for part in self.path.split('/').chain(below.split('/')).filter(|part| !part.is_empty()) {
            path.push(part);
            match look(&path).map_err(|error| unreadable(&path, &error))? {
                Entry::Nothing => return Ok(false),
                Entry::Other("a folder") => {}
                Entry::Other(what) => return Err(in_the_way(&path, what)),
                Entry::File(_) => return Err(in_the_way(&path, "a file")),
            }
        }
        Ok(true)
    }
}

/// What is at a path, itself: a link is a link.
pub(super) fn look(path: &Path) -> io::Result<Entry> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Entry::File(found)),
        Ok(found) if found.is_symlink() => Ok(Entry::Other("a link")),
        Ok(found) if found.is_dir() => Ok(Entry::Other("a folder")),
        Ok(_) => Ok(Entry::Other("no ordinary file")),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Entry::Nothing)
        }
        Err(error) => Err(error),
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(FileCode::of_reading(error), format!("cannot read `{}`: {}", path.display(), io_reason(error)))
        .names_file(path.display().to_string())
}

/// Something that is not ours, where a folder or file of the tree has to be.
pub(super) fn in_the_way(path: &Path, what: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        GitopsCode::PathBlocked,
        format!("`{}` is {what}, where the tree has something of its own", path.display()),
    );
    let help = if what == "a link" { "links are not followed; move it away" } else { "move it away" };
    diagnostic.names_file(path.display().to_string()).help(help)
}
