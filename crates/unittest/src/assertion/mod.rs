//! Assertions about rendered documents.
//!
//! [`check_all`] checks the assertions of a job. It returns [`AssertionResult`]s, whose [`Failure`]s are data;
//! [`AssertionResult::lines`] makes helm-unittest's text of them.

mod catalog;
mod check;
mod diff;
mod failure;
mod failure_text;
mod inside;
mod objects;
mod params;
mod select;

use std::collections::BTreeMap;

use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::Location;

use self::check::Context;
use self::objects::Validation;
use crate::snapshot::Cache;
use crate::suite::{DocumentSelector, Job};

pub use self::catalog::{EXTENSIONS, NAMES, Name};
pub use self::check::{
    Check, Contains, ContainsDocument, Equal, EqualRaw, Exists, FailedTemplate, HasDocuments, Identity, Length,
    MatchRegex, MatchRegexRaw, MatchSnapshot, MatchSnapshotRaw, NullOrEmpty, Order, Snapshots, Subset, TypeOf, Valid,
};
pub use self::failure::{Comparison, Failure, FailureKind, Problem, SelectionError, Unordered};
pub(crate) use self::failure_text::{go_value, invalid_text, problem_text};
pub(crate) use self::inside::PARAMETERS as INSIDE;
pub use self::inside::{Format, Inside};
pub use self::objects::{Invalid, Objects};
pub(crate) use self::params::{ParamError, Params};
pub(crate) use self::select::{candidates, documents as selected};

/// One assertion of a job.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// Where it is written.
    pub location: Location,
    /// The name in the suite, such as `notEqual`.
    pub name: Name,
    /// What it checks.
    pub check: Check,
    /// The template that it is about; empty for those of the job.
    pub template: String,
    /// The templates that it is about, also as patterns with `*`. They win over `template`.
    pub templates: Vec<String>,
    /// The document that it is about.
    pub document_index: Option<i64>,
    /// The documents that it is about.
    pub document_selector: Option<DocumentSelector>,
    /// The strings whose contents it is about; `None` if it is about the documents themselves.
    pub inside: Option<Inside>,
    /// Whether it is negated by `not: true`. `not` before a name that is a negation cancels it.
    pub not: bool,
}

impl Assertion {
    /// Returns whether the chart has to render without an error, so that the assertion can hold.
    pub fn requires_success(&self) -> bool {
        self.name.requires_success()
    }
}

/// What a job rendered, for its assertions.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    /// The documents by the path of their template, which starts with the name of the chart: of files `.yaml`, `.yml`
    /// and `.tpl` all documents that are not empty, of `.txt` one map with the text as `raw`, of CRDs if included. If
    /// rendering failed and some assertion expects that, the error as `raw` at the template that failed.
    pub documents: BTreeMap<String, Vec<Value>>,
    /// The paths of the files that the engine returned, before the post renderer, as the engine names them, without
    /// CRDs. A selection with `*`, or none, asserts on all of them.
    pub outputs: Vec<String>,
    /// The paths of included CRDs.
    pub crds: Vec<String>,
    /// The templates that the suite selects (`templates`); `["**"]` if it selects none.
    pub selected: Vec<String>,
    /// The path of the chart below the root chart: `parent/charts/child`.
    pub route: String,
    /// Whether rendering succeeded.
    pub is_successful: bool,
    /// The error of rendering, if it is not in `documents`.
    pub error: Option<String>,
    /// Whether a post renderer ran.
    pub is_post_rendered: bool,
    /// Whether a selector leaves out templates without a matching document, and fails only if there is none at all.
    pub selects_across_templates: bool,
    /// Whether `template` and `templates` have whole paths below `route`; otherwise, a name is below `templates`.
    pub names_are_paths: bool,
    /// The documents as objects, if an assertion validates them.
    pub objects: Objects,
    /// The text of a named template that was rendered alone, whose documents are in `documents`.
    pub included: Option<Included>,
}

/// The text of a named template.
#[derive(Debug, Clone, Default)]
pub struct Included {
    /// The text, as `raw` of a document.
    pub text: Value,
    /// Why it is not YAML.
    pub error: Option<String>,
}

