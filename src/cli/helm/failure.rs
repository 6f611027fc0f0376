//! The one error that Helm reports, in Helm's words, from all diagnostics of a run.

use super::Error;
use crate::chart::{ChartCode, HelmRelease};
use crate::diagnostic::{Code, Diagnostic, Failure};

/// Returns Helm's text of a diagnostic.
pub(super) fn text(diagnostic: &Diagnostic) -> String {
    match (&diagnostic.subject.original, chart_code(diagnostic)) {
        (Some(text), _) => text.clone(),
        // Helm ends the list of a schema's errors with an empty line.
        (None, Some(ChartCode::SchemaMismatch)) if diagnostic.message().contains("\n- at ") => {
            format!("{}\n", diagnostic.message())
        }
        (None, Some(ChartCode::IllegalPath)) => "unable to load chart archive".to_owned(),
        (None, _) => diagnostic.message(),
    }
}

/// Returns an error in the words of a release of Helm.
pub(super) fn of_release(error: Error, release: HelmRelease) -> Error {
    let message = match &error {
        Error::Message(message) => message.clone(),
        Error::Failure(failure) => failure.diagnostics.first().map(text).unwrap_or_default(),
        Error::Write(_) | Error::Reported => return error,
    };
    // Helm 4 reads a values file as several documents, and says so.
    match message.strip_prefix("cannot load values.yaml: cannot unmarshal yaml document: ") {
        Some(reason) if release.is_v3() => Error::Message(format!("cannot load values.yaml: {reason}")),
        _ => error,
    }
}

fn chart_code(diagnostic: &Diagnostic) -> Option<ChartCode> {
    ChartCode::ALL.iter().copied().find(|code| Code::from(*code) == diagnostic.subject.code)
}

/// Returns Helm's text of why a chart cannot be rendered. With `debug`, it has no hint at `--debug`.
pub(super) fn of_rendering(failure: &Failure, debug: bool) -> Error {
    // Helm validates values before it looks at the version of Kubernetes.
    let late = |diagnostic: &&Diagnostic| chart_code(diagnostic) == Some(ChartCode::IncompatibleKubernetes);
    let errors = || failure.diagnostics.iter().filter(|diagnostic| !diagnostic.is_warning());
    let Some(first) = errors().find(|diagnostic| !late(diagnostic)).or_else(|| errors().next()) else {
        return Error::Message(String::new());
    };
    let hint = if is_of_templates(first) && !debug { "\n\nUse --debug flag to render out invalid YAML" } else { "" };
    Error::Message(format!("{}{hint}", text(first)))
}

/// Returns whether Helm finds the error while it renders, after it has computed the values.
pub(super) fn is_of_templates(diagnostic: &Diagnostic) -> bool {
    !matches!(
        chart_code(diagnostic),
        Some(ChartCode::SchemaMismatch | ChartCode::ValuesNotMerged | ChartCode::NotInstallable)
    )
}

/// Returns Helm's text about dependencies that `charts/` lacks.
pub(super) fn missing_dependencies(names: &[&str], release: HelmRelease) -> Error {
    let names = names.join(", ");
    let (start, quote) = if release.is_v3() { ("An", '`') } else { ("an", '\'') };
    Error::Message(format!(
        "{start} error occurred while checking for chart dependencies. You may need to run {quote}helm dependency \
         build{quote} to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: {names}"
    ))
}
