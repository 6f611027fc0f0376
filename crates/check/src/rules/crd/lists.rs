//! How lists and maps are merged.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, JSONSchemaPropsOrArray};

use super::super::common::{list, text};
use super::structural::{is_true, items};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn lists(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    if let Some(kind) = &schema.x_kubernetes_map_type {
        merged_map(report, at, schema, kind);
    }
    let keys = list(&schema.x_kubernetes_list_map_keys);
    match schema.x_kubernetes_list_type.as_deref() {
        None if !keys.is_empty() => keys_need_a_map(report, &at.field("x-kubernetes-list-type"), None),
        None => {}
        Some(kind) => {
            merged_list(report, at, schema, kind);
            if kind != "map" && !keys.is_empty() {
                keys_need_a_map(report, &at.field("x-kubernetes-list-type"), Some(kind));
            }
            if kind == "map" {
                list_by_keys(report, at, schema, keys);
            }
        }
    }
}

rules!(
    /// A map that is merged in a way that there is, is an object.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn merged_map(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, kind: &str) {
        if text(&schema.type_) != "object" {
            report.error(&at.field("type"), "`x-kubernetes-map-type` is of an `object`");
        }
        report.one_of(&at.field("x-kubernetes-map-type"), kind, &["atomic", "granular"]);
    },

    /// A list that is merged in a way that there is, is an array; items of a set are merged as a whole, and are never null.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, `validateMapListKeysMapSet`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn merged_list(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, kind: &str) {
        report.one_of(&at.field("x-kubernetes-list-type"), kind, &["atomic", "set", "map"]);
        if text(&schema.type_) != "array" {
            report.error(&at.field("type"), "`x-kubernetes-list-type` is of an `array`");
        }
        let Some(items) = items(schema) else { return };
        let at = at.field("items");
        if ["set", "map"].contains(&kind) && is_true(items.nullable) {
            report.forbidden(&at.field("nullable"), format_args!("items of a `{kind}` are never null"));
        }
        if kind != "set" || text(&schema.type_) != "array" {
            return;
        }
        let why = "items of a set are merged as a whole: `atomic`";
        let (of_list, of_map) = (items.x_kubernetes_list_type.as_deref(), items.x_kubernetes_map_type.as_deref());
        match text(&items.type_) {
            "array" if !matches!(of_list, None | Some("atomic")) => {
                report.error(&at.field("x-kubernetes-list-type"), why)
            }
            "object" if of_map != Some("atomic") => report.error(&at.field("x-kubernetes-map-type"), why),
            _ => {}
        }
    },

    /// Only a list that is merged by keys has them.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn keys_need_a_map(report: &mut Report<'_>, at: &Path<'_>, kind: Option<&str>) {
        match kind {
            None => report.required(at, "`x-kubernetes-list-map-keys` are of a `map`"),
            Some(kind) => report.error(at, format_args!("{kind:?} has no `x-kubernetes-list-map-keys`: `map` has")),
        }
    },

    /// A list that is merged by keys has some, and each is a plain field of its items that is always there.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, `validateMapListKeysMapSet`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn list_by_keys(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, keys: &[String]) {
        let at_keys = at.field("x-kubernetes-list-map-keys");
        if keys.is_empty() {
            report.required(&at_keys, "the fields by which items are told apart");
        }
        let at = at.field("items");
        match &schema.items {
            None => return report.required(&at, "what is in the list"),
            Some(JSONSchemaPropsOrArray::Schemas(_)) => return report.error(&at, "one schema is for all items"),
            Some(JSONSchemaPropsOrArray::Schema(items)) if text(&items.type_) != "object" => {
                report.error(&at.field("type"), "items of a `map` are objects");
            }
            Some(JSONSchemaPropsOrArray::Schema(items)) => {
                for (index, key) in keys.iter().enumerate() {
                    key_of_items(report, &at, &at_keys, index, key, items);
                    if keys[..index].contains(key) {
                        report.error_in(&at_keys, &at_keys.index(index), format_args!("`{key}` is there twice"));
                    }
                }
            }
        }
        if let Some(items) = items(schema) {
            keys_are_there(report, &at, keys, items);
        }
    }
);

fn key_of_items(
    report: &mut Report<'_>,
    at: &Path<'_>,
    at_keys: &Path<'_>,
    index: usize,
    key: &str,
    items: &JSONSchemaProps,
) {
    let Some(field) = items.properties.as_ref().and_then(|properties| properties.get(key)) else {
        return report.error_in(at_keys, &at_keys.index(index), format_args!("items have no field `{key}`"));
    };
    if ["array", "object"].contains(&text(&field.type_)) {
        let at = at.field("properties");
        report.error(&at.key(key).field("type"), "items are told apart by plain fields");
    }
}

fn keys_are_there(report: &mut Report<'_>, at: &Path<'_>, keys: &[String], items: &JSONSchemaProps) {
    let at = at.field("properties");
    for key in keys {
        let Some(field) = items.properties.as_ref().and_then(|properties| properties.get(key)) else { continue };
        let at = at.key(key);
        if !list(&items.required).contains(key) && field.default.is_none() {
            report.required(&at.field("default"), "items are told apart by it: it is `required`, or has a default");
        }
        if is_true(field.nullable) {
            report.forbidden(&at.field("nullable"), "items are told apart by it");
        }
    }
}
