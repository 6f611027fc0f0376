//! Whether values surely fit a schema, found out without compiling it.
//!
//! Compiling a schema takes longer than reading it and holding values to it, and nearly all values fit. Here "yes" is
//! the truth, for schemas of the frequent keywords; all else is left to the crate, which knows what is wrong too.

use super::json::{Json, exact};
use super::known;
use crate::gotmpl::{Map, Value};

/// How many values are looked at.
const MAX_VALUES: usize = 100_000;
/// How deeply they may be nested.
const MAX_DEPTH: usize = 100;

/// Whether a schema is right and the values fit it; false also where that is not known.
pub(super) fn fits(schema: &[u8], values: &Map) -> bool {
    let Ok(schema) = serde_json::from_slice::<Json<'_>>(schema) else { return false };
    let values = Value::Map(values.clone());
    known::document(&schema)
        && is_json(&values, MAX_DEPTH, &mut MAX_VALUES.clone())
        && holds(&schema, &values) == Some(true)
}

/// Whether a value is JSON as it is.
fn is_json(value: &Value, depth: usize, left: &mut usize) -> bool {
    let (Some(depth), Some(rest)) = (depth.checked_sub(1), left.checked_sub(1)) else { return false };
    *left = rest;
    match value {
        Value::Nil | Value::Bool(_) | Value::Int(..) | Value::Uint(..) => true,
        Value::Float(number) => number.is_finite(),
        Value::Str(text) => text.as_str().is_some(),
        Value::List(list) => !list.is_nil() && list.iter().all(|item| is_json(item, depth, left)),
        Value::Map(map) => {
            !map.is_nil()
                && map.snapshot().iter().all(|(key, value)| key.as_str().is_some() && is_json(value, depth, left))
        }
        Value::Bytes(_) | Value::Complex(..) | Value::Object(_) | Value::Method(_) => false,
    }
}

/// Whether a value fits a schema; nothing if that is not known.
fn holds(schema: &Json<'_>, value: &Value) -> Option<bool> {
    match schema {
        Json::Bool(any) => Some(*any),
        Json::Map(entries) => all(entries.iter().map(|(name, keyword)| self::keyword(schema, name, keyword, value))),
        _ => None,
    }
}

/// False if one is, else nothing if that is one.
fn all(mut each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let known = each.try_fold(true, |known, one| if one == Some(false) { None } else { Some(known && one.is_some()) });
    known.map_or(Some(false), |known| known.then_some(true))
}

fn keyword(schema: &Json<'_>, name: &str, keyword: &Json<'_>, value: &Value) -> Option<bool> {
    match name {
        "type" => is_of_types(keyword, value),
        "const" => is_equal(keyword, value),
        "enum" => any(keyword.items()?.iter().map(|option| is_equal(option, value))),
        "allOf" => all(keyword.items()?.iter().map(|schema| holds(schema, value))),
        "anyOf" => any(keyword.items()?.iter().map(|schema| holds(schema, value))),
        "oneOf" => one(keyword.items()?.iter().map(|schema| holds(schema, value))),
        "not" => holds(keyword, value).map(|fits| !fits),
        "if" => {
            let branch = if holds(keyword, value)? { "then" } else { "else" };
            schema.get(branch).map_or(Some(true), |schema| holds(schema, value))
        }
        _ => match value {
            Value::Map(map) => of_map(schema, name, keyword, map),
            Value::List(list) => match name {
                "items" => all(list.iter().map(|item| holds(keyword, item))),
                "minItems" => least(list.len(), keyword),
                "maxItems" => most(list.len(), keyword),
                _ => Some(true),
            },
            Value::Str(text) => match name {
                "minLength" => least(text.as_str()?.chars().count(), keyword),
                "maxLength" => most(text.as_str()?.chars().count(), keyword),
                _ => Some(true),
            },
            _ => of_number(name, keyword, value),
        },
    }
}

