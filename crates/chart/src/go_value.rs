//! Converts nodes to values of templates.

use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::Location;
use mkmanifests_yaml::tree::{Kind, Node};

/// Converts a node to a value of templates. Numbers become `float64`, as from JSON; integers from a `--set` flag, whose
/// location `is_set` recognizes, become `int64`.
pub fn node_to_value(node: &Node, is_set: &dyn Fn(Location) -> bool) -> Value {
    match &node.kind {
        Kind::Null => Value::Nil,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Int(value) if is_set(node.location) => Value::int64(*value),
        Kind::Int(value) => Value::Float(*value as f64),
        Kind::UInt(value) => Value::Float(*value as f64),
        Kind::Float(value) => Value::Float(*value),
        Kind::Str(text) => Value::from(text.as_str()),
        Kind::Raw(bytes) => Value::raw(bytes.to_vec()),
        Kind::Seq(items) => Value::list(items.iter().map(|item| node_to_value(item, is_set))),
        Kind::Map(map) => {
            Value::map(map.entries().iter().map(|entry| (entry.key.as_ref(), node_to_value(&entry.value, is_set))))
        }
    }
}
