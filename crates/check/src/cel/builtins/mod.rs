//! The implementations of functions.

mod formats;
pub(super) mod interpolation;
pub(super) mod lists;
mod networks;
mod quantities;
mod texts;
mod times;
mod urls;
pub(super) mod versions;

use std::cmp::Ordering;

use super::value::{Stop, Value};
use crate::syntax::go_duration;
use mkmanifests_go::regexp;

type Computed = Result<Value, Stop>;

/// A library of functions: returns nothing for those that it does not have.
type Library = fn(&str, &[Value]) -> Option<Computed>;

const LIBRARIES: [Library; 9] = [
    texts::call,
    lists::call,
    times::call,
    interpolation::call,
    quantities::call,
    networks::call,
    urls::call,
    versions::call,
    formats::call,
];

/// Calls a function; the target of a member is the first of its arguments.
pub(super) fn call(name: &str, arguments: &[Value]) -> Computed {
    match standard(name, arguments) {
        Err(Stop::Unsupported) => {
            let result = LIBRARIES.iter().find_map(|library| library(name, arguments));
            result.unwrap_or(Err(Stop::Unsupported))
        }
        result => result,
    }
}

/// Converts an index or a length.
fn count(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn strings(texts: impl IntoIterator<Item = impl Into<String>>) -> Value {
    Value::List(texts.into_iter().map(|text| Value::String(text.into())).collect())
}

/// Converts an order to -1, 0 or 1.
fn order(order: Ordering) -> Value {
    Value::Int(order as i64)
}

fn standard(name: &str, arguments: &[Value]) -> Computed {
    match arguments {
        [] if name == "optional.none" => Ok(Value::Optional(None)),
        [only] => of_one(name, only),
        [target, argument] => of_two(name, target, argument),
        [Value::String(text), Value::String(from), Value::String(to)] if name == "replace" => {
            Ok(Value::String(text.replace(from.as_str(), to)))
        }
        [Value::String(text), Value::Int(from), Value::Int(to)] if name == "substring" => {
            substring(text, *from, Some(*to))
        }
        _ => Err(Stop::Unsupported),
    }
}

fn of_one(name: &str, value: &Value) -> Computed {
    match (name, value) {
        ("size", value) => value.size().map(Value::Int).ok_or(Stop::Unsupported),
        ("dyn", value) => Ok(value.clone()),
        ("type", value) => Ok(Value::Type(value.type_name())),
        ("int" | "uint" | "double" | "string" | "bool" | "bytes" | "duration" | "timestamp", value) => {
            convert(name, value)
        }
        ("lowerAscii", Value::String(text)) => Ok(Value::String(text.to_ascii_lowercase())),
        ("upperAscii", Value::String(text)) => Ok(Value::String(text.to_ascii_uppercase())),
        ("trim", Value::String(text)) => Ok(Value::String(text.trim().to_owned())),
        ("join", Value::List(items)) => join(items, ""),
        ("isSorted", Value::List(items)) => {
            let orders = items.windows(2).map(|pair| pair[0].compare(&pair[1]));
            let orders: Option<Vec<_>> = orders.collect();
            orders.map(|orders| Value::Bool(orders.iter().all(|order| order.is_le()))).ok_or(Stop::Unsupported)
        }
        ("sum", Value::List(items)) => sum(items),
        ("min" | "max", Value::List(items)) => extreme(name, items),
        ("distinct", Value::List(items)) => {
            let mut kept: Vec<Value> = Vec::new();
            for item in items {
                if !kept.iter().any(|other| other.equals(item)) {
                    kept.push(item.clone());
                }
            }
            Ok(Value::List(kept))
        }
        ("reverse", Value::List(items)) => Ok(Value::List(items.iter().rev().cloned().collect())),
        ("first", Value::List(items)) => Ok(Value::Optional(items.first().cloned().map(Box::new))),
        ("last", Value::List(items)) => Ok(Value::Optional(items.last().cloned().map(Box::new))),
        ("optional.of", value) => Ok(Value::Optional(Some(Box::new(value.clone())))),
        ("hasValue", Value::Optional(value)) => Ok(Value::Bool(value.is_some())),
        ("value", Value::Optional(value)) => {
            value.as_deref().cloned().ok_or_else(|| Stop::Error("optional.none() dereference".to_owned()))
        }
        ("getHours", Value::Duration(nanos)) => Ok(Value::Int(nanos / 3_600_000_000_000)),
        ("getMinutes", Value::Duration(nanos)) => Ok(Value::Int(nanos / 60_000_000_000)),
        ("getSeconds", Value::Duration(nanos)) => Ok(Value::Int(nanos / 1_000_000_000)),
        _ => Err(Stop::Unsupported),
    }
}

fn of_two(name: &str, target: &Value, argument: &Value) -> Computed {
    match (name, target, argument) {
        ("contains", Value::String(text), Value::String(part)) => Ok(Value::Bool(text.contains(part.as_str()))),
        ("startsWith", Value::String(text), Value::String(part)) => Ok(Value::Bool(text.starts_with(part.as_str()))),
        ("endsWith", Value::String(text), Value::String(part)) => Ok(Value::Bool(text.ends_with(part.as_str()))),
        ("matches", Value::String(text), Value::String(pattern)) => match regexp::check(pattern) {
            Ok(()) => Ok(Value::Bool(regexp::is_found(pattern, text))),
            Err(why) => Stop::error(why),
        },
        ("join", Value::List(items), Value::String(between)) => join(items, between),
        ("indexOf", Value::String(text), Value::String(part)) => Ok(position(text, text.find(part.as_str()))),
        ("lastIndexOf", Value::String(text), Value::String(part)) => Ok(position(text, text.rfind(part.as_str()))),
        ("indexOf", Value::List(items), item) => {
            let at = items.iter().position(|other| other.equals(item));
            Ok(Value::Int(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)))
        }
        ("substring", Value::String(text), Value::Int(from)) => substring(text, *from, None),
        ("orValue", Value::Optional(value), other) => Ok(value.as_deref().unwrap_or(other).clone()),
        ("or", Value::Optional(value), other) => Ok(if value.is_some() { target.clone() } else { other.clone() }),
        ("sets.contains", Value::List(all), Value::List(some)) => Ok(Value::Bool(has_all(all, some))),
        ("sets.equivalent", Value::List(a), Value::List(b)) => Ok(Value::Bool(has_all(a, b) && has_all(b, a))),
        ("sets.intersects", Value::List(a), Value::List(b)) => {
            Ok(Value::Bool(a.iter().any(|item| b.iter().any(|other| other.equals(item)))))
        }
        _ => Err(Stop::Unsupported),
    }
}

