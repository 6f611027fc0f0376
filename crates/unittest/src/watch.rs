//! Finds out which suites to run again when files change.
//!
//! The times and sizes of files are compared every fraction of a second. Events of the operating system (the crate
//! `notify`) would add about ten crates, and do not come from network file systems and the folders that a container shares
//! with its host. Reading the metadata of a chart's files takes less than a millisecond.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::WalkDir;

use crate::run::{self, Only, SuiteResult};

/// The files below some paths, with the time of their last change and their size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<PathBuf, (Option<SystemTime>, u64)>);

impl Files {
    /// Reads the metadata of all files at and below paths. What cannot be read is left out, and so are folders `.git`.
    pub fn read<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Files {
        let mut files = BTreeMap::new();
        for path in paths {
            let walk = WalkDir::new(path).follow_links(true).into_iter();
            let walk = walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
            for entry in walk.flatten().filter(|entry| !entry.file_type().is_dir()) {
                if let Ok(metadata) = entry.metadata() {
                    files.insert(entry.into_path(), (metadata.modified().ok(), metadata.len()));
                }
            }
        }
        Files(files)
    }

    /// Adds other files.
    #[must_use]
    pub fn and(mut self, others: Files) -> Files {
        self.0.extend(others.0);
        self
    }

    /// Returns the files that are new, changed or gone.
    pub fn changes(&self, later: &Files) -> Vec<PathBuf> {
        let paths: BTreeSet<&PathBuf> = self.0.keys().chain(later.0.keys()).collect();
        paths.into_iter().filter(|path| self.0.get(*path) != later.0.get(*path)).cloned().collect()
    }

    /// Takes over from `later` the files that a run has written itself: snapshots, and those at and below `outputs`.
    #[must_use]
    pub fn with_own_output(mut self, later: &Files, outputs: &[PathBuf]) -> Files {
        for path in self.changes(later) {
            if is_snapshot(&path) || outputs.iter().any(|output| absolute(&path).starts_with(output)) {
                match later.0.get(&path) {
                    Some(stamp) => self.0.insert(path, *stamp),
                    None => self.0.remove(&path),
                };
            }
        }
        self
    }
}

fn is_snapshot(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "__snapshot__")
}

/// Returns an absolute path without `.` and `..`.
pub fn absolute(path: &Path) -> PathBuf {
    run::absolute(&path.to_string_lossy()).into()
}

/// The suites of the last runs, by their files.
#[derive(Debug, Clone, Default)]
pub struct Suites(BTreeMap<PathBuf, Suite>);

#[derive(Debug, Clone, Default)]
struct Suite {
    /// The file as results name it.
    file: String,
    values_files: BTreeSet<PathBuf>,
}

impl Suites {
    /// Adds a suite, or replaces what is known about it.
    pub fn add(&mut self, result: &SuiteResult) {
        let values_files = result.values_files.iter().map(|file| run::absolute(file).into()).collect();
        self.0.insert(run::absolute(&result.file).into(), Suite { file: result.file.clone(), values_files });
    }

    /// Returns the values files that suites name.
    pub fn values_files(&self) -> impl Iterator<Item = &Path> {
        self.0.values().flat_map(|suite| &suite.values_files).map(PathBuf::as_path)
    }

    /// Returns what has to run after files changed: a suite if its file or its snapshots changed, else all suites of the
    /// chart. A values file outside the charts belongs to the suites that name it, and any other file to all charts.
    pub fn affected(&self, charts: &[String], changes: &[PathBuf]) -> Only {
        let mut only = Only::default();
        let folders: Vec<(PathBuf, &String)> =
            charts.iter().map(|chart| (run::absolute(chart).into(), chart)).collect();
        for change in changes {
            let change = absolute(change);
            if let Some(suite) = self.0.get(&change) {
                only.files.push(suite.file.clone());
            } else if is_snapshot(&change) {
                only.files.extend(self.of_snapshot(&change).map(|suite| suite.file.clone()));
            } else {
                let inside: Vec<&String> =
                    folders.iter().filter(|(folder, _)| change.starts_with(folder)).map(|(_, chart)| *chart).collect();
                let readers = || self.0.values().filter(|suite| suite.values_files.contains(&change));
                match inside.is_empty() {
                    false => only.charts.extend(inside.into_iter().cloned()),
                    true if readers().next().is_some() => only.files.extend(readers().map(|suite| suite.file.clone())),
                    true => only.charts.extend_from_slice(charts),
                }
            }
        }
        only.charts.dedup();
        only.files.dedup();
        only
    }

    /// Returns the suites whose snapshots may be in a file.
    fn of_snapshot(&self, snapshot: &Path) -> impl Iterator<Item = &Suite> {
        let folder = snapshot.parent().and_then(Path::parent).map(Path::to_path_buf);
        let name = snapshot.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let matches = move |file: &Path| {
            let base = file.file_name().unwrap_or_default().to_string_lossy();
            file.parent().map(Path::to_path_buf) == folder && name.starts_with(&*base)
        };
        self.0.iter().filter(move |(file, _)| matches(file)).map(|(_, suite)| suite)
    }
}
