//! Connects the YAML functions of templates to the reader and writer of this workspace.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::limits::MAX_WRITTEN;
use super::{json_text, pretty_yaml};
use mkmanifests_gotmpl::helm::Yaml;
use mkmanifests_gotmpl::value::{Entries, MAX_NESTING};
use mkmanifests_gotmpl::{self as gotmpl, List, Value};
use mkmanifests_yaml::diagnostic::{Location, SourceId};
use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::write::{Emitter, Scalar, Style, ValuePosition, in_order};
use mkmanifests_yaml::tree::{Entry, Key, Kind, Map, Node};

/// Reads and writes YAML as Helm's template functions do.
#[derive(Debug, Clone, Copy, Default)]
pub struct GoYaml;

impl Yaml for GoYaml {
    fn write(&self, value: &Value) -> Result<String, String> {
        let mut writer = Writer { emitter: Emitter::new(Style::HELM, 512), left: MAX_WRITTEN };
        writer.value(value, ValuePosition::ROOT, MAX_NESTING)?;
        String::from_utf8(writer.emitter.finish()).map_err(|error| error.to_string())
    }

    fn write_pretty(&self, value: &Value) -> Result<String, String> {
        pretty_yaml::write(value)
    }

    fn read(&self, text: &[u8]) -> Result<Value, String> {
        // Go reads the first document and ignores the rest.
        let read = first_document(SourceId::default(), text, Duplicates::LastWins);
        read.map(to_value).map_err(|refused| format!("error converting YAML to JSON: {}", refused.go))
    }
}

/// Writes values directly, without building a tree.
struct Writer {
    emitter: Emitter,
    /// How many more values may be written.
    left: usize,
}

impl Writer {
    fn value(&mut self, value: &Value, at: ValuePosition, depth: usize) -> Result<(), String> {
        let depth = step(depth, &mut self.left)?;
        match plain(value)? {
            Plain::Scalar(kind) => {
                if let Some(scalar) = Scalar::of(&kind) {
                    self.emitter.scalar(scalar, at);
                }
            }
            Plain::Text(text) => self.emitter.scalar(Scalar::Str(&json_text::value(&text)?), at),
            Plain::List(items) if items.is_empty() => self.emitter.scalar(Scalar::EmptySeq, at),
            Plain::List(items) => {
                let mut open = self.emitter.seq(at);
                for item in items {
                    let at = self.emitter.item(&mut open);
                    self.value(item, at, depth)?;
                }
            }
            Plain::Map(map) if map.is_empty() => self.emitter.scalar(Scalar::EmptyMap, at),
            Plain::Map(map) => self.map(&map.snapshot(), at, depth)?,
            Plain::Other(value) => self.value(&value, at, depth)?,
        }
        Ok(())
    }

