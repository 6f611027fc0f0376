//! The deployments that this project replaces: the rendered objects are equal in every field.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

/// Allowed differences: labels on the objects themselves, and an option that Ray has ignored since 1.11.
const DEAD_OPTION: &str = " --redis-shard-ports=6380,6381";

#[test]
fn a_live_ray_deployment_does_not_change() {
    let mut seen = 0;
    insta::glob!("../..", "golden/cases/ray/seed-*/helm.json", |path| {
        let helm = fs::read_to_string(path).expect("helm.json is text").replace(DEAD_OPTION, "");
        let helm: Vec<Value> = serde_json::from_str(&helm).expect("helm.json is a list of objects");
        let ours = fs::read_to_string(path.with_file_name("out.yaml")).expect("the case has been rendered");
        let ours = serde_yaml::Deserializer::from_str(&ours).map(|document| {
            let mut object: Value = serde::Deserialize::deserialize(document).expect("each document is an object");
            object["metadata"].as_object_mut().expect("metadata is a mapping").remove("labels");
            object
        });
        assert_eq!(by_identity(ours), by_identity(helm), "{}", path.display());
        seen += 1;
    });
    assert_eq!(seen, 2);
}

/// Labels that name the program that rendered an object.
const MADE_BY: [&str; 2] = ["app.kubernetes.io/managed-by", "helm.sh/chart"];

#[test]
fn a_live_autoscaler_does_not_change() {
    let case = "golden/cases/autoscaler/seed";
    let helm = fs::read_to_string(format!("{case}/helm.json")).expect("helm.json is text");
    let helm: Vec<Value> = serde_json::from_str(&helm).expect("helm.json is a list of objects");
    let ours = fs::read_to_string(format!("{case}/out.yaml")).expect("the case has been rendered");
    let ours = serde_yaml::Deserializer::from_str(&ours)
        .map(|document| serde::Deserialize::deserialize(document).expect("each document is an object"));
    let without_maker = |mut object: Value| {
        let labels = object["metadata"]["labels"].as_object_mut().expect("labels are a mapping");
        MADE_BY.iter().for_each(|label| drop(labels.remove(*label)));
        remove_empty(&mut object);
        object
    };
    assert_eq!(by_identity(ours.map(without_maker)), by_identity(helm.into_iter().map(without_maker)));
}

/// Removes the chart's `annotations: {}` and `resources: {}`: with or without them, an API server stores the same object.
fn remove_empty(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let is_empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
            fields.retain(|key, value| !(matches!(key.as_str(), "annotations" | "resources") && is_empty(value)));
            fields.values_mut().for_each(remove_empty);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_empty),
        _ => {}
    }
}

fn by_identity(objects: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    objects.into_iter().map(|object| (format!("{} {}", object["kind"], object["metadata"]["name"]), object)).collect()
}
