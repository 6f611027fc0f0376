//! Whether defaults are valid for their schema.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;

use super::structural::{is_true, items};
use super::value;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::schema::{resources, run_rules};
use mkmanifests_yaml::tree::{Node, to_node};

pub(super) fn defaults(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    part(report, at, schema, true, false);
}

fn part(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, is_root: bool, is_in_metadata: bool) {
    let is_resource = is_root || is_true(schema.x_kubernetes_embedded_resource);
    let is_in_metadata = is_in_metadata && !is_resource;
    if let Some(default) = &schema.default {
        let at = at.field("default");
        let before = report.len();
        valid_default(report, &at, schema, &default.0, is_in_metadata);
        if let (Ok(schema), Ok(default)) = (to_node(schema), to_node(&default.0)) {
            if !is_in_metadata {
                resources(report, &at, &default, &schema, is_resource);
            }
            if report.len() == before {
                rules_of_default(report, &at, &schema, &default, is_resource);
            }
        }
    }
    if let Some(items) = items(schema) {
        part(report, &at.field("items"), items, false, is_in_metadata);
    }
    let at = at.field("properties");
    for (name, property) in schema.properties.iter().flatten() {
        let is_meta = is_resource && ["metadata", "apiVersion", "kind"].contains(&name.as_str());
        part(report, &at.key(name), property, false, is_in_metadata || is_meta);
    }
}

/// Runs the CEL rules of a schema on its default, first as an update, then as a new value.
fn rules_of_default(report: &mut Report<'_>, at: &Path<'_>, schema: &Node, default: &Node, is_resource: bool) {
    let before = report.len();
    run_rules(report, at, default, schema, is_resource, true);
    if report.len() == before {
        run_rules(report, at, default, schema, is_resource, false);
    }
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// `default` must be valid for its schema, without unknown fields.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {type: string, default: 1}}}}}]}`
    ///
    /// Source: `ValidateDefaults`, apiextensions-apiserver pkg/apiserver/schema/defaulting/validation.go
    fn valid_default(
        report: &mut Report<'_>,
        at: &Path<'_>,
        schema: &JSONSchemaProps,
        default: &serde_json::Value,
        is_in_metadata: bool,
    ) {
        // Metadata has fields that the schema does not specify.
        if !is_in_metadata && value::has_unknown_fields(default, schema) {
            report.error(at, "has a field that the schema does not specify");
        }
        value::check(report, at, &value::with_defaults(default.clone(), schema), schema);
    }
);
