//! Fetches the dependencies of the charts that apps name by `path`, as `helm dependency build` does. No repository needs a
//! `helm repo add`.

use std::path::PathBuf;

use super::FetchOptions;
use super::wanted::Wanted;
use crate::diagnostic::{Diagnostic, Failure};
use crate::fetch::Fetcher;
use crate::fetch::dependency::{self, Refresh};
use crate::gitops::FleetCode;
use crate::gitops::collect::{ClusterDiagnostics, Collected};

/// Builds `charts/` of every chart folder in which dependencies are missing, and returns these folders. Charts that do
/// not exist are left to `gitops`, which reports them.
///
/// # Errors
/// All charts whose dependencies cannot be fetched, each at the first app that names it.
pub(super) fn build(wanted: &Wanted, fetcher: &Fetcher, options: &FetchOptions<'_>) -> Result<Vec<PathBuf>, Failure> {
    let is_chart = |path: &&PathBuf| path.join("Chart.yaml").is_file();
    let folders: Vec<PathBuf> = wanted.paths.keys().filter(is_chart).cloned().collect();
    let options = dependency::Options {
        refresh: Refresh::Needed,
        connection: options.connection.clone(),
        allow_unmanaged: true,
        ..dependency::Options::default()
    };
    let (mut built, mut found) = (Vec::new(), ClusterDiagnostics::default());
    for (folder, result) in dependency::build_all(fetcher, &folders, &options) {
        match (result, wanted.paths.get(&folder)) {
            (Ok(printed), _) if printed.is_empty() => {}
            (Ok(_), _) => built.push(folder),
            (Err(error), Some(site)) => {
                let text = format!("cannot fetch the dependencies of `{}`: {error}", folder.display());
                site.report(Diagnostic::error(FleetCode::FetchFailed, text).at(site.location), &mut found);
            }
            (Err(_), None) => {}
        }
    }
    let mut collected = Collected::default();
    collected.add(found);
    if collected.has_errors() { Err(collected.finish()) } else { Ok(built) }
}
