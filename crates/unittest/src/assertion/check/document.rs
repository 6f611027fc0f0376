//! What documents are, and how many there are.

use mkmanifests_gotmpl::Value;

use super::context::{Context, Verdict};
use crate::assertion::failure::{Failure, FailureKind};
use crate::json_path;

/// `isKind`, `isAPIVersion`: all documents have a kind or an API version.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The field: `kind` or `apiVersion`.
    pub field: &'static str,
    /// The value.
    pub of: String,
}

impl Identity {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        let failure =
            |actual: Option<Value>| FailureKind::Identity { field: self.field, expected: self.of.clone(), actual };
        context.all_documents(
            || failure(None),
            |context, document| {
                let actual = field(document, self.field);
                let is_equal = actual.as_str().is_some_and(|text| *text == *self.of);
                if is_equal == context.negated { context.failed(failure(Some(actual))) } else { Verdict::passed() }
            },
        )
    }
}

/// Returns a field of a document; nil if it is missing.
fn field(document: &Value, name: &str) -> Value {
    document.as_map().and_then(|map| map.get(name)).unwrap_or_default()
}

/// `hasDocuments`: a template has a number of documents.
#[derive(Debug, Clone, Default)]
pub struct HasDocuments {
    /// The number.
    pub count: i64,
    /// Whether only selected documents count.
    pub filter_aware: bool,
}

impl HasDocuments {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        let actual = if self.filter_aware { context.selected.len() } else { context.documents.len() };
        let is_equal = usize::try_from(self.count) == Ok(actual);
        if is_equal != context.negated {
            return Verdict::passed();
        }
        context.failed(FailureKind::Documents { expected: self.count, actual })
    }
}

/// `containsDocument`: all documents, or any of them, are a certain object.
#[derive(Debug, Clone, Default)]
pub struct ContainsDocument {
    /// The kind. A document without a kind has every kind.
    pub kind: String,
    /// The version of its API. A document without it has every version.
    pub api_version: String,
    /// The name; empty for any.
    pub name: String,
    /// The namespace; empty for any.
    pub namespace: String,
    /// Whether one such document is enough.
    pub any: bool,
}

impl ContainsDocument {
    /// As in helm-unittest, the negation holds as soon as one document differs, unless `any` is set. With `any`, all
    /// have to differ.
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        if context.selected.is_empty() {
            let verdict = context.all_documents(|| self.failure(), |_, _| Verdict::passed());
            return verdict.in_document(0);
        }
        let mut verdict = Verdict::default();
        for (index, document) in context.selected.iter().enumerate() {
            if self.matches(document) == context.negated {
                let (document, negated) = (Some(index), context.negated);
                let failures = vec![Failure { document, value: None, negated, kind: self.failure() }];
                verdict.add(index, Verdict { failures, ..Verdict::default() });
                if context.fail_fast {
                    break;
                }
                continue;
            }
            if self.any != context.negated {
                return Verdict::passed();
            }
            verdict.add(index, Verdict::passed());
        }
        verdict
    }

    fn matches(&self, document: &Value) -> bool {
        let is_or_none = |name: &str, wanted: &str| field(document, name).as_str().is_none_or(|text| *text == *wanted);
        let is = |path: &str, wanted: &str| {
            let values = json_path::find(document, path).unwrap_or_default();
            wanted.is_empty() || values.first().and_then(Value::as_str).is_some_and(|text| *text == *wanted)
        };
        is_or_none("kind", &self.kind)
            && is_or_none("apiVersion", &self.api_version)
            && is("metadata.name", &self.name)
            && is("metadata.namespace", &self.namespace)
    }

    fn failure(&self) -> FailureKind {
        FailureKind::Document {
            kind: self.kind.clone(),
            api_version: self.api_version.clone(),
            name: self.name.clone(),
            namespace: self.namespace.clone(),
        }
    }
}
