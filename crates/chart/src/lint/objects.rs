//! Reads the objects in a rendered template or CRD as Helm's linter does: YAML or JSON, and only what rules need.
//!
//! Source: `YAMLOrJSONDecoder` of `k8s.io/apimachinery`.

use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::{Kind, Node};

use crate::decode::scalar;
use crate::go_struct::{Shape, WHILE_DECODING, check, sorted};
use crate::json_syntax::first_value;

/// What rules need of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Object {
    pub api_version: String,
    pub kind: String,
    pub name: String,
}

const OBJECT: Shape =
    Shape::Struct("rules.k8sYamlStruct", &[("apiVersion", Shape::Text), ("kind", Shape::Text), ("metadata", METADATA)]);
const METADATA: Shape = Shape::Struct("rules.k8sYamlMetadata", &[("namespace", Shape::Text), ("name", Shape::Text)]);

/// The start of the text in which JSON is recognized.
const GUESSED: usize = 4096;

/// Reads all objects; empty documents are left out. The first error is the last item.
pub(super) fn read(text: &[u8]) -> Vec<Result<Object, String>> {
    let start = String::from_utf8_lossy(text.get(..GUESSED).unwrap_or(text));
    if !start.trim_start().starts_with('{') {
        return yaml(text);
    }
    let mut objects = Vec::new();
    let mut rest = text;
    while !rest.trim_ascii().is_empty() {
        match first_value(rest) {
            Ok(length) => {
                let (value, after) = rest.split_at(length);
                rest = after;
                match object(value) {
                    Ok(object) => objects.push(Ok(object.unwrap_or_default())),
                    Err(error) => {
                        objects.push(Err(error.trim_start_matches(WHILE_DECODING).to_owned()));
                        return objects;
                    }
                }
            }
            // The rest may be YAML. If it is not, the error is that of JSON.
            Err(error) => {
                let mut others = yaml(rest);
                if let Some(first @ Err(_)) = others.first_mut() {
                    *first = Err(json_error(&error, text, rest));
                }
                objects.extend(others);
                return objects;
            }
        }
    }
    objects
}

/// Writes an error of JSON with the number of bytes that were read.
fn json_error(error: &str, text: &[u8], rest: &[u8]) -> String {
    let mut lengths = 1..=rest.len();
    let fails = |length: &usize| rest.get(..*length).is_some_and(|part| first_value(part).is_err_and(|it| it == error));
    match lengths.find(fails) {
        Some(length) if error != "unexpected EOF" => {
            format!("json: offset {}: {error}", text.len() - rest.len() + length)
        }
        _ => error.to_owned(),
    }
}

fn yaml(text: &[u8]) -> Vec<Result<Object, String>> {
    let mut objects = Vec::new();
    for document in documents(text) {
        match document.and_then(|document| object(&document)) {
            Ok(object) => objects.extend(object.map(Ok)),
            Err(error) => {
                objects.push(Err(error));
                break;
            }
        }
    }
    objects
}

/// Splits a text at its lines `---`. Ends with an error if such a line has more than a comment.
fn documents(text: &[u8]) -> Vec<Result<Vec<u8>, String>> {
    let mut documents = Vec::new();
    let mut current: Vec<u8> = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(rest) = line.strip_prefix(b"---") {
            let rest = String::from_utf8_lossy(rest);
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                documents.push(Err(format!("invalid Yaml document separator: {rest}")));
                return documents;
            }
            if !current.is_empty() {
                documents.push(Ok(std::mem::take(&mut current)));
                continue;
            }
        }
        current.extend(line);
        current.push(b'\n');
    }
    documents.push(Ok(current));
    documents
}

/// Reads one object; `None` for an empty document.
fn object(document: &[u8]) -> Result<Option<Object>, String> {
    let node = first_document(Default::default(), document, Duplicates::LastWins);
    let node = node.map_err(|refused| format!("error converting YAML to JSON: {}", refused.go))?;
    if node.is_null() {
        return Ok(None);
    }
    check(&node, &OBJECT, false)?;
    let text = |node: Option<&Node>| node.and_then(scalar).unwrap_or_default();
    let name = field(&node, "metadata").and_then(|metadata| field(metadata, "name"));
    Ok(Some(Object {
        api_version: text(field(&node, "apiVersion")),
        kind: text(field(&node, "kind")),
        name: text(name),
    }))
}

/// Returns the value of a field, whose case does not matter. The last one wins.
fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let entries = sorted(node.as_map()?);
    entries.into_iter().rev().find(|entry| entry.key.eq_ignore_ascii_case(name)).map(|entry| &entry.value)
}

const LIST: Shape = Shape::Struct(
    "struct { Items []struct { Metadata struct { Annotations map[string]string } } }",
    &[("items", Shape::List("[]struct { Metadata struct { Annotations map[string]string } }", &ITEM))],
);
const ITEM: Shape =
    Shape::Struct("struct { Metadata struct { Annotations map[string]string } }", &[("metadata", ITEM_METADATA)]);
const ITEM_METADATA: Shape = Shape::Struct(
    "struct { Annotations map[string]string }",
    &[("annotations", Shape::Map("map[string]string", &Shape::Text))],
);

/// Reports the annotation `helm.sh/resource-policy` of an item of a List, where Helm ignores it.
pub(super) fn list_error(text: &[u8]) -> Option<String> {
    let node = first_document(Default::default(), text, Duplicates::LastWins);
    let node = match node.map_err(|refused| format!("error converting YAML to JSON: {}", refused.go)) {
        Ok(node) => node,
        Err(error) => return Some(format!("unable to parse YAML: {error}")),
    };
    if let Err(error) = check(&node, &LIST, false) {
        return Some(format!("unable to parse YAML: {error}"));
    }
    let Some(Kind::Seq(items)) = field(&node, "items").map(|items| &items.kind) else { return None };
    let annotations = items.iter().filter_map(|item| field(field(item, "metadata")?, "annotations")?.as_map());
    let mut keys = annotations.flat_map(|map| map.entries()).map(|entry| entry.key.to_string());
    let text = "annotation 'helm.sh/resource-policy' within List objects are ignored";
    keys.any(|key| key == "helm.sh/resource-policy").then(|| text.to_owned())
}
