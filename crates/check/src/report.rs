//! Collects the diagnostics of rules about one object.

use std::fmt;

use super::path::Path;
use super::rule::Rule;
use mkmanifests_yaml::diagnostic::{
    Code, Diagnostic, Location, Severity, Suggestions, ValueCode, did_you_mean, listed,
};
use mkmanifests_yaml::tree::Node;

/// Collects the diagnostics of rules about one object, each with its rule, field and location.
#[derive(Debug)]
pub struct Report<'n> {
    root: &'n Node,
    rule: Option<&'static Rule>,
    diagnostics: Vec<Diagnostic>,
    /// Whether unknown fields were skipped: a missing field may then be misspelt.
    incomplete: bool,
    suggestions: Suggestions,
}

/// At most this many names are compared for "did you mean" per object.
const MOST_COMPARISONS: usize = 20_000;

impl<'n> Report<'n> {
    /// Creates an empty report about `root`. If `incomplete`, missing fields are not reported.
    pub(super) fn about(root: &'n Node, incomplete: bool) -> Self {
        let suggestions = Suggestions::up_to(MOST_COMPARISONS);
        Report { root, rule: None, diagnostics: Vec::new(), incomplete, suggestions }
    }

    /// Returns the diagnostics.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Sets the rule of the following diagnostics, and returns the previous one.
    pub(super) fn enter(&mut self, rule: &'static Rule) -> Option<&'static Rule> {
        self.rule.replace(rule)
    }

    /// Restores the previous rule.
    pub(super) fn leave(&mut self, rule: Option<&'static Rule>) {
        self.rule = rule;
    }

    /// Returns whether the field is set and not null. Types with a zero value do not show that.
    pub fn is_set(&self, at: &Path<'_>) -> bool {
        at.find(self.root).is_some_and(|node| !node.is_null())
    }

    /// Returns the most similar of the known names, unless the limit of comparisons is reached.
    pub fn nearest<'a>(&self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        self.suggestions.nearest(wrong, known)
    }

    /// Returns whether unknown fields were skipped, so that a missing field may be misspelt.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// Returns the number of diagnostics.
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Returns whether there are no diagnostics.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Reports an error of the field `at`.
    #[cold]
    #[inline(never)]
    pub fn error(&mut self, at: &Path<'_>, message: impl fmt::Display) {
        self.push(at, message, None);
    }

    /// Reports a warning about the field `at`, with a line of help.
    #[cold]
    #[inline(never)]
    pub fn warning_with_help(&mut self, at: &Path<'_>, message: impl fmt::Display, help: impl Into<String>) {
        self.push(at, message, Some(help.into()));
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.severity = Severity::Warning;
        }
    }

    /// Reports an error of the field `at`, with a line of help.
    #[cold]
    #[inline(never)]
    pub fn error_with_help(&mut self, at: &Path<'_>, message: impl fmt::Display, help: impl Into<String>) {
        self.push(at, message, Some(help.into()));
    }

    /// Reports a required field that is missing; `why` is the reason.
    #[cold]
    #[inline(never)]
    pub fn required(&mut self, at: &Path<'_>, why: impl fmt::Display) {
        if !self.incomplete {
            self.push(at, format_args!("required: {why}"), None);
        }
    }

    /// Reports the error of a syntax check, if there is one.
    #[inline]
    pub fn require(&mut self, at: &Path<'_>, result: Result<(), String>) {
        if let Err(message) = result {
            self.error(at, message);
        }
    }

    /// Reports the error of a syntax check, if there is one: for the field `at`, which the API server names, at the location of
    /// the field `location`.
    #[inline]
    pub fn require_in(&mut self, at: &Path<'_>, location: &Path<'_>, result: Result<(), String>) {
        if let Err(message) = result {
            self.error_in(at, location, message);
        }
    }

    /// Reports an error of the field `at`, which the API server names, at the location of the field `location`.
    #[cold]
    #[inline(never)]
    pub fn error_in(&mut self, at: &Path<'_>, location: &Path<'_>, message: impl fmt::Display) {
        self.push(at, message, None);
        let location = location.location(self.root);
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.location = location;
        }
    }

    /// Reports an error if `value` is not one of `allowed`.
    #[inline]
    pub fn one_of(&mut self, at: &Path<'_>, value: &str, allowed: &[&str]) {
        if !allowed.contains(&value) {
            self.not_supported(at, value, allowed);
        }
    }

    /// Reports the error of a check of a name, if there is one, with the most similar of the known names.
    #[inline]
    pub fn require_name(&mut self, at: &Path<'_>, name: &str, result: Result<(), String>, known: &[&str]) {
        if let Err(message) = result {
            let near = self.nearest(name, known.iter().copied()).map(did_you_mean);
            self.push(at, message, near);
        }
    }

    /// Reports a value that is not one of `allowed`.
    #[cold]
    #[inline(never)]
    pub fn not_supported(&mut self, at: &Path<'_>, value: &str, allowed: &[&str]) {
        let listed = listed(allowed.iter().copied());
        let which = if allowed.len() == 1 { "" } else { "one of " };
        let help = self.nearest(value, allowed.iter().copied()).map(did_you_mean);
        self.push(at, format_args!("must be {which}{listed}, found {value:?}"), help);
    }

    /// Reports a value that must be unique.
    #[cold]
    #[inline(never)]
    pub fn duplicate(&mut self, at: &Path<'_>, value: impl fmt::Display) {
        self.push(at, format_args!("duplicate value: {value}"), None);
    }

    /// Reports a field that may not be set; `why` is the reason.
    #[cold]
    #[inline(never)]
    pub fn forbidden(&mut self, at: &Path<'_>, why: impl fmt::Display) {
        self.push(at, format_args!("may not be set: {why}"), None);
    }

    /// Adds a location with a text to the last diagnostic.
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
