//! Objects as an API server reads them, to compare the output of two programs.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Secret, Service, ServiceAccount};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use mkmanifests::components::remove_empties;
use mkmanifests::diagnostic::SourceId;
use mkmanifests::tree::read::{Duplicates, first_document};
use mkmanifests::tree::{Kind, Node, Nulls, from_node, to_node};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Objects by kind, namespace and name.
pub type Objects = BTreeMap<String, Value>;

/// Labels that name the program that rendered an object; the only labels that may differ.
const OWN: [&str; 2] = ["helm.sh/chart", "app.kubernetes.io/managed-by"];

/// Reads the objects of a YAML stream.
///
/// # Errors
///
/// Returns why an API server would refuse to read one of them.
pub fn read(text: &str) -> Result<Objects, String> {
    let mut objects = Objects::new();
    for document in format!("\n{text}").split("\n---\n").filter(|document| !document.trim().is_empty()) {
        let node = first_document(SourceId::default(), document, Duplicates::LastWins)
            .map_err(|refused| format!("YAML: {}", refused.go))?;
        if !node.is_null() {
            add(&node, &mut objects)?;
        }
    }
    Ok(objects)
}

/// Adds an object as an API server reads it.
pub fn add(node: &Node, objects: &mut Objects) -> Result<(), String> {
    let text = |path: &[&str]| node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default().to_owned();
    let (kind, name) = (text(&["kind"]), text(&["metadata", "name"]));
    let (version, namespace) = (text(&["apiVersion"]), text(&["metadata", "namespace"]));
    if name.is_empty() {
        return Err(format!("{kind}: no name"));
    }
    let mut object = typed(&kind, node).map_err(|reason| format!("{kind} {name}: {reason}"))?;
    object["apiVersion"] = version.into();
    // An API server stores no empty list, and the component writes none.
    let mut stored = to_node(&object).map_err(|error| error.to_string())?;
    remove_empties(&mut stored);
    object = serde_json::to_value(&stored).map_err(|error| error.to_string())?;
    if let Some(labels) = object["metadata"]["labels"].as_object_mut() {
        OWN.iter().for_each(|own| drop(labels.remove(*own)));
    }
    // We write kwok's configuration in our own style: compare its content, not its text.
    if kind == "ConfigMap" {
        for key in ["config", "templates"].map(|key| format!("/data/{key}")) {
            if let Some(text) = object.pointer_mut(&key) {
                let read = first_document(SourceId::default(), text.as_str().unwrap_or_default(), Duplicates::LastWins);
                *text = read.ok().and_then(|node| serde_json::to_value(node).ok()).unwrap_or_default();
            }
        }
    }
    match objects.insert(format!("{kind} {namespace}/{name}"), object) {
        None => Ok(()),
        Some(_) => Err(format!("{kind} {name}: twice")),
    }
}

fn typed(kind: &str, node: &Node) -> Result<Value, String> {
    match kind {
        "Deployment" => round_trip::<Deployment>("apps/v1", node),
        "PodDisruptionBudget" => round_trip::<PodDisruptionBudget>("policy/v1", node),
        "ServiceAccount" => round_trip::<ServiceAccount>("v1", node),
        "Service" => round_trip::<Service>("v1", node),
        "Secret" => round_trip::<Secret>("v1", node),
        "ConfigMap" => round_trip::<ConfigMap>("v1", node),
        "ClusterRole" => round_trip::<ClusterRole>("rbac.authorization.k8s.io/v1", node),
        "ClusterRoleBinding" => round_trip::<ClusterRoleBinding>("rbac.authorization.k8s.io/v1", node),
        "Role" => round_trip::<Role>("rbac.authorization.k8s.io/v1", node),
        "RoleBinding" => round_trip::<RoleBinding>("rbac.authorization.k8s.io/v1", node),
        "" => Err("no object".to_owned()),
        // Custom resources have no types to read them as; quantities of a VerticalPodAutoscaler may be numbers.
        _ => {
            let mut value = serde_json::to_value(without_nulls(node)).map_err(|error| error.to_string())?;
            quantities(&mut value);
            // Require text where the API requires it.
            for path in TEXTS {
                for_each_match(&mut value, path, &mut |value| {
                    if value.is_string() { Ok(()) } else { Err(format!("{path}: no text")) }
                })?;
            }
            for path in ["relabelings", "metricRelabelings"].map(|key| format!("spec/endpoints/*/{key}/*/modulus")) {
                for_each_match(&mut value, &path, &mut |value| {
                    if value.is_number() { Ok(()) } else { Err(format!("{path}: no number")) }
                })?;
            }
            Ok(value)
        }
    }
}

