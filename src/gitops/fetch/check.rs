//! Finds out whether `charts.lock` is up to date, without the network.

use std::fs;

use super::report::{FetchChange, FetchReport};
use super::threads;
use super::wanted::Wanted;
use crate::diagnostic::Failure;
use crate::gitops::charts::{ChartStore, LOCK, Lock};
use crate::gitops::fleet::Fleet;

/// Compares `charts.lock` and the vendored archives with what the apps of a fleet name. Nothing is written or downloaded.
///
/// # Errors
/// The fleet or `charts.lock` is invalid.
pub fn check(fleet: &Fleet) -> Result<FetchReport, Failure> {
    let wanted = Wanted::read(fleet, &threads()?)?;
    let lock = fleet.lock.clone().unwrap_or_default();
    let mut changes = Vec::new();
    let mut charts = Vec::new();
    for (key, uses) in &wanted.charts {
        let Ok(chart) = lock.find(key) else {
            let (name, version, repository) = (key.name.clone(), key.version.clone(), key.repository.clone());
            changes.push(FetchChange::Missing { name, version, repository });
            continue;
        };
        charts.push(chart.clone());
        let other = uses.iter().filter(|one| one.reference.sha256().is_some_and(|sha256| sha256 != chart.sha256));
        changes.extend(other.map(|one| FetchChange::Digest { app: one.site.app.clone(), chart: chart.clone() }));
    }
    let unused = lock.charts.iter().filter(|chart| !charts.contains(chart));
    let is_missing =
        |name: &str| changes.iter().any(|it| matches!(it, FetchChange::Missing { name: it, .. } if it == name));
    // A chart that is missing in another version is reported once.
    let unused: Vec<_> = unused.filter(|chart| !is_missing(&chart.name)).cloned().map(FetchChange::Unused).collect();
    changes.extend(unused);
    changes.extend(archives(fleet, &lock));
    let expected = Lock { vendor: lock.vendor.filter(|_| !charts.is_empty()), charts };
    let text = fs::read(fleet.root().join(LOCK)).unwrap_or_default();
    let expected = if expected.charts.is_empty() { String::new() } else { expected.text() };
    let is_written = text != expected.as_bytes();
    let (charts, apps) = (wanted.charts.len(), wanted.apps());
    Ok(FetchReport { charts, apps, changes, is_written, ..FetchReport::default() })
}

/// Returns the vendored archives that are missing or changed.
fn archives(fleet: &Fleet, lock: &Lock) -> Vec<FetchChange> {
    let Some(folder) = lock.vendor_folder(fleet.root()) else { return Vec::new() };
    let store = ChartStore { vendor: Some(folder.clone()), cache: None };
    let files = lock.vendored().into_iter();
    let wrong = files.filter(|(file, chart)| store.read(chart, file).is_err());
    wrong.map(|(file, _)| FetchChange::Archive { path: folder.join(file).display().to_string() }).collect()
}
