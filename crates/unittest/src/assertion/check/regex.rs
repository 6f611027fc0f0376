//! Comparisons with a regular expression.

use mkmanifests_go::regexp::Pattern;
use mkmanifests_gotmpl::Value;

use super::context::{Context, Verdict};
use super::value;
use crate::assertion::failure::{FailureKind, Problem};
use crate::json_path;

/// `matchRegex`: the strings at a path match a pattern.
#[derive(Debug, Clone, Default)]
pub struct MatchRegex {
    /// The path.
    pub path: String,
    /// The pattern.
    pub pattern: String,
    /// Whether the string in the document is Base64.
    pub decode_base64: bool,
}

impl MatchRegex {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        if self.pattern.is_empty() {
            return Verdict::problem(Problem::Missing("pattern"));
        }
        let pattern = Pattern::compile(self.pattern.as_bytes());
        context.all_documents(
            || self.failure(None),
            |context, document| {
                let pattern = match &pattern {
                    Ok(pattern) => pattern,
                    Err(error) => return invalid(document, &self.path, error),
                };
                context.all_values(document, &self.path, |context, value| self.value(context, pattern, value))
            },
        )
    }

    fn value(&self, context: &Context<'_, '_>, pattern: &Pattern, actual: &Value) -> Verdict {
        let Some(text) = actual.as_str() else {
            let (path, actual) = (self.path.clone(), actual.clone());
            return Verdict::problem(Problem::WrongType { path, expected: "a string", actual });
        };
        let text = match self.decode_base64 {
            false => text.text().into_owned(),
            true => match value::decode(&text.text()) {
                Some(decoded) => decoded,
                None => return Verdict::problem(Problem::Base64(text.to_string())),
            },
        };
        match pattern.is_match(&text) == context.negated {
            true => context.failed(self.failure(Some(text))),
            false => Verdict::passed(),
        }
    }

    fn failure(&self, actual: Option<String>) -> FailureKind {
        FailureKind::Match { path: Some(self.path.clone()), pattern: self.pattern.clone(), actual }
    }
}

/// The path is read before the pattern.
fn invalid(document: &Value, path: &str, error: &str) -> Verdict {
    match json_path::find(document, path) {
        Err(error) => Verdict::problem(Problem::Path(error.to_string())),
        Ok(_) => Verdict::problem(Problem::Pattern(error.to_owned())),
    }
}

/// `matchRegexRaw`: the text matches a pattern.
#[derive(Debug, Clone, Default)]
pub struct MatchRegexRaw {
    /// The pattern.
    pub pattern: String,
}

impl MatchRegexRaw {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        let failure = |actual: Option<String>| FailureKind::Match { path: None, pattern: self.pattern.clone(), actual };
        if self.pattern.is_empty() {
            return Verdict::problem(Problem::Missing("pattern"));
        }
        let pattern = match Pattern::compile(self.pattern.as_bytes()) {
            Ok(pattern) => Some(pattern),
            Err(error) if !context.selected.is_empty() => return Verdict::problem(Problem::Pattern(error)),
            Err(_) => None,
        };
        context.all_texts(
            || failure(None),
            |context, text| match pattern.as_ref().is_some_and(|pattern| pattern.is_match(&text)) == context.negated {
                true => context.failed(failure(Some(text))),
                false => Verdict::passed(),
            },
        )
    }
}
