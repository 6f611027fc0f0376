//! Skipped rules, each with a reason.

use super::CheckCode;
use super::annotation::{annotation, in_annotation};
use super::catalog;
use super::object_diagnostic::{ObjectDiagnostic, Skipped};
use super::reading::SKIP_ANNOTATION;
use super::rule::Rule;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Node;

/// The annotation with the rules to skip for an object: `RULE: REASON`, several separated by `;` or line breaks. A reason must
/// not contain `;`.
pub const SKIP: &str = "mkmanifests.dev/skip";

/// A skipped rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Skip {
    /// The rule.
    pub rule: &'static Rule,
    /// Why it is skipped.
    pub reason: String,
}

/// The skipped rules, for all objects or for one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Skips(Vec<Skip>);

impl Skips {
    /// Adds a rule to skip, as `RULE=REASON`.
    ///
    /// # Errors
    ///
    /// [`CheckCode::UnknownRule`] with the most similar id, or [`CheckCode::SkipWithoutReason`].
    pub fn add(&mut self, text: &str) -> Result<(), Diagnostic> {
        let (rule, reason) = text.split_once('=').unwrap_or((text, ""));
        self.0.push(skip(rule, reason, "RULE=REASON")?);
        Ok(())
    }

    /// Returns the skipped rules of an object's annotation. Appends the errors of the annotation to `diagnostics`.
    pub(super) fn of(object: &Node, diagnostics: &mut Vec<Diagnostic>) -> Skips {
        let mut skips = Skips::default();
        let Some(entry) = annotation(object, SKIP) else { return skips };
        let parts = entry.value.as_str().unwrap_or_default().split([';', '\n']).map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            let (rule, reason) = part.split_once(':').unwrap_or((part, ""));
            match skip(rule, reason, "RULE: REASON") {
                Ok(skip) => skips.0.push(skip),
                Err(diagnostic) => diagnostics.push(in_annotation(diagnostic, SKIP_ANNOTATION, SKIP, entry)),
            }
        }
        skips
    }

    /// Returns the ids of the rules that skip none of the diagnostics, so that users can remove stale skips.
    pub fn unused<'s>(&'s self, diagnostics: &'s [ObjectDiagnostic]) -> impl Iterator<Item = &'static str> + 's {
        let skipped = |id: &str| {
            let by_these = |found: &&ObjectDiagnostic| found.skipped.as_ref().is_some_and(|skipped| !skipped.by_object);
            diagnostics.iter().filter(by_these).any(|found| found.diagnostic.rule() == id)
        };
        self.0.iter().map(|skip| skip.rule.id).filter(move |id| !skipped(id))
    }

    /// Returns the reason for skipping a rule, if it is skipped.
    pub fn reason(&self, rule: &str) -> Option<&str> {
        self.0.iter().find(|skip| skip.rule.id == rule).map(|skip| skip.reason.as_str())
    }
}

impl ObjectDiagnostic {
    /// Marks the diagnostic as skipped if `skips` contain its rule.
    pub fn skip_by(&mut self, skips: &Skips) {
        let reason = skips.reason(self.diagnostic.rule());
        self.skipped = reason.map(|reason| Skipped { reason: reason.to_owned(), by_object: false });
    }
}

fn skip(rule: &str, reason: &str, form: &str) -> Result<Skip, Diagnostic> {
    let (rule, reason) = (rule.trim(), reason.trim());
    let rule = catalog::find(rule)?;
    if reason.is_empty() {
        let diagnostic = Diagnostic::error(
            CheckCode::SkipWithoutReason,
            format!("the reason for skipping `{}` is missing", rule.id),
        );
        return Err(diagnostic.help(format!("write `{form}`")));
    }
    Ok(Skip { rule, reason: reason.to_owned() })
}
