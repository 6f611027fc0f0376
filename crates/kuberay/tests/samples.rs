//! KubeRay's sample manifests keep all their fields when they are read and written.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_kuberay::{RayCluster, RayCronJob, RayJob, RayService};
use mkmanifests_testing as common;
use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::read::{self, Duplicates};
use mkmanifests_yaml::tree::{Node, from_object, to_node};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Returns the documents of a file as JSON.
pub fn documents(file: &Path) -> Vec<Value> {
    nodes(file).iter().map(json).collect()
}

#[test]
fn samples_keep_all_their_fields() {
    let Some(kuberay) = common::kuberay() else { return };
    let mut count = 0;
    for file in files(&kuberay.join("ray-operator/config/samples")) {
        for node in nodes(&file) {
            let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
            let written = match (text("apiVersion"), text("kind")) {
                ("ray.io/v1", "RayCluster") => round_trip::<RayCluster>(&node),
                ("ray.io/v1", "RayJob") => round_trip::<RayJob>(&node),
                ("ray.io/v1", "RayService") => round_trip::<RayService>(&node),
                ("ray.io/v1", "RayCronJob") => round_trip::<RayCronJob>(&node),
                _ => continue,
            };
            count += 1;
            assert_eq!(normal(&written), normal(&json(&node)), "{}", file.display());
        }
    }
    println!("{count} objects");
    assert!(count > 80, "only {count} objects");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of samples").map(|entry| entry.expect("an entry").path());
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "yaml");
    let mut files: Vec<_> = entries.filter(is_yaml).collect();
    files.sort();
    files
}

fn nodes(file: &Path) -> Vec<Node> {
    let text = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let name = file.display().to_string();
    read::documents(&mut Sources::default(), &name, &text, Duplicates::Refused).expect("YAML")
}

fn json(node: &Node) -> Value {
    serde_json::to_value(node).expect("JSON")
}

fn round_trip<T: DeserializeOwned + Serialize>(node: &Node) -> Value {
    let mut diagnostics = Vec::new();
    let object = from_object::<T>(node, || &[], &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    json(&to_node(&object.expect("an object")).expect("a node"))
}

/// Writes all numbers as strings, since a quantity may be either, and removes nulls.
fn normal(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().expect("a number").to_string().into(),
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(map) => {
            let present = map.iter().filter(|(_, value)| !value.is_null());
            present.map(|(key, value)| (key.clone(), normal(value))).collect()
        }
        other => other.clone(),
    }
}
