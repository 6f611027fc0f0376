//! Plans the changes in one folder, without changing it.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::folder::{Entry, TreeFolder, blocked, entry_at, unreadable};
use super::index::Index;
use super::line_ends::with_lf;
use super::walk::extra_files;
use crate::diagnostic::Diagnostic;
use crate::files::{self, MAX_RENDERED};
use crate::gitops::GitopsCode;
use crate::gitops::layout::File;
use crate::gitops::text::Text;

/// The changes in one folder.
#[derive(Debug, Default)]
pub(in super::super) struct Plan {
    /// Files to write.
    pub write: Vec<Write>,
    /// Files to remove.
    pub remove: Vec<String>,
    /// Number of files without changes.
    pub unchanged: usize,
    /// Files that were not written by mkmanifests. They are kept.
    pub unexpected: Vec<String>,
    /// The index during the changes; none if the current one is correct.
    pub(super) during: Option<Vec<u8>>,
    /// The index after the changes; none if the previous one is correct.
    pub(super) after: Option<Vec<u8>>,
    /// The index after the changes.
    index: Index,
    /// Whether the texts of the files were dropped.
    has_no_texts: bool,
    /// Whether the folder has no files of the tree after the changes.
    pub is_removed: bool,
    /// Whether the folder exists.
    pub(super) exists: bool,
}

/// A file to write.
#[derive(Debug)]
pub(in super::super) struct Write {
    pub path: String,
    /// Empty if it was dropped to save memory: it can be rendered again.
    pub text: Arc<Text>,
    /// What is at the path now.
    pub current: Current,
}

/// What is at the path of a file to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Current {
    Missing,
    /// Different content.
    Other,
    /// The same content with different line endings.
    LineEnds,
}

impl Plan {
    /// Returns whether there are no changes.
    pub fn is_empty(&self) -> bool {
        self.write.is_empty() && self.remove.is_empty() && self.during.is_none() && self.after.is_none()
    }

    /// Returns the size of all texts in bytes, without those that other clusters share.
    pub fn size(&self) -> usize {
        let own = self.write.iter().filter(|write| Arc::strong_count(&write.text) == 1);
        own.map(|write| write.text.len()).sum()
    }

    /// Drops the texts of the files to save memory.
    pub fn drop_texts(&mut self) {
        self.write.iter_mut().for_each(|write| write.text = Arc::default());
        self.has_no_texts = true;
    }

    /// Returns whether the texts of the files were dropped.
    pub fn has_no_texts(&self) -> bool {
        self.has_no_texts
    }

    /// Restores the texts; returns false if they have changed.
    pub fn restore_texts(&mut self, files: Vec<File>) -> bool {
        let index = Index::of(&files);
        let mut texts: HashMap<String, Arc<Text>> = files.into_iter().map(|file| (file.path, file.text)).collect();
        for write in &mut self.write {
            match texts.remove(&write.path) {
                Some(text) => write.text = text,
                None => return false,
            }
        }
        self.has_no_texts = false;
        index == self.index
    }
}

/// Plans how to replace the content of the folder by `files`. A file that was edited or added by hand is an error, unless `force`
/// overwrites it.
pub(in super::super) fn plan(place: &TreeFolder, files: Vec<File>, force: bool) -> Result<Plan, Vec<Diagnostic>> {
    let exists = place.check("").map_err(|diagnostic| vec![diagnostic])?;
    let old =
        if exists { Index::read(&place.folder()).map_err(|diagnostic| vec![diagnostic])? } else { Index::default() };
    let new = Index::of(&files);
    let unexpected = if exists { extra_files(place, &files, &old) } else { Vec::new() };
    let mut planner =
        Planner { place, old: &old, force, diagnostics: Vec::new(), plan: Plan { exists, ..Plan::default() } };
    planner.folders(&files);
    for file in files {
        planner.file(file);
    }
    for path in old.paths().filter(|path| !new.has(path)) {
        planner.stale(path);
    }
    let Planner { mut plan, diagnostics, .. } = planner;
    plan.unexpected = unexpected.into_iter().map(|(path, _)| path).filter(|path| !old.has(path)).collect();
    plan.is_removed = new.is_empty();
    set_index(&mut plan, &old, &new);
    plan.index = new;
    if diagnostics.is_empty() { Ok(plan) } else { Err(diagnostics) }
}

