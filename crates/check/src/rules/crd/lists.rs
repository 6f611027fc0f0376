//! How lists and maps are merged: `x-kubernetes-list-type` and `x-kubernetes-map-type`.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, JSONSchemaPropsOrArray};

use super::super::common::{list, text};
use super::structural::{is_true, items};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn lists(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    if let Some(kind) = &schema.x_kubernetes_map_type {
        map_type(report, at, schema, kind);
    }
    let keys = list(&schema.x_kubernetes_list_map_keys);
    match schema.x_kubernetes_list_type.as_deref() {
        None if !keys.is_empty() => list_map_keys_need_map(report, &at.field("x-kubernetes-list-type"), None),
        None => {}
        Some(kind) => {
            list_type(report, at, schema, kind);
            if kind != "map" && !keys.is_empty() {
                list_map_keys_need_map(report, &at.field("x-kubernetes-list-type"), Some(kind));
            }
            if kind == "map" {
                list_map_keys(report, at, schema, keys);
            }
        }
    }
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// `x-kubernetes-map-type` must be `atomic` or `granular`, on a schema of type `object`.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-map-type: set}}}]}`
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn map_type(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, kind: &str) {
        if text(&schema.type_) != "object" {
            report.error(&at.field("type"), "must be `object` when `x-kubernetes-map-type` is set");
        }
        report.one_of(&at.field("x-kubernetes-map-type"), kind, &["atomic", "granular"]);
    },

    /// `x-kubernetes-list-type` must be `atomic`, `set` or `map`, on a schema of type `array`; items of a `set` must
    /// be atomic, and items of a `set` or `map` may not be nullable.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, `validateMapListKeysMapSet`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn list_type(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, kind: &str) {
        report.one_of(&at.field("x-kubernetes-list-type"), kind, &["atomic", "set", "map"]);
        if text(&schema.type_) != "array" {
            report.error(&at.field("type"), "must be `array` when `x-kubernetes-list-type` is set");
        }
        let Some(items) = items(schema) else { return };
        let at = at.field("items");
        if ["set", "map"].contains(&kind) && is_true(items.nullable) {
            report.forbidden(&at.field("nullable"), format_args!("items of a list of type `{kind}` may not be null"));
        }
        if kind != "set" || text(&schema.type_) != "array" {
            return;
        }
        let why = "must be `atomic` for items of a `set`";
        let (of_list, of_map) = (items.x_kubernetes_list_type.as_deref(), items.x_kubernetes_map_type.as_deref());
        match text(&items.type_) {
            "array" if !matches!(of_list, None | Some("atomic")) => {
                report.error(&at.field("x-kubernetes-list-type"), why)
            }
            "object" if of_map != Some("atomic") => report.error(&at.field("x-kubernetes-map-type"), why),
            _ => {}
        }
    },

    /// `x-kubernetes-list-map-keys` may only be set with `x-kubernetes-list-type: map`.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn list_map_keys_need_map(report: &mut Report<'_>, at: &Path<'_>, kind: Option<&str>) {
        match kind {
            None => report.required(at, "must be `map`, since `x-kubernetes-list-map-keys` is set"),
            Some(kind) => {
                report.error(at, format_args!("must be `map` when `x-kubernetes-list-map-keys` is set, found {kind:?}"))
            }
        }
    },

    /// A list of type `map` must have `x-kubernetes-list-map-keys`, which must be unique scalar fields of its items
    /// that are required or have a default, and are not nullable.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, `validateMapListKeysMapSet`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn list_map_keys(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, keys: &[String]) {
        let at_keys = at.field("x-kubernetes-list-map-keys");
        if keys.is_empty() {
            report.required(&at_keys, "the fields that identify an item");
        }
        let at = at.field("items");
        match &schema.items {
            None => return report.required(&at, "the schema of the items"),
            Some(JSONSchemaPropsOrArray::Schemas(_)) => {
                return report.error(&at, "must be one schema, not a list of schemas");
            }
            Some(JSONSchemaPropsOrArray::Schema(items)) if text(&items.type_) != "object" => {
                report.error(&at.field("type"), "must be `object` for items of a `map`");
            }
            Some(JSONSchemaPropsOrArray::Schema(items)) => {
                for (index, key) in keys.iter().enumerate() {
                    validate_key(report, &at, &at_keys, index, key, items);
                    if keys[..index].contains(key) {
                        report.error_in(&at_keys, &at_keys.index(index), format_args!("`{key}` is a duplicate"));
                    }
                }
            }
        }
        if let Some(items) = items(schema) {
            required_keys(report, &at, keys, items);
        }
    }
);

fn validate_key(
    report: &mut Report<'_>,
    at: &Path<'_>,
    at_keys: &Path<'_>,
    index: usize,
    key: &str,
    items: &JSONSchemaProps,
) {
    let Some(field) = items.properties.as_ref().and_then(|properties| properties.get(key)) else {
        return report.error_in(at_keys, &at_keys.index(index), format_args!("`{key}` is not a field of the items"));
    };
    if ["array", "object"].contains(&text(&field.type_)) {
        let at = at.field("properties");
        report.error(
            &at.key(key).field("type"),
            "must be a scalar type: the field is one of `x-kubernetes-list-map-keys`",
        );
    }
}

fn required_keys(report: &mut Report<'_>, at: &Path<'_>, keys: &[String], items: &JSONSchemaProps) {
    let at = at.field("properties");
    for key in keys {
        let Some(field) = items.properties.as_ref().and_then(|properties| properties.get(key)) else { continue };
        let at = at.key(key);
        if !list(&items.required).contains(key) && field.default.is_none() {
            report.required(
                &at.field("default"),
                "must be set unless the field is `required`: the field is one of `x-kubernetes-list-map-keys`",
            );
        }
        if is_true(field.nullable) {
            report.forbidden(&at.field("nullable"), "the field is one of `x-kubernetes-list-map-keys`");
        }
    }
}
