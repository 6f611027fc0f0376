//! What rules found in one object.

use std::fmt;

use super::path::Path;
use super::rule::Rule;
use mkmanifests_yaml::diagnostic::{
    Code, Diagnostic, Location, Severity, Suggestions, ValueCode, did_you_mean, listed,
};
use mkmanifests_yaml::tree::Node;

/// Collects what rules find in one object, each finding with its rule, its field and its location.
#[derive(Debug)]
pub struct Report<'n> {
    root: &'n Node,
    rule: Option<&'static Rule>,
    diagnostics: Vec<Diagnostic>,
    /// Whether fields were left out that the type does not know: a field that is missing may then be a misspelt one.
    incomplete: bool,
    suggestions: Suggestions,
}

/// How many names are compared for what is wrong with one object.
const MOST_COMPARISONS: usize = 20_000;

impl<'n> Report<'n> {
    /// Nothing yet about `root`. If it is `incomplete`, fields that are missing are not told.
    pub(super) fn about(root: &'n Node, incomplete: bool) -> Self {
        let suggestions = Suggestions::up_to(MOST_COMPARISONS);
        Report { root, rule: None, diagnostics: Vec::new(), incomplete, suggestions }
    }

    /// What was found.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// The rule that findings belong to from here on; gives the one before.
    pub(super) fn enter(&mut self, rule: &'static Rule) -> Option<&'static Rule> {
        self.rule.replace(rule)
    }

    /// Back to the rule before.
    pub(super) fn leave(&mut self, rule: Option<&'static Rule>) {
        self.rule = rule;
    }

    /// Whether something stands at `at` that is not null: what a type cannot tell that has a zero value.
    pub fn is_set(&self, at: &Path<'_>) -> bool {
        at.find(self.root).is_some_and(|node| !node.is_null())
    }

    /// The nearest of the names that are known, unless the report has had enough of them.
    pub fn nearest<'a>(&self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        self.suggestions.nearest(wrong, known)
    }

    /// Whether fields were left out that the type does not know.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// How much was found so far.
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Whether nothing was found so far.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// An error about the value at `at`.
    #[cold]
    #[inline(never)]
    pub fn error(&mut self, at: &Path<'_>, message: impl fmt::Display) {
        self.push(at, message, None);
    }

    /// A warning about the value at `at`, with a line of help.
    #[cold]
    #[inline(never)]
    pub fn warning_with_help(&mut self, at: &Path<'_>, message: impl fmt::Display, help: impl Into<String>) {
        self.push(at, message, Some(help.into()));
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.severity = Severity::Warning;
        }
    }

    /// An error about the value at `at`, with a line of help.
    #[cold]
    #[inline(never)]
    pub fn error_with_help(&mut self, at: &Path<'_>, message: impl fmt::Display, help: impl Into<String>) {
        self.push(at, message, Some(help.into()));
    }

    /// A field that has to be there and is not; `why` says what for.
    #[cold]
    #[inline(never)]
    pub fn required(&mut self, at: &Path<'_>, why: impl fmt::Display) {
        if !self.incomplete {
            self.push(at, format_args!("the required value is missing: {why}"), None);
        }
    }

    /// An error if a rule of syntax was broken.
    #[inline]
    pub fn require(&mut self, at: &Path<'_>, result: Result<(), String>) {
        if let Err(message) = result {
            self.error(at, message);
        }
    }

    /// An error about `at` if a rule of syntax was broken, where the server names `at` and the part that breaks it was
    /// written at `location`.
    #[inline]
    pub fn require_in(&mut self, at: &Path<'_>, location: &Path<'_>, result: Result<(), String>) {
        if let Err(message) = result {
            self.error_in(at, location, message);
        }
    }

    /// An error about `at`, where the server names `at` and the part that is wrong was written at `location`.
    #[cold]
    #[inline(never)]
    pub fn error_in(&mut self, at: &Path<'_>, location: &Path<'_>, message: impl fmt::Display) {
        self.push(at, message, None);
        let location = location.location(self.root);
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.location = location;
        }
    }

    /// An error if `value` is none of `allowed`.
    #[inline]
    pub fn one_of(&mut self, at: &Path<'_>, value: &str, allowed: &[&str]) {
        if !allowed.contains(&value) {
            self.not_supported(at, value, allowed);
        }
    }

    /// An error if a name breaks a rule, with the nearest of the names that are known.
    #[inline]
    pub fn require_name(&mut self, at: &Path<'_>, name: &str, result: Result<(), String>, known: &[&str]) {
        if let Err(message) = result {
            let near = self.nearest(name, known.iter().copied()).map(did_you_mean);
            self.push(at, message, near);
        }
    }

    /// A value that is none of those allowed.
    #[cold]
    #[inline(never)]
    pub fn not_supported(&mut self, at: &Path<'_>, value: &str, allowed: &[&str]) {
        let listed = listed(allowed.iter().copied());
        let which = if allowed.len() == 1 { "only" } else { "one of" };
        let help = self.nearest(value, allowed.iter().copied()).map(did_you_mean);
        self.push(at, format_args!("{value:?} is not supported: {which} {listed}"), help);
    }

    /// A value that is there twice.
    #[cold]
    #[inline(never)]
    pub fn duplicate(&mut self, at: &Path<'_>, value: impl fmt::Display) {
        self.push(at, format_args!("{value} is there twice"), None);
    }

    /// A field that may not be set here; `why` says why.
    #[cold]
    #[inline(never)]
    pub fn forbidden(&mut self, at: &Path<'_>, why: impl fmt::Display) {
        self.push(at, format_args!("may not be set: {why}"), None);
    }

    /// Another location that matters to what was found last, with what it is.
    pub(super) fn relate(&mut self, location: Location, what: &str) {
        if let Some(diagnostic) = self.diagnostics.last_mut().filter(|_| location.is_known()) {
            diagnostic.related.push((location, what.to_owned()));
        }
    }

    fn push(&mut self, at: &Path<'_>, message: impl fmt::Display, help: Option<String>) {
        let code = self.rule.map_or(Code::Value(ValueCode::Invalid), |rule| Code::Rule(rule.id));
        let diagnostic = Diagnostic::error(code, message.to_string());
        let mut diagnostic = diagnostic.at(at.location(self.root)).in_field(at.field_path());
        diagnostic.help.extend(help);
        self.diagnostics.push(diagnostic);
    }
}
