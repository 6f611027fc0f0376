//! Where the chart of an app comes from: `path`, or `chart`.

use std::path::PathBuf;

use super::Request;
use super::file::{AppFile, ChartFile};
use crate::diagnostic::{Diagnostic, Failure, Location, Sources, ValueCode, listed};
use crate::gitops::FleetCode;
use crate::gitops::charts::ChartReference;

/// Where the chart of an app comes from.
pub(in super::super) enum ChartSource {
    /// A folder or archive of the user.
    Path(PathBuf),
    /// A chart that `charts.lock` pins.
    Named(ChartReference),
}

/// Returns where the chart of an app comes from, the location of `path` or `chart.name` in its file, and that of
/// `chart.digest`.
///
/// # Errors
/// The file of the app is invalid.
pub(in super::super) fn chart_of(request: &Request<'_>) -> Result<(ChartSource, [Location; 2]), Failure> {
    let file: AppFile<ChartFile> = AppFile::read(request)?;
    let source = source(&file, request).map_err(|diagnostics| request.failure(diagnostics))?;
    let key: &[&str] = if matches!(source, ChartSource::Path(_)) { &["path"] } else { &["chart", "name"] };
    Ok((source, [file.location(key), file.location(&["chart", "digest"])]))
}

/// Returns where the chart comes from.
pub(super) fn source(file: &AppFile<ChartFile>, request: &Request<'_>) -> Result<ChartSource, Vec<Diagnostic>> {
    match (&file.typed.path, &file.typed.chart) {
        (Some(path), None) => Ok(ChartSource::Path(file.path(&["path"], path, &request.cluster.layers.sources))),
        (None, Some(reference)) => {
            let diagnostics = invalid(file, reference, &request.cluster.layers.sources);
            if diagnostics.is_empty() { Ok(ChartSource::Named(reference.clone())) } else { Err(diagnostics) }
        }
        (Some(_), Some(_)) => {
            let diagnostic = Diagnostic::error(FleetCode::ChartSource, "`path` and `chart` exclude each other");
            let diagnostic =
                diagnostic.at(file.location(&["chart"])).related(file.location(&["path"]), "`path` is set here");
            Err(vec![diagnostic.help("remove one of them; `path: null` removes a default of a folder above")])
        }
        (None, None) => {
            let diagnostic = Diagnostic::error(FleetCode::ChartSource, "the app has no chart");
            let diagnostic = diagnostic.at(file.location(&[]));
            Err(vec![diagnostic.help("set `path` to a folder or archive, or `chart` to a chart of a repository")])
        }
    }
}

fn invalid(file: &AppFile<ChartFile>, reference: &ChartReference, sources: &Sources) -> Vec<Diagnostic> {
    if reference.has_credentials() {
        return vec![credentials(file, reference, sources)];
    }
    let missing = reference.missing();
    if !missing.is_empty() {
        let reason = format!("required keys are missing: {}", listed(missing));
        let diagnostic = Diagnostic::error(ValueCode::MissingField, reason).in_field("chart");
        return vec![diagnostic.at(file.location(&["chart"]))];
    }
    let keys = reference.invalid().into_iter().map(|(key, reason)| {
        let diagnostic = Diagnostic::error(ValueCode::Invalid, reason).in_field(format!("chart.{key}").as_str());
        diagnostic.at(file.location(&["chart", key]))
    });
    let optional = file.typed.optional.then(|| {
        let reason = "only an app with `path` can be optional: whether it is rendered must not depend on the cache";
        Diagnostic::error(ValueCode::Invalid, reason).in_field("optional").at(file.location(&["optional"]))
    });
    keys.chain(optional).collect()
}

/// Reports credentials in a URL. The error names the file and has no location: its excerpt would show the password.
fn credentials(file: &AppFile<ChartFile>, reference: &ChartReference, sources: &Sources) -> Diagnostic {
    let location = file.location(&["chart", "repository"]);
    let name = sources.get(location.source).map(|source| source.name.clone()).unwrap_or_default();
    let reason = format!("`{name}:{}`: `chart.repository` must not contain credentials", location.line);
    let help = if reference.is_in_registry() {
        "log in with `helm registry login`, which stores them in Helm's `registry/config.json`"
    } else {
        "add the repository with `helm repo add`, which stores them in Helm's `repositories.yaml`"
    };
    let diagnostic = Diagnostic::error(ValueCode::Invalid, reason).names_field("chart.repository");
    diagnostic.names_file(name).help(help)
}
