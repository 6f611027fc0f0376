//! How a folder differs from what it should be; nothing is touched.

use std::collections::BTreeSet;

use super::index::Index;
use super::place::{Entry, Place, in_the_way, look, unreadable};
use super::walk::strangers;
use crate::diagnostic::Diagnostic;
use crate::files::{self, MAX_RENDERED};
use crate::gitops::layout::File;

/// How a folder differs from what it should be.
pub(in super::super) struct Compared<'f> {
    pub differences: Vec<Difference<'f>>,
    /// Files that are nobody's.
    pub unexpected: Vec<String>,
    pub unchanged: usize,
    /// Whether the index says what it should.
    pub is_index_right: bool,
}

/// A file that differs.
pub(in super::super) struct Difference<'f> {
    pub path: String,
    pub old: Option<Vec<u8>>,
    pub new: Option<&'f [u8]>,
}

/// Compares `files` with the folder.
pub(in super::super) fn compare<'f>(place: &Place, files: &'f [File]) -> Result<Compared<'f>, Diagnostic> {
    let is_there = place.check("")?;
    let old = if is_there { Index::read(&place.folder())? } else { Index::default() };
    let mut compared = Compared {
        differences: Vec::new(),
        unexpected: Vec::new(),
        unchanged: 0,
        is_index_right: old == Index::of(files),
    };
    for folder in files.iter().filter_map(|file| Some(file.path.rsplit_once('/')?.0)).collect::<BTreeSet<_>>() {
        place.check(folder)?;
    }
    for file in files {
        let path = place.file(&file.path);
        let old = match look(&path).map_err(|error| unreadable(&path, &error))? {
            Entry::Nothing => None,
            Entry::File(_) => Some(files::read(&path, MAX_RENDERED).map_err(|error| unreadable(&path, &error))?),
            Entry::Other(what) => return Err(in_the_way(&path, what)),
        };
        if old.as_ref() == Some(&file.text) {
            compared.unchanged += 1;
        } else {
            compared.differences.push(Difference { path: file.path.clone(), old, new: Some(&file.text) });
        }
    }
    for (path, is_ours) in strangers(place, files) {
        if is_ours {
            let old = files::read(&place.file(&path), MAX_RENDERED).ok();
            compared.differences.push(Difference { path, old, new: None });
        } else {
            compared.unexpected.push(path);
        }
    }
    Ok(compared)
}
