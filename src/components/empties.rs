//! Removes empty lists and mappings, and zero values, that an API server does not store.
//!
//! Go omits empty lists and maps of built-in types, so that the stored object lacks them. `kubectl apply` would print `configured`
//! on every run, although nothing changes. An empty mapping may also have a meaning: `emptyDir: {}` is a type of volume, and
//! `podSelector: {}` selects all pods. Such mappings are stored, and are kept here.

use super::zeros;
use crate::check;
use crate::tree::{Kind, Map, Node};

/// Mappings without a meaning when they are empty: maps that a server does not store, and structs of optional settings whose
/// defaults are the same without them. Every other empty mapping is kept, since it may have a meaning.
const WITHOUT_MEANING: &[&str] = &[
    "affinity",
    "annotations",
    "binaryData",
    "capabilities",
    "data",
    "dnsConfig",
    "labels",
    "lifecycle",
    "limits",
    "matchLabels",
    "nodeAffinity",
    "nodeSelector",
    "overhead",
    "podAffinity",
    "podAntiAffinity",
    "requests",
    "resources",
    "rollingUpdate",
    "securityContext",
    "seLinuxOptions",
    "status",
    "strategy",
    "stringData",
    "updateStrategy",
    "volumeAttributes",
    "windowsOptions",
];

/// Kinds whose `selector` is a map of labels: an empty one selects nothing, as a missing one does. Elsewhere `selector` is a
/// LabelSelector, and an empty one selects everything.
const WITH_SELECTOR_MAP: &[&str] = &["Service", "ReplicationController"];

/// Lists that are stored even if they are empty: the field in Go has no `omitempty`.
const STORED_LISTS: &[(&str, &str)] = &[("Role", "rules"), ("ClusterRole", "rules")];

/// Kinds with arbitrary JSON in fields, where an empty list is an ordinary value.
const WITH_ANY_JSON: &[&str] = &["CustomResourceDefinition", "ControllerRevision"];

/// Removes the empty lists and mappings of an object that an API server does not store. In a custom resource, it removes only
/// those of the metadata: the rest is stored as it is.
pub fn remove(object: &mut Node) {
    let text = |key| object.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if !check::is_built_in(&api_version, &kind) || WITH_ANY_JSON.contains(&kind.as_str()) {
        if let Some(metadata) = object.as_map_mut().and_then(|map| map.get_mut("metadata")) {
            walk(metadata, "metadata", &kind);
        }
        return;
    }
    walk(object, "", &kind);
}

/// Removes them below `node`, the value of `parent`. Items of lists are kept: without one, the index of others would change.
fn walk(node: &mut Node, parent: &str, kind: &str) {
    match &mut node.kind {
        Kind::Seq(items) => items.iter_mut().for_each(|item| walk(item, parent, kind)),
        Kind::Map(map) => map.retain(|key, value| {
            walk(value, key, kind);
            !is_not_stored(key, value, kind) && !zeros::is_dropped(parent, key, value)
        }),
        _ => {}
    }
}

fn is_not_stored(key: &str, value: &Node, kind: &str) -> bool {
    match &value.kind {
        Kind::Seq(items) => items.is_empty() && !STORED_LISTS.contains(&(kind, key)),
        Kind::Map(map) => {
            let selects_by_map = key == "selector" && WITH_SELECTOR_MAP.contains(&kind);
            Map::is_empty(map) && (WITHOUT_MEANING.contains(&key) || selects_by_map)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::tree::to_node;

    #[track_caller]
    fn becomes(object: &Value, expected: &Value) {
        let mut node = to_node(object).expect("a node");
        remove(&mut node);
        assert_eq!(serde_json::to_value(&node).expect("JSON"), *expected);
    }

    #[test]
    fn empty_values_are_removed() {
        becomes(
            &json!({
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "annotations": {}, "labels": {}},
                "spec": {"strategy": {}, "template": {"spec": {
                    "affinity": {"nodeAffinity": {}}, "tolerations": [], "securityContext": {}, "imagePullSecrets": [],
                    "containers": [{"name": "a", "args": [], "env": [], "resources": {"limits": {}, "requests": {}}}],
                }}},
            }),
            &json!({
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
                "spec": {"template": {"spec": {"containers": [{"name": "a"}]}}},
            }),
        );
        becomes(
            &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {}, "binaryData": {}}),
            &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}),
        );
        becomes(
            &json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"selector": {}}}),
            &json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {}}),
        );
    }

    #[test]
    fn zeros_that_are_not_stored_are_removed() {
        becomes(
            &json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {
                "hostNetwork": false, "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
                "schedulerName": "", "tolerations": [{"key": "a", "value": ""}],
                "volumes": [{"name": "a", "csi": {"driver": "a", "readOnly": false}}, {"name": "b", "emptyDir": {"medium": ""}}],
                "containers": [{"name": "a", "tty": false, "securityContext": {"privileged": false}, "env": [{"name": "A", "value": ""}, {"name": "B", "value": "0"}],
                    "readinessProbe": {"initialDelaySeconds": 0, "httpGet": {"port": 1, "httpHeaders": [{"name": "A", "value": ""}]}},
                    "volumeMounts": [{"name": "a", "mountPath": "/a", "readOnly": false, "subPath": ""}]}],
            }}),
            &json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {
                "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
                "tolerations": [{"key": "a"}],
                "volumes": [{"name": "a", "csi": {"driver": "a", "readOnly": false}}, {"name": "b", "emptyDir": {}}],
                "containers": [{"name": "a", "securityContext": {"privileged": false}, "env": [{"name": "A"}, {"name": "B", "value": "0"}],
                    "readinessProbe": {"httpGet": {"port": 1, "httpHeaders": [{"name": "A", "value": ""}]}},
                    "volumeMounts": [{"name": "a", "mountPath": "/a"}]}],
            }}),
        );
    }

    #[test]
    fn meaningful_empty_values_are_kept() {
        for object in [
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "annotations": {"tty": ""}},
                "data": {"value": "", "subPath": "", "labels": "", "tty": "false"}}),
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {
                "containers": [{"name": "a", "volumeMounts": [{}]}],
                "volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "downwardAPI": {}}],
                "topologySpreadConstraints": [{"labelSelector": {}}],
            }}),
            json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": {
                "podSelector": {}, "ingress": [{}], "egress": [{"to": [{"namespaceSelector": {}}]}],
                "policyTypes": ["Ingress"],
            }}),
            json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "a"},
                "spec": {"selector": {}}}),
            json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "a"}, "rules": []}),
            json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "a"},
                "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}),
            json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "a"},
                "spec": {"versions": [{"subresources": {"status": {}}, "schema": {"default": {"data": [], "labels": {}}}}]}}),
        ] {
            becomes(&object, &object);
        }
    }

    #[test]
    fn an_empty_list_of_rules_in_a_network_policy_is_removed() {
        becomes(
            &json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"},
                "spec": {"podSelector": {}, "ingress": [], "policyTypes": ["Ingress"]}}),
            &json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"},
                "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}),
        );
    }

    #[test]
    fn a_custom_resource_is_stored_as_it_is_written() {
        becomes(
            &json!({"apiVersion": "autoscaling.k8s.io/v1", "kind": "VerticalPodAutoscaler",
                "metadata": {"name": "a", "labels": {}}, "spec": {"recommenders": [], "resources": {}}}),
            &json!({"apiVersion": "autoscaling.k8s.io/v1", "kind": "VerticalPodAutoscaler", "metadata": {"name": "a"},
                "spec": {"recommenders": [], "resources": {}}}),
        );
    }
}
