//! Small checks that many rules share.

use std::collections::HashSet;
use std::hash::Hash;

use crate::path::Path;
use crate::report::Report;

/// Returns an optional string, or an empty one if it is not set.
pub(super) fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

/// Returns an optional list, or an empty one if it is not set.
pub(super) fn list<T>(list: &Option<Vec<T>>) -> &[T] {
    list.as_deref().unwrap_or_default()
}

/// Returns for each key whether an earlier one is equal.
pub(super) fn duplicates<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> Vec<bool> {
    let mut seen = HashSet::new();
    keys.map(|key| !seen.insert(key)).collect()
}

/// Reports a required string that is empty; `why` says what it is for.
pub(super) fn required_text(report: &mut Report<'_>, at: &Path<'_>, text: &str, why: &str) {
    if text.is_empty() {
        report.required(at, why);
    }
}

/// Reports a number below 0.
pub(super) fn not_negative(report: &mut Report<'_>, at: &Path<'_>, number: impl Into<i64>) {
    let number = number.into();
    if number < 0 {
        report.error(at, format_args!("must be 0 or more, found {number}"));
    }
}

/// Reports a number outside of `low` to `high`, both included.
pub(super) fn within(report: &mut Report<'_>, at: &Path<'_>, number: impl Into<i64>, low: i64, high: i64) {
    let number = number.into();
    if !(low..=high).contains(&number) {
        report.error(at, format_args!("must be between {low} and {high}, found {number}"));
    }
}