fn has_all(all: &[Value], some: &[Value]) -> bool {
    some.iter().all(|item| all.iter().any(|other| other.equals(item)))
}

/// Returns the index in characters, or -1.
fn position(text: &str, at: Option<usize>) -> Value {
    let count = at.and_then(|at| i64::try_from(text[..at].chars().count()).ok());
    Value::Int(count.unwrap_or(-1))
}

fn substring(text: &str, from: i64, to: Option<i64>) -> Computed {
    let length = text.chars().count();
    let to = to.map_or(Ok(length), usize::try_from);
    match (usize::try_from(from), to) {
        (Ok(from), Ok(to)) if from <= to && to <= length => {
            Ok(Value::String(text.chars().skip(from).take(to - from).collect()))
        }
        _ => Stop::error("index out of range"),
    }
}

fn join(items: &[Value], between: &str) -> Computed {
    let text = |item: &Value| if let Value::String(text) = item { Some(text.clone()) } else { None };
    let texts: Option<Vec<String>> = items.iter().map(text).collect();
    texts.map(|texts| Value::String(texts.join(between))).ok_or(Stop::Unsupported)
}

fn sum(items: &[Value]) -> Computed {
    if items.is_empty() {
        return Ok(Value::EmptySum);
    }
    let integers = items.iter().map(|item| if let Value::Int(number) = item { Some(*number) } else { None });
    let Some(integers) = integers.collect::<Option<Vec<i64>>>() else { return Err(Stop::Unsupported) };
    let sum = integers.into_iter().try_fold(0_i64, i64::checked_add);
    sum.map(Value::Int).ok_or_else(|| Stop::Error("integer overflow".to_owned()))
}