fn any(mut each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let known = each.try_fold(true, |known, one| if one == Some(true) { None } else { Some(known && one.is_some()) });
    known.map_or(Some(true), |known| known.then_some(false))
}

fn one(mut each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let count = each.try_fold(0_usize, |count, fits| Some(count + usize::from(fits?)))?;
    Some(count == 1)
}

fn of_map(schema: &Json<'_>, name: &str, keyword: &Json<'_>, map: &Map) -> Option<bool> {
    let entries = map.snapshot();
    match name {
        "properties" => all(keyword
            .entries()?
            .iter()
            .map(|(name, schema)| entries.get(name.as_bytes()).map_or(Some(true), |value| holds(schema, value)))),
        "patternProperties" => {
            let Some(schema) = keyword.get(known::ANY) else { return Some(true) };
            all(entries.values().map(|value| holds(schema, value)))
        }
        "additionalProperties" => {
            if schema.get("patternProperties").is_some_and(|patterns| patterns.get(known::ANY).is_some()) {
                return Some(true);
            }
            let named = schema.get("properties");
            let is_named = |key: &str| named.is_some_and(|named| named.get(key).is_some());
            all(entries
                .iter()
                .map(|(key, value)| if is_named(key.as_str()?) { Some(true) } else { holds(keyword, value) }))
        }
        "required" => all(keyword.items()?.iter().map(|name| Some(entries.contains_key(name.text()?.as_bytes())))),
        "minProperties" => least(entries.len(), keyword),
        "maxProperties" => most(entries.len(), keyword),
        _ => Some(true),
    }
}

fn of_number(name: &str, keyword: &Json<'_>, value: &Value) -> Option<bool> {
    let bound: fn(f64, f64) -> bool = match name {
        "minimum" => |number, bound| number >= bound,
        "maximum" => |number, bound| number <= bound,
        "exclusiveMinimum" => |number, bound| number > bound,
        "exclusiveMaximum" => |number, bound| number < bound,
        _ => return Some(true),
    };
    match (value, keyword) {
        (Value::Nil | Value::Bool(_), _) => Some(true),
        (_, Json::Number(limit, _)) => Some(bound(number(value)?, *limit)),
        _ => None,
    }
}

/// A number whose float is exactly it.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number, _) => exact(*number as f64),
        Value::Uint(number, _) => exact(*number as f64),
        Value::Float(number) => exact(*number),
        _ => None,
    }
}

fn least(count: usize, keyword: &Json<'_>) -> Option<bool> {
    if let Json::Number(limit, _) = keyword { Some(count as f64 >= *limit) } else { None }
}

fn most(count: usize, keyword: &Json<'_>) -> Option<bool> {
    if let Json::Number(limit, _) = keyword { Some(count as f64 <= *limit) } else { None }
}

fn is_of_types(types: &Json<'_>, value: &Value) -> Option<bool> {
    match types.items() {
        Some(types) => any(types.iter().map(|name| is_of_type(name.text()?, value))),
        None => is_of_type(types.text()?, value),
    }
}

fn is_of_type(name: &str, value: &Value) -> Option<bool> {
    Some(match value {
        Value::Nil => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Int(..) | Value::Uint(..) => matches!(name, "integer" | "number"),
        Value::Float(_) if name == "integer" => number(value)?.fract() == 0.0,
        Value::Float(_) => name == "number",
        Value::Str(_) => name == "string",
        Value::List(_) => name == "array",
        Value::Map(_) => name == "object",
        _ => return None,
    })
}

fn is_equal(json: &Json<'_>, value: &Value) -> Option<bool> {
    Some(match (json, value) {
        (Json::List(_), Value::List(_)) | (Json::Map(_), Value::Map(_)) => return None,
        (Json::Null, Value::Nil) => true,
        (Json::Bool(one), Value::Bool(other)) => one == other,
        (Json::Number(one, _), Value::Int(..) | Value::Uint(..) | Value::Float(_)) => *one == number(value)?,
        (Json::Text(one), Value::Str(other)) => one.as_bytes() == other.as_bytes(),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
