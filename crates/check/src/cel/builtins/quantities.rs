//! Quantities, as apiserver pkg/cel/library/quantity.go has them.

use std::cmp::Ordering;

use super::{Computed, order};
use crate::cel::value::{Amount, Stop, Value};
use crate::syntax;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    Some(match (name, arguments) {
        ("quantity", [Value::String(text)]) => match parse(text) {
            Some(Ok(amount)) => Ok(Value::Quantity(amount)),
            Some(Err(why)) => Stop::error(why),
            None => Err(Stop::Unsupported),
        },
        ("isQuantity", [Value::String(text)]) => {
            parse(text).map(|parsed| Value::Bool(parsed.is_ok())).ok_or(Stop::Unsupported)
        }
        ("isInteger", [Value::Quantity(amount)]) => Ok(Value::Bool(amount.is_integer)),
        ("asInteger", [Value::Quantity(amount)]) => match i64::try_from(amount.milli / 1000) {
            Ok(number) if amount.is_integer => Ok(Value::Int(number)),
            _ => Stop::error("cannot convert value to integer"),
        },
        ("asApproximateFloat", [Value::Quantity(amount)]) => Ok(Value::Double(amount.milli as f64 / 1000.0)),
        ("sign", [Value::Quantity(amount)]) => Ok(order(amount.milli.cmp(&0))),
        ("isGreaterThan", [Value::Quantity(a), Value::Quantity(b)]) => Ok(Value::Bool(a.milli > b.milli)),
        ("isLessThan", [Value::Quantity(a), Value::Quantity(b)]) => Ok(Value::Bool(a.milli < b.milli)),
        ("compareTo", [Value::Quantity(a), Value::Quantity(b)]) => Ok(order(a.milli.cmp(&b.milli))),
        ("add", [Value::Quantity(a), b]) => sum(a, b, 1),
        ("sub", [Value::Quantity(a), b]) => sum(a, b, -1),
        _ => return None,
    })
}

/// Parses a quantity; `None` if thousandths cannot hold it, so that no verdict rests on a rounded or capped value.
fn parse(text: &str) -> Option<Result<Amount, String>> {
    let number = text.trim_start_matches(['+', '-']);
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    let (number, suffix) = number.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_small = matches!(suffix, "n" | "u") || suffix.starts_with(['e', 'E']) && suffix.contains('-');
    if is_small || fraction.len() > 3 || !fraction.is_empty() && suffix == "m" || whole.len() > 18 {
        return None;
    }
    match syntax::quantity(text) {
        Ok(amount) => {
            let is_integer = number == whole && suffix != "m" && is_fast(whole, suffix);
            let is_integer = is_integer && i64::try_from(amount.milli / 1000).is_ok();
            Some(Ok(Amount { milli: amount.milli, is_integer }))
        }
        // With other digits it is one, so that the value is too large: a server keeps the largest one instead.
        Err(_) if syntax::quantity(&text.replace(|c: char| c.is_ascii_digit(), "0")).is_ok() => None,
        Err(why) => Some(Err(why)),
    }
}

/// Returns whether a server stores a binary amount as an integer, which it does if it is certainly small enough.
///
/// Source: `ParseQuantity`, apimachinery pkg/api/resource/quantity.go
fn is_fast(whole: &str, suffix: &str) -> bool {
    let power = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].into_iter().position(|known| known == suffix);
    power.is_none_or(|power| whole.trim_start_matches('0').len() + (power + 1) * 3 <= 14)
}

fn sum(a: &Amount, b: &Value, sign: i128) -> Computed {
    let b = match b {
        Value::Quantity(amount) => *amount,
        Value::Int(number) => Amount { milli: i128::from(*number) * 1000, is_integer: true },
        _ => return Err(Stop::Unsupported),
    };
    let milli = a.milli + sign * b.milli;
    let is_integer = match (a.milli.cmp(&0), b.milli.cmp(&0)) {
        (_, Ordering::Equal) => a.is_integer,
        (Ordering::Equal, _) => b.is_integer,
        _ => a.is_integer && b.is_integer,
    };
    Ok(Value::Quantity(Amount { milli, is_integer: is_integer && i64::try_from(milli / 1000).is_ok() }))
}
