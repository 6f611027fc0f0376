//! Converts nodes to values of the template engine, and back.

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind};

use crate::diagnostic::Location;
use crate::tree::{Entry, Kind, Map, Node};

/// The deepest nesting of a value. Manifests are flatter, and a list that contains itself is endless.
const MAX_DEPTH: usize = 128;

pub(super) fn from_node(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::from(()),
        Kind::Bool(value) => Value::from(*value),
        Kind::Int(value) => Value::from(*value),
        Kind::UInt(value) => Value::from(*value),
        Kind::Float(value) => Value::from(*value),
        Kind::Str(text) => Value::from(text.as_str()),
        Kind::Raw(bytes) => Value::from_bytes(bytes.to_vec()),
        Kind::Seq(items) => items.iter().map(from_node).collect(),
        Kind::Map(map) => Value::from_pairs(map.entries().iter().map(|e| (e.key.as_ref(), from_node(&e.value)))),
    }
}

/// Converts a value to a node. Mappings are sorted by key.
pub(super) fn to_node(value: &Value) -> Result<Node, Error> {
    convert(value, 0)
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

fn convert(value: &Value, depth: usize) -> Result<Node, Error> {
    if depth > MAX_DEPTH {
        return Err(invalid(format!("a value is nested more than {MAX_DEPTH} levels deep")));
    }
    let kind = match value.kind() {
        ValueKind::None => Kind::Null,
        ValueKind::Bool => Kind::Bool(value.is_true()),
        ValueKind::Number => number(value)?,
        ValueKind::String => Kind::Str(value.to_string()),
        ValueKind::Seq | ValueKind::Iterable => {
            Kind::Seq(value.try_iter()?.map(|item| convert(&item, depth + 1)).collect::<Result<_, _>>()?)
        }
        ValueKind::Map => Kind::Map(mapping(value, depth)?),
        ValueKind::Undefined => return Err(Error::new(ErrorKind::UndefinedError, "it contains an undefined value")),
        other => return Err(invalid(format!("a {other} cannot be written as YAML or JSON"))),
    };
    Ok(kind.into())
}

fn mapping(value: &Value, depth: usize) -> Result<Map, Error> {
    let mut entries = Vec::new();
    for key in value.try_iter()? {
        let text = match key.kind() {
            ValueKind::String | ValueKind::Number | ValueKind::Bool => key.to_string(),
            other => return Err(invalid(format!("a {other} cannot be a key"))),
        };
        let value = convert(&value.get_item(&key)?, depth + 1)?;
        entries.push(Entry { key: text.into(), location: Location::UNKNOWN, value });
    }
    Ok(Map::from_entries(entries).0)
}

fn number(value: &Value) -> Result<Kind, Error> {
    if value.is_integer() {
        let signed = i64::try_from(value.clone()).map(Kind::Int);
        let unsigned = || u64::try_from(value.clone()).map(Kind::UInt);
        return signed.or_else(|_| unsigned()).map_err(|_| invalid(format!("{value} does not fit into 64 bits")));
    }
    match f64::try_from(value.clone()) {
        Ok(float) if float.is_finite() => Ok(Kind::Float(float)),
        _ => Err(invalid(format!("{value} cannot be written as a number in YAML and JSON"))),
    }
}
