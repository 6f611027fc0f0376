//! The rules of schemas: one function per keyword, or group of keywords, of a schema.

use mkmanifests_yaml::diagnostic::did_you_mean;
use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;

use super::Definition;
use super::format;
use super::walk::{flag, is_valid};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::rules::inside;
use crate::syntax::dns_1035_label;
use mkmanifests_yaml::tree::{Kind, Map, Node, Nulls, from_node};

/// At most this many values of an `enum` are named in a message.
const MOST_NAMED: usize = 1000;

/// Returns whether a value has the `type` of its schema.
pub(super) fn has_type(value: &Node, schema: &Node) -> bool {
    if flag(schema, "x-kubernetes-int-or-string") {
        return is_whole(value) || value.as_str().is_some();
    }
    match schema.get("type").and_then(Node::as_str).unwrap_or_default() {
        "object" => value.as_map().is_some(),
        "array" => value.as_seq().is_some(),
        "string" => value.as_str().is_some(),
        "boolean" => matches!(value.kind, Kind::Bool(_)),
        "integer" => is_whole(value),
        "number" => number(value).is_some(),
        _ => true,
    }
}

/// Returns whether a value is an integer, or a number without a fraction.
fn is_whole(value: &Node) -> bool {
    match value.kind {
        Kind::Int(_) | Kind::UInt(_) => true,
        Kind::Float(number) => number.fract() == 0.0,
        _ => false,
    }
}

/// Validates a value of the right type, without its fields and items.
pub(super) fn values(report: &mut Report<'_>, at: &Path<'_>, value: &Node, schema: &Node) {
    let Some(map) = schema.as_map() else { return };
    for entry in map.entries() {
        match entry.key.as_ref() {
            "enum" => enum_value(report, at, value, &entry.value),
            "pattern" | "format" => pattern_and_format(report, at, value, &entry.key, &entry.value),
            "minimum" | "maximum" | "multipleOf" => number_range(report, at, value, &entry.key, schema),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                size_limits(report, at, value, &entry.key, &entry.value);
            }
            "allOf" | "anyOf" | "oneOf" | "not" => combined_schemas(report, at, value, &entry.key, &entry.value),
            _ => {}
        }
    }
}

fn number(value: &Node) -> Option<f64> {
    match value.kind {
        Kind::Int(value) => Some(value as f64),
        Kind::UInt(value) => Some(value as f64),
        Kind::Float(value) => Some(value),
        _ => None,
    }
}

fn size(value: &Node, key: &str) -> Option<usize> {
    match (&value.kind, key) {
        (Kind::Str(text), "minLength" | "maxLength") => Some(text.chars().count()),
        (Kind::Seq(items), "minItems" | "maxItems") => Some(items.len()),
        (Kind::Map(map), "minProperties" | "maxProperties") => Some(map.len()),
        _ => None,
    }
}

/// Returns whether a pattern matches a part of the text. Each thread compiles a pattern once. A pattern that does not
/// compile matches everything: an API server rejects its definition.
fn matches(pattern: &str, text: &str) -> bool {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|compiled| {
        if !compiled.contains_key(pattern) {
            compiled.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        compiled.get(pattern).and_then(Option::as_ref).is_none_or(|regex| regex.is_match(text))
    })
}

fn json(value: &Node) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Returns what must be unique among the items of a list: the values of the keys, or the whole item.
fn identity(item: &Node, keys: Option<&[Node]>) -> String {
    let Some(keys) = keys else { return json(item) };
    let parts = keys.iter().filter_map(Node::as_str).map(|key| item.get(key).map_or_else(String::new, json));
    parts.collect::<Vec<_>>().join(", ")
}

/// The area of the rules below.
const AREA: &str = "customresource";

