use serde_json::{Value, json};

use super::check;
use mkmanifests_yaml::tree::to_node;

/// The messages and helps for an object.
fn told(object: &Value) -> Vec<String> {
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
fn tells(api_version: &str, kind: &str, rest: Value, expected: &[&str]) {
    assert_eq!(told(&object(api_version, kind, rest)), expected);
}

#[test]
fn what_every_object_has() {
    assert_eq!(told(&json!(3)), ["expected a Kubernetes object, found the number 3"]);
    assert_eq!(
        told(&json!({"apiversion": "v1", "kind": "", "metadata": {"namespace": "a"}})),
        [
            "object without a name: the required `apiVersion` is missing; `apiversion` should be `apiVersion`",
            "object without a name: `kind` is empty",
            "object without a name: the required `metadata.name` is missing",
        ]
    );
    assert_eq!(
        told(&json!({"apiVersion": 1, "kind": "Pod"})),
        [
            "Pod without a name: `apiVersion`: expected a string, found the number 1",
            "Pod without a name: the required `metadata` is missing",
        ]
    );
    assert_eq!(told(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}})), [""; 0]);
    assert_eq!(
        told(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": "web"})),
        ["ConfigMap without a name: `metadata`: expected a mapping, found the string \"web\""]
    );
}

#[test]
fn fields_are_typed_and_known() {
    assert_eq!(
        told(&json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "foo", "namespace": "default", "label": {}},
            "data": {"x": 1, "y": true}, "Data": {},
        })),
        [
            "ConfigMap `default/foo`: `data.x`: expected a string, found the number 1; put it in quotes to make it a string",
            "ConfigMap `default/foo`: `data.y`: expected a string, found the boolean `true`; put it in quotes to make it a string",
            "ConfigMap `default/foo`: unknown key `Data`; did you mean `data`?",
            "ConfigMap `default/foo`: unknown key `metadata.label`; did you mean `labels`?",
        ]
    );
}

#[test]
fn an_integer_is_no_string_of_digits() {
    let expected = ["Deployment `web`: `spec.replicas`: expected an integer, found the string \"3\""];
    tells("apps/v1", "Deployment", json!({"spec": {"replicas": "3"}}), &expected);
}

#[test]
fn int_or_string() {
    let service = |port: Value| json!({"spec": {"ports": [{"port": 80, "targetPort": port}]}});
    tells("v1", "Service", service(json!(8080)), &[]);
    tells("v1", "Service", service(json!("http")), &[]);
    tells("v1", "Service", service(json!(null)), &[]);
    let path = "Service `web`: `spec.ports[0].targetPort`: expected an integer or a string, found";
    tells("v1", "Service", service(json!(true)), &[&format!("{path} the boolean `true`")]);
    tells("v1", "Service", service(json!({"a": 1})), &[&format!("{path} a mapping")]);
    tells("v1", "Service", service(json!(1.5)), &[&format!("{path} the number 1.5")]);
    let expected = "Service `web`: `spec.ports[0].targetPort`: expected a 32-bit integer, found the number 5000000000";
    tells("v1", "Service", service(json!(5_000_000_000_i64)), &[expected]);
}

#[test]
fn quantities() {
    let limits = |cpu: Value| json!({"spec": {"containers": [{"name": "a", "image": "b", "resources": {"limits": {"cpu": cpu}}}]}});
    for cpu in [json!(1), json!(0.5), json!("500m"), json!(null)] {
        tells("v1", "Pod", limits(cpu), &[]);
    }
    let expected = "Pod `web`: `spec.containers[0].resources.limits.cpu`: expected a quantity (a number, or a string \
                    such as \"500m\" or \"2Gi\"), found the boolean `true`";
    tells("v1", "Pod", limits(json!(true)), &[expected]);
    let expected = expected.replace("the boolean `true`", "the string \"1GB\"");
    tells("v1", "Pod", limits(json!("1GB")), &[&expected]);
}

#[test]
fn bytes_are_base64_with_line_breaks() {
    tells("v1", "Secret", json!({"data": {"a": "aGVs\nbG8=\n", "b": null, "c": ""}}), &[]);
    let diagnostics = told(&object("v1", "Secret", json!({"data": {"a": "not base64!", "b": 1}})));
    assert!(diagnostics[0].starts_with("Secret `web`: `data.a`: expected base64 text: invalid"), "{diagnostics:?}");
    assert!(
        diagnostics[1].starts_with("Secret `web`: `data.b`: expected a string, found the number 1"),
        "{diagnostics:?}"
    );
}

#[test]
fn times() {
    let stamped = |time: Value| json!({"metadata": {"name": "web", "creationTimestamp": time}});
    tells("v1", "ConfigMap", stamped(json!("2024-01-31T23:59:00Z")), &[]);
    tells("v1", "ConfigMap", stamped(json!(null)), &[]);
    let path = "ConfigMap `web`: `metadata.creationTimestamp`: expected a time such as \"2024-01-31T23:59:00Z\", found";
    tells("v1", "ConfigMap", stamped(json!("yesterday")), &[&format!("{path} the string \"yesterday\"")]);
    tells("v1", "ConfigMap", stamped(json!(3)), &[&format!("{path} the number 3")]);
}