/// The results of the assertions of a job.
#[derive(Debug, Clone, Default)]
pub struct JobResult {
    /// Whether the job passes. As in helm-unittest, a skipped assertion forgives the failures before it.
    pub passed: bool,
    /// Whether all assertions are skipped.
    pub skipped: bool,
    /// The results, as far as assertions were checked.
    pub assertions: Vec<AssertionResult>,
}

/// The result of an assertion.
#[derive(Debug, Clone)]
pub struct AssertionResult {
    /// The index in the job.
    pub index: usize,
    /// Where the assertion is written.
    pub location: Location,
    /// The name in the suite, such as `notEqual`.
    pub name: &'static str,
    /// Whether it is negated by `not: true`.
    pub not: bool,
    /// Whether it holds; a skipped one does.
    pub passed: bool,
    /// Whether it was skipped, since no document is selected and the selector of the job allows that.
    pub skipped: bool,
    /// The failures, by template in the order of their paths.
    pub failed: Vec<TemplateFailures>,
}

/// The failures of an assertion in one template.
#[derive(Debug, Clone)]
pub struct TemplateFailures {
    /// The path of the template; `None` if no template is selected, or the failure names it.
    pub template: Option<String>,
    /// The failures. An assertion can fail without a reason.
    pub failures: Vec<Failure>,
}

/// The reason that helm-unittest gives for a skipped assertion.
pub const SKIP_REASON: &str = "skipped as 'documentSelector.skipEmptyTemplates: true' and 'selectedTemplates: empty'";

impl AssertionResult {
    /// Returns the lines that helm-unittest prints for the failures.
    pub fn lines(&self) -> Vec<String> {
        let lines = |failed: &TemplateFailures| {
            let template = failed.template.as_ref().map(|template| format!("Template:\t{template}"));
            template.into_iter().chain(failed.failures.iter().flat_map(Failure::lines)).collect::<Vec<_>>()
        };
        self.failed.iter().flat_map(lines).collect()
    }
}

impl Failure {
    /// Returns the lines that helm-unittest prints. They contain line feeds only if an error of rendering does.
    pub fn lines(&self) -> Vec<String> {
        failure_text::lines(self)
    }
}

/// Checks the assertions of a job, which must not be skipped. With `fail_fast`, stops at the first failure.
pub fn check_all(job: &Job, rendered: &Rendered, cache: &mut Cache, fail_fast: bool) -> JobResult {
    let mut snapshots = Snapshots::new(cache, &job.name);
    let mut result = JobResult::default();
    for (index, assertion) in job.assertions.iter().enumerate() {
        let Some(assertion) = assertion else { continue };
        let checked = check(assertion, index, job, rendered, &mut snapshots, fail_fast);
        let before = if index == 0 || checked.skipped { true } else { result.passed };
        result.passed = before && checked.passed;
        result.assertions.push(checked);
        if !result.passed && fail_fast {
            break;
        }
    }
    result.skipped = !result.assertions.is_empty() && result.assertions.iter().all(|checked| checked.skipped);
    result
}

/// Checks one assertion of a job.
pub fn check(
    assertion: &Assertion,
    index: usize,
    job: &Job,
    rendered: &Rendered,
    snapshots: &mut Snapshots<'_>,
    fail_fast: bool,
) -> AssertionResult {
    let (name, not, location) = (assertion.name.name, assertion.not, assertion.location);
    let result = |passed: bool, failed: Vec<TemplateFailures>| AssertionResult {
        index,
        location,
        name,
        not,
        passed,
        skipped: false,
        failed: if passed { Vec::new() } else { failed },
    };
    let selected = match select::documents(assertion, job, rendered) {
        Ok(selected) => selected,
        Err(error) => return result(false, vec![without_template(FailureKind::Selection(error))]),
    };
    if selected.is_empty() {
        if job.document_selector.as_ref().is_some_and(|selector| selector.skip_empty_templates) {
            return AssertionResult { skipped: true, ..result(true, Vec::new()) };
        }
        if assertion.requires_success() != rendered.is_successful {
            return result(false, vec![without_template(FailureKind::Rendering { text: None })]);
        }
    }
    let validation = Validation::of(&rendered.objects);
    let mut checker = Checker { assertion, rendered, snapshots, fail_fast, validation };
    if selected.is_empty() {
        let verdict = checker.validate("", &[], &[]);
        return result(verdict.passed, vec![TemplateFailures { template: None, failures: verdict.failures }]);
    }
    let mut passed = true;
    let mut failed = Vec::new();
    for (template, documents) in selected {
        if let Some(failures) = checker.template(template, &documents) {
            passed = false;
            failed.push(failures);
        }
    }
    result(passed, failed)
}

