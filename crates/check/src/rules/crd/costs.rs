//! The estimated cost of the CEL rules of a schema.

use std::collections::BTreeMap;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;

use super::super::common::{list, text};
use super::expressions::{Words, environment_of};
use super::structural::{additional, is_true, items};
use crate::cel::{Shape, ShapeKind, most_cost};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The maximum size of a request, in bytes.
const MAX_BYTES: u64 = 3 << 20;
/// The maximum cost of a rule, times how often it can run in an object.
const MAX_RULE_COST: u64 = 10_000_000;
/// The maximum cost of all rules of a schema.
const MAX_SCHEMA_COST: u64 = 100_000_000;

/// Validates the estimated costs of all rules of a schema.
pub(super) fn costs(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    let mut total = 0;
    part(report, at, schema, Some(1), true, &mut total);
    if total > MAX_SCHEMA_COST {
        cel_schema_cost(report, at, total);
    }
}

/// Adds the costs of a subschema; `count` is the maximum number of its values in an object, if bounded.
fn part(
    report: &mut Report<'_>,
    at: &Path<'_>,
    schema: &JSONSchemaProps,
    count: Option<u64>,
    is_root: bool,
    total: &mut u64,
) {
    rules_of_part(report, at, schema, count, is_root, total);
    let at_properties = at.field("properties");
    for (name, property) in schema.properties.iter().flatten() {
        part(report, &at_properties.key(name), property, count, false, total);
    }
    let times = |most: Option<i64>| Some(count?.saturating_mul(u64::try_from(most?).unwrap_or(0)));
    if let Some(items) = items(schema) {
        part(report, &at.field("items"), items, times(schema.max_items), false, total);
    }
    if let Some(other) = additional(schema) {
        part(report, &at.field("additionalProperties"), other, times(schema.max_properties), false, total);
    }
}

fn rules_of_part(
    report: &mut Report<'_>,
    at: &Path<'_>,
    schema: &JSONSchemaProps,
    count: Option<u64>,
    is_root: bool,
    total: &mut u64,
) {
    let at = at.field("x-kubernetes-validations");
    for (index, rule) in list(&schema.x_kubernetes_validations).iter().enumerate() {
        let Some(environment) = environment_of(schema, is_root, rule) else { continue };
        let at = at.index(index);
        let itself = shape(schema, is_root, &Words::of(rule));
        let count = count.unwrap_or(MAX_BYTES / (itself.least + 1));
        let cost = most_cost(&rule.rule, &environment, &itself).saturating_mul(count);
        if cost > MAX_RULE_COST {
            cel_rule_cost(report, &at.field("rule"), cost);
        }
        let message = text(&rule.message_expression);
        let message_cost = if message.is_empty() { 0 } else { most_cost(message, &environment, &itself) };
        if message_cost > MAX_RULE_COST {
            cel_rule_cost(report, &at.field("messageExpression"), message_cost);
        }
        *total = total.saturating_add(cost).saturating_add(message_cost);
    }
}

/// Estimates the size of a value of the schema, and of the fields that the words name.
///
/// Source: `SchemaDeclType`, apiserver pkg/cel/common/schemas.go
fn shape(schema: &JSONSchemaProps, is_root: bool, words: &Words<'_>) -> Shape {
    let inner = |schema: &JSONSchemaProps| shape(schema, is_true(schema.x_kubernetes_embedded_resource), words);
    if is_true(schema.x_kubernetes_int_or_string) {
        let most = bound(schema.max_length).map_or(MAX_BYTES - 2, |most| most.saturating_mul(4));
        return Shape { most, least: 1, kind: ShapeKind::Plain };
    }
    match text(&schema.type_) {
        "array" => {
            let items = items(schema).map(inner).unwrap_or_default();
            let most = bound(schema.max_items).unwrap_or((MAX_BYTES - 2) / (items.least + 1));
            Shape { most, least: 2, kind: ShapeKind::List(Box::new(items)) }
        }
        "object" => match additional(schema).map(inner) {
            Some(items) => {
                let most = bound(schema.max_properties).unwrap_or((MAX_BYTES - 2) / (items.least + 6));
                Shape { most, least: 2, kind: ShapeKind::Map(Box::new(items)) }
            }
            None => object(schema, is_root || is_true(schema.x_kubernetes_embedded_resource), words),
        },
        "string" => of_text(schema),
        "boolean" => Shape { least: 4, ..Shape::default() },
        _ => Shape { least: 1, ..Shape::default() },
    }
}

