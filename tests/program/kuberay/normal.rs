//! Objects in a form in which two that mean the same are equal.
//!
//! These are the only differences that do not count:
//!
//! - labels `app.kubernetes.io/*`, and the namespace,
//! - nulls, empty lists, empty mappings (except `emptyDir`) and empty texts,
//! - fields with the default of KubeRay's CRD,
//! - the order of worker groups, and the name of the container of Ray (samples have `ray-head` in workers, or `llm`),
//! - quantities as text or number (`1`, `"1"`),
//! - how `serveConfigV2`, `runtimeEnvYAML` and `entrypointResources` are written: their content is compared,
//! - how `resources` in `rayStartParams` is quoted for the shell,
//! - whether a number is an integer (`2`, `2.0`).

use serde_json::{Map, Value, json};

use super::values::parse;

/// Texts whose content is YAML.
const TEXTS: [&str; 3] = ["serveConfigV2", "runtimeEnvYAML", "entrypointResources"];

/// Fields with their defaults in the CRDs.
fn defaults() -> [(&'static str, Value); 8] {
    [
        ("backoffLimit", json!(0)),
        ("ttlSecondsAfterFinished", json!(0)),
        ("shutdownAfterJobFinishes", json!(false)),
        ("suspend", json!(false)),
        ("submissionMode", json!("K8sJobMode")),
        ("numOfHosts", json!(1)),
        ("minReplicas", json!(0)),
        ("maxReplicas", json!(i32::MAX)),
    ]
}

/// Returns the object in the form described above.
pub(super) fn normal(mut object: Value) -> Value {
    let meta = object["metadata"].as_object_mut().expect("metadata");
    meta.remove("namespace");
    specs(&mut object);
    prune(&mut object);
    object
}

/// Changes the specs of a resource, of its job, and of its cluster.
fn specs(object: &mut Value) {
    own_labels(&mut object["metadata"]);
    let defaults = defaults();
    for path in ["/spec", "/spec/jobTemplate"] {
        let Some(spec) = object.pointer_mut(path).and_then(Value::as_object_mut) else { continue };
        spec.retain(|key, value| !defaults.iter().any(|(name, default)| name == key && default == value));
        for key in TEXTS {
            if let Some(Value::String(text)) = spec.get(key) {
                let content = parse(text);
                spec.insert(key.to_owned(), content);
            }
        }
    }
    for path in ["/spec", "/spec/rayClusterSpec", "/spec/rayClusterConfig", "/spec/jobTemplate/rayClusterSpec"] {
        if let Some(spec) = object.pointer_mut(path).and_then(Value::as_object_mut) {
            cluster(spec, &defaults);
        }
    }
}

fn cluster(spec: &mut Map<String, Value>, defaults: &[(&str, Value)]) {
    if let Some(head) = spec.get_mut("headGroupSpec") {
        template(head);
    }
    if let Some(groups) = spec.get_mut("workerGroupSpecs").and_then(Value::as_array_mut) {
        groups.sort_by_key(|group| group["groupName"].to_string());
        for group in groups {
            template(group);
            if let Some(fields) = group.as_object_mut() {
                fields.retain(|key, value| !defaults.iter().any(|(name, default)| name == key && default == value));
            }
        }
    }
}

fn template(group: &mut Value) {
    let Some(template) = group.get_mut("template") else { return };
    if let Some(meta) = template.get_mut("metadata") {
        own_labels(meta);
    }
    if let Some(name) = template.pointer_mut("/spec/containers/0/name") {
        *name = "ray".into();
    }
    if let Some(Value::String(quoted)) = group.pointer_mut("/rayStartParams/resources") {
        *quoted = parse(&quoted.trim_matches(['"', '\'']).replace("\\\"", "\"")).to_string();
    }
}

fn own_labels(meta: &mut Value) {
    if let Some(labels) = meta.get_mut("labels").and_then(Value::as_object_mut) {
        labels.retain(|key, _| !key.starts_with("app.kubernetes.io/"));
    }
}

/// Removes what is empty, and writes quantities as text.
fn prune(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match key.as_str() {
                    "limits" | "requests" => quantities(value),
                    _ => prune(value),
                }
            }
            map.retain(|key, value| key == "emptyDir" || !is_empty(value));
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        Value::Number(number) => *value = number.as_f64().into(),
        _ => {}
    }
}

fn quantities(value: &mut Value) {
    for amount in value.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if amount.is_number() {
            *amount = amount.to_string().into();
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
