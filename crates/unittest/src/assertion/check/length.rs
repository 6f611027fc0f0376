//! The lengths of lists.

use std::collections::BTreeMap;

use mkmanifests_gotmpl::Value;

use super::context::{Context, Verdict};
use crate::assertion::failure::{FailureKind, Problem};
use crate::json_path;

/// `lengthEqual`: the list at a path has a number of items, or the lists at several paths have the same number.
#[derive(Debug, Clone, Default)]
pub struct Length {
    /// Several paths.
    pub paths: Vec<String>,
    /// One path; it needs the number.
    pub path: String,
    /// The number of items.
    pub count: Option<i64>,
}

impl Length {
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        if !self.path.is_empty() && self.count.is_none_or(|count| count < 0) {
            return Verdict::problem(Problem::PathWithoutCount);
        }
        if !self.path.is_empty() && !self.paths.is_empty() {
            return Verdict::problem(Problem::PathAndPaths);
        }
        context.all_documents(
            || FailureKind::Length { path: None, expected: None, actual: None },
            |context, document| match self.path.is_empty() {
                false => self.single(context, document, &self.path).0,
                true => self.several(context, document),
            },
        )
    }

    /// Checks the values at one path. Returns the length of the last one, too. Anything but a list has no items if the
    /// number is given.
    fn single(&self, context: &Context<'_, '_>, document: &Value, path: &str) -> (Verdict, usize) {
        let values = match json_path::find(document, path) {
            Ok(values) => values,
            Err(error) => return (Verdict::problem(Problem::Path(error.to_string())), 0),
        };
        let mut verdict = Verdict { passed: values.is_empty() && context.negated, ..Verdict::default() };
        let mut length = 0;
        for (index, value) in values.iter().enumerate() {
            let list = if let Value::List(list) = value { Some(list) } else { None };
            if list.is_none() && self.count.is_none() {
                let problem = Verdict::problem(Problem::NotList(path.to_owned())).in_value(index);
                verdict.failures.extend(problem.failures);
                continue;
            }
            length = list.map_or(0, |list| list.len());
            let next = match self.count {
                Some(count) if (usize::try_from(count) == Ok(length)) == context.negated => {
                    context.failed(failure(path, Some(count), length))
                }
                _ => Verdict::passed(),
            };
            verdict.add(index, next);
            if !verdict.passed && context.fail_fast {
                break;
            }
        }
        (verdict, length)
    }

    fn several(&self, context: &Context<'_, '_>, document: &Value) -> Verdict {
        let mut failed = Verdict::default();
        let mut lengths = BTreeMap::new();
        let mut all_passed = true;
        for path in &self.paths {
            let (verdict, length) = self.single(context, document, path);
            lengths.insert(path.as_str(), length);
            if !verdict.passed {
                failed.failures.extend(verdict.failures);
                all_passed = false;
            }
        }
        if !all_passed {
            return failed;
        }
        let mut lengths = lengths.into_iter();
        // Without paths, it fails without a reason.
        let Some((_, first)) = lengths.next() else { return failed };
        match lengths.find(|(_, length)| (*length == first) == context.negated) {
            Some((path, length)) => context.failed(failure(path, None, length)),
            None => Verdict::passed(),
        }
    }
}

fn failure(path: &str, expected: Option<i64>, actual: usize) -> FailureKind {
    FailureKind::Length { path: Some(path.to_owned()), expected, actual: Some(actual) }
}
