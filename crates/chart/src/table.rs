//! Helper functions on tables: maps of values, as Helm calls them.

use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{Map, Str, Value};

/// Returns the table if the value is one.
pub(super) fn as_table(value: &Value) -> Option<&Map> {
    if let Value::Map(map) = value { Some(map) } else { None }
}

/// Returns a copy that shares no table with the original.
///
/// Values nested deeper than [`MAX_NESTING`], which readers do not produce, become nil.
pub(super) fn deep_copy(map: &Map) -> Map {
    copy_map(map, MAX_NESTING)
}

fn copy_map(map: &Map, depth: usize) -> Map {
    map.snapshot().iter().map(|(key, value)| (key.clone(), copy(value, depth))).collect()
}

fn copy(value: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Nil };
    match value {
        Value::Map(map) => copy_map(map, depth).into(),
        Value::List(list) => Value::list(list.iter().map(|item| copy(item, depth))),
        other => other.clone(),
    }
}

/// Counts the values in a table, including tables and lists themselves.
pub(super) fn count(map: &Map) -> usize {
    map.snapshot().values().map(count_value).sum()
}

fn count_value(value: &Value) -> usize {
    1 + match value {
        Value::Map(map) => count(map),
        Value::List(list) => list.iter().map(count_value).sum(),
        _ => 0,
    }
}

/// Returns a copy that shares the tables in it with the original.
pub(super) fn shallow_copy(map: &Map) -> Map {
    map.snapshot().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Returns the current entries.
pub(super) fn entries(map: &Map) -> Vec<(Str, Value)> {
    map.snapshot().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Sets a key. The maps here are never Go's nil map.
pub(super) fn set(map: &Map, key: impl Into<Str>, value: impl Into<Value>) {
    let _ = map.insert(key, value.into());
}

/// Returns the table at the end of a dotted path. The error is the first name that is not a table.
pub(super) fn find_table(map: &Map, path: &str) -> Result<Map, String> {
    let mut table = map.clone();
    for name in path.split('.') {
        match table.get(name) {
            Some(Value::Map(next)) => table = next,
            _ => return Err(name.to_owned()),
        }
    }
    Ok(table)
}

/// Returns the value at the end of a dotted path, if it exists and is not a table. `null` is a value.
pub(super) fn find_value(map: &Map, path: &str) -> Option<Value> {
    let (table, key) = match path.rsplit_once('.') {
        Some((path, key)) => (find_table(map, path).ok()?, key),
        None => (map.clone(), path),
    };
    table.get(key).filter(|value| as_table(value).is_none())
}
