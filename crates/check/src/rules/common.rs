//! Small checks that many rules are made of.

use std::collections::HashSet;
use std::hash::Hash;

use crate::path::Path;
use crate::report::Report;

/// A text that may be left out; then it is empty, as it is for an API server.
pub(super) fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

/// A list that may be left out; then it has no items.
pub(super) fn list<T>(list: &Option<Vec<T>>) -> &[T] {
    list.as_deref().unwrap_or_default()
}

/// For each key whether it was there before.
pub(super) fn repeated<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> Vec<bool> {
    let mut seen = HashSet::new();
    keys.map(|key| !seen.insert(key)).collect()
}

/// A text that has to be there.
pub(super) fn filled(report: &mut Report<'_>, at: &Path<'_>, text: &str, why: &str) {
    if text.is_empty() {
        report.required(at, why);
    }
}

/// A number that is not negative.
pub(super) fn not_negative(report: &mut Report<'_>, at: &Path<'_>, number: impl Into<i64>) {
    let number = number.into();
    if number < 0 {
        report.error(at, format_args!("{number} is negative: at least 0"));
    }
}

/// A number within bounds, both included.
pub(super) fn within(report: &mut Report<'_>, at: &Path<'_>, number: impl Into<i64>, low: i64, high: i64) {
    let number = number.into();
    if !(low..=high).contains(&number) {
        report.error(at, format_args!("{number} is out of bounds: {low} to {high}"));
    }
}
