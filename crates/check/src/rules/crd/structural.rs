//! Whether a schema is structural: it specifies the type of every field, apart from value validations.
//!
//! Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema>

use std::collections::BTreeMap;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};

use super::super::common::{list, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_go::regexp;

/// The position of a subschema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// Validates that a schema is structural.
pub(super) fn schema(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    invariants(report, at, schema, Level::Root);
    structural_completeness(report, at, schema, schema);
}

/// Returns the schema of the items, if it is a single one.
pub(super) fn items(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match &schema.items {
        Some(JSONSchemaPropsOrArray::Schema(items)) => Some(items),
        _ => None,
    }
}

/// Returns the schema of `additionalProperties`.
pub(super) fn additional(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match &schema.additional_properties {
        Some(JSONSchemaPropsOrBool::Schema(schema)) => Some(schema),
        _ => None,
    }
}

pub(super) fn is_true(flag: Option<bool>) -> bool {
    flag == Some(true)
}

fn properties(schema: &JSONSchemaProps) -> impl Iterator<Item = (&String, &JSONSchemaProps)> {
    schema.properties.iter().flatten()
}

fn invariants(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, level: Level) {
    if let Some(items) = items(schema) {
        invariants(report, &at.field("items"), items, Level::Item);
    }
    let at_properties = at.field("properties");
    for (name, property) in properties(schema) {
        invariants(report, &at_properties.key(name), property, Level::Field);
    }
    if let Some(other) = additional(schema) {
        invariants(report, &at.field("additionalProperties"), other, Level::Field);
    }
    schema_type(report, at, schema, level);
    int_or_string(report, at, schema);
    embedded_resource(report, at, schema, level);
    let (skips_any, skips_all) = (is_int_or_string(list(&schema.any_of)), is_int_or_string_first(schema));
    alternatives(report, at, schema, skips_any, skips_all);
}

/// Returns whether `any` is `integer` or `string`, as the API server's convention for int-or-string has it.
fn is_int_or_string(any: &[JSONSchemaProps]) -> bool {
    let of = |kind: &str| JSONSchemaProps { type_: Some(kind.to_owned()), ..Default::default() };
    matches!(any, [first, second] if *first == of("integer") && *second == of("string"))
}

fn is_int_or_string_first(schema: &JSONSchemaProps) -> bool {
    list(&schema.all_of).first().is_some_and(|first| is_int_or_string(list(&first.any_of)))
}

fn alternatives(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, skips_any: bool, skips_all: bool) {
    if !skips_any {
        nested(report, &at.field("anyOf"), list(&schema.any_of), false);
    }
    nested(report, &at.field("allOf"), list(&schema.all_of), skips_all);
    nested(report, &at.field("oneOf"), list(&schema.one_of), false);
    if let Some(not) = &schema.not {
        alternative(report, &at.field("not"), not, false);
    }
    if !text(&schema.pattern).is_empty() {
        pattern(report, &at.field("pattern"), text(&schema.pattern));
    }
}

fn nested(report: &mut Report<'_>, at: &Path<'_>, schemas: &[JSONSchemaProps], skips_first: bool) {
    for (index, schema) in schemas.iter().enumerate() {
        alternative(report, &at.index(index), schema, skips_first && index == 0);
    }
}

fn alternative(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, skips_any: bool) {
    alternatives(report, at, schema, skips_any, false);
    if let Some(items) = items(schema) {
        alternative(report, &at.field("items"), items, false);
    }
    let at_properties = at.field("properties");
    for (name, property) in properties(schema) {
        alternative(report, &at_properties.key(name), property, false);
    }
    structural_value_validation(report, at, schema);
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// Every field, array item and the root of a schema must have a `type`, unless it has
    /// `x-kubernetes-preserve-unknown-fields` or `x-kubernetes-int-or-string`; an `array` must have `items`; the root
    /// must be an `object` without `additionalProperties`.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {}}}}}]}`
    ///
    /// Source: `validateStructuralInvariants`, apiextensions-apiserver pkg/apiserver/schema/validation.go
    fn schema_type(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, level: Level) {
        let kind = text(&schema.type_);
        let is_any = is_true(schema.x_kubernetes_int_or_string) || is_true(schema.x_kubernetes_preserve_unknown_fields);
        let is_embedded = is_true(schema.x_kubernetes_embedded_resource);
        if kind == "array" && schema.items.is_none() {
            report.required(&at.field("items"), "the schema of the items");
        }
        if kind.is_empty() && !is_any && !is_embedded {
            report.required(
                &at.field("type"),
                "must be set on every field; `x-kubernetes-preserve-unknown-fields: true` allows any value",
            );
        }
        if level == Level::Root && !kind.is_empty() && kind != "object" {
            report.error(&at.field("type"), format_args!("must be `object` at the root of the schema, found {kind:?}"));
        }
        if level == Level::Root && schema.additional_properties.is_some() {
            report.forbidden(&at.field("additionalProperties"), "not allowed at the root of the schema");
        }
    },

    /// `x-kubernetes-int-or-string` is mutually exclusive with `x-kubernetes-preserve-unknown-fields` and
    /// `x-kubernetes-embedded-resource`.
    ///
    /// Source: `validateExtensions`, apiextensions-apiserver pkg/apiserver/schema/validation.go
    fn int_or_string(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
        if !is_true(schema.x_kubernetes_int_or_string) {
            return;
        }
        for (field, flag) in [
            ("x-kubernetes-preserve-unknown-fields", schema.x_kubernetes_preserve_unknown_fields),
            ("x-kubernetes-embedded-resource", schema.x_kubernetes_embedded_resource),
        ] {
            if is_true(flag) {
                report.error(&at.field(field), "may not be `true` when `x-kubernetes-int-or-string` is `true`");
            }
        }
    },

    /// `x-kubernetes-embedded-resource` requires `type: object`, and `properties` or
    /// `x-kubernetes-preserve-unknown-fields`, without `additionalProperties`. In `metadata`, a schema may only specify
    /// `name` and `generateName`.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, properties: {metadata: {type: object, description: a}}}}}]}`
    ///
    /// Source: `validateStructuralInvariants`, `validateStructuralMetadataInvariants`, apiextensions-apiserver
    /// pkg/apiserver/schema/validation.go
    fn embedded_resource(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, level: Level) {
        let is_embedded = is_true(schema.x_kubernetes_embedded_resource);
        if is_embedded && text(&schema.type_) != "object" {
            report.error(&at.field("type"), "must be `object` when `x-kubernetes-embedded-resource` is `true`");
        }
        if is_embedded && schema.additional_properties.is_some() {
            report.forbidden(&at.field("additionalProperties"), "`x-kubernetes-embedded-resource` is `true`");
        }
        let has_fields = schema.properties.as_ref().is_some_and(|properties| !properties.is_empty());
        if is_embedded && !has_fields && !is_true(schema.x_kubernetes_preserve_unknown_fields) {
            report.required(&at.field("properties"), "`x-kubernetes-embedded-resource` is `true`");
        }
        if level == Level::Root || is_embedded {
            type_meta(report, &at.field("properties"), schema);
        }
        if level != Level::Root {
            return;
        }
        if let Some(metadata) = schema.properties.as_ref().and_then(|properties| properties.get("metadata")) {
            let at = at.field("properties");
            if !is_name_only(metadata) {
                report.forbidden(&at.key("metadata"), "only `name` and `generateName` may be specified");
            }
        }
    },

    /// `pattern` must be a valid regular expression in Go syntax.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {type: string, pattern: '('}}}}}]}`
    ///
    /// Source: `validateValueValidation`, apiextensions-apiserver pkg/apiserver/schema/validation.go
    fn pattern(report: &mut Report<'_>, at: &Path<'_>, pattern: &str) {
        report.require(at, regexp::check(pattern));
    },

    /// Below `allOf`, `anyOf`, `oneOf` and `not` a schema may only restrict values: `type`, `default`, `description`,
    /// `nullable` and similar fields may not be set there.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, not: {description: a}}}}]}`
    ///
    /// Source: `validateNestedValueValidation`, apiextensions-apiserver pkg/apiserver/schema/validation.go
    fn structural_value_validation(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
        let has = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let fields = [
            ("type", has(&schema.type_)),
            ("additionalProperties", schema.additional_properties.is_some()),
            ("default", schema.default.is_some()),
            ("title", has(&schema.title)),
            ("description", has(&schema.description)),
            ("nullable", is_true(schema.nullable)),
            ("x-kubernetes-preserve-unknown-fields", is_true(schema.x_kubernetes_preserve_unknown_fields)),
            ("x-kubernetes-embedded-resource", is_true(schema.x_kubernetes_embedded_resource)),
            ("x-kubernetes-int-or-string", is_true(schema.x_kubernetes_int_or_string)),
            ("x-kubernetes-list-map-keys", !list(&schema.x_kubernetes_list_map_keys).is_empty()),
            ("x-kubernetes-list-type", schema.x_kubernetes_list_type.is_some()),
            ("x-kubernetes-map-type", schema.x_kubernetes_map_type.is_some()),
            ("x-kubernetes-validations", !list(&schema.x_kubernetes_validations).is_empty()),
        ];
        for (field, _) in fields.into_iter().filter(|(_, is_set)| *is_set) {
            report.forbidden(&at.field(field), "move it out of `allOf`, `anyOf`, `oneOf` and `not`");
        }
        let at_properties = at.field("properties");
        if schema.properties.as_ref().is_some_and(|properties| properties.contains_key("metadata")) {
            report.forbidden(&at_properties.key("metadata"), "`metadata` may not be restricted here");
        }
    },

    /// A field that is restricted below `allOf`, `anyOf`, `oneOf` or `not` must also be specified outside of them.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, not: {properties: {a: {minimum: 1}}}}}}]}`
    ///
    /// Source: `validateStructuralCompleteness`, apiextensions-apiserver pkg/apiserver/schema/complete.go
    fn structural_completeness(
        report: &mut Report<'_>,
        at: &Path<'_>,
        values: &JSONSchemaProps,
        schema: &JSONSchemaProps,
    ) {
        completeness(report, at, values, Some(schema));
    }
);

fn completeness(report: &mut Report<'_>, at: &Path<'_>, values: &JSONSchemaProps, schema: Option<&JSONSchemaProps>) {
    let not = values.not.as_deref();
    let lists = [&values.all_of, &values.any_of, &values.one_of];
    for each in lists.into_iter().flatten().flatten().chain(not) {
        described(report, at, each, schema);
    }
}

/// Validates that `schema` specifies everything that `values` restricts.
fn described(report: &mut Report<'_>, at: &Path<'_>, values: &JSONSchemaProps, schema: Option<&JSONSchemaProps>) {
    let Some(schema) = schema else {
        return report.required(
            at,
            "must be specified outside of `allOf`, `anyOf`, `oneOf` and `not`, since it is restricted there",
        );
    };
    completeness(report, at, values, Some(schema));
    if let Some(values) = items(values) {
        described(report, &at.field("items"), values, items(schema));
    }
    let at_properties = at.field("properties");
    for (name, values) in properties(values) {
        let found = schema.properties.as_ref().and_then(|properties| properties.get(name));
        described(report, &at_properties.key(name), values, found);
    }
}

fn type_meta(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    let empty = BTreeMap::new();
    let properties = schema.properties.as_ref().unwrap_or(&empty);
    for (name, expected) in [("kind", "string"), ("apiVersion", "string"), ("metadata", "object")] {
        let is_wrong = properties.get(name).is_some_and(|property| text(&property.type_) != expected);
        if is_wrong {
            report.error(&at.key(name).field("type"), format_args!("`{name}` must have type `{expected}`"));
        }
    }
}

/// Returns whether a schema of metadata specifies only `name` and `generateName`.
fn is_name_only(metadata: &JSONSchemaProps) -> bool {
    let properties = metadata.properties.as_ref();
    let is_only_names = properties.is_some_and(|properties| {
        !properties.is_empty() && properties.keys().all(|name| name == "name" || name == "generateName")
    });
    let mut rest = metadata.clone();
    rest.type_ = None;
    rest.default = None;
    if is_only_names || properties.is_some_and(BTreeMap::is_empty) {
        rest.properties = None;
    }
    rest == JSONSchemaProps::default()
}
