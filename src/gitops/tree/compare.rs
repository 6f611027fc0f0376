//! Compares a folder with its expected files, without changing it.

use std::collections::BTreeSet;

use super::folder::{Entry, TreeFolder, blocked, entry_at, unreadable};
use super::index::Index;
use super::walk::extra_files;
use crate::diagnostic::Diagnostic;
use crate::files::{self, MAX_RENDERED};
use crate::gitops::layout::File;

/// The differences between a folder and its expected files.
pub(in super::super) struct Compared<'f> {
    pub differences: Vec<Difference<'f>>,
    /// Files that were not written by mkmanifests.
    pub unexpected: Vec<String>,
    pub unchanged: usize,
    /// Whether the index is correct.
    pub is_index_correct: bool,
}

/// A file that differs.
pub(in super::super) struct Difference<'f> {
    pub path: String,
    pub old: Option<Vec<u8>>,
    pub new: Option<&'f [u8]>,
}

/// Compares `files` with the folder.
pub(in super::super) fn compare<'f>(place: &TreeFolder, files: &'f [File]) -> Result<Compared<'f>, Diagnostic> {
    let exists = place.check("")?;
    let old = if exists { Index::read(&place.folder())? } else { Index::default() };
    let mut compared = Compared {
        differences: Vec::new(),
        unexpected: Vec::new(),
        unchanged: 0,
        is_index_correct: old == Index::of(files),
    };
    for folder in files.iter().filter_map(|file| Some(file.path.rsplit_once('/')?.0)).collect::<BTreeSet<_>>() {
        place.check(folder)?;
    }
    for file in files {
        let path = place.file(&file.path);
        let old = match entry_at(&path).map_err(|error| unreadable(&path, &error))? {
            Entry::Missing => None,
            Entry::File(_) => Some(files::read(&path, MAX_RENDERED).map_err(|error| unreadable(&path, &error))?),
            Entry::Other(what) => return Err(blocked(&path, what)),
        };
        if old.as_deref() == Some(&**file.text) {
            compared.unchanged += 1;
        } else {
            compared.differences.push(Difference { path: file.path.clone(), old, new: Some(&**file.text) });
        }
    }
    for (path, is_ours) in extra_files(place, files, &old) {
        if is_ours {
            let old = files::read(&place.file(&path), MAX_RENDERED).ok();
            compared.differences.push(Difference { path, old, new: None });
        } else {
            compared.unexpected.push(path);
        }
    }
    Ok(compared)
}
