//! Errors of templates.

use mkmanifests_go::regexp::Pattern;
use mkmanifests_gotmpl::Value;

use super::context::{Context, Verdict, raw};
use crate::assertion::failure::{FailureKind, Problem};

/// Characters that have a meaning in patterns.
const META: &[char] = &['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$'];

/// `failedTemplate`: rendering fails, with an error.
#[derive(Debug, Clone, Default)]
pub struct FailedTemplate {
    /// The message of the error; empty for any.
    pub error_message: String,
    /// A pattern that the message matches; empty for any.
    pub error_pattern: String,
}

impl FailedTemplate {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        if !self.error_message.is_empty() && !self.error_pattern.is_empty() {
            return Verdict::problem(Problem::MessageAndPattern);
        }
        match context.error {
            Some(error) => self.error(context, &Value::from(error)),
            None => self.documents(context),
        }
    }

    fn documents(&self, context: &mut Context<'_, '_>) -> Verdict {
        if context.selected.is_empty() && !context.negated {
            return context.failed(self.failure(None));
        }
        let mut verdict = Verdict::passed();
        for (index, document) in context.selected.iter().enumerate() {
            verdict.add(index, self.error(context, &raw(document)).in_document(index));
            if !verdict.passed && context.fail_fast {
                break;
            }
        }
        verdict
    }

    /// Checks an error; nil is what a document without an error has.
    fn error(&self, context: &Context<'_, '_>, error: &Value) -> Verdict {
        let text = error.as_str().map(|text| text.text().into_owned());
        let matches = if !self.error_pattern.is_empty() {
            let Some(text) = text else { return Verdict::passed() };
            self.matches(&text, context.negated)
        } else if !self.error_message.is_empty() {
            text.is_some_and(|text| text == self.error_message)
        } else {
            return Verdict::passed();
        };
        match matches == context.negated {
            true => context.failed(self.failure(Some(error.clone()))),
            false => Verdict::passed(),
        }
    }

    /// Returns whether the pattern matches a text. What is not a regular expression is compared as it is, and so is a
    /// pattern that would fail the assertion.
    fn matches(&self, text: &str, negated: bool) -> bool {
        let is_contained = || text.contains(&self.error_pattern);
        let matches = match Pattern::compile(self.error_pattern.as_bytes()) {
            Ok(pattern) => pattern.is_match(text),
            Err(_) => is_contained(),
        };
        if matches == negated && self.error_pattern.contains(META) { is_contained() } else { matches }
    }

    fn failure(&self, actual: Option<Value>) -> FailureKind {
        let is_pattern = !self.error_pattern.is_empty();
        let expected = if self.error_message.is_empty() { &self.error_pattern } else { &self.error_message };
        FailureKind::Message { expected: expected.clone(), is_pattern, actual }
    }
}
