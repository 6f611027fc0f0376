//! Rules that are not held to, each with a reason.

use super::CheckCode;
use super::annotation::{annotation, in_annotation};
use super::catalog;
use super::finding::{Finding, Skipped};
use super::reading::SKIP_ANNOTATION;
use super::rule::Rule;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Node;

/// The annotation of an object that names rules to skip for it: `RULE: REASON`, several separated by `;` or line breaks.
/// A reason has no `;`.
pub const SKIP: &str = "mkmanifests.dev/skip";

/// A rule that is not held to.
#[derive(Debug, Clone, PartialEq)]
pub struct Skip {
    /// The rule.
    pub rule: &'static Rule,
    /// Why.
    pub reason: String,
}

/// Rules that are not held to, for all objects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Skips(Vec<Skip>);

impl Skips {
    /// Adds `RULE=REASON`.
    ///
    /// # Errors
    ///
    /// A rule that there is not, with the nearest one; a reason that is missing.
    pub fn add(&mut self, text: &str) -> Result<(), Diagnostic> {
        let (rule, reason) = text.split_once('=').unwrap_or((text, ""));
        self.0.push(skip(rule, reason, "RULE=REASON")?);
        Ok(())
    }

    /// Adds those of an object's annotation; what is wrong with it is a finding about the object.
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

    /// The rules by which none of the findings was skipped: what they were for is mended, or was never there.
    pub fn idle<'s>(&'s self, findings: &'s [Finding]) -> impl Iterator<Item = &'static str> + 's {
        let skipped = |id: &str| {
            let by_these = |finding: &&Finding| finding.skipped.as_ref().is_some_and(|skipped| !skipped.by_object);
            findings.iter().filter(by_these).any(|finding| finding.diagnostic.rule() == id)
        };
        self.0.iter().map(|skip| skip.rule.id).filter(move |id| !skipped(id))
    }

    /// Why a rule is not held to, if it is among these.
    pub fn reason(&self, rule: &str) -> Option<&str> {
        self.0.iter().find(|skip| skip.rule.id == rule).map(|skip| skip.reason.as_str())
    }
}

impl Finding {
    /// Takes it out of the count if one of `skips` names its rule.
    pub fn skip_by(&mut self, skips: &Skips) {
        let reason = skips.reason(self.diagnostic.rule());
        self.skipped = reason.map(|reason| Skipped { reason: reason.to_owned(), by_object: false });
    }
}

fn skip(rule: &str, reason: &str, form: &str) -> Result<Skip, Diagnostic> {
    let (rule, reason) = (rule.trim(), reason.trim());
    let rule = catalog::find(rule)?;
    if reason.is_empty() {
        let diagnostic =
            Diagnostic::error(CheckCode::SkipWithoutReason, format!("`{}` is skipped without a reason", rule.id));
        return Err(diagnostic.help(format!("`{form}` says why")));
    }
    Ok(Skip { rule, reason: reason.to_owned() })
}
