//! Converts values of templates to JSON, for schemas.

use mkmanifests_gotmpl::Value;
use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_json_schema::{Json, Number};

/// Converts a value to JSON. A value that JSON cannot represent, which only templates can create, becomes null.
pub(super) fn json(value: &Value) -> Json {
    json_within(value, MAX_NESTING)
}

fn json_within(value: &Value, depth: usize) -> Json {
    let Some(depth) = depth.checked_sub(1) else { return Json::Null };
    match value {
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(int, _) => Json::Number(Number::from(*int)),
        Value::Uint(int, _) => Json::Number(Number::from(*int)),
        Value::Float(number) => Json::Number(Number::from_float(*number)),
        Value::Str(text) => Json::Text(text.text().into_owned()),
        Value::List(list) => Json::List(list.iter().map(|item| json_within(item, depth)).collect()),
        Value::Map(map) => {
            let entries = map.snapshot();
            Json::Map(entries.iter().map(|(key, value)| (key.text().into_owned(), json_within(value, depth))).collect())
        }
        Value::Nil | Value::Bytes(_) | Value::Complex(..) | Value::Object(_) | Value::Method(_) => Json::Null,
    }
}
