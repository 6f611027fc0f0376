//! Which documents an assertion is about.

use std::collections::BTreeMap;

use mkmanifests_go::glob::Glob;
use mkmanifests_go::regexp::Pattern;
use mkmanifests_gotmpl::{Value, deep_equal};

use super::failure::SelectionError;
use super::{Assertion, Rendered};
use crate::json_path;
use crate::suite::{Condition, DocumentSelector, Job};

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
    let candidates = candidates(assertion, job, rendered)?;
    let selector = assertion.document_selector.as_ref().or(job.document_selector.as_ref());
    if let Some(selector) = selector.filter(|selector| !selector.conditions.is_empty()) {
        return by_conditions(selector, &selector.conditions, candidates);
    }
    if let Some(selector) = selector.filter(|selector| !selector.path.is_empty()) {
        if rendered.selects_across_templates {
            let (path, value) = (selector.path.clone(), selector.value.clone());
            return by_conditions(selector, &[Condition { path, value, pattern: None }], candidates);
        }
        return by_selector(selector, candidates);
    }
    match job.document_index.or(assertion.document_index).filter(|index| *index != -1) {
        Some(index) => by_index(index, candidates),
        None => Ok(candidates),
    }
}

/// Returns the documents of all templates that an assertion is about. A template that was not rendered has none.
pub(crate) fn candidates<'r>(
    assertion: &Assertion,
    job: &Job,
    rendered: &'r Rendered,
) -> Result<Selected<'r>, SelectionError> {
    if let Some((path, documents)) = whole_manifest(rendered) {
        return Ok(Selected::from([(path.clone(), documents.iter().collect())]));
    }
    let documents = |path: String| {
        let documents = rendered.documents.get(&path).map(|documents| documents.iter().collect());
        (path, documents.unwrap_or_default())
    };
    Ok(templates(assertion, job, rendered)?.into_iter().map(documents).collect())
}

/// Returns the only file of a post renderer that does not keep the comments with the names of files.
fn whole_manifest(rendered: &Rendered) -> Option<(&String, &Vec<Value>)> {
    let mut all = rendered.documents.iter();
    let first = all.next().filter(|_| rendered.is_post_rendered)?;
    (all.next().is_none() && first.0.ends_with("manifest.yaml")).then_some(first)
}

/// Returns the paths of the templates that an assertion is about, as far as rendered documents are named.
fn templates(assertion: &Assertion, job: &Job, rendered: &Rendered) -> Result<Vec<String>, SelectionError> {
    let below_chart = |template: &String| match rendered.names_are_paths {
        true => join(&rendered.route, template),
        false => join(&rendered.route, &template_path(template)),
    };
    if !assertion.templates.is_empty() {
        return matching(assertion.templates.iter().map(below_chart), rendered);
    }
    Ok(if !assertion.template.is_empty() {
        vec![below_chart(&assertion.template)]
    } else if !job.templates.is_empty() {
        job.templates.iter().map(below_chart).collect()
    } else if !job.template.is_empty() {
        vec![below_chart(&job.template)]
    } else if rendered.selected.iter().any(|template| template.contains('*')) {
        rendered.outputs.iter().chain(&rendered.crds).cloned().collect()
    } else {
        rendered.selected.iter().map(below_chart).collect()
    })
}

/// Returns the paths, with those of rendered templates in place of patterns.
fn matching(paths: impl Iterator<Item = String>, rendered: &Rendered) -> Result<Vec<String>, SelectionError> {
    let mut found = Vec::new();
    for path in paths {
        let Some(pattern) = Glob::path(&path).filter(|_| path.contains(['*', '?', '['])) else {
            found.push(path);
            continue;
        };
        let before = found.len();
        found.extend(rendered.outputs.iter().chain(&rendered.crds).filter(|path| pattern.matches(path)).cloned());
        if found.len() == before {
            return Err(SelectionError::NoTemplate(path));
        }
    }
    Ok(found)
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
    has(document, &selector.path, |value| selector.value.is_nil() || deep_equal(&selector.value, value))
}

fn has(document: &Value, path: &str, is: impl Fn(&Value) -> bool) -> Result<bool, SelectionError> {
    let values = json_path::find(document, path).map_err(|error| SelectionError::Path(error.to_string()))?;
    Ok(values.iter().any(is))
}

/// Selects the documents that meet all conditions. Templates without one are left out.
fn by_conditions<'r>(
    selector: &DocumentSelector,
    conditions: &[Condition],
    candidates: Selected<'r>,
) -> Result<Selected<'r>, SelectionError> {
    let conditions = conditions.iter().map(|condition| {
        let pattern = condition.pattern.as_ref().map(|pattern| Pattern::compile(pattern.as_bytes())).transpose();
        Ok((condition, pattern.map_err(SelectionError::Path)?))
    });
    let conditions: Vec<(&Condition, Option<Pattern>)> = conditions.collect::<Result<_, _>>()?;
    let mut selected = Selected::new();
    for (template, documents) in candidates {
        for document in documents {
            if conditions.iter().try_fold(true, |meets, condition| Ok(meets && meets_one(document, condition)?))? {
                selected.entry(template.clone()).or_default().push(document);
            }
        }
    }
    match selected.values().map(Vec::len).sum::<usize>() {
        0 if !selector.skip_empty_templates => Err(SelectionError::NoDocument),
        0 | 1 => Ok(selected),
        _ if selector.match_many => Ok(selected),
        _ => Err(SelectionError::Several),
    }
}

fn meets_one(document: &Value, (condition, pattern): &(&Condition, Option<Pattern>)) -> Result<bool, SelectionError> {
    has(document, &condition.path, |value| {
        let is_equal = condition.value.is_nil() || deep_equal(&condition.value, value);
        let matches = |pattern: &Pattern| value.as_str().is_some_and(|text| pattern.is_match(&text.text()));
        is_equal && pattern.as_ref().is_none_or(matches)
    })
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
