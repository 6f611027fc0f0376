//! Where two values differ first, so that an explanation shows that line and not the whole tree.

use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{Value, deep_equal};
use mkmanifests_yaml::diagnostic::{FieldPath, Location, Step};

use crate::assertion::{Failure, FailureKind};
use crate::go_yaml;

/// Returns the first node of a value that is not as expected; `at` itself if that is unknown.
pub(super) fn first(kind: &FailureKind, at: &FieldPath) -> FieldPath {
    let mut at = at.clone();
    match kind {
        FailureKind::Equal { expected, actual: Some(actual), .. } => descend(expected, actual, &mut at, MAX_NESTING),
        FailureKind::Subset { content, actual: Some(actual), .. } => descend_subset(content, actual, &mut at),
        FailureKind::Snapshot { cached, new, .. } => {
            if let (Ok(expected), Ok(actual)) = (go_yaml::read(cached), go_yaml::read(new)) {
                descend(&expected, &actual, &mut at, MAX_NESTING);
            }
        }
        _ => {}
    }
    at
}

fn descend(expected: &Value, actual: &Value, at: &mut FieldPath, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match (expected, actual) {
        (Value::Map(expected), Value::Map(actual)) => {
            let (expected, actual) = (expected.snapshot(), actual.snapshot());
            let differs = |key: &[u8], value: &Value| !expected.get(key).is_some_and(|other| deep_equal(other, value));
            let Some((key, value)) = actual.iter().find(|(key, value)| differs(key.as_bytes(), value)) else { return };
            at.push(Step::Field(key.to_string()));
            if let Some(other) = expected.get(key.as_bytes()) {
                descend(other, value, at, depth);
            }
        }
        (Value::List(expected), Value::List(actual)) => {
            let mut items = actual.iter().enumerate();
            let differs =
                |index: usize, item: &Value| !expected.get(index).is_some_and(|other| deep_equal(other, item));
            let Some((index, item)) = items.find(|(index, item)| differs(*index, item)) else { return };
            at.push(Step::Index(index));
            if let Some(other) = expected.get(index) {
                descend(other, item, at, depth);
            }
        }
        _ => {}
    }
}

/// Keys beside those that are expected do not count.
fn descend_subset(content: &Value, actual: &Value, at: &mut FieldPath) {
    let (Value::Map(content), Value::Map(actual)) = (content, actual) else { return };
    let (content, actual) = (content.snapshot(), actual.snapshot());
    let wrong = content.iter().find_map(|(key, wanted)| {
        let found = actual.get(key.as_bytes())?;
        (!deep_equal(wanted, found)).then_some((key, wanted, found))
    });
    if let Some((key, wanted, found)) = wrong {
        at.push(Step::Field(key.to_string()));
        descend(wanted, found, at, MAX_NESTING);
    }
}

/// Returns the first line of a text of several lines that is not as expected; `at` for other values, and if the line is
/// not in `rendered` as it is.
pub(super) fn line(failure: Option<&Failure>, rendered: &str, at: Location) -> Location {
    let Some(Failure { kind: FailureKind::Equal { expected, actual: Some(actual), .. }, .. }) = failure else {
        return at;
    };
    let (Some(expected), Some(actual)) = (expected.as_str(), actual.as_str()) else { return at };
    let (expected, actual) = (expected.text(), actual.text());
    let mut others = expected.lines();
    let Some((index, line)) = actual.lines().enumerate().find(|(_, line)| others.next() != Some(line)) else {
        return at;
    };
    // The text of a block starts on the line after its key.
    let number = at.line as usize + index;
    let Some(found) = rendered.lines().nth(number).filter(|found| !line.is_empty() && found.trim() == line.trim())
    else {
        return at;
    };
    let column = found.chars().take_while(|c| c.is_whitespace()).count() + 1;
    let (line, column) = (u32::try_from(number + 1), u32::try_from(column));
    Location { line: line.unwrap_or(at.line), column: column.unwrap_or(1), ..at }
}
