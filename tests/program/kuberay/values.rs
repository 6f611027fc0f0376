//! The values files of samples. They take long texts, such as scripts, from the sample itself.
//!
//! - `{$sample: POINTER}` is the value at a JSON pointer in the sample's object.
//! - `{$parsed: POINTER}` is the content of the YAML text there.

use std::path::PathBuf;

use mkmanifests::diagnostic::Sources;
use mkmanifests::tree::read;
use serde_json::Value;

use super::common;

/// Returns the file of a sample's values.
pub(super) fn file(sample: &str) -> PathBuf {
    common::data("program/kuberay").join(sample.replace('/', "--"))
}

/// Reads the values of a sample, with what they take from the sample's object.
pub(super) fn read(sample: &str, object: &Value) -> Value {
    let file = file(sample);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    expand(parse(&text), object)
}

/// Reads a YAML text.
pub(super) fn parse(text: &str) -> Value {
    let node = read::values(&mut Sources::default(), "text", text.as_bytes()).expect("YAML");
    serde_json::to_value(node).expect("a tree is JSON")
}

fn expand(value: Value, object: &Value) -> Value {
    match value {
        Value::Object(map) => {
            if let Some((pointer, parsed)) = reference(&map) {
                let taken = object.pointer(&pointer).unwrap_or_else(|| panic!("the sample has no {pointer}")).clone();
                return if parsed { parse(taken.as_str().expect("a text")) } else { taken };
            }
            map.into_iter().map(|(key, value)| (key, expand(value, object))).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| expand(item, object)).collect(),
        scalar => scalar,
    }
}

fn reference(map: &serde_json::Map<String, Value>) -> Option<(String, bool)> {
    let (key, pointer) = map.iter().next().filter(|_| map.len() == 1)?;
    let parsed = match key.as_str() {
        "$sample" => false,
        "$parsed" => true,
        _ => return None,
    };
    Some((pointer.as_str()?.to_owned(), parsed))
}
