//! Whether something is at a path, and of which type.

use mkmanifests_gotmpl::Value;

use super::context::{Context, Verdict};
use crate::assertion::failure::{FailureKind, Problem};
use crate::json_path;

/// `exists`: something is at a path; null counts.
#[derive(Debug, Clone, Default)]
pub struct Exists {
    /// The path.
    pub path: String,
}

impl Exists {
    /// Only an invalid path stops at the first failure.
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        let failure = || FailureKind::Exists { path: self.path.clone() };
        if context.selected.is_empty() {
            return context.all_documents(failure, |_, _| Verdict::passed());
        }
        let mut verdict = Verdict::default();
        for (index, document) in context.selected.iter().enumerate() {
            let next = match json_path::find(document, &self.path) {
                Err(error) => Verdict::problem(Problem::Path(error.to_string())),
                Ok(values) if values.is_empty() == context.negated => Verdict::passed(),
                Ok(_) => context.failed(failure()),
            };
            let stops = context.fail_fast
                && next.failures.iter().any(|failure| matches!(failure.kind, FailureKind::Problem(_)));
            verdict.add(index, next.in_document(index));
            if stops {
                break;
            }
        }
        verdict
    }
}

/// `isNullOrEmpty`: the values at a path are null, empty, false or zero.
#[derive(Debug, Clone, Default)]
pub struct NullOrEmpty {
    /// The path.
    pub path: String,
}

impl NullOrEmpty {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        let failure = |actual: Option<Value>| FailureKind::NullOrEmpty { path: self.path.clone(), actual };
        context.all_documents(
            || failure(None),
            |context, document| {
                context.all_values(document, &self.path, |context, value| match value.truth() == context.negated {
                    true => Verdict::passed(),
                    false => context.failed(failure(Some(value.clone()))),
                })
            },
        )
    }
}

/// `isType`: the values at a path have a Go type: `string`, `int`, `float64`, `bool`, `map[string]interface {}`,
/// `[]interface {}`.
#[derive(Debug, Clone, Default)]
pub struct TypeOf {
    /// The path.
    pub path: String,
    /// The name of the type; that of null is empty.
    pub name: String,
}

impl TypeOf {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        let failure =
            |actual: Option<String>| FailureKind::Type { path: self.path.clone(), expected: self.name.clone(), actual };
        context.all_documents(
            || failure(None),
            |context, document| {
                context.all_values(document, &self.path, |context, value| {
                    let name = if value.is_nil() { String::new() } else { value.type_name().into_owned() };
                    match (name == self.name) == context.negated {
                        true => context.failed(failure(Some(name))),
                        false => Verdict::passed(),
                    }
                })
            },
        )
    }
}
