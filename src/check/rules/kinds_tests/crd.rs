//! Definitions of custom resources.

use serde_json::{Value, json};

use super::fields;

#[test]
fn custom_resource_definitions() {
    const SCHEMA: &str = "spec.validation.openAPIV3Schema";
    let definition = |versions: Value| {
        json!({"metadata": {"name": "webs.example.com"}, "spec": {"group": "example.com", "scope": "Namespaced",
            "names": {"kind": "Web", "plural": "webs"}, "versions": versions}})
    };
    let version = |name: &str, storage: bool, spec: Value| {
        let schema = json!({"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}});
        json!({"name": name, "served": true, "storage": storage, "schema": schema})
    };
    let of = |spec: Value| definition(json!([version("v1", true, spec)]));
    let object = |properties: Value| of(json!({"type": "object", "properties": properties}));
    let at = |field: &str| format!("{SCHEMA}.properties[spec]{field}");
    let told = |object: Value| fields("apiextensions.k8s.io/v1", "CustomResourceDefinition", &object);
    for (object, field) in [
        (object(json!({"a": {"type": "string", "default": "x", "enum": ["x", "y"]}})), String::new()),
        (object(json!({"a": {"type": "string", "default": "z", "enum": ["x", "y"]}})), at(".properties[a].default")),
        (object(json!({"a": {"type": "object", "default": {"b": 1}}})), at(".properties[a].default")),
        (
            object(json!({"a": {"type": "object", "default": {"b": 1}, "x-kubernetes-preserve-unknown-fields": true}})),
            String::new(),
        ),
        (
            object(json!({"a": {"type": "integer", "default": 1, "x-kubernetes-validations": [{"rule": "self > 1"}]}})),
            at(".properties[a].default"),
        ),
        (
            object(json!({"a": {"type": "integer", "default": 1, "x-kubernetes-validations":
                [{"rule": "!oldSelf.hasValue() || oldSelf.value() == 1", "optionalOldSelf": true}, {"rule": "self >= oldSelf"}]}})),
            String::new(),
        ),
        (
            object(json!({"a": {"type": "object", "x-kubernetes-embedded-resource": true,
                "x-kubernetes-preserve-unknown-fields": true, "default": {"apiVersion": "v1", "kind": "Pod"}}})),
            String::new(),
        ),
        (
            object(json!({"a": {"type": "object", "x-kubernetes-embedded-resource": true,
                "x-kubernetes-preserve-unknown-fields": true, "default": {"apiVersion": "v1", "kind": "a b"}}})),
            at(".properties[a].default.kind"),
        ),
        (
            object(json!({"a": {"type": "object", "x-kubernetes-embedded-resource": true,
                "x-kubernetes-preserve-unknown-fields": true, "default": {"kind": "Pod"}}})),
            at(".properties[a].default.apiVersion"),
        ),
        (object(json!({"a": {"type": "string", "format": "ipv4", "default": "10.0.0"}})), at(".properties[a].default")),
        (
            object(
                json!({"a": {"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true,
                "properties": {"metadata": {"type": "object", "default": {"labels": {"a": "b"}}}}}}),
            ),
            String::new(),
        ),
        (object(json!({"a": {"type": "array"}})), at(".properties[a].items")),
        (
            object(
                json!({"a": {"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]}}),
            ),
            String::new(),
        ),
        (
            object(json!({"a": {"type": "string", "oneOf": [{"description": "x"}]}})),
            at(".properties[a].oneOf[0].description"),
        ),
        (
            of(json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false})),
            at(".additionalProperties"),
        ),
        (
            of(
                json!({"type": "array", "items": {"type": "string", "nullable": true}, "x-kubernetes-list-type": "set"}),
            ),
            at(".items.nullable"),
        ),
        (of(json!({"type": "object", "x-kubernetes-embedded-resource": true})), at(".properties")),
        (of(json!({"type": "integer", "x-kubernetes-validations": [{"rule": "self > 0"}]})), String::new()),
        (
            of(json!({"type": "integer", "x-kubernetes-validations": [{"rule": "self >\n0"}]})),
            at(".x-kubernetes-validations[0].message"),
        ),
        (
            of(
                json!({"type": "array", "items": {"type": "integer", "x-kubernetes-validations": [{"rule": "self > oldSelf"}]}}),
            ),
            at(".items.x-kubernetes-validations[0].rule"),
        ),
        (
            of(json!({"type": "integer", "x-kubernetes-validations": [{"rule": "self > 0", "optionalOldSelf": true}]})),
            at(".x-kubernetes-validations[0].optionalOldSelf"),
        ),
        (
            of(json!({"type": "integer", "x-kubernetes-validations": [{"rule": "self > 0", "reason": "Bad"}]})),
            at(".x-kubernetes-validations[0].reason"),
        ),
        (
            definition(json!([
                version("v1", true, json!({"type": "object"})),
                version("v2", false, json!({"type": "text"}))
            ])),
            "spec.versions[1].schema.openAPIV3Schema.properties[spec].type".to_owned(),
        ),
    ] {
        let expected: Vec<String> = Some(field).into_iter().filter(|field| !field.is_empty()).collect();
        assert_eq!(told(object.clone()), expected, "{object}");
    }
    let mut converted = of(json!({"type": "object"}));
    converted["spec"]["conversion"] = json!({"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"],
        "clientConfig": {"url": "http://a"}}});
    assert_eq!(told(converted), ["spec.conversion.webhookClientConfig.url"]);
    let mut column = of(json!({"type": "object"}));
    column["spec"]["versions"][0]["additionalPrinterColumns"] =
        json!([{"name": "a", "type": "text", "jsonPath": ".a"}]);
    assert_eq!(told(column), ["spec.additionalPrinterColumns[0].type"]);
}
