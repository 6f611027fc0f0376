//! Gives the templates' YAML functions the crate's reader and writer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::pretty_yaml;
use crate::gotmpl::helm::Yaml;
use crate::gotmpl::value::{Entries, MAX_NESTING};
use crate::gotmpl::{Object, Str, Value};
use crate::manifest::yaml::{self, At, Emitter, Scalar, Style};
use crate::problem::{Place, SourceId};
use crate::tree::read::{Duplicates, first_document};
use crate::tree::{Entry, Key, Kind, Map, Node};

/// YAML as Helm's functions read and write it.
#[derive(Debug, Clone, Copy, Default)]
pub struct GoYaml;

impl Yaml for GoYaml {
    fn write(&self, value: &Value) -> Result<String, String> {
        let mut writer = Writer { emitter: Emitter::new(Style::HELM, 512), left: MAX_VALUES };
        writer.value(value, At::ROOT, MAX_NESTING)?;
        String::from_utf8(writer.emitter.finish()).map_err(|error| error.to_string())
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

/// Writes values as they are, with no tree between.
struct Writer {
    emitter: Emitter,
    /// How many values there may still be.
    left: usize,
}

impl Writer {
    fn value(&mut self, value: &Value, at: At, depth: usize) -> Result<(), String> {
        let depth = step(depth, &mut self.left)?;
        let scalar = match value {
            Value::Nil => Scalar::Null,
            Value::Bool(value) => Scalar::Bool(*value),
            Value::Int(number, _) => Scalar::Int(*number),
            Value::Uint(number, _) => Scalar::UInt(*number),
            Value::Float(number) => match number_kind(*number)? {
                Kind::Int(number) => Scalar::Int(number),
                _ => Scalar::Float(*number),
            },
            Value::Str(text) => {
                self.emitter.scalar(Scalar::Str(&text.text()), at);
                return Ok(());
            }
            Value::Bytes(bytes) => {
                self.emitter.scalar(Scalar::Str(&STANDARD.encode(bytes)), at);
                return Ok(());
            }
            Value::List(list) if list.is_nil() => Scalar::Null,
            Value::List(list) if list.is_empty() => Scalar::EmptySeq,
            Value::List(list) => {
                let mut open = self.emitter.seq(at);
                for item in list {
                    let at = self.emitter.item(&mut open);
                    self.value(item, at, depth)?;
                }
                return Ok(());
            }
            Value::Map(map) if map.is_nil() => Scalar::Null,
            Value::Map(map) => return self.map(&map.snapshot(), at, depth),
            Value::Object(object) if object.is_nil() => Scalar::Null,
            Value::Object(object) => return self.object(object.as_ref(), at, depth),
            Value::Method(_) => return Err(no_json(value)),
        };
        self.emitter.scalar(scalar, at);
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, at: At, depth: usize) -> Result<(), String> {
        if let Some(plain) = object.plain() {
            return self.value(&plain, at, depth);
        }
        match object.underlying() {
            Value::Nil => {
                let fields = object.fields().into_iter().map(|(name, value)| (Str::from(name), value));
                self.map(&fields.collect(), at, depth)
            }
            underlying => self.value(&underlying, at, depth),
        }
    }

    fn map(&mut self, entries: &Entries, at: At, depth: usize) -> Result<(), String> {
        if entries.is_empty() {
            self.emitter.scalar(Scalar::EmptyMap, at);
            return Ok(());
        }
        let mut texts: Vec<(Cow<'_, str>, &Value)> = entries.iter().map(|(key, value)| (key.text(), value)).collect();
        // Bytes that are no text may become the same text: the last one counts.
        if texts.iter().any(|(key, _)| matches!(key, Cow::Owned(_))) {
            let unique: BTreeMap<Cow<'_, str>, &Value> = texts.into_iter().collect();
            texts = unique.into_iter().collect();
        }
        let mut open = self.emitter.map(at);
        for (key, value) in yaml::in_order(texts.iter().map(|(key, value)| (key.as_ref(), *value))) {
            let at = self.emitter.key(key, &mut open);
            self.value(value, at, depth)?;
        }
        Ok(())
    }
}

/// Counts a value and a level of nesting.
fn step(depth: usize, left: &mut usize) -> Result<usize, String> {
    *left = left.checked_sub(1).ok_or("json: unsupported value: more than 1,000,000 values")?;
    Ok(depth.checked_sub(1).ok_or("json: unsupported value: encountered a cycle")?)
}

fn number_kind(number: f64) -> Result<Kind, String> {
    if number.is_finite() {
        return Ok(Kind::float(number));
    }
    let name = if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    Err(format!("json: unsupported value: {name}"))
}

fn no_json(value: &Value) -> String {
    format!("json: unsupported type: {}", value.type_name())
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
    let depth = step(depth, left)?;
    let kind = match value {
        Value::Nil => Kind::Null,
        Value::Bool(value) => Kind::Bool(*value),
        Value::Int(number, _) => Kind::Int(*number),
        Value::Uint(number, _) => i64::try_from(*number).map_or(Kind::UInt(*number), Kind::Int),
        Value::Float(number) => number_kind(*number)?,
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
        Value::Method(_) => return Err(no_json(value)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gotmpl::value::MapType;
    use crate::gotmpl::{Elem, List, Map};

    fn by_tree(value: &Value) -> Result<String, String> {
        let mut out = Vec::new();
        yaml::write(&mut out, &to_node(value)?, Style::HELM).map_err(|error| error.to_string())?;
        String::from_utf8(out).map_err(|error| error.to_string())
    }

    /// The tree is what helm's own output is compared with; what is written without it has to be the same.
    #[test]
    fn values_are_written_as_their_trees_are() {
        let map = |entries: &[(&str, Value)]| Value::map(entries.iter().cloned());
        let deep = (0..MAX_NESTING).fold(Value::Nil, |inner, _| Value::list([inner]));
        let itself = Map::new();
        itself.insert("self", itself.clone().into()).expect("no nil map");
        for value in [
            Value::Nil,
            Value::from(""),
            Value::from("two\nlines\n"),
            Value::from(format!("{} {}", "long ".repeat(30), "text")),
            Value::raw(b"\xff\xfe".to_vec()),
            Value::bytes(b"bytes".to_vec()),
            Value::Float(3.0),
            Value::Float(0.1),
            Value::Float(f64::NAN),
            Value::Int(-3, crate::gotmpl::IntKind::Int8),
            Value::Uint(u64::MAX, crate::gotmpl::UintKind::Uint),
            Value::list([]),
            Value::List(List::nil(Elem::Any)),
            Value::Map(Map::nil(MapType::STR)),
            map(&[]),
            map(&[("a10", Value::list([map(&[("x", 1.5.into())]), Value::list([true.into()])])), ("a2", Value::Nil)]),
            map(&[("<<", map(&[("on", "yes".into())])), (&"k".repeat(200), Value::list([map(&[])]))]),
            Value::map([(b"\xfe".to_vec(), Value::from("lost")), (b"\xff".to_vec(), Value::from("kept"))]),
            deep,
            Value::Map(itself),
        ] {
            assert_eq!(GoYaml.write(&value), by_tree(&value), "{value:?}");
        }
    }
}
