//! Functions of strings: searching, cutting, regular expressions.
//!
//! Source: cel-go ext/strings.go, version 2; apiserver pkg/cel/library/regex.go

use super::{Computed, count, strings};
use crate::cel::value::{Stop, Value};
use mkmanifests_go::regexp;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    Some(match (name, arguments) {
        ("charAt", [Value::String(text), Value::Int(at)]) => character(text, *at),
        ("indexOf", [Value::String(text), Value::String(part), Value::Int(from)]) => index_of(text, part, *from),
        ("lastIndexOf", [Value::String(text), Value::String(part), Value::Int(from)]) => {
            last_index_of(text, part, *from)
        }
        ("replace", [Value::String(text), Value::String(from), Value::String(to), Value::Int(most)]) => {
            Ok(Value::String(match usize::try_from(*most) {
                Ok(most) => text.replacen(from.as_str(), to, most),
                Err(_) => text.replace(from.as_str(), to),
            }))
        }
        ("split", [Value::String(text), Value::String(separator)]) => Ok(split(text, separator, -1)),
        ("split", [Value::String(text), Value::String(separator), Value::Int(most)]) => {
            Ok(split(text, separator, *most))
        }
        ("find", [Value::String(text), Value::String(pattern)]) => {
            find_all(text, pattern, 1).map(|found| Value::String(found.into_iter().next().unwrap_or_default()))
        }
        ("findAll", [Value::String(text), Value::String(pattern)]) => find_all(text, pattern, -1).map(strings),
        ("findAll", [Value::String(text), Value::String(pattern), Value::Int(most)]) => {
            find_all(text, pattern, *most).map(strings)
        }
        _ => return None,
    })
}

fn out_of_range<T>(at: i64) -> Result<T, Stop> {
    Stop::error(format!("index out of range: {at}"))
}

fn character(text: &str, at: i64) -> Computed {
    match usize::try_from(at) {
        Ok(index) if index <= text.chars().count() => {
            Ok(Value::String(text.chars().nth(index).map(String::from).unwrap_or_default()))
        }
        _ => out_of_range(at),
    }
}

/// Returns the indexes, in characters, at which a part begins, in order.
fn beginnings(text: &str, part: &str) -> Vec<usize> {
    let (text, part): (Vec<char>, Vec<char>) = (text.chars().collect(), part.chars().collect());
    let is_there = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(&part));
    (0..=text.len()).filter(is_there).collect()
}

fn index_of(text: &str, part: &str, from: i64) -> Computed {
    let Ok(from_index) = usize::try_from(from) else { return out_of_range(from) };
    if part.is_empty() {
        return Ok(count(from_index.min(text.chars().count())));
    }
    let found = beginnings(text, part).into_iter().find(|at| *at >= from_index);
    Ok(found.map_or(Value::Int(-1), count))
}

fn last_index_of(text: &str, part: &str, from: i64) -> Computed {
    let Ok(from_index) = usize::try_from(from) else { return out_of_range(from) };
    let length = text.chars().count();
    if part.is_empty() {
        return Ok(count(from_index.min(length)));
    }
    if from_index >= length {
        return Ok(Value::Int(-1));
    }
    let found = beginnings(text, part).into_iter().rfind(|at| *at <= from_index);
    Ok(found.map_or(Value::Int(-1), count))
}

/// Splits as Go's `strings.SplitN`: a negative limit is none, an empty separator splits into characters.
fn split(text: &str, separator: &str, most: i64) -> Value {
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    if limit == 0 {
        return Value::List(Vec::new());
    }
    if !separator.is_empty() {
        return strings(text.splitn(limit, separator));
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next().filter(|_| parts.len() + 1 < limit) {
        let (part, after) = rest.split_at(first.len_utf8());
        parts.push(part);
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    strings(parts)
}

fn find_all(text: &str, pattern: &str, most: i64) -> Result<Vec<String>, Stop> {
    regexp::find_all_of(pattern, text, most).map_err(Stop::Error)
}
