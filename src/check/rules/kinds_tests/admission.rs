//! Admission policies and webhooks.

use serde_json::{Value, json};

use super::tells;

#[test]
fn admission() {
    let hook = |rest: Value| {
        let mut hook = json!({"name": "a.b.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": {"service": {"name": "a", "namespace": "b"}}});
        hook.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"webhooks": [hook]})
    };
    let rule = |rest: Value| {
        let mut rule = json!({"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"]});
        rule.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        hook(json!({"rules": [rule]}))
    };
    tells(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        &[
            (hook(json!({})), ""),
            (
                hook(json!({"clientConfig": {"service": {"name": "a", "namespace": "b", "path": "/a//b"}}})),
                "webhooks[0].clientConfig.service.path",
            ),
            (
                hook(json!({"clientConfig": {"service": {"name": "a", "namespace": "b", "port": 0}}})),
                "webhooks[0].clientConfig.service.port",
            ),
            (hook(json!({"clientConfig": {}})), "webhooks[0].clientConfig"),
            (hook(json!({"admissionReviewVersions": ["v2"]})), "webhooks[0].admissionReviewVersions"),
            (hook(json!({"matchPolicy": "exact"})), "webhooks[0].matchPolicy"),
            (
                hook(json!({"matchConditions": [{"name": "a", "expression": "params.x == 1"}]})),
                "webhooks[0].matchConditions[0].expression",
            ),
            (rule(json!({})), ""),
            (rule(json!({"operations": ["*", "CREATE"]})), "webhooks[0].rules[0].operations"),
            (rule(json!({"operations": ["PATCH"]})), "webhooks[0].rules[0].operations[0]"),
            (rule(json!({"resources": ["pods/*", "pods/status"]})), "webhooks[0].rules[0].resources[1]"),
            (rule(json!({"resources": ["*/*", "pods"]})), "webhooks[0].rules[0].resources"),
            (rule(json!({"resources": ["*", "pods"]})), "webhooks[0].rules[0].resources"),
            (rule(json!({"scope": "All"})), "webhooks[0].rules[0].scope"),
        ],
    );
    let policy = |rest: Value| {
        let rule = json!({"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"]});
        let mut spec = json!({"matchConstraints": {"resourceRules": [rule]}, "validations": [{"expression": "true"}]});
        spec.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"spec": spec})
    };
    tells(
        "admissionregistration.k8s.io/v1",
        "ValidatingAdmissionPolicy",
        &[
            (
                policy(
                    json!({"variables": [{"name": "x", "expression": "1"}], "validations": [{"expression": "variables.x > 0"}]}),
                ),
                "",
            ),
            (policy(json!({"variables": [{"name": "if", "expression": "1"}]})), "spec.variables[0].name"),
            (policy(json!({"paramKind": {"apiVersion": "a/b/c", "kind": "A"}})), "spec.paramKind.apiVersion"),
            (
                policy(json!({"validations": [{"expression": "true", "reason": "Because"}]})),
                "spec.validations[0].reason",
            ),
            (policy(json!({"validations": [{"expression": "object.x"}]})), "spec.validations[0].expression"),
            (
                policy(
                    json!({"validations": [{"expression": "true", "messageExpression": "authorizer.path('/a').check('get').reason()"}]}),
                ),
                "spec.validations[0].messageExpression",
            ),
            (
                policy(json!({"auditAnnotations": [{"key": "a b", "valueExpression": "'x'"}]})),
                "spec.auditAnnotations[0].key",
            ),
            (policy(json!({"matchConstraints": {}})), "spec.matchConstraints.resourceRules"),
        ],
    );
    let mutation = |mutation: Value| {
        let mut object = policy(json!({"reinvocationPolicy": "Never", "mutations": [mutation]}));
        object["spec"].as_object_mut().unwrap().remove("validations");
        object
    };
    tells(
        "admissionregistration.k8s.io/v1",
        "MutatingAdmissionPolicy",
        &[
            (
                mutation(json!({"patchType": "ApplyConfiguration",
                "applyConfiguration": {"expression": "Object{spec: Object.spec{replicas: 1}}"}})),
                "",
            ),
            (
                mutation(json!({"patchType": "JSONPatch",
                "jsonPatch": {"expression": "[JSONPatch{op: 'add', path: '/a/' + jsonpatch.escapeKey('b'), value: 1}]"}})),
                "",
            ),
            (mutation(json!({"patchType": "JSONPatch"})), "spec.mutations[0].jsonPatch"),
            (mutation(json!({"patchType": "Patch"})), "spec.mutations[0].patchType"),
        ],
    );
}
