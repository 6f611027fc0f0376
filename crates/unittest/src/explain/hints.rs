//! What a failure was most likely meant to be about.

use mkmanifests_gotmpl::{Value, deep_equal};
use mkmanifests_yaml::diagnostic::{FieldPath, Step, nearest};

use super::{Explainer, Harness};
use crate::assertion::{self, Assertion, Failure, FailureKind, Rendered, SelectionError};
use crate::go_yaml::scalar_text;
use crate::json_path;
use crate::json_path::near::Miss;
use crate::path;

/// The most values that are listed.
const MOST_LISTED: usize = 8;

/// What helps to correct a test.
#[derive(Debug, Clone)]
pub enum Hint {
    /// A path finds nothing.
    Miss(Miss),
    /// The item of a list that has the most in common with the one that is expected.
    NearestItem {
        /// The index.
        index: usize,
        /// The item.
        item: Value,
    },
    /// The items of a list, all of them scalars.
    Items(Vec<String>),
    /// A template has fewer documents than the index says.
    DocumentCount {
        /// The template.
        template: String,
        /// The number of its documents.
        count: usize,
    },
    /// What the path of a selector finds in the documents.
    Selectable {
        /// The path.
        path: String,
        /// The values.
        values: Vec<String>,
    },
    /// The template that was most likely meant.
    NearestTemplate(String),
    /// The chart has the template, and the suite does not render it.
    NotSelected(String),
    /// The template renders no documents.
    Empty(String),
    /// What the document is, where another object is expected.
    Object {
        /// The kind; empty if it has none.
        kind: String,
        /// The version of its API; empty if it has none.
        api_version: String,
        /// The name; empty if it has none.
        name: String,
    },
}

impl Explainer<'_> {
    /// Returns hints about the selection of templates and documents.
    pub(super) fn hints(
        &self,
        assertion: &Assertion,
        template: Option<&str>,
        failure: &Failure,
        rendered: &Rendered,
    ) -> Vec<Hint> {
        match &failure.kind {
            FailureKind::NoTemplate { template } => self.template(template, rendered).into_iter().collect(),
            FailureKind::Selection(error) => self.selection(error, assertion, rendered),
            FailureKind::Rendering { .. } | FailureKind::Documents { .. } => Vec::new(),
            _ => {
                let is_empty = |template: &&str| rendered.documents.get(*template).is_some_and(Vec::is_empty);
                template.filter(is_empty).map(|template| Hint::Empty(template.to_owned())).into_iter().collect()
            }
        }
    }

    /// Returns what is wrong with the name of a template that was not rendered.
    fn template(&self, wanted: &str, rendered: &Rendered) -> Option<Hint> {
        let scope = self.failed.scope;
        let chart = self.failed.chart().map(Harness::chart);
        let names = chart.map_or_else(|| rendered.outputs.clone(), |chart| template_names(chart, chart.name()));
        if names.iter().any(|name| name == wanted) {
            return Some(Hint::NotSelected(self.as_written(wanted)));
        }
        let own: Vec<&str> = names.iter().map(String::as_str).filter(|name| name.starts_with(scope.route)).collect();
        nearest(wanted, own).map(|near| Hint::NearestTemplate(self.as_written(near)))
    }

    /// Returns the name of a template as suites write it.
    fn as_written(&self, template: &str) -> String {
        let own = template.strip_prefix(self.failed.scope.route).map(|name| name.trim_start_matches('/'));
        let own = own.unwrap_or(template);
        own.strip_prefix("templates/").unwrap_or(own).to_owned()
    }

    fn selection(&self, error: &SelectionError, assertion: &Assertion, rendered: &Rendered) -> Vec<Hint> {
        let job = self.failed.job;
        let candidates = assertion::candidates(assertion, job, rendered).unwrap_or_default();
        match error {
            SelectionError::OutOfRange(index) => {
                let fewer = candidates
                    .into_iter()
                    .filter(|(_, documents)| usize::try_from(*index).is_ok_and(|index| index >= documents.len()));
                fewer.map(|(template, documents)| Hint::DocumentCount { template, count: documents.len() }).collect()
            }
            SelectionError::NotFound | SelectionError::Several => {
                let selector = assertion.document_selector.as_ref().or(job.document_selector.as_ref());
                let Some(selector) = selector else { return Vec::new() };
                let mut values: Vec<String> = Vec::new();
                for document in candidates.values().flatten() {
                    let found = json_path::find(document, &selector.path).unwrap_or_default();
                    values.extend(found.iter().filter(|value| is_scalar(value)).map(|value| scalar_text(value).into()));
                }
                values.truncate(MOST_LISTED);
                vec![Hint::Selectable { path: selector.path.clone(), values }]
            }
            SelectionError::NoTemplate(_) | SelectionError::NoDocument | SelectionError::Path(_) => Vec::new(),
        }
    }
}

/// Returns the names of all templates of a chart and its subcharts.
fn template_names(chart: &mkmanifests_chart::Chart, route: &str) -> Vec<String> {
    let own = chart.templates.iter().filter(|file| !file.base_name().starts_with('_'));
    let own = own.map(|file| path::join(&[route, &file.name]));
    let below = chart
        .dependencies
        .iter()
        .flat_map(|child| template_names(child, &path::join(&[route, "charts", child.name()])));
    own.chain(below).collect()
}

/// For `contains`, returns the place of the item that has the most in common with the one that is expected, and adds it to
/// the hints; the place itself for other failures.
pub(super) fn nearest_item(at: &FieldPath, failure: Option<&Failure>, hints: &mut Vec<Hint>) -> FieldPath {
    let Some(Failure { kind: FailureKind::Contains { content, actual: Some(Value::List(list)), .. }, negated, .. }) =
        failure
    else {
        return at.clone();
    };
    let near = match negated {
        true => list.iter().position(|item| deep_equal(item, content)),
        false => {
            let likeness = |item: &Value| common(item, content);
            let best = list.iter().map(likeness).max().unwrap_or_default();
            (best > 0).then(|| list.iter().position(|item| likeness(item) == best)).flatten()
        }
    };
    let Some((index, item)) = near.and_then(|index| Some((index, list.get(index)?.clone()))) else {
        if !negated && list.iter().all(is_scalar) {
            hints.push(Hint::Items(list.iter().take(MOST_LISTED).map(|item| scalar_text(item).into()).collect()));
        }
        return at.clone();
    };
    if !negated {
        hints.push(Hint::NearestItem { index, item });
    }
    let mut at = at.clone();
    at.push(Step::Index(index));
    at
}

/// Returns what a document is, if another object is expected.
pub(super) fn object(kind: &FailureKind, document: &Value) -> Option<Hint> {
    let FailureKind::Document { .. } = kind else { return None };
    let text = |path: &str| {
        let found = json_path::find(document, path).unwrap_or_default();
        found.first().map(|value| scalar_text(value).into_owned()).unwrap_or_default()
    };
    Some(Hint::Object { kind: text("kind"), api_version: text("apiVersion"), name: text("metadata.name") })
}

/// Returns how many entries two mappings share; `name` counts more, since it identifies items of Kubernetes.
fn common(item: &Value, content: &Value) -> usize {
    let (Value::Map(item), Value::Map(content)) = (item, content) else { return 0 };
    let (item, content) = (item.snapshot(), content.snapshot());
    let equal =
        content.iter().filter(|(key, value)| item.get(key.as_bytes()).is_some_and(|own| deep_equal(own, value)));
    equal.map(|(key, _)| if *key == *"name" { 10 } else { 1 }).sum()
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Map(_) | Value::List(_) | Value::Object(_))
}
