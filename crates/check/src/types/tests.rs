use serde_json::{Value, json};

use super::check;
use mkmanifests_yaml::tree::to_node;

/// Returns the messages and help lines for an object.
fn messages(object: &Value) -> Vec<String> {
    let mut diagnostics = Vec::new();
    check(&to_node(object).unwrap(), &mut diagnostics);
    diagnostics
        .iter()
        .map(|diagnostic| [vec![diagnostic.message()], diagnostic.help.clone()].concat().join("; "))
        .collect()
}

fn object(api_version: &str, kind: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

#[track_caller]
fn reports(api_version: &str, kind: &str, rest: Value, expected: &[&str]) {
    assert_eq!(messages(&object(api_version, kind, rest)), expected);
}

#[test]
fn every_object_has_an_identity() {
    assert_eq!(messages(&json!(3)), ["expected a Kubernetes object, found the number 3"]);
    assert_eq!(
        messages(&json!({"apiversion": "v1", "kind": "", "metadata": {"namespace": "a"}})),
        [
            "object without a name: required field `apiVersion` is missing; rename `apiversion` to `apiVersion`",
            "object without a name: `kind` must not be empty",
            "object without a name: required field `metadata.name` is missing",
        ]
    );
    assert_eq!(
        messages(&json!({"apiVersion": 1, "kind": "Pod"})),
        [
            "Pod without a name: `apiVersion`: expected a string, found the number 1",
            "Pod without a name: required field `metadata` is missing",
        ]
    );
    assert_eq!(
        messages(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}})),
        [""; 0]
    );
    assert_eq!(
        messages(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": "web"})),
        ["ConfigMap without a name: `metadata`: expected a mapping, found the string \"web\""]
    );
}

#[test]
fn fields_are_typed_and_known() {
    assert_eq!(
        messages(&json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "foo", "namespace": "default", "label": {}},
            "data": {"x": 1, "y": true}, "Data": {},
        })),
        [
            "ConfigMap `default/foo`: `data.x`: expected a string, found the number 1; quote it to make it a string",
            "ConfigMap `default/foo`: `data.y`: expected a string, found the boolean `true`; quote it to make it a string",
            "ConfigMap `default/foo`: unknown field `Data`; did you mean `data`?",
            "ConfigMap `default/foo`: unknown field `metadata.label`; did you mean `labels`?",
        ]
    );
}

#[test]
fn a_string_of_digits_is_not_an_integer() {
    let expected = ["Deployment `web`: `spec.replicas`: expected an integer, found the string \"3\""];
    reports("apps/v1", "Deployment", json!({"spec": {"replicas": "3"}}), &expected);
}

#[test]
fn int_or_string() {
    let service = |port: Value| json!({"spec": {"ports": [{"port": 80, "targetPort": port}]}});
    reports("v1", "Service", service(json!(8080)), &[]);
    reports("v1", "Service", service(json!("http")), &[]);
    reports("v1", "Service", service(json!(null)), &[]);
    let path = "Service `web`: `spec.ports[0].targetPort`: expected an integer or a string, found";
    reports("v1", "Service", service(json!(true)), &[&format!("{path} the boolean `true`")]);
    reports("v1", "Service", service(json!({"a": 1})), &[&format!("{path} a mapping")]);
    reports("v1", "Service", service(json!(1.5)), &[&format!("{path} the number 1.5")]);
    let expected = "Service `web`: `spec.ports[0].targetPort`: expected a 32-bit integer, found the number 5000000000";
    reports("v1", "Service", service(json!(5_000_000_000_i64)), &[expected]);
}

#[test]
fn quantities() {
    let limits = |cpu: Value| json!({"spec": {"containers": [{"name": "a", "image": "b", "resources": {"limits": {"cpu": cpu}}}]}});
    for cpu in [json!(1), json!(0.5), json!("500m"), json!(null)] {
        reports("v1", "Pod", limits(cpu), &[]);
    }
    let expected = "Pod `web`: `spec.containers[0].resources.limits.cpu`: expected a quantity (a number, or a string \
                    such as \"500m\" or \"2Gi\"), found the boolean `true`";
    reports("v1", "Pod", limits(json!(true)), &[expected]);
    let expected = expected.replace("the boolean `true`", "the string \"1GB\"");
    reports("v1", "Pod", limits(json!("1GB")), &[&expected]);
}

#[test]
fn bytes_are_base64_with_line_breaks() {
    reports("v1", "Secret", json!({"data": {"a": "aGVs\nbG8=\n", "b": null, "c": ""}}), &[]);
    let diagnostics = messages(&object("v1", "Secret", json!({"data": {"a": "not base64!", "b": 1}})));
    assert!(diagnostics[0].starts_with("Secret `web`: `data.a`: expected base64: invalid"), "{diagnostics:?}");
    assert!(
        diagnostics[1].starts_with("Secret `web`: `data.b`: expected a string, found the number 1"),
        "{diagnostics:?}"
    );
}

#[test]
fn times() {
    let stamped = |time: Value| json!({"metadata": {"name": "web", "creationTimestamp": time}});
    reports("v1", "ConfigMap", stamped(json!("2024-01-31T23:59:00Z")), &[]);
    reports("v1", "ConfigMap", stamped(json!(null)), &[]);
    let path = "ConfigMap `web`: `metadata.creationTimestamp`: expected a time such as \"2024-01-31T23:59:00Z\", found";
    reports("v1", "ConfigMap", stamped(json!("yesterday")), &[&format!("{path} the string \"yesterday\"")]);
    reports("v1", "ConfigMap", stamped(json!(3)), &[&format!("{path} the number 3")]);
}

