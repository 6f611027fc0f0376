//! Comparisons with a value.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mkmanifests_gotmpl::{IntKind, Value, deep_equal};

use super::context::{self, Context, Verdict};
use crate::assertion::failure::{Comparison, FailureKind, Problem, Unordered};
use crate::json_path;

/// `equal`: the values at a path are equal to a value.
#[derive(Debug, Clone, Default)]
pub struct Equal {
    /// The path.
    pub path: String,
    /// The value.
    pub value: Value,
    /// Whether the string in the document is Base64.
    pub decode_base64: bool,
}

impl Equal {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        context.all_documents(
            || self.failure(None),
            |context, document| context.all_values(document, &self.path, |context, value| self.value(context, value)),
        )
    }

    fn value(&self, context: &Context<'_, '_>, actual: &Value) -> Verdict {
        let actual = match actual.as_str() {
            None => actual.clone(),
            Some(text) if self.decode_base64 => match decode(&text.text()) {
                Some(decoded) => Value::from(context::uniform(&decoded)),
                None => return Verdict::problem(Problem::Base64(text.to_string())),
            },
            Some(text) => Value::from(context::uniform(&text.text())),
        };
        if deep_equal(&self.value, &actual) == context.negated {
            return context.failed(self.failure(Some(actual)));
        }
        Verdict::passed()
    }

    fn failure(&self, actual: Option<Value>) -> FailureKind {
        FailureKind::Equal { path: Some(self.path.clone()), expected: self.value.clone(), actual }
    }
}

/// Decodes Base64 as Go does: line feeds and carriage returns are skipped.
pub(in crate::assertion) fn decode(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    Some(String::from_utf8_lossy(&STANDARD.decode(text).ok()?).into_owned())
}

/// `equalRaw`: the text is equal to a text.
#[derive(Debug, Clone, Default)]
pub struct EqualRaw {
    /// The text.
    pub value: String,
}

impl EqualRaw {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        let failure = |actual: Option<String>| FailureKind::Equal {
            path: None,
            expected: Value::from(self.value.as_str()),
            actual: actual.map(Value::from),
        };
        context.all_texts(
            || failure(None),
            |context, actual| match (self.value == actual) == context.negated {
                true => context.failed(failure(Some(actual))),
                false => Verdict::passed(),
            },
        )
    }
}

/// `greaterOrEqual`, `lessOrEqual`: the values at a path are in an order with a value of the same type.
#[derive(Debug, Clone)]
pub struct Order {
    /// The path.
    pub path: String,
    /// The value: a string, an integer or a float.
    pub value: Value,
    /// The comparison.
    pub comparison: Comparison,
}

impl Order {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        context.all_documents(|| self.failure(None), |context, document| self.document(context, document))
    }

    /// Unlike other checks, a value of another type does not fail: only the values beside it count.
    fn document(&self, context: &Context<'_, '_>, document: &Value) -> Verdict {
        let values = match json_path::find(document, &self.path) {
            Ok(values) => values,
            Err(error) => return Verdict::problem(Problem::Path(error.to_string())),
        };
        if values.is_empty() && !context.negated {
            return Verdict::problem(Problem::UnknownPath { path: self.path.clone(), is_quoted: true });
        }
        let mut verdict = Verdict { passed: values.is_empty(), ..Verdict::default() };
        for (index, actual) in values.iter().enumerate() {
            let name = |value: &Value| (!value.is_nil()).then(|| value.type_name().into_owned());
            let (found, expected) = (name(actual), name(&self.value));
            if found != expected {
                let other = Verdict::problem(Problem::Types { actual: found, expected }).in_value(index);
                verdict.failures.extend(other.failures);
                continue;
            }
            verdict.add(index, self.value(context, actual).in_value(index));
            if !verdict.passed && context.fail_fast {
                break;
            }
        }
        verdict
    }

    fn value(&self, context: &Context<'_, '_>, actual: &Value) -> Verdict {
        let holds = match (&self.value, actual) {
            (Value::Str(expected), Value::Str(actual)) => {
                self.holds(actual.cmp(expected).is_ge(), actual <= expected, context)
            }
            (Value::Int(expected, IntKind::Int), Value::Int(actual, _)) => {
                self.holds(actual >= expected, actual <= expected, context)
            }
            (Value::Float(expected), Value::Float(actual)) => {
                self.holds(actual >= expected, actual <= expected, context)
            }
            (expected, _) => {
                return context.failed(self.failure(Some(Unordered::Type(expected.type_name().into_owned()))));
            }
        };
        if holds {
            return Verdict::passed();
        }
        let found = Unordered::Values { expected: self.value.clone(), actual: actual.clone() };
        context.failed(self.failure(Some(found)))
    }

    /// As in helm-unittest, the negation of `greaterOrEqual` always holds: its condition is
    /// `greater || less == wanted`, and `less` is false then.
    fn holds(&self, is_greater: bool, is_less: bool, context: &Context<'_, '_>) -> bool {
        match self.comparison {
            Comparison::Greater => is_greater || context.negated,
            Comparison::Less => is_less != context.negated,
        }
    }

    fn failure(&self, found: Option<Unordered>) -> FailureKind {
        FailureKind::Order { path: self.path.clone(), comparison: self.comparison, found }
    }
}
