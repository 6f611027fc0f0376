//! Loads the archive of a chart that an app names, and explains why it cannot be used.

use super::Request;
use super::file::{AppFile, ChartFile};
use crate::chart;
use crate::diagnostic::{Diagnostic, Failure, Sources, listed};
use crate::gitops::FleetCode;
use crate::gitops::charts::{ArchiveError, ChartReference, LOCK, LockedChart, Unlocked};
use crate::gitops::fleet::{Fleet, SharedChart};

/// Why an archive cannot be used.
pub(in super::super) enum LoadError {
    Archive(ArchiveError),
    /// It is not a valid chart.
    Chart(Failure),
}

/// Returns the entry of `charts.lock` for a chart that an app names.
pub(super) fn locked<'f>(
    request: &Request<'f>,
    file: &AppFile<ChartFile>,
    reference: &ChartReference,
) -> Result<&'f LockedChart, Failure> {
    let name = &reference.name;
    let fail = |key: &[&str], code: FleetCode, reason: String, command: String| {
        let diagnostic = Diagnostic::error(code, reason).at(file.location(key));
        request.failure(vec![diagnostic.help(format!("run `{command}`"))])
    };
    let fetch = request.fleet.fetch_command();
    let found = match &request.fleet.lock {
        Some(lock) => lock.find(&reference.key()),
        None => Err(Unlocked::Absent),
    };
    let locked = found.map_err(|why| {
        let reason = match why {
            Unlocked::Absent => format!("`{LOCK}` has no chart `{name}` of this repository"),
            Unlocked::Unsatisfied(versions) => {
                let versions = listed(versions.iter().map(String::as_str));
                format!(
                    "`{LOCK}` has the chart `{name}` in version {versions}, which `{}` does not accept",
                    reference.version
                )
            }
            Unlocked::OtherRange => {
                format!("`{LOCK}` has the chart `{name}`, but no entry for `version: {}`", reference.version)
            }
        };
        fail(&["chart", "version"], FleetCode::NotLocked, reason, fetch.clone())
    })?;
    match reference.sha256() {
        Some(wanted) if wanted != locked.sha256 => {
            let reason = format!("`{LOCK}` has another digest of {}: `sha256:{}`", locked.title(), locked.sha256);
            let command = format!("{fetch} --update {name}");
            Err(fail(&["chart", "digest"], FleetCode::ChartDigest, reason, command))
        }
        _ => Ok(locked),
    }
}

/// Loads an archive from the vendored folder or the cache.
pub(super) fn load(fleet: &Fleet, locked: &LockedChart) -> Result<SharedChart, LoadError> {
    let file = fleet.lock.as_ref().map(|lock| lock.file_name(locked)).unwrap_or_default();
    let (bytes, _) = fleet.store().read(locked, &file).map_err(LoadError::Archive)?;
    let mut sources = Sources::default();
    // The name of the archive, not its path: nothing printed may depend on where it is.
    match chart::load_archive(&bytes, &format!("{}.tgz", locked.title()), &mut sources) {
        Ok(loaded) => Ok(SharedChart::new(loaded, sources)),
        Err(diagnostics) => Err(LoadError::Chart(Failure::new(diagnostics, sources))),
    }
}

/// Returns the loaded chart, or the reason why there is none as an error of the app.
pub(super) fn loaded<'s>(
    request: &Request<'_>,
    file: &AppFile<ChartFile>,
    locked: &LockedChart,
    result: Option<&'s Result<SharedChart, LoadError>>,
) -> Result<&'s SharedChart, Failure> {
    let title = locked.title();
    let error = match result {
        Some(Ok(shared)) => return Ok(shared),
        Some(Err(LoadError::Chart(failure))) => return Err(failure.clone()),
        Some(Err(LoadError::Archive(error))) => error,
        None => return Err(request.failure(Vec::new())),
    };
    let diagnostic = match error {
        ArchiveError::Missing => {
            let reason = match request.fleet.store().vendor {
                Some(folder) => format!("the chart {title} is neither in `{}` nor in the cache", folder.display()),
                None => format!("the chart {title} is not in the cache"),
            };
            Diagnostic::error(FleetCode::NotFetched, reason)
        }
        ArchiveError::Changed { path, sha256 } => {
            let reason = format!("`{}` is not the chart {title} of `{LOCK}`: its SHA-256 is {sha256}", path.display());
            Diagnostic::error(FleetCode::ChartDigest, reason)
        }
        ArchiveError::Unreadable { path, reason } => {
            Diagnostic::error(FleetCode::NotFetched, format!("cannot read `{}`: {reason}", path.display()))
        }
    };
    let diagnostic = diagnostic.at(file.location(&["chart", "name"]));
    Err(request.failure(vec![diagnostic.help(format!("run `{}`", request.fleet.fetch_command()))]))
}
