//! Functions of lists, and those of optional values that lists have.
//!
//! Source: cel-go ext/lists.go, version 3; cel/library.go

use super::{Computed, count};
use crate::cel::value::{Stop, Value};

/// The most numbers that `lists.range` counts here: a bound on memory, not one of the language.
const LONGEST_RANGE: i64 = 100_000;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    Some(match (name, arguments) {
        ("slice", [Value::List(items), Value::Int(from), Value::Int(to)]) => slice(items, *from, *to),
        ("flatten", [Value::List(items)]) => Ok(Value::List(flat(items, 1))),
        ("flatten", [Value::List(_), Value::Int(..=-1)]) => Stop::error("level must be non-negative"),
        ("flatten", [Value::List(items), Value::Int(depth)]) => Ok(Value::List(flat(items, *depth))),
        ("sort", [Value::List(items)]) => sorted_by(items.clone(), items),
        ("lists.range", [Value::Int(length @ ..=LONGEST_RANGE)]) => {
            Ok(Value::List((0..*length).map(Value::Int).collect()))
        }
        ("lastIndexOf", [Value::List(items), item]) => {
            Ok(items.iter().rposition(|other| other.equals(item)).map_or(Value::Int(-1), count))
        }
        ("sum", [Value::List(items)]) => return sum(items),
        ("optional.unwrap" | "unwrapOpt", [Value::List(items)]) => unwrap(items),
        ("optional.ofNonZeroValue", [value]) => Ok(Value::Optional((!is_zero(value)).then(|| Box::new(value.clone())))),
        _ => return None,
    })
}

/// Sorts items by their keys, as `sort` and `sortBy` do.
pub(in crate::cel) fn sorted_by(items: Vec<Value>, keys: &[Value]) -> Computed {
    let has_order = keys.iter().zip(keys.iter().skip(1)).all(|(a, b)| a.type_name() == b.type_name());
    if !has_order || keys.first().is_some_and(|first| first.compare(first).is_none()) {
        return Err(Stop::Unsupported);
    }
    let mut pairs: Vec<(Value, &Value)> = items.into_iter().zip(keys).collect();
    pairs.sort_by(|(_, a), (_, b)| a.compare(b).unwrap_or(std::cmp::Ordering::Equal));
    Ok(Value::List(pairs.into_iter().map(|(item, _)| item).collect()))
}

fn slice(items: &[Value], from: i64, to: i64) -> Computed {
    let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
    match range.and_then(|(from, to)| items.get(from..to)) {
        Some(part) => Ok(Value::List(part.to_vec())),
        None => Stop::error(format!("cannot slice({from}, {to}), list is length {}", items.len())),
    }
}

fn flat(items: &[Value], depth: i64) -> Vec<Value> {
    let mut flattened = Vec::new();
    for item in items {
        match item {
            Value::List(inner) if depth > 0 => flattened.extend(flat(inner, depth - 1)),
            item => flattened.push(item.clone()),
        }
    }
    flattened
}

/// Returns the sum of what is not integers.
fn sum(items: &[Value]) -> Option<Computed> {
    let first = items.first()?;
    let mut total = match first {
        Value::Uint(_) => Value::Uint(0),
        Value::Double(_) => Value::Double(0.0),
        Value::Duration(_) => Value::Duration(0),
        _ => return None,
    };
    for item in items {
        let sum = match (&total, item) {
            (Value::Uint(a), Value::Uint(b)) => a.checked_add(*b).map(Value::Uint),
            (Value::Double(a), Value::Double(b)) => Some(Value::Double(a + b)),
            (Value::Duration(a), Value::Duration(b)) => a.checked_add(*b).map(Value::Duration),
            _ => return Some(Err(Stop::Unsupported)),
        };
        match sum {
            Some(sum) => total = sum,
            None => return Some(Stop::error("overflow")),
        }
    }
    Some(Ok(total))
}

fn unwrap(items: &[Value]) -> Computed {
    let mut values = Vec::new();
    for item in items {
        match item {
            Value::Optional(value) => values.extend(value.as_deref().cloned()),
            _ => return Err(Stop::Unsupported),
        }
    }
    Ok(Value::List(values))
}

/// Returns whether a value is the zero value of its type.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) | Value::Uint(0) | Value::Duration(0) => true,
        Value::Double(number) => *number == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Optional(value) => value.is_none(),
        _ => false,
    }
}