/// Sets the indexes. While files are being replaced, both hashes of each are valid.
fn set_index(plan: &mut Plan, old: &Index, new: &Index) {
    let has_changes = !plan.write.is_empty() || !plan.remove.is_empty();
    let during = if has_changes { old.merged_with(new) } else { old.clone() };
    plan.during = (during != *old).then(|| during.text());
    // `sha256sum` cannot read an index with converted line endings.
    let has_line_ends = plan.write.iter().any(|write| write.current == Current::LineEnds);
    plan.after = (*new != during || has_line_ends).then(|| new.text());
}

struct Planner<'a> {
    place: &'a TreeFolder,
    old: &'a Index,
    force: bool,
    diagnostics: Vec<Diagnostic>,
    plan: Plan,
}

impl Planner<'_> {
    /// Checks the folders of files that exist.
    fn folders(&mut self, files: &[File]) {
        if !self.plan.exists {
            return;
        }
        let folders: BTreeSet<&str> = files.iter().filter_map(|file| Some(file.path.rsplit_once('/')?.0)).collect();
        for folder in folders {
            if let Err(diagnostic) = self.place.check(folder) {
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn file(&mut self, file: File) {
        let path = self.place.file(&file.path);
        let entry = if self.plan.exists { entry_at(&path) } else { Ok(Entry::Missing) };
        match entry {
            Ok(Entry::Missing) => self.write(file, Current::Missing),
            Ok(Entry::Other(what)) => self.diagnostics.push(blocked(&path, what)),
            Ok(Entry::File(_)) => match files::read(&path, MAX_RENDERED) {
                Ok(content) if content == **file.text => self.plan.unchanged += 1,
                Ok(content) if *with_lf(&content) == **file.text => self.write(file, Current::LineEnds),
                Ok(content) if self.force || self.old.wrote(&file.path, &content) => self.write(file, Current::Other),
                Ok(_) => self.refuse(&path, &file.path, "overwritten"),
                Err(error) => self.diagnostics.push(unreadable(&path, &error)),
            },
            Err(error) => self.diagnostics.push(unreadable(&path, &error)),
        }
    }

    fn write(&mut self, file: File, current: Current) {
        self.plan.write.push(Write { path: file.path, text: file.text, current });
    }

    /// Plans the removal of a file of an earlier run.
    fn stale(&mut self, path: &str) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match self.place.check(folder) {
            Ok(true) => {}
            Ok(false) => return,
            Err(diagnostic) => return self.diagnostics.push(diagnostic),
        }
        let full = self.place.file(path);
        match entry_at(&full) {
            Ok(Entry::Missing) => {}
            Ok(Entry::Other(what)) => self.diagnostics.push(blocked(&full, what)),
            Ok(Entry::File(_)) => match files::read(&full, MAX_RENDERED) {
                Ok(content) if self.force || self.old.wrote(path, &content) => self.plan.remove.push(path.to_owned()),
                Ok(_) => self.refuse(&full, path, "removed"),
                Err(error) => self.diagnostics.push(unreadable(&full, &error)),
            },
            Err(error) => self.diagnostics.push(unreadable(&full, &error)),
        }
    }

    fn refuse(&mut self, full: &Path, path: &str, done: &str) {
        let shown = full.display();
        let diagnostic = if self.old.has(path) {
            Diagnostic::error(GitopsCode::EditedFile, format!("`{shown}` was edited by hand, and is not {done}"))
        } else {
            Diagnostic::error(
                GitopsCode::ForeignFile,
                format!("`{shown}` was not written by mkmanifests, and is not {done}"),
            )
        };
        let verb = if done == "removed" { "removes" } else { "overwrites" };
        let diagnostic = diagnostic.names_file(shown.to_string());
        self.diagnostics.push(diagnostic.help(format!("make the change in the values; `--force` {verb} the file")));
    }
}

/// Reads the content of a file that must not be a link.
pub(super) fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match entry_at(path)? {
        Entry::File(_) => files::read(path, MAX_RENDERED).map(Some),
        _ => Ok(None),
    }
}
