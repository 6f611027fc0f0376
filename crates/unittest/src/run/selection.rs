//! Selects the suites to run: a shard of them, or those of some files.

use super::suites::Entry;

/// The suites to run; by default all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only one part of the suites.
    pub shard: Option<Shard>,
    /// Only some charts and suite files.
    pub only: Option<Only>,
}

/// Charts and suite files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// The paths of charts, as they were given: all of their suites.
    pub charts: Vec<String>,
    /// Suite files, as [`super::SuiteResult::file`] names them.
    pub files: Vec<String>,
}

impl Only {
    fn contains(&self, chart: &str, file: &str) -> bool {
        self.charts.iter().any(|known| known == chart) || self.files.iter().any(|known| known == file)
    }
}

/// One part of the suites, for machines that share the work: every `count`-th suite file, in the order of the charts.
///
/// Files are counted, not suites: suites of one file may share a snapshot file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// The number of the part, from 0.
    pub index: usize,
    /// The number of parts.
    pub count: usize,
}

impl Shard {
    /// Returns whether the suite file at a position belongs to the part.
    fn contains(self, position: usize) -> bool {
        position.checked_rem(self.count) == Some(self.index)
    }
}

/// Applies a selection to one chart after another.
pub(super) struct Selector<'s> {
    selection: &'s Selection,
    /// The number of suite files so far.
    files: usize,
}

impl<'s> Selector<'s> {
    pub(super) fn new(selection: &'s Selection) -> Selector<'s> {
        Selector { selection, files: 0 }
    }

    /// Returns the number of suite files that it has seen.
    pub(super) fn files(&self) -> usize {
        self.files
    }

    /// Removes the suites of the chart at a path that are not selected.
    pub(super) fn retain(&mut self, chart: &str, entries: &mut Vec<Entry>) {
        let mut current: Option<(String, String)> = None;
        entries.retain(|entry| {
            let (route, file) = (&entry.route, &entry.suite.file);
            if current.as_ref().is_none_or(|(last_route, last_file)| last_route != route || last_file != file) {
                current = Some((route.clone(), file.clone()));
                self.files += 1;
            }
            let is_in_shard = self.selection.shard.is_none_or(|shard| shard.contains(self.files - 1));
            is_in_shard && self.selection.only.as_ref().is_none_or(|only| only.contains(chart, file))
        });
    }
}
