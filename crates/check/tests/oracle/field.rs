//! Compares the fields that the checks and an API server report.

use mkmanifests_yaml::diagnostic::Diagnostic;

use super::case::Case;

/// Returns whether the checks report one of the fields that the server reports; `None` if the server reports none.
pub fn reports_same_field(case: &Case, diagnostics: &[Diagnostic]) -> Option<bool> {
    let fields = || diagnostics.iter().map(|diagnostic| diagnostic.field().to_string());
    if case.code == 422 && !case.causes.is_empty() {
        // The server reports no field if a schema's `format`, `not` or `oneOf` fails.
        let named = case.causes.iter().filter(|cause| cause.field != "<nil>");
        let causes: Vec<_> = named.map(|cause| normalized(&cause.field)).collect();
        if causes.is_empty() {
            return None;
        }
        return Some(fields().any(|field| causes.contains(&normalized(&field))));
    }
    if let Some(reported) = quoted_after(&case.message, "unknown field ") {
        return Some(fields().any(|field| reported.iter().any(|reported| normalized(reported) == normalized(&field))));
    }
    let (_, reported) = case.message.split_once("Go struct field ")?;
    let reported = from_go_path(reported.split(' ').next()?);
    Some(fields().any(|field| contains_steps(&without_indices(&field), &reported)))
}

/// Normalizes the notations of a path.
fn normalized(path: &str) -> String {
    let path = path.replace(['[', ']'], ".").replace(['"', '\''], "");
    path.split('.').filter(|step| !step.is_empty()).collect::<Vec<_>>().join(".")
}

/// Removes the list indices of a path: Go's JSON reader does not report them.
fn without_indices(path: &str) -> String {
    let plain = normalized(path);
    let steps = plain.split('.').filter(|step| !step.bytes().all(|byte| byte.is_ascii_digit()));
    steps.collect::<Vec<_>>().join(".")
}

/// Returns whether a path has the steps of another in order: Go's JSON reader omits the keys of mappings.
fn contains_steps(path: &str, reported: &str) -> bool {
    let mut steps = path.split('.');
    reported.split('.').all(|wanted| steps.any(|step| step == wanted))
}

/// Converts a path of Go's JSON reader: drops the type at the start and embedded types (capitalized) in between.
fn from_go_path(path: &str) -> String {
    let steps = path.split('.').skip(1);
    steps.filter(|step| !step.starts_with(|first: char| first.is_ascii_uppercase())).collect::<Vec<_>>().join(".")
}

fn quoted_after<'t>(text: &'t str, mark: &str) -> Option<Vec<&'t str>> {
    let found: Vec<_> = text.split(mark).skip(1).filter_map(|rest| rest.strip_prefix('"')?.split('"').next()).collect();
    (!found.is_empty()).then_some(found)
}