fn extreme(name: &str, items: &[Value]) -> Computed {
    let Some((first, others)) = items.split_first() else { return Stop::error(format!("{name} called on empty list")) };
    let mut found = first;
    for other in others {
        let order = other.compare(found).ok_or(Stop::Unsupported)?;
        if (name == "min" && order.is_lt()) || (name == "max" && order.is_gt()) {
            found = other;
        }
    }
    Ok(found.clone())
}

fn convert(name: &str, value: &Value) -> Computed {
    let refuse = || Stop::Error(format!("type conversion error: {name}"));
    match (name, value) {
        ("int", Value::Int(_))
        | ("uint", Value::Uint(_))
        | ("double", Value::Double(_))
        | ("string", Value::String(_))
        | ("bool", Value::Bool(_))
        | ("duration", Value::Duration(_))
        | ("timestamp", Value::Timestamp(_)) => Ok(value.clone()),
        ("int", Value::String(text)) => text.parse().map(Value::Int).map_err(|_| refuse()),
        ("int", Value::Uint(number)) => i64::try_from(*number).map(Value::Int).map_err(|_| refuse()),
        ("int", Value::Double(number)) if number.abs() < 9e18 => Ok(Value::Int(*number as i64)),
        ("uint", Value::Int(number)) => u64::try_from(*number).map(Value::Uint).map_err(|_| refuse()),
        ("double", Value::String(text)) => text.parse().map(Value::Double).map_err(|_| refuse()),
        ("double", value) => value.double().map(Value::Double).ok_or(Stop::Unsupported),
        ("string", Value::Int(number)) => Ok(Value::String(number.to_string())),
        ("string", Value::Uint(number)) => Ok(Value::String(number.to_string())),
        ("string", Value::Bool(value)) => Ok(Value::String(value.to_string())),
        ("int", Value::Timestamp(time)) => Ok(Value::Int(time.as_second())),
        // Other numbers may be written with an exponent.
        ("string", Value::Double(number)) if *number == 0.0 || (1e-4..1e21).contains(&number.abs()) => {
            Ok(Value::String(number.to_string()))
        }
        ("string", Value::Timestamp(time)) => Ok(Value::String(time.to_string())),
        ("string", Value::Duration(nanoseconds)) => Ok(Value::String(seconds(*nanoseconds))),
        ("string", Value::Bytes(bytes)) => String::from_utf8(bytes.clone()).map(Value::String).map_err(|_| refuse()),
        ("bytes", Value::String(text)) => Ok(Value::Bytes(text.as_bytes().to_vec())),
        ("bytes", Value::Bytes(_)) => Ok(value.clone()),
        ("bool", Value::String(text)) => match text.as_str() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Value::Bool(false)),
            _ => Err(refuse()),
        },
        ("timestamp", Value::Int(second)) => {
            jiff::Timestamp::from_second(*second).map(Value::Timestamp).map_err(|_| refuse())
        }
        ("duration", Value::String(text)) => go_duration(text).map(Value::Duration).ok_or_else(refuse),
        ("timestamp", Value::String(text)) => text.parse().map(Value::Timestamp).map_err(|_| refuse()),
        _ => Err(Stop::Unsupported),
    }
}

/// Formats a duration in seconds, without trailing zeros: `90s`, `0.5s`.
fn seconds(nanoseconds: i64) -> String {
    let (whole, rest) = (nanoseconds.unsigned_abs() / 1_000_000_000, nanoseconds.unsigned_abs() % 1_000_000_000);
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let fraction = format!(".{rest:09}");
    format!("{sign}{whole}{}s", fraction.trim_end_matches('0').trim_end_matches('.'))
}
