//! Tables: maps of values as Helm's functions walk them.

use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{Map, Str, Value};

/// The table that a value is.
pub(super) fn as_table(value: &Value) -> Option<&Map> {
    if let Value::Map(map) = value { Some(map) } else { None }
}

/// A copy that shares no table with the original.
///
/// Values come from trees, which are not nested deeper than their readers allow; what is, is cut off.
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

/// How many values there are in a table, tables and lists themselves included.
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

/// A copy of the table itself, sharing the tables in it.
pub(super) fn shallow_copy(map: &Map) -> Map {
    map.snapshot().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The entries as they are now.
pub(super) fn entries(map: &Map) -> Vec<(Str, Value)> {
    map.snapshot().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Sets a key; the maps here are never Go's nil map.
pub(super) fn set(map: &Map, key: impl Into<Str>, value: impl Into<Value>) {
    let _ = map.insert(key, value.into());
}

/// The table at the end of a path of names with dots between them. The error is the name that leads nowhere.
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

/// The value at the end of a path, if it is there and no table. A `null` counts as a value.
pub(super) fn find_value(map: &Map, path: &str) -> Option<Value> {
    let (table, key) = match path.rsplit_once('.') {
        Some((path, key)) => (find_table(map, path).ok()?, key),
        None => (map.clone(), path),
    };
    table.get(key).filter(|value| as_table(value).is_none())
}
