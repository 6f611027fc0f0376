//! Explains why a test fails: where its assertion is written, which rendered lines it is about, which lines of templates
//! rendered them, which values these read, and what was most likely meant.
//!
//! The test is rendered again for it, so that tests that pass pay nothing. The result is data; [`crate::report::explained`]
//! makes text of it.

mod differences;
mod hints;
mod places;
mod values;

use std::collections::{BTreeMap, HashMap};

use mkmanifests_chart::{TracedFile, first_word};
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::{self, FieldPath, Location, SourceId, Sources};

use crate::assertion::{self, Assertion, AssertionResult, Failure, FailureKind, Problem, Rendered};
use crate::json_path::near::{self, Miss};
use crate::render::{Harness, KubeNumbers, Render, Scope};
use crate::run::JobResult;
use crate::suite::{Job, Suite};

pub use self::hints::Hint;
use self::places::Place;
pub use self::values::ValueUsed;

/// The most failures of one assertion that are explained.
const MOST_FAILURES: usize = 4;

/// Why a test fails.
#[derive(Debug, Clone)]
pub enum Explanation {
    /// An assertion does not hold.
    Assertion(Box<AssertionExplanation>),
    /// An assertion fails in more documents or templates.
    More {
        /// The name of the assertion.
        name: &'static str,
        /// The number of failures that are not explained.
        count: usize,
    },
    /// The error of a template, or warnings about the test.
    Diagnostics(diagnostic::Failure),
}

/// Why an assertion fails, in one document.
#[derive(Debug, Clone)]
pub struct AssertionExplanation {
    /// The texts that locations point into.
    pub sources: Sources,
    /// The name of the assertion.
    pub name: &'static str,
    /// Where it is written.
    pub location: Location,
    /// The template that it is about.
    pub template: Option<String>,
    /// What is wrong. An assertion can fail without a reason.
    pub failure: Option<Failure>,
    /// The path of the assertion, if it has one.
    pub path: Option<String>,
    /// The rendered node that it is about, or the deepest one on its path; unknown if there is none.
    pub rendered: Location,
    /// The line of the template that rendered it.
    pub rendered_by: Location,
    /// The values that this line reads.
    pub values: Vec<ValueUsed>,
    /// What was most likely meant.
    pub hints: Vec<Hint>,
}

/// A test that failed, and what it was rendered with.
#[derive(Clone, Copy)]
pub(crate) struct FailedJob<'j> {
    pub harness: &'j dyn Render,
    pub suite: &'j Suite,
    pub job: &'j Job,
    pub scope: Scope<'j>,
    pub kube: &'j KubeNumbers,
}

impl<'j> FailedJob<'j> {
    /// Returns the chart whose templates the test renders; `None` if it renders something else, or a named template alone.
    fn chart(&self) -> Option<&'j Harness> {
        self.harness.as_chart().filter(|_| self.job.include.is_none())
    }

    /// Explains why the test fails.
    pub(crate) fn explain(self, result: &JobResult, rendered: Option<&Rendered>) -> Vec<Explanation> {
        let traced = self.chart().map(|chart| chart.trace(self.suite, self.job, self.scope, self.kube));
        let (files, error) = match traced {
            Some(Ok(files)) => (files, None),
            Some(Err(error)) => (Vec::new(), error),
            None => (Vec::new(), None),
        };
        let mut explainer = Explainer::new(self, files);
        let mut found = Vec::new();
        match (&result.error, error, rendered) {
            (Some(_), Some(error), _) => found.push(Explanation::Diagnostics(error)),
            (Some(_), None, _) => found.extend(explainer.not_yaml().map(Explanation::Diagnostics)),
            (None, _, Some(rendered)) => {
                let failed = result.assertions.iter().filter(|assertion| !assertion.passed);
                failed.for_each(|failed| explainer.assertion(failed, rendered, &mut found));
            }
            (None, _, None) => {}
        }
        // Without an explanation, the text of helm-unittest is printed.
        if !found.is_empty() {
            found.extend(explainer.unread());
        }
        found
    }
}

struct Explainer<'j> {
    failed: FailedJob<'j>,
    files: Vec<TracedFile>,
    /// The texts of the chart and the suite. Those that an explanation needs are added to a copy.
    sources: Sources,
    suite: SourceId,
}

/// A node that an assertion is about: its document, and where that is in the rendered files.
struct Target<'d> {
    template: &'d str,
    document: &'d Value,
    index: usize,
}