fn bound(most: Option<i64>) -> Option<u64> {
    most.map(|most| u64::try_from(most).unwrap_or(0))
}

fn object(schema: &JSONSchemaProps, is_resource: bool, words: &Words<'_>) -> Shape {
    let (mut least, mut fields) = (2, BTreeMap::new());
    for (name, property) in schema.properties.iter().flatten() {
        let size = |words: &Words<'_>| shape(property, is_true(property.x_kubernetes_embedded_resource), words);
        let field = words.field(name).map(|name| (name, size(words)));
        if list(&schema.required).contains(name) && property.default.is_none() {
            let own = field.as_ref().map_or_else(|| size(&Words::NONE).least, |(_, field)| field.least);
            least += u64::try_from(name.len()).unwrap_or(0) + own + 4;
        }
        fields.extend(field);
    }
    if is_resource && !describes_metadata(schema) {
        let name = Shape { most: MAX_BYTES - 2, least: 2, kind: ShapeKind::Plain };
        let names = ["name", "generateName"].map(|field| (field.to_owned(), name.clone()));
        let metadata = Shape { most: 0, least: 2, kind: ShapeKind::Object(names.into()) };
        fields.insert("metadata".to_owned(), metadata);
        fields.extend(["kind", "apiVersion"].map(|field| (field.to_owned(), name.clone())));
    }
    Shape { most: 0, least, kind: ShapeKind::Object(fields) }
}

/// Returns whether a schema describes `kind`, `apiVersion` and the names in `metadata`; otherwise an API server adds them.
///
/// Source: `WithTypeAndObjectMeta`, apiextensions-apiserver pkg/apiserver/schema/cel/model/schemas.go
fn describes_metadata(schema: &JSONSchemaProps) -> bool {
    let field = |schema: Option<&JSONSchemaProps>, name: &str, expected: &str| {
        let field = schema.and_then(|schema| schema.properties.as_ref()).and_then(|fields| fields.get(name)).cloned();
        field.filter(|field| text(&field.type_) == expected)
    };
    let metadata = field(Some(schema), "metadata", "object");
    ["kind", "apiVersion"].iter().all(|name| field(Some(schema), name, "string").is_some())
        && ["name", "generateName"].iter().all(|name| field(metadata.as_ref(), name, "string").is_some())
}

fn of_text(schema: &JSONSchemaProps) -> Shape {
    let longest = || schema.enum_.iter().flatten().filter_map(|value| value.0.as_str()).map(str::len).max();
    let (most, least) = match text(&schema.format) {
        "duration" => (32, 3),
        "date" => (12, 12),
        "date-time" => (32, 21),
        "byte" => (bound(schema.max_length).unwrap_or(MAX_BYTES - 2), 2),
        _ => {
            let of_enum = || longest().and_then(|longest| u64::try_from(longest).ok());
            let of_length = bound(schema.max_length).map(|most| most.saturating_mul(4));
            (of_length.or_else(of_enum).unwrap_or(MAX_BYTES - 2), 2)
        }
    };
    Shape { most, least, kind: ShapeKind::Plain }
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// The estimated cost of a CEL rule, times how often it can run in one object, must be within the limit of an API
    /// server.
    ///
    /// Source: `getExpressionCost`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    fn cel_rule_cost(report: &mut Report<'_>, at: &Path<'_>, cost: u64) {
        let times = cost / MAX_RULE_COST + 1;
        let message = format_args!("the estimated cost of the rule exceeds the limit by a factor of about {times}");
        let help = "set `maxItems`, `maxProperties` and `maxLength` on the arrays, maps and strings that it uses";
        report.error_with_help(at, message, help);
    },

    /// The estimated cost of all CEL rules of a schema must be within the limit of an API server.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn cel_schema_cost(report: &mut Report<'_>, at: &Path<'_>, cost: u64) {
        let times = cost / MAX_SCHEMA_COST + 1;
        let message = format_args!("the estimated cost of all rules exceeds the limit by a factor of about {times}");
        let help = "set `maxItems`, `maxProperties` and `maxLength` on the arrays, maps and strings that the rules use";
        report.error_with_help(at, message, help);
    }
);

#[cfg(test)]
mod tests;
