//! Validates a value against a schema.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, JSONSchemaPropsOrBool};
use serde_json::Value;

use super::super::common::{list, text};
use super::structural::{additional, is_true, items};
use crate::path::Path;
use crate::report::Report;
use crate::schema::format::expected;
use mkmanifests_go::regexp;

/// Reports everything in `value` that is invalid for `schema`.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, value: &Value, schema: &JSONSchemaProps) {
    if value.is_null() && (is_true(schema.nullable) || text(&schema.type_).is_empty()) {
        return;
    }
    if !is_of_type(value, schema) {
        let (found, expected) = (kind(value), text(&schema.type_));
        return report.error(at, format_args!("must be of type `{expected}`, found `{found}`"));
    }
    if let Some(why) = restriction(value, schema) {
        report.error(at, why);
    }
    within(report, at, value, schema);
    if let Some(why) = alternative(value, schema) {
        report.error(at, why);
    }
}

/// Fills in the defaults of a schema within a value, as the server does before it validates a default.
pub(super) fn with_defaults(mut value: Value, schema: &JSONSchemaProps) -> Value {
    match &mut value {
        Value::Array(values) => {
            if let Some(items) = items(schema) {
                values.iter_mut().for_each(|value| *value = with_defaults(value.take(), items));
            }
        }
        Value::Object(fields) => {
            for (name, schema) in schema.properties.iter().flatten() {
                let is_absent = fields.get(name).is_none_or(|value| value.is_null() && !is_true(schema.nullable));
                if let (true, Some(default)) = (is_absent, &schema.default) {
                    fields.insert(name.clone(), default.0.clone());
                }
            }
            for (name, value) in fields.iter_mut() {
                if let Some(schema) = field(schema, name) {
                    *value = with_defaults(value.take(), schema);
                }
            }
        }
        _ => {}
    }
    value
}

/// Returns whether a value is valid for a schema.
fn is_valid(value: &Value, schema: &JSONSchemaProps) -> bool {
    let is_null = value.is_null() && (is_true(schema.nullable) || text(&schema.type_).is_empty());
    let each = |value: &Value, schema: Option<&JSONSchemaProps>| schema.is_none_or(|schema| is_valid(value, schema));
    let is_valid_within = match value {
        Value::Array(values) => values.iter().all(|value| each(value, items(schema))),
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| each(value, field(schema, name)))
                && list(&schema.required).iter().all(|name| fields.contains_key(name))
        }
        _ => true,
    };
    is_null
        || (is_of_type(value, schema)
            && restriction(value, schema).is_none()
            && is_valid_within
            && alternative(value, schema).is_none())
}