impl<'j> Explainer<'j> {
    fn new(failed: FailedJob<'j>, files: Vec<TracedFile>) -> Explainer<'j> {
        let mut sources = failed.chart().map(|chart| chart.sources().clone()).unwrap_or_default();
        let suite = sources.add(failed.suite.file.clone(), failed.suite.text.clone());
        Explainer { failed, files, sources, suite }
    }

    /// Returns a location of the suite in the texts of explanations.
    fn in_suite(&self, location: Location) -> Location {
        if location.is_known() { Location { source: self.suite, ..location } } else { location }
    }

    /// Returns warnings about values that nothing reads.
    fn unread(&self) -> Option<Explanation> {
        let FailedJob { suite, job, scope, .. } = self.failed;
        let diagnostics = self.failed.chart()?.unread(suite, job, scope.route, |location| self.in_suite(location));
        let failure = diagnostic::Failure::new(diagnostics, self.sources.clone());
        (!failure.diagnostics.is_empty()).then_some(Explanation::Diagnostics(failure))
    }

    /// Returns the error of the first rendered file that is not YAML.
    fn not_yaml(&mut self) -> Option<diagnostic::Failure> {
        let mut sources = self.sources.clone();
        let mut added = Added::default();
        for file in self.files.iter().filter(|file| places::is_yaml(&file.path)) {
            let Some(mut diagnostics) = places::errors(&file.text) else { continue };
            for diagnostic in &mut diagnostics {
                diagnostic.location = added.rendered(file, diagnostic.location, &mut sources);
                let by = added.rendered_by(file, diagnostic.location.line, &mut sources);
                diagnostic.related.clear();
                if by.is_known() {
                    diagnostic.related.push((by, "rendered by this line".to_owned()));
                }
            }
            return Some(diagnostic::Failure::new(diagnostics, sources));
        }
        None
    }

    fn assertion(&mut self, result: &AssertionResult, rendered: &Rendered, found: &mut Vec<Explanation>) {
        let Some(Some(assertion)) = self.failed.job.assertions.get(result.index) else { return };
        let mut failures: Vec<(Option<&str>, Option<&Failure>)> = Vec::new();
        for failed in &result.failed {
            let template = failed.template.as_deref();
            failures.extend(failed.failures.iter().map(|failure| (template, Some(failure))));
            if failed.failures.is_empty() {
                failures.push((template, None));
            }
        }
        if failures.is_empty() {
            failures.push((None, None));
        }
        let shown = failures.iter().take(MOST_FAILURES);
        found.extend(shown.map(|(template, failure)| {
            Explanation::Assertion(Box::new(self.failure(assertion, *template, *failure, rendered)))
        }));
        let count = failures.len().saturating_sub(MOST_FAILURES);
        if count > 0 {
            found.push(Explanation::More { name: result.name, count });
        }
    }

    fn failure(
        &self,
        assertion: &Assertion,
        template: Option<&str>,
        failure: Option<&Failure>,
        rendered: &Rendered,
    ) -> AssertionExplanation {
        let path = failure.and_then(|failure| path_of(&failure.kind));
        let mut explanation = AssertionExplanation {
            sources: self.sources.clone(),
            name: assertion.name.name,
            location: self.in_suite(assertion.location),
            template: template.map(str::to_owned),
            failure: failure.cloned(),
            path: path.map(str::to_owned),
            rendered: Location::UNKNOWN,
            rendered_by: Location::UNKNOWN,
            values: Vec::new(),
            hints: failure.map(|failure| self.hints(assertion, template, failure, rendered)).unwrap_or_default(),
        };
        let document = failure.and_then(|failure| failure.document);
        let selected = assertion::selected(assertion, self.failed.job, rendered).unwrap_or_default();
        let Some(target) = template.and_then(|template| target(template, document, &selected, rendered)) else {
            return explanation;
        };
        let found = path.map(|path| near::locate(target.document, path)).unwrap_or_default();
        let at = match (path, found.get(failure.and_then(|failure| failure.value).unwrap_or_default())) {
            // What an API server misses is no mistake in a path.
            (Some(_), None) if failure.is_some_and(is_invalid) => None,
            (Some(path), None) => {
                let miss = near::explain(target.document, path);
                let reached = miss.as_ref().map(|miss| miss.reached.clone());
                explanation.hints.extend(miss.map(Hint::Miss));
                reached
            }
            (Some(_), Some(found)) => {
                let at = hints::nearest_item(found, failure, &mut explanation.hints);
                Some(failure.map_or(at.clone(), |failure| differences::first(&failure.kind, &at)))
            }
            (None, _) => {
                explanation.hints.extend(failure.and_then(|failure| hints::object(&failure.kind, target.document)));
                failure.and_then(|failure| place_without_path(&failure.kind))
            }
        };
        if let Some(at) = at.filter(|_| !rendered.is_post_rendered) {
            self.origin(&target, &at, &mut explanation);
        }
        explanation
    }

    /// Adds the rendered node, and what rendered it.
    fn origin(&self, target: &Target<'_>, at: &FieldPath, explanation: &mut AssertionExplanation) {
        let Some(file) = self.files.iter().find(|file| file.path == target.template) else { return };
        let is_miss = explanation.hints.iter().any(|hint| matches!(hint, Hint::Miss(_)));
        if is_miss && at.is_empty() {
            return;
        }
        let Some(Place { location, content_line }) = places::locate(&file.text, target.index, target.document, at)
        else {
            return;
        };
        let rendered = differences::line(explanation.failure.as_ref(), &file.text, location);
        let content_line = content_line.max(rendered.line);
        let mut added = Added::default();
        if !is_miss {
            explanation.rendered_by = added.rendered_by(file, content_line, &mut explanation.sources);
        }
        let by = explanation.rendered_by;
        // A line without actions is in the template as it was rendered.
        if !by.is_known() || rendered.line != content_line || !is_same_line(file, rendered.line, by.line) {
            explanation.rendered = added.rendered(file, rendered, &mut explanation.sources);
        }
        if by.is_known() {
            explanation.values = self.values_used(file, by.line, &mut explanation.sources);
        }
    }
}

/// Returns whether a line of a rendered file is a line of its template.
fn is_same_line(file: &TracedFile, rendered: u32, template: u32) -> bool {
    let of =
        |text: &str, line: u32| text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default().trim().to_owned();
    of(&file.text, rendered) == of(&file.template, template)
}

/// The texts of a rendered file that were added to sources.
#[derive(Default)]
struct Added(HashMap<String, SourceId>);

impl Added {
    fn rendered(&mut self, file: &TracedFile, at: Location, sources: &mut Sources) -> Location {
        let source = *self
            .0
            .entry(file.path.clone())
            .or_insert_with(|| sources.add(format!("{} (rendered)", file.path), file.text.as_str()));
        Location { source, ..at }
    }