#[test]
fn null_is_the_zero_value_anywhere() {
    let container =
        json!({"name": "a", "image": "b", "env": null, "command": [null], "resources": {"limits": {"cpu": null}}});
    tells("v1", "Pod", json!({"spec": {"containers": [container], "volumes": null}}), &[]);
    tells("v1", "ConfigMap", json!({"data": {"a": null}}), &[]);
    let missing = |field: &str, why: &str| {
        format!("Pod `web`: `spec.containers[0].{field}`: the required value is missing: {why}")
    };
    let expected =
        [missing("name", "a container needs a name"), missing("image", "set the image that the container runs")];
    tells("v1", "Pod", json!({"spec": {"containers": [null]}}), &[&expected[0], &expected[1]]);
}

#[test]
fn schemas_of_custom_resources_are_read_to_the_bottom() {
    let schema = |schema: Value| {
        let schema = json!({"openAPIV3Schema": {"type": "object", "properties": {"a": schema}}});
        let version = json!({"name": "v1", "served": true, "storage": true, "schema": schema});
        json!({"metadata": {"name": "webs.example.com"}, "spec": {"group": "example.com", "scope": "Namespaced",
            "names": {"kind": "Web", "plural": "webs"}, "versions": [version]}})
    };
    let good = json!({"type": "array", "items": {"type": "string", "x-kubernetes-int-or-string": true},
        "additionalProperties": false, "default": ["a", 1], "enum": [["a", 1], null]});
    tells("apiextensions.k8s.io/v1", "CustomResourceDefinition", schema(good), &[]);
    let path = "spec.versions[0].schema.openAPIV3Schema.properties.a";
    tells(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        schema(json!({"items": {"tpye": "string"}, "additionalProperties": 3})),
        &[
            &format!(
                "CustomResourceDefinition `webs.example.com`: `{path}.additionalProperties`: expected a schema or a boolean, \
                 found the number 3"
            ),
            &format!(
                "CustomResourceDefinition `webs.example.com`: unknown key `{path}.items.tpye`; did you mean `type`?"
            ),
        ],
    );
}

#[test]
fn removed_and_unknown_kinds() {
    let tells = |api_version: &str, kind: &str, expected: &str| tells(api_version, kind, json!({}), &[expected]);
    tells(
        "policy/v1beta1",
        "PodDisruptionBudget",
        "PodDisruptionBudget `web`: `policy/v1beta1` PodDisruptionBudget was removed in Kubernetes 1.25; \
         use `apiVersion: policy/v1`",
    );
    tells(
        "apps/v1beta1",
        "Deployment",
        "Deployment `web`: `apps/v1beta1` Deployment was removed in Kubernetes 1.16; use `apiVersion: apps/v1`",
    );
    tells(
        "v1",
        "Deployment",
        "Deployment `web`: Kubernetes 1.36 has no kind `Deployment` in `v1`; `Deployment` is in `apps/v1`",
    );
    tells(
        "apps/v1",
        "Deploymnt",
        "Deploymnt `web`: Kubernetes 1.36 has no kind `Deploymnt` in `apps/v1`; did you mean `Deployment`?",
    );
    tells("app/v1", "Deployment", "Deployment `web`: unknown API group `app`; did you mean `apiVersion: apps/v1`?");
    tells("core/v1", "Pod", "Pod `web`: unknown API group `core`; did you mean `apiVersion: v1`?");
    tells("APPS/v1", "Deployment", "Deployment `web`: unknown API group `APPS`; did you mean `apiVersion: apps/v1`?");
    tells("a/b/c", "Pod", "Pod `web`: `apiVersion`: expected `group/version` or `v1`, found \"a/b/c\"");
    tells(
        "autoscaling/v3",
        "HorizontalPodAutoscaler",
        "HorizontalPodAutoscaler `web`: Kubernetes 1.36 has no kind `HorizontalPodAutoscaler` in `autoscaling/v3`; \
         `HorizontalPodAutoscaler` is in `autoscaling/v1` or `autoscaling/v2`",
    );
}

#[test]
fn custom_resources_pass_but_for_their_metadata() {
    let anything = json!({"spec": {"anything": [1, null, {"goes": true}]}});
    tells("gateway.networking.k8s.io/v1", "Gateway", anything.clone(), &[]);
    tells("serving.knative.dev/v1", "Service", anything, &[]);
    let labels = json!({"metadata": {"name": "web", "labels": {"a": 1}}});
    let expected = "Gateway `web`: `metadata.labels.a`: expected a string, found the number 1; \
                    put it in quotes to make it a string";
    tells("gateway.networking.k8s.io/v1", "Gateway", labels, &[expected]);
}

#[test]
fn a_list_is_its_items() {
    let list = |items: Value| json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": items});
    let item = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "dta": {}});
    assert!(told(&list(json!([]))).is_empty());
    assert!(told(&json!({"apiVersion": "v1", "kind": "List"})).is_empty());
    assert_eq!(told(&list(json!([item]))), told(&item));
    assert_eq!(told(&list(json!([item, 1]))).len(), 2);
    assert_eq!(told(&list(json!("x"))).len(), 2);
}
