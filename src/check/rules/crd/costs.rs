//! How much the rules of a schema may cost.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;

use super::super::common::{list, text};
use super::structural::{additional, is_true, items};
use crate::check::cel::{Shape, field_name, most_cost};
use crate::check::path::Path;
use crate::check::report::Report;
use crate::check::rule::rules;

/// The most bytes of a request.
const MOST_BYTES: u64 = 3 << 20;
/// What a rule may cost, times how often it can run in an object.
const MOST_OF_RULE: u64 = 10_000_000;
/// What all rules of a schema may cost together.
const MOST_OF_SCHEMA: u64 = 100_000_000;

/// Validates the estimated costs of all rules of a schema.
pub(super) fn costs(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    let mut total = 0;
    part(report, at, schema, Some(1), &mut total);
    if total > MOST_OF_SCHEMA {
        cost_of_schema(report, at, total);
    }
}

/// `count` is how often the part can be in an object, if there is a bound.
fn part(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps, count: Option<u64>, total: &mut u64) {
    let rules = list(&schema.x_kubernetes_validations);
    if !rules.is_empty() {
        let itself = shape(schema);
        let count = count.unwrap_or(MOST_BYTES / (itself.least + 1));
        let at = at.field("x-kubernetes-validations");
        for (index, rule) in rules.iter().enumerate() {
            let cost = most_cost(&rule.rule, &itself).saturating_mul(count);
            *total = total.saturating_add(cost);
            if cost > MOST_OF_RULE {
                cost_of_rule(report, &at.index(index).field("rule"), cost);
            }
        }
    }
    let at_properties = at.field("properties");
    for (name, property) in schema.properties.iter().flatten() {
        part(report, &at_properties.key(name), property, count, total);
    }
    let times = |most: Option<i64>| Some(count?.saturating_mul(u64::try_from(most?).unwrap_or(0)));
    if let Some(items) = items(schema) {
        part(report, &at.field("items"), items, times(schema.max_items), total);
    }
    if let Some(other) = additional(schema) {
        part(report, &at.field("additionalProperties"), other, times(schema.max_properties), total);
    }
}

/// How large a value of the schema can be.
///
/// Source: `SchemaDeclType`, apiserver pkg/cel/common/schemas.go
fn shape(schema: &JSONSchemaProps) -> Shape {
    if is_true(schema.x_kubernetes_int_or_string) {
        return Shape { least: 1, ..Shape::default() };
    }
    match text(&schema.type_) {
        "array" => {
            let items = items(schema).map(shape).unwrap_or_default();
            let most = bound(schema.max_items).unwrap_or((MOST_BYTES - 2) / (items.least + 1));
            Shape { most: Some(most), least: 2, items: Some(Box::new(items)), ..Shape::default() }
        }
        "object" => match additional(schema).map(shape) {
            Some(items) => {
                let most = bound(schema.max_properties).unwrap_or((MOST_BYTES - 2) / (items.least + 6));
                Shape { most: Some(most), least: 2, items: Some(Box::new(items)), is_map: true, ..Shape::default() }
            }
            None => object(schema),
        },
        "string" => of_text(schema),
        "boolean" => Shape { least: 4, ..Shape::default() },
        _ => Shape { least: 1, ..Shape::default() },
    }
}

fn bound(most: Option<i64>) -> Option<u64> {
    most.map(|most| u64::try_from(most).unwrap_or(0))
}

fn object(schema: &JSONSchemaProps) -> Shape {
    let mut object = Shape { least: 2, ..Shape::default() };
    for (name, property) in schema.properties.iter().flatten() {
        let field = shape(property);
        if list(&schema.required).contains(name) && property.default.is_none() {
            object.least += u64::try_from(name.len()).unwrap_or(0) + field.least + 4;
        }
        if let Some(name) = field_name(name) {
            object.fields.insert(name, field);
        }
    }
    object
}

fn of_text(schema: &JSONSchemaProps) -> Shape {
    let longest = || schema.enum_.iter().flatten().filter_map(|value| value.0.as_str()).map(str::len).max();
    let (most, least) = match text(&schema.format) {
        "duration" => (32, 3),
        "date" => (12, 12),
        "date-time" => (32, 21),
        _ => {
            let of_enum = || longest().and_then(|longest| u64::try_from(longest).ok());
            let of_length = bound(schema.max_length).map(|most| most.saturating_mul(4));
            (of_length.or_else(of_enum).unwrap_or(MOST_BYTES - 2), 2)
        }
    };
    Shape { most: Some(most), least, ..Shape::default() }
}

rules! {
    area "customresourcedefinition";

    /// A rule in CEL is cheap enough: its estimated cost, times how often it can run in one object, has a limit.
    ///
    /// Source: `getExpressionCost`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    fn cost_of_rule(report: &mut Report<'_>, at: &Path<'_>, cost: u64) {
        let times = cost / MOST_OF_RULE + 1;
        let message = format_args!("the estimated cost of the rule is too high, about {times} times the limit");
        let help = "set `maxItems`, `maxProperties` and `maxLength` of lists, maps and texts that it goes over";
        report.error_with_help(at, message, help);
    }

    /// All rules in CEL of a schema together are cheap enough.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn cost_of_schema(report: &mut Report<'_>, at: &Path<'_>, cost: u64) {
        let times = cost / MOST_OF_SCHEMA + 1;
        let message = format_args!("the estimated cost of all rules is too high, about {times} times the limit");
        let help = "set `maxItems`, `maxProperties` and `maxLength` of lists, maps and texts that rules go over";
        report.error_with_help(at, message, help);
    }
}