    /// Returns the line of the template that rendered a line; unknown if that is not known.
    fn rendered_by(&mut self, file: &TracedFile, line: u32, sources: &mut Sources) -> Location {
        let Some(line) = file.template_line(line) else { return Location::UNKNOWN };
        let source = sources.add(file.path.as_str(), file.template.clone());
        first_word(source, &file.template, line)
    }
}

/// Returns the document that a failure is about: the one with the index among those that are selected, or the first.
fn target<'d>(
    template: &'d str,
    document: Option<usize>,
    selected: &BTreeMap<String, Vec<&'d Value>>,
    rendered: &'d Rendered,
) -> Option<Target<'d>> {
    let document = *selected.get(template)?.get(document.unwrap_or_default())?;
    let index = rendered.documents.get(template)?.iter().position(|known| std::ptr::eq(known, document))?;
    Some(Target { template, document, index })
}

/// Returns the path that a failure is about.
fn path_of(kind: &FailureKind) -> Option<&str> {
    match kind {
        FailureKind::Equal { path, .. }
        | FailureKind::Match { path, .. }
        | FailureKind::Snapshot { path, .. }
        | FailureKind::NoSnapshot { path, .. }
        | FailureKind::Length { path, .. } => path.as_deref(),
        FailureKind::Order { path, .. }
        | FailureKind::Exists { path }
        | FailureKind::NullOrEmpty { path, .. }
        | FailureKind::Type { path, .. }
        | FailureKind::Contains { path, .. }
        | FailureKind::Subset { path, .. } => Some(path),
        FailureKind::Identity { field, .. } => Some(field),
        FailureKind::Invalid { found: Some(found), .. } => {
            found.first().map(|first| first.field.as_str()).filter(|field| !field.is_empty())
        }
        FailureKind::Problem(
            Problem::UnknownPath { path, .. }
            | Problem::WrongType { path, .. }
            | Problem::NotList(path)
            | Problem::Count { path, .. },
        ) => Some(path),
        _ => None,
    }
}

fn is_invalid(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Invalid { .. })
}

/// Returns the node that a failure without a path is about: the document as a whole, or none.
fn place_without_path(kind: &FailureKind) -> Option<FieldPath> {
    matches!(kind, FailureKind::Document { .. }).then_some(FieldPath::ROOT)
}

impl Hint {
    /// Returns what is missing, if a path finds nothing.
    pub fn miss(&self) -> Option<&Miss> {
        if let Hint::Miss(miss) = self { Some(miss) } else { None }
    }
}
