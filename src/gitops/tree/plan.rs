//! What has to be done in one folder: a comparison, before anything is touched.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;

use super::index::Index;
use super::line_ends::with_lf;
use super::place::{Entry, Place, in_the_way, look, unreadable};
use super::walk::strangers;
use crate::diagnostic::Diagnostic;
use crate::files::{self, MAX_RENDERED};
use crate::gitops::GitopsCode;
use crate::gitops::layout::File;

/// What has to be done in one folder.
#[derive(Debug, Default)]
pub(in super::super) struct Plan {
    /// Files to be written.
    pub write: Vec<Write>,
    /// Files to be removed.
    pub remove: Vec<String>,
    /// How many are as they should be.
    pub unchanged: usize,
    /// Files that are nobody's. They stay.
    pub unexpected: Vec<String>,
    /// The index while the work is being done; nothing if it is right as it is.
    pub(super) during: Option<Vec<u8>>,
    /// The index afterwards; nothing if it is right by then.
    pub(super) after: Option<Vec<u8>>,
    /// What the index says afterwards.
    index: Index,
    is_forgotten: bool,
    /// Whether the folder is nobody's afterwards.
    pub(super) is_gone: bool,
    /// Whether anything may be in the folder already.
    pub(super) is_there: bool,
}

/// A file to be written.
#[derive(Debug)]
pub(in super::super) struct Write {
    pub path: String,
    /// Empty where the memory was wanted for something else: it can be rendered again.
    pub text: Vec<u8>,
    /// What is there so far.
    pub before: Before,
}

/// What is at the path of a file to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Before {
    Nothing,
    /// Other content.
    Other,
    /// The same content with other line ends.
    LineEnds,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.write.is_empty() && self.remove.is_empty() && self.during.is_none() && self.after.is_none()
    }

    /// How many bytes it holds.
    pub fn size(&self) -> usize {
        self.write.iter().map(|write| write.text.len()).sum()
    }

    /// Drops the texts of the files, which are rendered again.
    pub fn forget(&mut self) {
        self.write.iter_mut().for_each(|write| write.text = Vec::new());
        self.is_forgotten = true;
    }

    /// Whether the texts of the files are not there.
    pub fn is_forgotten(&self) -> bool {
        self.is_forgotten
    }

    /// Takes the texts again; false if they are not those of before.
    pub fn remember(&mut self, files: Vec<File>) -> bool {
        let index = Index::of(&files);
        let mut texts: HashMap<String, Vec<u8>> = files.into_iter().map(|file| (file.path, file.text)).collect();
        for write in &mut self.write {
            match texts.remove(&write.path) {
                Some(text) => write.text = text,
                None => return false,
            }
        }
        self.is_forgotten = false;
        index == self.index
    }
}

/// Compares `files` with what is in the folder. What somebody edited or added and is in the way is an error each, or is
/// overwritten by `force`.
pub(in super::super) fn plan(place: &Place, files: Vec<File>, force: bool) -> Result<Plan, Vec<Diagnostic>> {
    let is_there = place.check("").map_err(|diagnostic| vec![diagnostic])?;
    let old =
        if is_there { Index::read(&place.folder()).map_err(|diagnostic| vec![diagnostic])? } else { Index::default() };
    let new = Index::of(&files);
    let unexpected = if is_there { strangers(place, &files) } else { Vec::new() };
    let mut planner =
        Planner { place, old: &old, force, diagnostics: Vec::new(), plan: Plan { is_there, ..Plan::default() } };
    planner.folders(&files);
    for file in files {
        planner.file(file);
    }
    for path in old.paths().filter(|path| !new.has(path)) {
        planner.stale(path);
    }
    let Planner { mut plan, diagnostics, .. } = planner;
    plan.unexpected = unexpected.into_iter().map(|(path, _)| path).filter(|path| !old.has(path)).collect();
    plan.is_gone = new.is_empty();
    set_index(&mut plan, &old, &new);
    plan.index = new;
    if diagnostics.is_empty() { Ok(plan) } else { Err(diagnostics) }
}

