//! Gives the templates' YAML functions the crate's reader and writer.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::pretty_yaml;
use crate::gotmpl::helm::Yaml;
use crate::gotmpl::value::MAX_NESTING;
use crate::gotmpl::{Object, Value};
use crate::manifest::yaml::{self, Style};
use crate::problem::{Place, SourceId};
use crate::tree::read::{Duplicates, first_document};
use crate::tree::{Entry, Key, Kind, Map, Node};

/// YAML as Helm's functions read and write it.
#[derive(Debug, Clone, Copy, Default)]
pub struct GoYaml;

impl Yaml for GoYaml {
    fn write(&self, value: &Value) -> Result<String, String> {
        let mut out = Vec::new();
        yaml::write(&mut out, &to_node(value)?, Style::HELM).map_err(|error| error.to_string())?;
        String::from_utf8(out).map_err(|error| error.to_string())
    }

    fn write_pretty(&self, value: &Value) -> Result<String, String> {
        pretty_yaml::write(value)
    }

    fn read(&self, text: &str) -> Result<Value, String> {
        // Go reads the first document and looks at nothing after it.
        let read = first_document(SourceId::default(), text, Duplicates::LastWins);
        read.map(to_value).map_err(|refused| format!("error converting YAML to JSON: {}", refused.go))
    }
}

/// A value as Go's JSON has it.
///
/// # Errors
/// Go's text for what JSON cannot hold.
pub fn to_node(value: &Value) -> Result<Node, String> {
    node(value, MAX_NESTING, &mut MAX_VALUES.clone())
}

/// How many values one value may hold: a map can stand in another one many times, and that in a third.
const MAX_VALUES: usize = 1_000_000;

fn node(value: &Value, depth: usize, left: &mut usize) -> Result<Node, String> {
    *left = left.checked_sub(1).ok_or("json: unsupported value: more than 1,000,000 values")?;
    let depth = depth.checked_sub(1).ok_or("json: unsupported value: encountered a cycle")?;
    let kind = match value {
        Value::Nil => Kind::Null,
        Value::Bool(value) => Kind::Bool(*value),
        Value::Int(number, _) => Kind::Int(*number),
        Value::Uint(number, _) => i64::try_from(*number).map_or(Kind::UInt(*number), Kind::Int),
        Value::Float(number) if !number.is_finite() => {
            let name = if number.is_nan() {
                "NaN"
            } else if *number > 0.0 {
                "+Inf"
            } else {
                "-Inf"
            };
            return Err(format!("json: unsupported value: {name}"));
        }
        Value::Float(number) => Kind::float(*number),
        Value::Str(text) => Kind::Str(text.text().into_owned()),
        Value::Bytes(bytes) => Kind::Str(STANDARD.encode(bytes)),
        Value::List(list) if list.is_nil() => Kind::Null,
        Value::List(list) => Kind::Seq(list.iter().map(|item| node(item, depth, left)).collect::<Result<_, _>>()?),
        Value::Map(map) if map.is_nil() => Kind::Null,
        Value::Map(map) => {
            let mut entries = Map::with_capacity(map.len());
            for (key, value) in map.snapshot().iter() {
                entries.insert(entry(&key.text(), node(value, depth, left)?));
            }
            Kind::Map(entries)
        }
        Value::Object(object) => return object_node(object, depth, left),
        Value::Method(_) => return Err(format!("json: unsupported type: {}", value.type_name())),
    };
    Ok(kind.into())
}

fn entry(key: &str, value: Node) -> Entry {
    Entry { key: Key::from(key.to_owned()), place: Place::UNKNOWN, value }
}

fn object_node(object: &Arc<dyn Object>, depth: usize, left: &mut usize) -> Result<Node, String> {
    if object.is_nil() {
        return Ok(Kind::Null.into());
    }
    if let Some(plain) = object.plain() {
        return node(&plain, depth, left);
    }
    match object.underlying() {
        Value::Nil => {
            let mut entries = Map::new();
            for (name, value) in object.fields() {
                entries.insert(entry(name, node(&value, depth, left)?));
            }
            Ok(Kind::Map(entries).into())
        }
        underlying => node(&underlying, depth, left),
    }
}

/// A node as a template's value: every number is `float64`.
pub fn to_value(node: Node) -> Value {
    match node.kind {
        Kind::Null => Value::Nil,
        Kind::Bool(value) => Value::Bool(value),
        Kind::Int(number) => Value::Float(number as f64),
        Kind::UInt(number) => Value::Float(number as f64),
        Kind::Float(number) => Value::Float(number),
        Kind::Str(text) => text.into(),
        Kind::Seq(items) => Value::list(items.into_iter().map(to_value)),
        Kind::Map(map) => {
            Value::map(map.into_entries().into_iter().map(|entry| (entry.key.into_owned(), to_value(entry.value))))
        }
    }
}
