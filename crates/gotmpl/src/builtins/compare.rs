//! `eq`, `lt` and the other comparisons. Go compares only values of the same basic kind.

use std::sync::Arc;

use crate::error::CallError;
use crate::fmt;
use crate::function::Args;
use crate::value::Value;

type Result<T> = std::result::Result<T, CallError>;

const INVALID: &str = "invalid type for comparison";

/// The kinds that Go can compare.
#[derive(Clone)]
enum Basic {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Complex(f64, f64),
    Str(crate::value::Str),
}

fn basic(value: &Value) -> Option<Basic> {
    Some(match value {
        Value::Bool(value) => Basic::Bool(*value),
        Value::Int(number, _) => Basic::Int(*number),
        Value::Uint(number, _) => Basic::Uint(*number),
        Value::Float(number) => Basic::Float(*number),
        Value::Complex(real, imaginary) => Basic::Complex(*real, *imaginary),
        Value::Str(text) => Basic::Str(text.clone()),
        Value::Object(object) if !object.is_pointer() => return basic(&object.underlying()),
        _ => return None,
    })
}

/// Returns whether the first argument equals one of the others.
pub(super) fn eq(args: Args<'_>) -> Result<bool> {
    if args.len() < 2 {
        return Err("missing argument for comparison".into());
    }
    let first = args.get(0);
    for other in args.rest(1) {
        if equal(first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(a: &Value, b: &Value) -> Result<bool> {
    match (basic(a), basic(b)) {
        (None, None) => equal_other(a, b),
        (Some(left), Some(right)) => match (left, right) {
            (Basic::Bool(a), Basic::Bool(b)) => Ok(a == b),
            (Basic::Int(a), Basic::Int(b)) => Ok(a == b),
            (Basic::Uint(a), Basic::Uint(b)) => Ok(a == b),
            (Basic::Float(a), Basic::Float(b)) => Ok(a == b),
            (Basic::Complex(a, i), Basic::Complex(b, j)) => Ok(a == b && i == j),
            (Basic::Str(a), Basic::Str(b)) => Ok(a == b),
            (Basic::Int(a), Basic::Uint(b)) | (Basic::Uint(b), Basic::Int(a)) => Ok(u64::try_from(a) == Ok(b)),
            _ => incompatible(a, b),
        },
        // Nil may be compared with any basic kind, and is never equal.
        _ if a.is_nil() || b.is_nil() => Ok(false),
        _ => incompatible(a, b),
    }
}

fn incompatible(a: &Value, b: &Value) -> Result<bool> {
    Err(format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name()).into())
}

fn equal_other(a: &Value, b: &Value) -> Result<bool> {
    if !a.is_nil() && !b.is_nil() && a.kind() != b.kind() {
        return Err(format!(
            "non-comparable types {}: {}, {}: {}",
            show(a, 's'),
            a.type_name(),
            b.type_name(),
            show(b, 'v')
        )
        .into());
    }
    let (left, right) = (is_nil(a), is_nil(b));
    if left || right {
        return Ok(left == right);
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if b.is_pointer() || b.underlying().is_nil() => Ok(Arc::ptr_eq(a, b)),
        _ => Err(format!("non-comparable type {}: {}", show(b, 's'), b.type_name()).into()),
    }
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::List(list) => list.is_nil(),
        Value::Map(map) => map.is_nil(),
        Value::Object(object) => object.is_nil(),
        _ => false,
    }
}

fn show(value: &Value, verb: char) -> String {
    let format = format!("%{verb}");
    let text = fmt::sprintf(format.as_bytes(), std::slice::from_ref(value)).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}

/// Returns whether the first argument is less than the second.
pub(super) fn lt(args: Args<'_>) -> Result<bool> {
    let (Some(a), Some(b)) = (basic(args.get(0)), basic(args.get(1))) else { return Err(INVALID.into()) };
    match (a, b) {
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(..), Basic::Complex(..)) => Err(INVALID.into()),
        (Basic::Int(a), Basic::Int(b)) => Ok(a < b),
        (Basic::Uint(a), Basic::Uint(b)) => Ok(a < b),
        (Basic::Float(a), Basic::Float(b)) => Ok(a < b),
        (Basic::Str(a), Basic::Str(b)) => Ok(a < b),
        (Basic::Int(a), Basic::Uint(b)) => Ok(u64::try_from(a).is_ok_and(|a| a < b) || a < 0),
        (Basic::Uint(a), Basic::Int(b)) => Ok(u64::try_from(b).is_ok_and(|b| a < b)),
        _ => incompatible(args.get(0), args.get(1)),
    }
}

/// Returns whether the first argument is less than the second or equal to it.
pub(super) fn le(args: Args<'_>) -> Result<bool> {
    Ok(lt(args)? || eq(args)?)
}
