//! Whether lists contain an item, and mappings have entries.

use mkmanifests_gotmpl::{List, Value, deep_equal};

use super::context::{Context, Verdict};
use crate::assertion::failure::{FailureKind, Problem};

/// `contains`: the lists at a path contain an item.
#[derive(Debug, Clone, Default)]
pub struct Contains {
    /// The path.
    pub path: String,
    /// The item.
    pub content: Value,
    /// How often the lists contain it; at least once if not set.
    pub count: Option<i64>,
    /// Whether the item may have more entries than `content`, if both are mappings.
    pub any: bool,
}

impl Contains {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        if context.selected.is_empty() && !context.negated {
            return context.failed(self.failure(None)).in_document(0);
        }
        context.all_documents(
            || self.failure(None),
            |context, document| context.all_values(document, &self.path, |context, value| self.value(context, value)),
        )
    }

    fn value(&self, context: &Context<'_, '_>, actual: &Value) -> Verdict {
        let (path, value) = (self.path.clone(), actual.clone());
        let Value::List(list) = actual else {
            return Verdict::problem(Problem::WrongType { path, expected: "an array", actual: value });
        };
        let found = self.count_in(list);
        let holds = match self.count {
            None => found > 0,
            Some(count) => found > 0 && usize::try_from(count) == Ok(found),
        };
        if holds != context.negated {
            return Verdict::passed();
        }
        match self.count {
            Some(expected) if found > 0 => Verdict::problem(Problem::Count { path, expected, found, actual: value }),
            _ => context.failed(self.failure(Some(value))),
        }
    }

    fn count_in(&self, list: &List) -> usize {
        let is_item = |item: &Value| match (self.any, item, &self.content) {
            (true, Value::Map(_), Value::Map(_)) => has_entries(item, &self.content),
            _ => deep_equal(item, &self.content),
        };
        list.iter().filter(|item| is_item(item)).count()
    }

    fn failure(&self, actual: Option<Value>) -> FailureKind {
        FailureKind::Contains { path: self.path.clone(), content: self.content.clone(), actual }
    }
}

/// `isSubset`: the mappings at a path have entries. Values have to be equal as a whole.
#[derive(Debug, Clone, Default)]
pub struct Subset {
    /// The path.
    pub path: String,
    /// The entries.
    pub content: Value,
}

impl Subset {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        context.all_documents(
            || self.failure(None),
            |context, document| context.all_values(document, &self.path, |context, value| self.value(context, value)),
        )
    }

    fn value(&self, context: &Context<'_, '_>, actual: &Value) -> Verdict {
        if !matches!((actual, &self.content), (Value::Map(_), Value::Map(_))) {
            let (path, actual) = (self.path.clone(), actual.clone());
            let problem = Verdict::problem(Problem::WrongType { path, expected: "an object", actual });
            return Verdict { goes_on: true, ..problem };
        }
        match has_entries(actual, &self.content) == context.negated {
            true => context.failed(self.failure(Some(actual.clone()))),
            false => Verdict::passed(),
        }
    }

    fn failure(&self, actual: Option<Value>) -> FailureKind {
        FailureKind::Subset { path: self.path.clone(), content: self.content.clone(), actual }
    }
}

/// Returns whether a mapping has all entries of another. A missing key equals null.
fn has_entries(actual: &Value, content: &Value) -> bool {
    let (Some(actual), Some(content)) = (actual.as_map(), content.as_map()) else { return false };
    let (actual, content) = (actual.snapshot(), content.snapshot());
    content.iter().all(|(key, value)| deep_equal(actual.get(key.as_bytes()).unwrap_or(&Value::Nil), value))
}
