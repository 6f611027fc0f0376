//! Converts any value to a number by the rules of the library `cast`, which Sprig uses for arithmetic.

use super::parse::{parse_float, parse_int};
use crate::value::Value;

/// Converts a value to `int64`; 0 if it is not a number.
pub(super) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Bool(value) => i64::from(*value),
        Value::Int(number, _) => *number,
        Value::Uint(number, _) => number.cast_signed(),
        Value::Float(number) => truncate(*number),
        Value::Str(text) => parse_int(without_zeros(text.as_bytes()), None).unwrap_or_default(),
        Value::Object(_) => calendar(value).unwrap_or_default(),
        _ => 0,
    }
}

/// Converts a value to `float64`; 0 if it is not a number.
pub(super) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Float(number) => *number,
        Value::Uint(number, _) => *number as f64,
        Value::Str(text) => parse_float(text.as_bytes()).unwrap_or_default(),
        _ => to_int(value) as f64,
    }
}

/// `time.Month` and `time.Weekday` are the only named numbers that the library knows.
fn calendar(value: &Value) -> Option<i64> {
    let Value::Object(object) = value else { return None };
    match &*object.type_name() {
        "time.Month" | "time.Weekday" => object.underlying().as_int(),
        _ => None,
    }
}

/// Converts a float as Go on amd64: the smallest integer if it is out of range.
fn truncate(number: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&number) { number as i64 } else { i64::MIN }
}

/// Removes `.0`, `.00` and so on from the end.
fn without_zeros(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|byte| **byte == b'0').count();
    let whole = text.get(..text.len() - zeros).unwrap_or(text);
    match whole.strip_suffix(b".") {
        Some(whole) if zeros > 0 => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_behind_the_point_go() {
        let cut = |text: &'static str| without_zeros(text.as_bytes());
        assert_eq!(
            [cut("1.00"), cut("10"), cut("1."), cut(".0"), cut("1.10")],
            [&b"1"[..], b"10", b"1.", b"", b"1.10"]
        );
    }

    #[test]
    fn floats_outside_are_the_smallest_integer() {
        assert_eq!([1e30, -1e30, f64::NAN, -1.9, 2.5].map(truncate), [i64::MIN, i64::MIN, i64::MIN, -1, 2]);
    }
}
