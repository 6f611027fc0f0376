//! Go's conversions of values to text and lists, and the texts of its panics, which many functions share.

use crate::function::CallError;
use crate::value::{Elem, List, Str, UintKind, Value};
use crate::{fmt, value};

/// Go's panic for a method of nil: most list functions do not accept `nil`.
pub(super) const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";
/// Go's panic for a length that is negative or too large.
pub(super) const BAD_LENGTH: &str = "runtime error: makeslice: len out of range";
/// The most bytes of a text. Go is limited only by memory.
const MAX_TEXT: usize = 64 << 20;
/// The most items of a list that a function creates. Go is limited only by memory.
pub(super) const MAX_ITEMS: usize = 4 << 20;

/// Formats a value as Go's `%v`.
pub(super) fn display(value: &Value) -> Result<Vec<u8>, CallError> {
    Ok(fmt::sprint(std::slice::from_ref(value))?)
}

/// Converts a value to text: strings and bytes as they are, objects with their own text, everything else as `%v`.
pub(super) fn text(value: &Value) -> Result<Str, CallError> {
    match value {
        Value::Str(text) => Ok(text.clone()),
        Value::Bytes(bytes) => Ok(Str::from(&**bytes)),
        _ => Ok(Str::from(display(value)?)),
    }
}

/// Returns the items of a list of any type; `None` if the value is not a list.
pub(super) fn items(value: &Value) -> Option<List> {
    match value {
        Value::Bytes(bytes) => {
            let items = bytes.iter().map(|byte| Value::Uint(u64::from(*byte), UintKind::Uint8)).collect();
            Some(List::typed(items, Elem::Named("uint8")))
        }
        _ if value.kind() == value::Kind::Slice => value.as_list(),
        _ => None,
    }
}

/// Returns the items of a list. The error is Go's: a panic for nil, otherwise `what` and the kind.
pub(super) fn items_or(value: &Value, what: &str) -> Result<List, CallError> {
    if value.is_nil() {
        return Err(NIL_POINTER.into());
    }
    items(value).ok_or_else(|| format!("{what} {}", value.kind().name()).into())
}

/// Returns the items of a list as texts, without nils. Any other value is a list of one item, and nil is an empty list.
pub(super) fn texts(value: &Value) -> Result<Vec<Str>, CallError> {
    match items(value) {
        Some(list) => list.iter().filter(|item| !item.is_nil()).map(text).collect(),
        None if value.is_nil() => Ok(Vec::new()),
        None => Ok(vec![text(value)?]),
    }
}

/// Repeats a text.
pub(super) fn repeat(text: &[u8], count: i64) -> Result<Vec<u8>, CallError> {
    let count = usize::try_from(count).map_err(|_| "strings: negative Repeat count")?;
    let length = text.len().checked_mul(count).filter(|length| i64::try_from(*length).is_ok());
    check_length(length.ok_or("strings: Repeat output length overflow")?)?;
    Ok(text.repeat(count))
}

/// Refuses a text that is longer than the limit.
pub(super) fn check_length(length: usize) -> Result<(), CallError> {
    if length <= MAX_TEXT {
        Ok(())
    } else {
        Err(format!("text is longer than {} MiB, the limit of mkmanifests", MAX_TEXT >> 20).into())
    }
}

/// Joins texts.
pub(super) fn join<T: AsRef<[u8]>>(texts: &[T], separator: &[u8]) -> Result<Vec<u8>, CallError> {
    let length = texts.iter().map(|text| text.as_ref().len() + separator.len()).sum();
    check_length(length)?;
    let texts: Vec<&[u8]> = texts.iter().map(AsRef::as_ref).collect();
    Ok(texts.join(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_texts_that_do_not_fit() {
        assert!(repeat(b"x", i64::MAX).is_err());
        assert_eq!(repeat(b"", i64::MAX).ok(), Some(Vec::new()));
    }
}