    fn map(&mut self, entries: &Entries, at: ValuePosition, depth: usize) -> Result<(), String> {
        let mut texts: Vec<(Cow<'_, str>, &Value)> = entries.iter().map(|(key, value)| (key.text(), value)).collect();
        // Keys that are not UTF-8 may become the same text: the last one wins.
        if texts.iter().any(|(key, _)| matches!(key, Cow::Owned(_))) {
            let unique: BTreeMap<Cow<'_, str>, &Value> = texts.into_iter().collect();
            texts = unique.into_iter().collect();
        }
        let mut open = self.emitter.map(at);
        for (key, value) in in_order(texts.iter().map(|(key, value)| (key.as_ref(), *value))) {
            json_text::check_key(key)?;
            let at = self.emitter.key(key, &mut open);
            self.value(value, at, depth)?;
        }
        Ok(())
    }
}

/// Converts a value to a tree as Go's JSON does.
///
/// # Errors
/// Go's text for what JSON cannot represent.
pub fn to_node(value: &Value) -> Result<Node, String> {
    node(value, MAX_NESTING, &mut MAX_WRITTEN.clone())
}

fn node(value: &Value, depth: usize, left: &mut usize) -> Result<Node, String> {
    let depth = step(depth, left)?;
    let kind = match plain(value)? {
        Plain::Scalar(kind) => kind,
        Plain::Text(text) => Kind::Str(text.into_owned()),
        Plain::List(items) => Kind::Seq(items.iter().map(|item| node(item, depth, left)).collect::<Result<_, _>>()?),
        Plain::Map(map) => {
            let mut entries = Map::with_capacity(map.len());
            for (key, value) in map.snapshot().iter() {
                let (key, location) = (Key::from(key.text().into_owned()), Location::UNKNOWN);
                entries.insert(Entry { key, location, value: node(value, depth, left)? });
            }
            Kind::Map(entries)
        }
        Plain::Other(value) => return node(&value, depth, left),
    };
    Ok(kind.into())
}

/// Counts a value and a level of nesting.
fn step(depth: usize, left: &mut usize) -> Result<usize, String> {
    *left = left.checked_sub(1).ok_or("json: unsupported value: more than 1,000,000 values")?;
    Ok(depth.checked_sub(1).ok_or("json: unsupported value: encountered a cycle")?)
}

/// A value as Go's JSON sees it.
enum Plain<'v> {
    /// `null`, a boolean or a number.
    Scalar(Kind),
    Text(Cow<'v, str>),
    List(&'v List),
    Map(&'v gotmpl::Map),
    /// The JSON of another value, which represents an object.
    Other(Value),
}

fn plain(value: &Value) -> Result<Plain<'_>, String> {
    let kind = match value {
        Value::Nil => Kind::Null,
        Value::Bool(value) => Kind::Bool(*value),
        Value::Int(number, _) => Kind::Int(*number),
        Value::Uint(number, _) => i64::try_from(*number).map_or(Kind::UInt(*number), Kind::Int),
        Value::Float(number) => float(*number)?,
        Value::Str(text) => return Ok(Plain::Text(text.text())),
        Value::Bytes(bytes) => return Ok(Plain::Text(STANDARD.encode(bytes).into())),
        Value::List(list) if list.is_nil() => Kind::Null,
        Value::List(list) => return Ok(Plain::List(list)),
        Value::Map(map) if map.is_nil() => Kind::Null,
        Value::Map(map) => return Ok(Plain::Map(map)),
        Value::Object(object) if object.is_nil() => Kind::Null,
        Value::Object(object) => {
            return Ok(Plain::Other(object.plain().unwrap_or_else(|| match object.underlying() {
                Value::Nil => Value::map(object.json_fields()),
                underlying => underlying,
            })));
        }
        Value::Complex(..) | Value::Method(_) => return Err(format!("json: unsupported type: {}", value.type_name())),
    };
    Ok(Plain::Scalar(kind))
}

/// Every integer below it is exactly representable as a float.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

fn float(number: f64) -> Result<Kind, String> {
    if number.is_finite() {
        // For a large integer, JSON writes only the digits that distinguish it from its neighbours.
        let exact = number.abs() < MAX_EXACT;
        return Ok(if exact { Kind::float(number) } else { Kind::Float(number) });
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

/// Converts a node to a value of templates. Every number becomes `float64`.
pub fn to_value(node: Node) -> Value {
    match node.kind {
        Kind::Null => Value::Nil,
        Kind::Bool(value) => Value::Bool(value),
        Kind::Int(number) => Value::Float(number as f64),
        Kind::UInt(number) => Value::Float(number as f64),
        Kind::Float(number) => Value::Float(number),
        Kind::Str(text) => text.into(),
        Kind::Raw(bytes) => Value::raw(bytes.to_vec()),
        Kind::Seq(items) => Value::list(items.into_iter().map(to_value)),
        Kind::Map(map) => {
            Value::map(map.into_entries().into_iter().map(|entry| (entry.key.into_owned(), to_value(entry.value))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mkmanifests_gotmpl::value::MapType;
    use mkmanifests_gotmpl::{Elem, Map};
    use mkmanifests_yaml::tree::write::write;

    fn by_tree(value: &Value) -> Result<String, String> {
        let mut out = Vec::new();
        write(&mut out, &to_node(value)?, Style::HELM).map_err(|error| error.to_string())?;
        String::from_utf8(out).map_err(|error| error.to_string())
    }

    /// Helm's output is compared with the tree; writing without a tree must give the same.
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
            Value::Int(-3, mkmanifests_gotmpl::IntKind::Int8),
            Value::Uint(u64::MAX, mkmanifests_gotmpl::UintKind::Uint),
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
