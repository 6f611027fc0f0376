//! Objects of KubeRay together with KubeRay's own CustomResourceDefinitions: one diagnostic per mistake.

use std::fs;
use std::path::Path;

use mkmanifests_check::{Options, all};
use mkmanifests_testing as common;
use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::read::{self, Duplicates};
use mkmanifests_yaml::tree::{Node, to_node};
use serde_json::{Value, json};

fn documents(file: &Path) -> Vec<Node> {
    let text = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let name = file.display().to_string();
    read::documents(&mut Sources::default(), &name, &text, Duplicates::Refused).expect("YAML")
}

fn definitions(kuberay: &Path) -> Vec<Node> {
    let file = |kind: &str| kuberay.join(format!("ray-operator/config/crd/bases/ray.io_ray{kind}.yaml"));
    ["clusters", "jobs", "services", "cronjobs"].iter().flat_map(|kind| documents(&file(kind))).collect()
}

/// Returns the errors about each object, as rule and field.
fn errors(objects: &[Node]) -> Vec<Vec<String>> {
    let mut errors = vec![Vec::new(); objects.len()];
    for found in all(objects, &Options { lint: false, ..Options::default() }) {
        // Some samples need feature gates that are off by default.
        if found.diagnostic.rule() == "ray/feature-gate" {
            continue;
        }
        let error = format!("{} {}", found.diagnostic.rule(), found.diagnostic.field());
        errors[found.object.expect("an object")].push(error);
    }
    errors
}

/// Returns the errors about each object, if the definitions are among the objects.
fn errors_with(definitions: &[Node], objects: &[Node]) -> Vec<Vec<String>> {
    errors(&[definitions, objects].concat()).split_off(definitions.len())
}

#[test]
fn samples_are_valid_with_and_without_their_definitions() {
    let Some(kuberay) = common::kuberay() else { return };
    let entries = fs::read_dir(kuberay.join("ray-operator/config/samples")).expect("samples");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let samples = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let is_ray = |node: &Node| node.get("apiVersion").and_then(Node::as_str) == Some("ray.io/v1");
    let samples: Vec<Node> = samples.flat_map(|path| documents(&path)).filter(is_ray).collect();
    assert!(samples.len() > 80, "only {} objects", samples.len());
    for errors in [errors(&samples), errors_with(&definitions(&kuberay), &samples)] {
        assert_eq!(errors.concat(), [""; 0]);
    }
}

#[test]
fn a_mistake_is_reported_once_with_and_without_the_definition() {
    let Some(kuberay) = common::kuberay() else { return };
    let pod = "/spec/headGroupSpec/template";
    let wrong: [(&str, Value, &str); 8] = [
        ("/spec", json!({"rayVersio": "2.60.0"}), "spec.rayVersio"),
        ("/spec", json!({"rayVersion": 2.6}), "spec.rayVersion"),
        ("/spec", json!({"upgradeStrategy": {"type": "Rolling"}}), "spec.upgradeStrategy.type"),
        ("/spec", json!({"managedBy": "me"}), "spec.managedBy"),
        ("/spec", json!({"networkPolicy": {"mode": "deny"}}), "spec.networkPolicy.mode"),
        (pod, json!({"metadata": {"uid": "x"}}), "spec.headGroupSpec.template.metadata.uid"),
        ("/spec/headGroupSpec/template/spec", json!({"nodName": "x"}), "spec.headGroupSpec.template.spec.nodName"),
        ("/metadata", json!({"labels": {"a b": "c"}}), "metadata.labels"),
    ];
    let node = |(pointer, change, _): &(&str, Value, &str)| to_node(&changed(pointer, change)).expect("a node");
    let objects: Vec<Node> = wrong.iter().map(node).collect();
    for errors in [errors(&objects), errors_with(&definitions(&kuberay), &objects)] {
        for (errors, (_, _, field)) in errors.iter().zip(&wrong) {
            println!("{errors:?}");
            assert!(errors.len() == 1 && errors[0].ends_with(&format!(" {field}")), "{field}: {errors:?}");
        }
    }
}

/// Returns a valid RayCluster with a change.
fn changed(pointer: &str, change: &Value) -> Value {
    let template = json!({"spec": {"containers": [{"name": "ray", "image": "rayproject/ray:2.60.0"}]}});
    let mut object = json!({"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "train"},
        "spec": {"rayVersion": "2.60.0", "headGroupSpec": {"rayStartParams": {}, "template": template}}});
    let part = object.pointer_mut(pointer).and_then(Value::as_object_mut).expect("a part of the object");
    part.extend(change.as_object().cloned().unwrap_or_default());
    object
}