/// Fields of custom resources that are text; `*` matches every item or entry.
const TEXTS: &[&str] = &[
    "metadata/namespace",
    "metadata/labels/*",
    "metadata/annotations/*",
    "spec/groups/*/interval",
    "spec/endpoints/*/port",
    "spec/endpoints/*/interval",
    "spec/endpoints/*/path",
    "spec/endpoints/*/relabelings/*/regex",
    "spec/endpoints/*/relabelings/*/separator",
    "spec/endpoints/*/relabelings/*/replacement",
    "spec/endpoints/*/relabelings/*/action",
    "spec/endpoints/*/relabelings/*/targetLabel",
    "spec/endpoints/*/relabelings/*/sourceLabels/*",
    "spec/endpoints/*/metricRelabelings/*/regex",
    "spec/endpoints/*/metricRelabelings/*/separator",
    "spec/endpoints/*/metricRelabelings/*/replacement",
    "spec/endpoints/*/metricRelabelings/*/action",
    "spec/endpoints/*/metricRelabelings/*/targetLabel",
    "spec/endpoints/*/metricRelabelings/*/sourceLabels/*",
    "spec/resourcePolicy/containerPolicies/*/containerName",
];

type Check<'c> = &'c mut dyn FnMut(&mut Value) -> Result<(), String>;

fn for_each_match(value: &mut Value, path: &str, check: Check<'_>) -> Result<(), String> {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let go = |value: &mut Value, check: Check<'_>| {
        if rest.is_empty() { check(value) } else { for_each_match(value, rest, check) }
    };
    match value {
        Value::Array(items) if first == "*" => items.iter_mut().try_for_each(|item| go(item, check)),
        Value::Object(map) if first == "*" => map.values_mut().try_for_each(|item| go(item, check)),
        Value::Object(map) => map.get_mut(first).map_or(Ok(()), |item| go(item, check)),
        _ => Ok(()),
    }
}

fn quantities(value: &mut Value) {
    for bound in ["minAllowed", "maxAllowed"] {
        let path = format!("spec/resourcePolicy/containerPolicies/*/{bound}/*");
        let _ = for_each_match(value, &path, &mut |value| {
            if value.is_number() {
                *value = value.to_string().into();
            }
            Ok(())
        });
    }
}

/// Reads an object as its type and writes it again. The version is passed separately, since all versions have the same
/// fields.
fn round_trip<T: DeserializeOwned + Serialize>(version: &str, node: &Node) -> Result<Value, String> {
    let mut node = node.clone();
    if let Some(map) = node.as_map_mut() {
        map.set("apiVersion", Node::from(version));
    }
    let mut diagnostics = Vec::new();
    let typed: Option<T> = from_node(&node, Nulls::Skipped, &mut diagnostics);
    match (typed, diagnostics.first()) {
        (_, Some(diagnostic)) => Err(diagnostic.message()),
        (None, None) => Err("not readable".to_owned()),
        (Some(typed), None) => {
            let node = to_node(&typed).map_err(|error| error.to_string())?;
            serde_json::to_value(node).map_err(|error| error.to_string())
        }
    }
}

fn without_nulls(node: &Node) -> Node {
    let kind = match &node.kind {
        Kind::Map(map) => {
            let mut kept = mkmanifests::tree::Map::new();
            for entry in map.entries().iter().filter(|entry| !entry.value.is_null()) {
                kept.set(entry.key.clone(), without_nulls(&entry.value));
            }
            Kind::Map(kept)
        }
        Kind::Seq(items) => Kind::Seq(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    };
    kind.into()
}
