//! The real kubectl reads every golden output, and reads the same objects.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use mkmanifests::diagnostic::Sources;
use mkmanifests::tree::read::{Duplicates, documents};
use serde_json::Value;

const MARK: &str = "mkmanifests.dev/read";

#[test]
fn kubectl_reads_every_golden_output() {
    let Some(kubectl) = mkmanifests_testing::program("kubectl") else { return };
    let mut files: Vec<PathBuf> = Vec::new();
    insta::glob!("../..", "golden/**/out.*", |path| {
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "json") {
            files.push(path.to_owned());
        }
    });
    // Without a cluster kubectl still reads its input; here it only adds an annotation.
    let mut command = Command::new(kubectl);
    command.args(["annotate", "--local", "-o", "json", &format!("{MARK}=yes")]);
    for file in &files {
        command.arg("-f").arg(file);
    }
    let output = command.output().expect("kubectl runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let read = read.map(|object| without_mark(object.expect("kubectl prints JSON")));
    let read = read.flat_map(flat);
    let written = files.iter().flat_map(written);
    let (read, written) = (counted(read), counted(written));
    assert!(written.len() > 50, "too few objects: {}", written.len());
    let missing: Vec<&String> = written.keys().filter(|object| read.get(*object) != written.get(*object)).collect();
    assert!(missing.is_empty() && read.len() == written.len(), "kubectl reads different objects: {missing:#?}");
}

fn flat(object: Value) -> Vec<Value> {
    match object.get("items").and_then(Value::as_array) {
        Some(items) => items.clone(),
        None => vec![object],
    }
}

/// Removes the annotation. An object without annotations and one with an empty mapping then look the same.
fn without_mark(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        let annotations = metadata.get_mut("annotations").and_then(Value::as_object_mut);
        let left = annotations.map(|annotations| {
            annotations.remove(MARK);
            annotations.len()
        });
        if left == Some(0) {
            metadata.remove("annotations");
        }
    }
    object
}

fn written(file: &PathBuf) -> Vec<Value> {
    let bytes = std::fs::read(file).expect("a golden file");
    let nodes = documents(&mut Sources::default(), "golden", &bytes, Duplicates::Refused).expect("it is YAML");
    let objects = nodes.iter().flat_map(|node| flat(serde_json::to_value(node).expect("it is JSON")));
    objects.map(without_mark).collect()
}

/// Counts equal objects, since the same object occurs in several cases.
fn counted(objects: impl Iterator<Item = Value>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for object in objects {
        *counts.entry(sorted(object).to_string()).or_insert(0) += 1;
    }
    counts
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries: BTreeMap<String, Value> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
