//! The YAML functions of templates, with a reader and writer that the caller supplies.

use std::sync::Arc;

use crate::{Args, CallError, Function, List, Map, Type, Value};

/// Reads and writes YAML as Go's libraries do.
pub trait Yaml: Send + Sync {
    /// Writes a value as Go's `sigs.k8s.io/yaml` does: through JSON, with a line feed at the end.
    ///
    /// # Errors
    /// Go's text for a value that JSON cannot represent.
    fn write(&self, value: &Value) -> Result<String, String>;

    /// Writes a value with lists indented below their keys.
    ///
    /// # Errors
    /// Go's text.
    fn write_pretty(&self, value: &Value) -> Result<String, String>;

    /// Reads one document; numbers are `float64`.
    ///
    /// # Errors
    /// Go's text.
    fn read(&self, text: &[u8]) -> Result<Value, String>;
}

type Write<Y> = fn(&Y, &Value) -> Result<String, String>;

/// Returns `toYaml`, `mustToYaml`, `toYamlPretty`, `fromYaml` and `fromYamlArray`.
pub(super) fn functions<Y: Yaml + 'static>(yaml: &Arc<Y>) -> Vec<Function> {
    let writers: [(&'static str, Write<Y>, bool); 3] =
        [("toYaml", Y::write, false), ("mustToYaml", Y::write, true), ("toYamlPretty", Y::write_pretty, false)];
    let mut functions: Vec<Function> =
        writers.into_iter().map(|(name, write, must)| writer(Arc::clone(yaml), name, write, must)).collect();
    let (maps, lists) = (Arc::clone(yaml), Arc::clone(yaml));
    functions.push(Function::new("fromYaml", &[Type::Str], move |_, args| Ok(read_map(maps.as_ref(), args).into())));
    functions
        .push(Function::new("fromYamlArray", &[Type::Str], move |_, args| Ok(read_list(lists.as_ref(), args).into())));
    functions
}

fn writer<Y: Yaml + 'static>(yaml: Arc<Y>, name: &'static str, write: Write<Y>, must: bool) -> Function {
    Function::new(name, &[Type::Any], move |_, args| match write(&yaml, args.get(0)) {
        Ok(text) => Ok(text.strip_suffix('\n').unwrap_or(&text).into()),
        Err(error) if must => Err(CallError::from(error)),
        Err(_) => Ok("".into()),
    })
}

/// Reads a mapping. On an error, the map has the key `Error`, which templates test.
fn read_map(yaml: &impl Yaml, args: Args<'_>) -> Map {
    let error = |text: String| Map::from_iter([("Error", Value::from(text))]);
    match yaml.read(args.bytes(0)) {
        Ok(Value::Map(map)) => map,
        // Helm reads into an existing map, which an empty document leaves unchanged.
        Ok(Value::Nil) => Map::new(),
        Ok(other) => error(mismatch(&other, "map[string]interface {}")),
        Err(text) => error(text),
    }
}

/// Reads a list. On an error, its only item is the text of the error.
fn read_list(yaml: &impl Yaml, args: Args<'_>) -> List {
    let error = |text: String| List::new(vec![text.into()]);
    match yaml.read(args.bytes(0)) {
        Ok(Value::List(list)) => list,
        Ok(Value::Nil) => List::new(Vec::new()),
        Ok(other) => error(mismatch(&other, "[]interface {}")),
        Err(text) => error(text),
    }
}

/// Returns Go's error for JSON of another type than expected.
fn mismatch(value: &Value, wanted: &str) -> String {
    let found = match value {
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    };
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into Go value of type {wanted}"
    )
}