fn without_template(kind: FailureKind) -> TemplateFailures {
    TemplateFailures { template: None, failures: vec![failure(kind)] }
}

fn failure(kind: FailureKind) -> Failure {
    Failure { document: None, value: None, negated: false, kind }
}

struct Checker<'c, 's> {
    assertion: &'c Assertion,
    rendered: &'c Rendered,
    snapshots: &'c mut Snapshots<'s>,
    fail_fast: bool,
    validation: Validation<'c>,
}

impl Checker<'_, '_> {
    /// Checks the documents of one template. Returns the failures if the assertion does not hold.
    fn template(&mut self, template: String, selected: &[&Value]) -> Option<TemplateFailures> {
        let requires_success = self.assertion.requires_success();
        let documents = self.rendered.documents.get(&template);
        if documents.is_none() && requires_success {
            return Some(without_template(FailureKind::NoTemplate { template }));
        }
        let documents = documents.map(Vec::as_slice).unwrap_or_default();
        if requires_success != self.rendered.is_successful {
            let text =
                documents.first().map(|document| document.as_map().and_then(|map| map.get("raw")).unwrap_or_default());
            let failures = vec![failure(FailureKind::Rendering { text })];
            return Some(TemplateFailures { template: Some(template), failures });
        }
        let verdict = match &self.rendered.included {
            Some(included) => self.validate_included(&template, included, documents, selected),
            None => self.validate(&template, documents, selected),
        };
        (!verdict.passed).then(|| TemplateFailures { template: Some(template), failures: verdict.failures })
    }

    /// Checks the text of a named template, or its documents.
    fn validate_included(
        &mut self,
        template: &str,
        included: &Included,
        documents: &[Value],
        selected: &[&Value],
    ) -> check::Verdict {
        if self.assertion.check.is_about_text() {
            let text = std::slice::from_ref(&included.text);
            return self.validate_documents(template, text, text, &[&included.text]);
        }
        match &included.error {
            Some(error) if !matches!(self.assertion.check, Check::FailedTemplate(_)) => {
                let path = template.to_owned();
                let problem = Problem::NotParsed { path, format: Format::Yaml, error: error.clone(), line: None };
                check::Verdict::problem(problem)
            }
            _ => self.validate(template, documents, selected),
        }
    }

    fn validate(&mut self, template: &str, documents: &[Value], selected: &[&Value]) -> check::Verdict {
        let Some(inside) = &self.assertion.inside else {
            return self.validate_documents(template, documents, documents, selected);
        };
        let inner = match inside.documents(selected) {
            Ok(inner) => inner,
            Err(problem) => return check::Verdict::problem(problem),
        };
        let selected: Vec<&Value> = inner.iter().collect();
        let mut verdict = self.validate_documents(template, documents, &inner, &selected);
        inside.name_in(&mut verdict.failures);
        verdict
    }

    fn validate_documents(
        &mut self,
        template: &str,
        rendered: &[Value],
        documents: &[Value],
        selected: &[&Value],
    ) -> check::Verdict {
        let mut context = Context {
            template,
            rendered,
            documents,
            selected,
            negated: self.assertion.not != self.assertion.name.is_antonym,
            fail_fast: self.fail_fast,
            error: self.rendered.error.as_deref(),
            snapshots: &mut *self.snapshots,
            validation: &self.validation,
        };
        self.assertion.check.validate(&mut context)
    }
}