/// While files are replaced both hashes of each are right.
fn set_index(plan: &mut Plan, old: &Index, new: &Index) {
    let works = !plan.write.is_empty() || !plan.remove.is_empty();
    let during = if works { old.and(new) } else { old.clone() };
    plan.during = (during != *old).then(|| during.text());
    // An index with other line ends says the same, but not to `sha256sum`.
    let has_line_ends = plan.write.iter().any(|write| write.before == Before::LineEnds);
    plan.after = (*new != during || has_line_ends).then(|| new.text());
}

struct Planner<'a> {
    place: &'a Place,
    old: &'a Index,
    force: bool,
    diagnostics: Vec<Diagnostic>,
    plan: Plan,
}

impl Planner<'_> {
    /// Every folder of a file is a folder, if it is there.
    fn folders(&mut self, files: &[File]) {
        if !self.plan.is_there {
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
        let entry = if self.plan.is_there { look(&path) } else { Ok(Entry::Nothing) };
        match entry {
            Ok(Entry::Nothing) => self.write(file, Before::Nothing),
            Ok(Entry::Other(what)) => self.diagnostics.push(in_the_way(&path, what)),
            Ok(Entry::File(_)) => match files::read(&path, MAX_RENDERED) {
                Ok(content) if content == file.text => self.plan.unchanged += 1,
                Ok(content) if with_lf(&content) == file.text => self.write(file, Before::LineEnds),
                Ok(content) if self.force || self.old.wrote(&file.path, &content) => self.write(file, Before::Other),
                Ok(_) => self.not_ours(&path, &file.path, "overwritten"),
                Err(error) => self.diagnostics.push(unreadable(&path, &error)),
            },
            Err(error) => self.diagnostics.push(unreadable(&path, &error)),
        }
    }

    fn write(&mut self, file: File, before: Before) {
        self.plan.write.push(Write { path: file.path, text: file.text, before });
    }

    /// A file of an earlier run that has no place any more.
    fn stale(&mut self, path: &str) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match self.place.check(folder) {
            Ok(true) => {}
            Ok(false) => return,
            Err(diagnostic) => return self.diagnostics.push(diagnostic),
        }
        let full = self.place.file(path);
        match look(&full) {
            Ok(Entry::Nothing) => {}
            Ok(Entry::Other(what)) => self.diagnostics.push(in_the_way(&full, what)),
            Ok(Entry::File(_)) => match files::read(&full, MAX_RENDERED) {
                Ok(content) if self.force || self.old.wrote(path, &content) => self.plan.remove.push(path.to_owned()),
                Ok(_) => self.not_ours(&full, path, "removed"),
                Err(error) => self.diagnostics.push(unreadable(&full, &error)),
            },
            Err(error) => self.diagnostics.push(unreadable(&full, &error)),
        }
    }

    fn not_ours(&mut self, full: &Path, path: &str, done: &str) {
        let shown = full.display();
        let diagnostic = if self.old.has(path) {
            Diagnostic::error(
                GitopsCode::EditedFile,
                format!("`{shown}` was edited since it was written, and is not {done}"),
            )
        } else {
            Diagnostic::error(
                GitopsCode::ForeignFile,
                format!("`{shown}` was not written by mkmanifests, and is not {done}"),
            )
        };
        let verb = if done == "removed" { "removes" } else { "overwrites" };
        let diagnostic = diagnostic.names_file(shown.to_string());
        self.diagnostics.push(diagnostic.help(format!("put the change into the values; `--force` {verb} the file")));
    }
}

/// Reads the content of a file that must not be a link.
pub(super) fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match look(path)? {
        Entry::File(_) => files::read(path, MAX_RENDERED).map(Some),
        _ => Ok(None),
    }
}
