//! Which documents an assertion is about.

use std::collections::BTreeMap;

use mkmanifests_gotmpl::{Value, deep_equal};

use super::failure::SelectionError;
use super::{Assertion, Rendered};
use crate::json_path;
use crate::suite::{DocumentSelector, Job};

/// Documents by the path of their template.
pub(crate) type Selected<'r> = BTreeMap<String, Vec<&'r Value>>;

/// Selects the documents of an assertion.
///
/// # Errors
/// The first problem, in the order of the templates.
pub(crate) fn documents<'r>(
    assertion: &Assertion,
    job: &Job,
    rendered: &'r Rendered,
) -> Result<Selected<'r>, SelectionError> {
    let candidates = candidates(assertion, job, rendered);
    let selector = assertion.document_selector.as_ref().or(job.document_selector.as_ref());
    if let Some(selector) = selector.filter(|selector| !selector.path.is_empty()) {
        return by_selector(selector, candidates);
    }
    match job.document_index.or(assertion.document_index).filter(|index| *index != -1) {
        Some(index) => by_index(index, candidates),
        None => Ok(candidates),
    }
}

/// Returns the documents of all templates that an assertion is about. A template that was not rendered has none.
pub(crate) fn candidates<'r>(assertion: &Assertion, job: &Job, rendered: &'r Rendered) -> Selected<'r> {
    if let Some((path, documents)) = whole_manifest(rendered) {
        return Selected::from([(path.clone(), documents.iter().collect())]);
    }
    let documents = |path: String| {
        let documents = rendered.documents.get(&path).map(|documents| documents.iter().collect());
        (path, documents.unwrap_or_default())
    };
    templates(assertion, job, rendered).into_iter().map(documents).collect()
}

/// Returns the only file of a post renderer that does not keep the comments with the names of files.
fn whole_manifest(rendered: &Rendered) -> Option<(&String, &Vec<Value>)> {
    let mut all = rendered.documents.iter();
    let first = all.next().filter(|_| rendered.is_post_rendered)?;
    (all.next().is_none() && first.0.ends_with("manifest.yaml")).then_some(first)
}

/// Returns the paths of the templates that an assertion is about, as far as rendered documents are named.
fn templates(assertion: &Assertion, job: &Job, rendered: &Rendered) -> Vec<String> {
    let below_chart = |template: &String| join(&rendered.route, &template_path(template));
    if !assertion.template.is_empty() {
        return vec![below_chart(&assertion.template)];
    }
    if !job.templates.is_empty() {
        return job.templates.iter().map(below_chart).collect();
    }
    if !job.template.is_empty() {
        return vec![below_chart(&job.template)];
    }
    if rendered.selected.iter().any(|template| template.contains('*')) {
        return rendered.outputs.iter().chain(&rendered.crds).cloned().collect();
    }
    rendered.selected.iter().map(below_chart).collect()
}

/// Returns the path of a template in its chart: names without a folder are in `templates`.
fn template_path(name: &str) -> String {
    match ["templates", "charts", "crds", "**"].iter().any(|prefix| name.starts_with(prefix)) {
        true => name.to_owned(),
        false => join("templates", name),
    }
}

/// Joins two paths as Go does: without `.`, `..` and double separators.
fn join(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    if folder.starts_with('/') { format!("/{joined}") } else { joined }
}

fn by_index(index: i64, candidates: Selected<'_>) -> Result<Selected<'_>, SelectionError> {
    let at = usize::try_from(index).map_err(|_| SelectionError::OutOfRange(index))?;
    let select = |(template, documents): (String, Vec<_>)| match documents.get(at) {
        Some(document) => Ok((template, vec![*document])),
        None => Err(SelectionError::OutOfRange(index)),
    };
    candidates.into_iter().map(select).collect()
}

fn by_selector<'r>(selector: &DocumentSelector, candidates: Selected<'r>) -> Result<Selected<'r>, SelectionError> {
    let mut selected = Selected::new();
    let mut count = 0;
    for (template, documents) in candidates {
        let mut matching = Vec::new();
        for document in documents {
            if !matches(selector, document)? {
                continue;
            }
            count += 1;
            if !selector.match_many && count > 1 {
                return Err(SelectionError::Several);
            }
            matching.push(document);
        }
        match (matching.is_empty(), selector.skip_empty_templates) {
            (true, true) => {}
            (true, false) => return Err(SelectionError::NotFound),
            (false, _) => {
                selected.insert(template, matching);
            }
        }
    }
    Ok(selected)
}

fn matches(selector: &DocumentSelector, document: &Value) -> Result<bool, SelectionError> {
    let values = json_path::find(document, &selector.path).map_err(|error| SelectionError::Path(error.to_string()))?;
    Ok(values.iter().any(|value| selector.value.is_nil() || deep_equal(&selector.value, value)))
}

#[cfg(test)]
mod tests {
    use super::{join, template_path};

    #[test]
    fn templates_are_paths_below_their_chart() {
        assert_eq!(join("app", &template_path("web.yaml")), "app/templates/web.yaml");
        assert_eq!(join("app", &template_path("./a//b.yaml")), "app/templates/a/b.yaml");
        assert_eq!(join("app", &template_path("charts/db/templates/x.yaml")), "app/charts/db/templates/x.yaml");
        assert_eq!(join("app", &template_path("templates/../crds/x.yaml")), "app/crds/x.yaml");
    }
}
