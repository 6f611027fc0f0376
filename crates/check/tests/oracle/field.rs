//! Whether the checks and an API server mean the same field.

use mkmanifests_yaml::diagnostic::Diagnostic;

use super::case::Case;

/// Whether one of the fields that the server named is one of those that the checks named; `None` if it named none.
pub fn agrees(case: &Case, diagnostics: &[Diagnostic]) -> Option<bool> {
    let fields = || diagnostics.iter().map(|diagnostic| diagnostic.field().to_string());
    if case.code == 422 && !case.causes.is_empty() {
        // The server does not name a field where a schema's format, `not` or `oneOf` fails.
        let named = case.causes.iter().filter(|cause| cause.field != "<nil>");
        let causes: Vec<_> = named.map(|cause| plain(&cause.field)).collect();
        if causes.is_empty() {
            return None;
        }
        return Some(fields().any(|field| causes.contains(&plain(&field))));
    }
    if let Some(told) = quoted_after(&case.message, "unknown field ") {
        return Some(fields().any(|field| told.iter().any(|told| plain(told) == plain(&field))));
    }
    let (_, told) = case.message.split_once("Go struct field ")?;
    let told = of_go(told.split(' ').next()?);
    Some(fields().any(|field| leads_over(&without_indices(&field), &told)))
}

/// A path without the marks in which forms differ.
fn plain(path: &str) -> String {
    let path = path.replace(['[', ']'], ".").replace(['"', '\''], "");
    path.split('.').filter(|step| !step.is_empty()).collect::<Vec<_>>().join(".")
}

/// The list indices of a path taken out: Go's JSON reader does not tell them.
fn without_indices(path: &str) -> String {
    let plain = plain(path);
    let steps = plain.split('.').filter(|step| !step.bytes().all(|byte| byte.is_ascii_digit()));
    steps.collect::<Vec<_>>().join(".")
}

/// Whether a path has the steps of another in their order: Go's JSON reader leaves the keys of mappings out.
fn leads_over(path: &str, told: &str) -> bool {
    let mut steps = path.split('.');
    told.split('.').all(|wanted| steps.any(|step| step == wanted))
}

/// The path that Go's JSON reader tells: the type first, and embedded types in capitals between.
fn of_go(path: &str) -> String {
    let steps = path.split('.').skip(1);
    steps.filter(|step| !step.starts_with(|first: char| first.is_ascii_uppercase())).collect::<Vec<_>>().join(".")
}

fn quoted_after<'t>(text: &'t str, mark: &str) -> Option<Vec<&'t str>> {
    let found: Vec<_> = text.split(mark).skip(1).filter_map(|rest| rest.strip_prefix('"')?.split('"').next()).collect();
    (!found.is_empty()).then_some(found)
}