fn field<'s>(schema: &'s JSONSchemaProps, name: &str) -> Option<&'s JSONSchemaProps> {
    schema.properties.as_ref().and_then(|properties| properties.get(name)).or_else(|| additional(schema))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if is_whole(number) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_whole(number: &serde_json::Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

fn is_of_type(value: &Value, schema: &JSONSchemaProps) -> bool {
    let found = kind(value);
    if is_true(schema.x_kubernetes_int_or_string) {
        return ["integer", "string"].contains(&found);
    }
    match text(&schema.type_) {
        "" => true,
        "number" => ["integer", "number"].contains(&found),
        expected => found == expected,
    }
}

/// Returns the first restriction of the value itself that it breaks.
fn restriction(value: &Value, schema: &JSONSchemaProps) -> Option<String> {
    let allowed = schema.enum_.as_deref().unwrap_or_default();
    if !allowed.is_empty() && !allowed.iter().any(|allowed| allowed.0 == *value) {
        let listed = allowed.iter().map(|allowed| format!("`{}`", allowed.0)).collect::<Vec<_>>().join(", ");
        return Some(format!("must be one of {listed}, found `{value}`"));
    }
    match value {
        Value::Number(number) => of_number(number.as_f64()?, schema),
        Value::String(text) => of_text(text, schema),
        Value::Array(items) => of_size(items.len(), schema.min_items, schema.max_items, "items"),
        Value::Object(fields) => of_size(fields.len(), schema.min_properties, schema.max_properties, "fields"),
        _ => None,
    }
}

fn of_number(number: f64, schema: &JSONSchemaProps) -> Option<String> {
    let is_below = |least: f64| number < least || (number == least && is_true(schema.exclusive_minimum));
    let is_above = |most: f64| number > most || (number == most && is_true(schema.exclusive_maximum));
    if let Some(least) = schema.minimum.filter(|least| is_below(*least)) {
        return Some(format!("must be at least the `minimum` ({least}), found {number}"));
    }
    if let Some(most) = schema.maximum.filter(|most| is_above(*most)) {
        return Some(format!("must be at most the `maximum` ({most}), found {number}"));
    }
    let step = schema.multiple_of.filter(|step| *step > 0.0 && (number / step).fract() != 0.0)?;
    Some(format!("must be a multiple of {step}, found {number}"))
}

fn of_text(value: &str, schema: &JSONSchemaProps) -> Option<String> {
    let pattern = text(&schema.pattern);
    if !pattern.is_empty() && !regexp::is_found(pattern, value) {
        return Some(format!("{value:?} must match the pattern {pattern:?}"));
    }
    let format = text(&schema.format);
    if let Some(expected) = expected(format, value) {
        return Some(format!("{value:?} does not have the format `{format}`: expected {expected}"));
    }
    of_size(value.chars().count(), schema.min_length, schema.max_length, "characters")
}

fn of_size(size: usize, least: Option<i64>, most: Option<i64>, what: &str) -> Option<String> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    if let Some(least) = least.filter(|least| size < *least) {
        return Some(format!("must have at least {least} {what}, found {size}"));
    }
    most.filter(|most| size > *most).map(|most| format!("must have at most {most} {what}, found {size}"))
}

fn within(report: &mut Report<'_>, at: &Path<'_>, value: &Value, schema: &JSONSchemaProps) {
    match value {
        Value::Array(values) => {
            let Some(items) = items(schema) else { return };
            for (index, value) in values.iter().enumerate() {
                check(report, &at.index(index), value, items);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some(schema) = field(schema, name) {
                    check(report, &at.field(name), value, schema);
                }
            }
            for name in list(&schema.required).iter().filter(|name| !fields.contains_key(*name)) {
                // A missing field may have a default.
                if field(schema, name).is_none_or(|schema| schema.default.is_none()) {
                    report.required(&at.field(name), "the schema requires this field");
                }
            }
        }
        _ => {}
    }
}

fn alternative(value: &Value, schema: &JSONSchemaProps) -> Option<String> {
    let count = |schemas: &[JSONSchemaProps]| schemas.iter().filter(|schema| is_valid(value, schema)).count();
    let (all, any, one) = (list(&schema.all_of), list(&schema.any_of), list(&schema.one_of));
    if count(all) != all.len() {
        return Some("must be valid for all schemas in `allOf`".to_owned());
    }
    if !any.is_empty() && count(any) == 0 {
        return Some("must be valid for at least one schema in `anyOf`".to_owned());
    }
    if !one.is_empty() && count(one) != 1 {
        return Some("must be valid for exactly one schema in `oneOf`".to_owned());
    }
    schema
        .not
        .as_ref()
        .filter(|not| is_valid(value, not))
        .map(|_| "may not be valid for the schema in `not`".to_owned())
}

/// Returns whether the value has a field that the schema does not specify and that would be pruned.
pub(super) fn has_unknown_fields(value: &Value, schema: &JSONSchemaProps) -> bool {
    match value {
        Value::Array(values) => {
            items(schema).is_some_and(|items| values.iter().any(|it| has_unknown_fields(it, items)))
        }
        Value::Object(fields) => {
            let is_open = is_true(schema.x_kubernetes_preserve_unknown_fields)
                || matches!(schema.additional_properties, Some(JSONSchemaPropsOrBool::Bool(true)));
            let is_meta = |name: &str| {
                is_true(schema.x_kubernetes_embedded_resource) && ["apiVersion", "kind", "metadata"].contains(&name)
            };
            fields.iter().any(|(name, value)| match field(schema, name) {
                Some(schema) => has_unknown_fields(value, schema),
                None => !is_open && !is_meta(name),
            })
        }
        _ => false,
    }
}