rules!(
    /// The version in `apiVersion` must be one that the CustomResourceDefinition serves.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/
    pub(super) fn served_version(report: &mut Report<'_>, at: &Path<'_>, version: &str, definition: &Definition<'_>) {
        let served: Vec<String> = definition.versions.iter().map(|version| format!("`{}`", version.name)).collect();
        let help = match served.is_empty() {
            true => "the CustomResourceDefinition serves no version".to_owned(),
            false => format!("served versions: {}", served.join(", ")),
        };
        let what = if definition.unserved.contains(&version) { "does not serve" } else { "has no" };
        report.error_with_help(at, format_args!("the CustomResourceDefinition {what} version `{version}`"), help);
    },

    /// A field must exist in the schema, unless the schema sets `x-kubernetes-preserve-unknown-fields`. Otherwise an
    /// API server drops the field.
    ///
    /// Source: `PruneWithOptions`, apiextensions-apiserver pkg/apiserver/schema/pruning/algorithm.go
    pub(super) fn known_field(report: &mut Report<'_>, at: &Path<'_>, key: &str, known: Option<&Map>) {
        let names = || known.into_iter().flat_map(|known| known.entries()).map(|entry| entry.key.as_ref());
        match report.nearest(key, names()) {
            Some(near) => report.error_with_help(at, "unknown field", did_you_mean(near)),
            None if (1..=20).contains(&names().take(21).count()) => {
                let names = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                report.error_with_help(at, "unknown field", format!("known fields: {names}"));
            }
            None => report.error(at, "unknown field: the schema does not have it"),
        }
    },

    /// A value must have the `type` of its schema.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn field_type(report: &mut Report<'_>, at: &Path<'_>, value: &Node, schema: &Node) {
        let named = schema.get("type").and_then(Node::as_str).unwrap_or_default();
        let expected = match named {
            _ if flag(schema, "x-kubernetes-int-or-string") => "an integer or a string",
            "object" => "a mapping",
            "array" => "a list",
            "string" => "a string",
            "boolean" => "`true` or `false`",
            "integer" => "an integer",
            _ => "a number",
        };
        let message = format!("expected {expected}, found {}", value.describe());
        match value.kind {
            Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) if named == "string" => {
                report.error_with_help(at, message, "put it in quotes to make it a string");
            }
            _ => report.error(at, message),
        }
    },

    /// A field that the schema lists as `required` must be set, unless it has a default.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn required_field(report: &mut Report<'_>, at: &Path<'_>, map: &Map, schema: &Node) {
        let required = schema.get("required").and_then(Node::as_seq).unwrap_or_default();
        for key in required.iter().filter_map(Node::as_str) {
            let property = schema.find(["properties", key]);
            let keeps_null = property.is_none_or(|property| flag(property, "nullable"));
            let is_set = map.get(key).is_some_and(|value| !value.is_null() || keeps_null);
            let has_default = property.is_some_and(|property| property.get("default").is_some());
            if !is_set && !has_default {
                report.required(&at.field(key), "the schema requires this field");
            }
        }
    },

    /// A value must be one of the `enum` of its schema.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn enum_value(report: &mut Report<'_>, at: &Path<'_>, value: &Node, allowed: &Node) {
        let allowed = allowed.as_seq().unwrap_or_default();
        if allowed.contains(value) {
            return;
        }
        let texts: Vec<String> =
            allowed.iter().take(MOST_NAMED).map(|one| one.as_str().map_or_else(|| json(one), str::to_owned)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found = value.as_str().map_or_else(|| json(value), str::to_owned);
        report.not_supported(at, &found, &texts);
    },

    /// A string must match the `pattern` and have the `format` of its schema. An integer must fit in the `format`
    /// `int32` or `int64`.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn pattern_and_format(report: &mut Report<'_>, at: &Path<'_>, value: &Node, key: &str, rule: &Node) {
        let Some(rule) = rule.as_str() else { return };
        match &value.kind {
            Kind::Str(text) if key == "pattern" && !matches(rule, text) => {
                report.error(at, format_args!("{text:?} does not match the pattern `{rule}`"));
            }
            Kind::Str(text) if key == "format" => {
                if let Some(expected) = format::expected(rule, text) {
                    report.error(at, format_args!("{text:?} does not have the format `{rule}`: expected {expected}"));
                }
            }
            Kind::Int(number) if key == "format" && rule == "int32" && i32::try_from(*number).is_err() => {
                report.error(at, format_args!("{number} is out of range of the format `int32`"));
            }
            Kind::UInt(number) if key == "format" && matches!(rule, "int32" | "int64") => {
                report.error(at, format_args!("{number} is out of range of the format `{rule}`"));
            }
            _ => {}
        }
    },

    /// A number must be within the `minimum` and `maximum` of its schema, and a multiple of its `multipleOf`.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn number_range(report: &mut Report<'_>, at: &Path<'_>, value: &Node, key: &str, schema: &Node) {
        let (Some(found), Some(limit)) = (number(value), schema.get(key).and_then(number)) else { return };
        let (is_valid, limits) = match key {
            "minimum" if flag(schema, "exclusiveMinimum") => (found > limit, "greater than"),
            "minimum" => (found >= limit, "at least"),
            "maximum" if flag(schema, "exclusiveMaximum") => (found < limit, "less than"),
            "maximum" => (found <= limit, "at most"),
            _ => (limit == 0.0 || (found / limit).fract() == 0.0, "a multiple of"),
        };
        if !is_valid {
            report.error(at, format_args!("must be {limits} {limit}, found {found}"));
        }
    },

    /// The length of a string, list or mapping must be within the limits of its schema (`minLength`, `maxItems`,
    /// `minProperties` and so on).
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn size_limits(report: &mut Report<'_>, at: &Path<'_>, value: &Node, key: &str, limit: &Node) {
        let Kind::Int(limit) = limit.kind else { return };
        let (Some(found), Ok(limit)) = (size(value, key), usize::try_from(limit)) else { return };
        let what = if key.ends_with("Length") {
            "characters"
        } else if key.ends_with("Items") {
            "items"
        } else {
            "entries"
        };
        if key.starts_with("min") && found < limit {
            report.error(at, format_args!("must have at least {limit} {what}, found {found}"));
        } else if key.starts_with("max") && found > limit {
            report.error(at, format_args!("must have at most {limit} {what}, found {found}"));
        }
    },

    /// A value must match all schemas of `allOf`, at least one of `anyOf`, exactly one of `oneOf`, and not the schema of
    /// `not`.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn combined_schemas(report: &mut Report<'_>, at: &Path<'_>, value: &Node, key: &str, schemas: &Node) {
        if key == "not" {
            if is_valid(value, schemas) {
                report.error(at, "must not match the schema in `not`");
            }
            return;
        }
        let schemas = schemas.as_seq().unwrap_or_default();
        let count = schemas.iter().filter(|schema| is_valid(value, schema)).count();
        let required = |schema: &Node| {
            let names = schema.get("required").and_then(Node::as_seq).unwrap_or_default();
            names.iter().filter_map(Node::as_str).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
        };
        let fields: Vec<String> = schemas.iter().map(required).filter(|names| !names.is_empty()).collect();
        let help =
            (fields.len() == schemas.len()).then(|| format!("required by the schemas: {}", fields.join(", or ")));
        let message = match key {
            "allOf" if count < schemas.len() => {
                format!("must match all {} schemas of `allOf`, matches {count}", schemas.len())
            }
            "anyOf" if count == 0 && !schemas.is_empty() => {
                format!("must match at least one of the {} schemas of `anyOf`, matches none", schemas.len())
            }
            "oneOf" if count != 1 && !schemas.is_empty() => {
                let found = if count == 0 { "none".to_owned() } else { count.to_string() };
                format!("must match exactly one of the {} schemas of `oneOf`, matches {found}", schemas.len())
            }
            _ => return,
        };
        match help {
            Some(help) => report.error_with_help(at, message, help),
            None => report.error(at, message),
        }
    },

    /// The items of a list with `x-kubernetes-list-type: set` must be unique; with `map`, the values of the keys in
    /// `x-kubernetes-list-map-keys`.
    ///
    /// Source: `ValidateListSetsAndMaps`, apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go
    pub(super) fn unique_items(report: &mut Report<'_>, at: &Path<'_>, items: &[Node], schema: &Node) {
        let kind = schema.get("x-kubernetes-list-type").and_then(Node::as_str).unwrap_or_default();
        let keys = match kind {
            "map" => Some(schema.get("x-kubernetes-list-map-keys").and_then(Node::as_seq).unwrap_or_default()),
            "set" => None,
            _ => return,
        };
        let mut seen = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            let identity = identity(item, keys);
            if let Some(first) = seen.get(&identity) {
                report.duplicate(&at.index(index), format_args!("{identity} (also item {first})"));
            } else {
                seen.insert(identity, index);
            }
        }
    },

    /// An embedded resource (`x-kubernetes-embedded-resource`) must have `apiVersion` and `kind`, and valid `metadata`. Its
    /// name must be valid in a URL path.
    ///
    /// Source: `validateEmbeddedResource`, apiextensions-apiserver pkg/apiserver/schema/objectmeta/validation.go
    pub(super) fn embedded_resource(report: &mut Report<'_>, at: &Path<'_>, map: &Map) {
        for key in ["apiVersion", "kind"] {
            let at = at.field(key);
            match map.get(key).map(|value| (value, value.as_str())) {
                None | Some((_, Some(""))) => {
                    report.required(&at, "an embedded resource needs `apiVersion` and `kind`")
                }
                Some((value, _)) if value.is_null() => {
                    report.required(&at, "an embedded resource needs `apiVersion` and `kind`")
                }
                Some((_, Some(version))) if key == "apiVersion" => {
                    if version.matches('/').count() > 1 {
                        report.error(
                            &at,
                            format_args!("{version:?} is not an API version: expected a value such as `apps/v1`"),
                        );
                    }
                }
                Some((_, Some(kind))) => report.require(&at, dns_1035_label(&kind.to_lowercase())),
                Some((value, None)) => report.error(&at, format_args!("expected a string, found {}", value.describe())),
            }
        }
        if let Some(metadata) =
            map.get("metadata").filter(|metadata| !metadata.is_null() && metadata.as_map().is_none())
        {
            let message = format_args!("expected a mapping, found {}", metadata.describe());
            report.error(&at.field("metadata"), message);
        }
        let metadata = map.get("metadata").and_then(|node| from_node(node, Nulls::Skipped, &mut Vec::new()));
        if let Some(metadata) = metadata {
            inside(report, &at.field("metadata"), &metadata);
        }
    }
);
