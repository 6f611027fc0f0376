//! What a run of `fetch` changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::gitops::charts::{Lock, LockedChart};

/// What [`fetch`](fn@super::fetch) or [`check`](fn@super::check) found.
#[derive(Debug, Clone, Default)]
pub struct FetchReport {
    /// Number of entries in `charts.lock`.
    pub charts: usize,
    /// Number of apps that name a chart.
    pub apps: usize,
    /// How the locked charts changed.
    pub changes: Vec<FetchChange>,
    /// The folders of charts that got their missing dependencies.
    pub built: Vec<PathBuf>,
    /// Whether `charts.lock` was written or removed; for a check, whether it is out of date.
    pub is_written: bool,
    /// Warnings only.
    pub warnings: Vec<Diagnostic>,
}

/// A difference of the locked charts. `Display` prints it in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchChange {
    /// A chart is new, or has one more version.
    Added(LockedChart),
    /// A chart has another version, or another archive of the same version.
    Updated {
        /// The old version.
        from: String,
        /// The new entry.
        to: LockedChart,
    },
    /// No app names the chart any more.
    Removed(LockedChart),
    /// No app names the chart of this entry. Only a check finds it.
    Unused(LockedChart),
    /// A chart has no entry that its apps accept. Only a check finds it.
    Missing {
        /// Name of the chart.
        name: String,
        /// The version or range of the apps.
        version: String,
        /// The repository.
        repository: String,
    },
    /// An archive in the vendored folder is missing or is not the locked one. Only a check finds it.
    Archive {
        /// The path of the file.
        path: String,
    },
    /// The digest that an app demands is not the locked one. Only a check finds it.
    Digest {
        /// The path of the app.
        app: String,
        /// The entry.
        chart: LockedChart,
    },
}

impl fmt::Display for FetchChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchChange::Added(to) => write!(f, "added {} {} of {}", to.name, to.resolved, to.repository),
            FetchChange::Updated { from, to } if *from == to.resolved => {
                write!(f, "replaced the archive of {} {} of {}", to.name, to.resolved, to.repository)
            }
            FetchChange::Updated { from, to } => {
                write!(f, "updated {} from {from} to {} of {}", to.name, to.resolved, to.repository)
            }
            FetchChange::Removed(old) => write!(f, "removed {} {} of {}", old.name, old.resolved, old.repository),
            FetchChange::Unused(old) => write!(f, "unused {} {} of {}", old.name, old.resolved, old.repository),
            FetchChange::Missing { name, version, repository } => {
                write!(f, "missing {name} {version} of {repository}")
            }
            FetchChange::Archive { path } => write!(f, "missing or changed {path}"),
            FetchChange::Digest { app, chart } => {
                write!(f, "{app} demands another digest of {} than sha256:{}", chart.title(), chart.sha256)
            }
        }
    }
}

impl FetchReport {
    pub(super) fn new(before: &Lock, after: &Lock, apps: usize) -> FetchReport {
        FetchReport { charts: after.charts.len(), apps, changes: changes(before, after), ..FetchReport::default() }
    }

    /// Returns whether nothing changed, or nothing has to change.
    pub fn is_clean(&self) -> bool {
        self.changes.is_empty() && self.built.is_empty() && !self.is_written
    }
}

/// The archives of one chart, by version and SHA-256.
type Archives<'a> = BTreeMap<(&'a str, &'a str), &'a LockedChart>;

/// Returns the archives that two locks do not share, by name and repository.
fn changes(before: &Lock, after: &Lock) -> Vec<FetchChange> {
    let (old, new) = (by_chart(before), by_chart(after));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let none = Archives::new();
    let mut changes = Vec::new();
    for name in names {
        let (old, new) = (old.get(name).unwrap_or(&none), new.get(name).unwrap_or(&none));
        let gone: Vec<_> = old.iter().filter(|(key, _)| !new.contains_key(*key)).map(|(_, chart)| *chart).collect();
        let added: Vec<_> = new.iter().filter(|(key, _)| !old.contains_key(*key)).map(|(_, chart)| *chart).collect();
        if let ([from], [to]) = (gone.as_slice(), added.as_slice()) {
            changes.push(FetchChange::Updated { from: from.resolved.clone(), to: (*to).clone() });
            continue;
        }
        changes.extend(gone.into_iter().cloned().map(FetchChange::Removed));
        changes.extend(added.into_iter().cloned().map(FetchChange::Added));
    }
    changes
}

fn by_chart(lock: &Lock) -> BTreeMap<(&str, &str), Archives<'_>> {
    let mut charts: BTreeMap<(&str, &str), Archives<'_>> = BTreeMap::new();
    for chart in &lock.charts {
        let archives = charts.entry((&chart.name, &chart.repository)).or_default();
        archives.insert((&chart.resolved, &chart.sha256), chart);
    }
    charts
}