#[test]
fn null_is_the_zero_value_anywhere() {
    let container =
        json!({"name": "a", "image": "b", "env": null, "command": [null], "resources": {"limits": {"cpu": null}}});
    reports("v1", "Pod", json!({"spec": {"containers": [container], "volumes": null}}), &[]);
    reports("v1", "ConfigMap", json!({"data": {"a": null}}), &[]);
    let missing = |field: &str, why: &str| format!("Pod `web`: `spec.containers[0].{field}`: required: {why}");
    let expected =
        [missing("name", "a container needs a name"), missing("image", "set the image that the container runs")];
    reports("v1", "Pod", json!({"spec": {"containers": [null]}}), &[&expected[0], &expected[1]]);
}

#[test]
fn nested_schemas_of_custom_resources_are_checked() {
    let schema = |schema: Value| {
        let schema = json!({"openAPIV3Schema": {"type": "object", "properties": {"a": schema}}});
        let version = json!({"name": "v1", "served": true, "storage": true, "schema": schema});
        json!({"metadata": {"name": "webs.example.com"}, "spec": {"group": "example.com", "scope": "Namespaced",
            "names": {"kind": "Web", "plural": "webs"}, "versions": [version]}})
    };
    let good = json!({"type": "array", "items": {"type": "string", "x-kubernetes-int-or-string": true},
        "additionalProperties": false, "default": ["a", 1], "enum": [["a", 1], null]});
    reports("apiextensions.k8s.io/v1", "CustomResourceDefinition", schema(good), &[]);
    let path = "spec.versions[0].schema.openAPIV3Schema.properties.a";
    reports(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        schema(json!({"items": {"tpye": "string"}, "additionalProperties": 3})),
        &[
            &format!(
                "CustomResourceDefinition `webs.example.com`: `{path}.additionalProperties`: expected a schema or a boolean, \
                 found the number 3"
            ),
            &format!(
                "CustomResourceDefinition `webs.example.com`: unknown field `{path}.items.tpye`; did you mean `type`?"
            ),
        ],
    );
}

#[test]
fn removed_and_unknown_kinds() {
    let reports = |api_version: &str, kind: &str, expected: &str| reports(api_version, kind, json!({}), &[expected]);
    reports(
        "policy/v1beta1",
        "PodDisruptionBudget",
        "PodDisruptionBudget `web`: PodDisruptionBudget of `policy/v1beta1` was removed in Kubernetes 1.25; \
         use `apiVersion: policy/v1`",
    );
    reports(
        "apps/v1beta1",
        "Deployment",
        "Deployment `web`: Deployment of `apps/v1beta1` was removed in Kubernetes 1.16; use `apiVersion: apps/v1`",
    );
    reports(
        "v1",
        "Deployment",
        "Deployment `web`: unknown kind `Deployment` in `v1` (Kubernetes 1.36); use the `apiVersion` `apps/v1`",
    );
    reports(
        "apps/v1",
        "Deploymnt",
        "Deploymnt `web`: unknown kind `Deploymnt` in `apps/v1` (Kubernetes 1.36); did you mean `Deployment`?",
    );
    reports("app/v1", "Deployment", "Deployment `web`: unknown API group `app`; did you mean `apiVersion: apps/v1`?");
    reports("core/v1", "Pod", "Pod `web`: unknown API group `core`; did you mean `apiVersion: v1`?");
    reports("APPS/v1", "Deployment", "Deployment `web`: unknown API group `APPS`; did you mean `apiVersion: apps/v1`?");
    reports("a/b/c", "Pod", "Pod `web`: `apiVersion`: expected `group/version` or `v1`, found \"a/b/c\"");
    reports(
        "autoscaling/v3",
        "HorizontalPodAutoscaler",
        "HorizontalPodAutoscaler `web`: unknown kind `HorizontalPodAutoscaler` in `autoscaling/v3` (Kubernetes 1.36); \
         use the `apiVersion` `autoscaling/v1` or `autoscaling/v2`",
    );
}

#[test]
fn only_the_metadata_of_custom_resources_is_checked() {
    let anything = json!({"spec": {"anything": [1, null, {"goes": true}]}});
    reports("gateway.networking.k8s.io/v1", "Gateway", anything.clone(), &[]);
    reports("serving.knative.dev/v1", "Service", anything, &[]);
    let labels = json!({"metadata": {"name": "web", "labels": {"a": 1}}});
    let expected = "Gateway `web`: `metadata.labels.a`: expected a string, found the number 1; \
                    quote it to make it a string";
    reports("gateway.networking.k8s.io/v1", "Gateway", labels, &[expected]);
}

#[test]
fn a_list_is_its_items() {
    let list = |items: Value| json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": items});
    let item = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "dta": {}});
    assert!(messages(&list(json!([]))).is_empty());
    assert!(messages(&json!({"apiVersion": "v1", "kind": "List"})).is_empty());
    assert_eq!(messages(&list(json!([item]))), messages(&item));
    assert_eq!(messages(&list(json!([item, 1]))).len(), 2);
    assert_eq!(messages(&list(json!("x"))).len(), 2);
}
