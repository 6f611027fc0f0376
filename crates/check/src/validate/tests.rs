use serde_json::{Value, json};

use super::*;
use mkmanifests_yaml::tree::to_node;

fn cluster(spec: Value) -> Node {
    let object = json!({"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "a"}, "spec": spec});
    to_node(&object).expect("a node")
}

/// Returns a definition of RayCluster that has other fields than the type.
fn definition() -> Node {
    let spec = json!({"type": "object", "required": ["size"], "properties": {
        "size": {"type": "string"},
        "rayVersion": {"type": "integer"},
        "suspend": {"type": "boolean"},
    }});
    let schema = json!({"type": "object", "properties": {"spec": spec}});
    let object = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "rayclusters.ray.io"},
        "spec": {
            "group": "ray.io", "scope": "Namespaced",
            "names": {"kind": "RayCluster", "plural": "rayclusters"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
        },
    });
    to_node(&object).expect("a node")
}

fn found(object: &Node, definitions: &Definitions<'_>) -> Vec<String> {
    let mut diagnostics = Vec::new();
    validate(object, None, definitions, &mut diagnostics);
    diagnostics.iter().map(|diagnostic| format!("{} {}", diagnostic.rule(), diagnostic.field())).collect()
}

#[test]
fn without_a_definition_the_type_decides() {
    let head = json!({"template": {"spec": {"containers": [{"name": "a", "image": "rayproject/ray:2.60.0"}]}}});
    let object = cluster(json!({"headGroupSpec": head, "size": "big", "rayVersion": 1}));
    let expected = ["object/known-field spec.size", "object/field-type spec.rayVersion"];
    let mut all = found(&object, &Definitions::default());
    all.sort();
    assert_eq!(all, [expected[1], expected[0]]);
}

#[test]
fn a_definition_decides_about_fields_and_types() {
    let definitions = [definition()];
    let definitions = Definitions::of(&definitions);
    assert_eq!(found(&cluster(json!({"size": "big", "rayVersion": 1, "suspend": true})), &definitions), [""; 0]);
    let mut all = found(&cluster(json!({"rayVersion": 1, "suspend": "yes", "headGroupSpec": {}})), &definitions);
    all.sort();
    assert_eq!(
        all,
        [
            "customresource/field-type spec.suspend",
            "customresource/known-field spec.headGroupSpec",
            "customresource/required-field spec.size",
        ]
    );
}

#[test]
fn a_definition_says_nothing_about_the_metadata() {
    let definitions = [definition()];
    let mut object = cluster(json!({"size": "big"}));
    if let Some(metadata) = object.as_map_mut().and_then(|map| map.get_mut("metadata")).and_then(Node::as_map_mut) {
        metadata.set("name", Node::from("A"));
        metadata.set("labls", Node::from("A"));
    }
    let all = found(&object, &Definitions::of(&definitions));
    assert!(all.contains(&"object/known-field metadata.labls".to_owned()), "{all:?}");
}

#[test]
fn metadata_inside_the_object_has_fewer_fields() {
    let template = json!({
        "metadata": {"name": "a", "creationTimestamp": null, "labels": {"template": "x"}},
        "spec": {"containers": [{"name": "a", "image": "rayproject/ray:2.60.0"}], "volumes": [
            {"name": "a", "ephemeral": {"volumeClaimTemplate": {"metadata": {"uid": "x"}, "spec": {
                "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}}},
        ]},
    });
    let object = cluster(json!({"headGroupSpec": {"template": template}}));
    let mut all = found(&object, &Definitions::default());
    // The rules of pods also refuse it.
    all.retain(|found| found.starts_with("object/known-field"));
    let claim = "spec.headGroupSpec.template.spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.uid";
    assert_eq!(
        all,
        [
            "object/known-field spec.headGroupSpec.template.metadata.creationTimestamp".to_owned(),
            format!("object/known-field {claim}"),
        ]
    );
}

#[test]
fn an_object_with_a_rust_type_is_validated_by_it() {
    let mut cluster = mkmanifests_kuberay::RayCluster::default();
    cluster.metadata.name = Some("A".to_owned());
    let node = to_node(&cluster).expect("a node");
    let mut diagnostics = Vec::new();
    crate::Typed::new(cluster).expect("a known kind").check(&node, &mut diagnostics);
    assert!(diagnostics.iter().any(|diagnostic| *diagnostic.field() == FieldPath::parse("metadata.name")));
}

#[test]
fn other_versions_and_kinds_are_plain_custom_resources() {
    for (api_version, kind) in
        [("ray.io/v1alpha1", "RayCluster"), ("ray.io/v1", "RayTune"), ("example.com/v1", "RayJob")]
    {
        let object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": {"size": 1}});
        assert_eq!(found(&to_node(&object).expect("a node"), &Definitions::default()), [""; 0]);
    }
    let object = json!({"apiVersion": "ray.oi/v1", "kind": "RayJob", "metadata": {"name": "a"}});
    assert_eq!(found(&to_node(&object).expect("a node"), &Definitions::default()), ["object/known-kind apiVersion"]);
}
