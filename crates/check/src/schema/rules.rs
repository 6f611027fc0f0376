//! What a schema may ask of a value, a rule each.

use mkmanifests_yaml::diagnostic::did_you_mean;
use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;

use super::Definition;
use super::format;
use super::walk::{fits, flag};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::rules::inside;
use crate::syntax::dns_1035_label;
use mkmanifests_yaml::tree::{Kind, Map, Node, Nulls, from_node};

/// How many values of an enumeration are looked at for a message.
const MOST_NAMED: usize = 1000;

/// Whether a value has the type that its schema names.
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

/// An integer, or a number without a fraction.
fn is_whole(value: &Node) -> bool {
    match value.kind {
        Kind::Int(_) | Kind::UInt(_) => true,
        Kind::Float(number) => number.fract() == 0.0,
        _ => false,
    }
}

/// All that a schema asks of a value of the right type, whatever is inside of it.
pub(super) fn values(report: &mut Report<'_>, at: &Path<'_>, value: &Node, schema: &Node) {
    let Some(map) = schema.as_map() else { return };
    for entry in map.entries() {
        match entry.key.as_ref() {
            "enum" => custom_enum(report, at, value, &entry.value),
            "pattern" | "format" => custom_pattern(report, at, value, &entry.key, &entry.value),
            "minimum" | "maximum" | "multipleOf" => custom_range(report, at, value, &entry.key, schema),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                custom_size(report, at, value, &entry.key, &entry.value);
            }
            "allOf" | "anyOf" | "oneOf" | "not" => custom_forms(report, at, value, &entry.key, &entry.value),
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

/// Whether a text has a part that a pattern matches; patterns are compiled once a thread. One that does not compile asks
/// for nothing: an API server refuses its definition.
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

/// What distinguishes the items of a list: its keys, or the whole item.
fn identity(item: &Node, keys: Option<&[Node]>) -> String {
    let Some(keys) = keys else { return json(item) };
    let parts = keys.iter().filter_map(Node::as_str).map(|key| item.get(key).map_or_else(String::new, json));
    parts.collect::<Vec<_>>().join(", ")
}

rules!(
    /// The version of a custom resource is one that its definition serves.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/
    pub(super) fn custom_version_is_served(
        report: &mut Report<'_>,
        at: &Path<'_>,
        version: &str,
        definition: &Definition<'_>,
    ) {
        let served: Vec<String> = definition.versions.iter().map(|version| format!("`{}`", version.name)).collect();
        let help =
            if served.is_empty() { "it serves none".to_owned() } else { format!("it serves {}", served.join(", ")) };
        let what = if definition.unserved.contains(&version) { "does not serve" } else { "has no" };
        report.error_with_help(at, format_args!("the CustomResourceDefinition {what} version `{version}`"), help);
    },

    /// A field of a custom resource is one of its schema, unless that keeps unknown ones.
    ///
    /// Source: `PruneWithOptions`, apiextensions-apiserver pkg/apiserver/schema/pruning/algorithm.go
    pub(super) fn custom_field_is_known(report: &mut Report<'_>, at: &Path<'_>, key: &str, known: Option<&Map>) {
        let names = || known.into_iter().flat_map(|known| known.entries()).map(|entry| entry.key.as_ref());
        match report.nearest(key, names()) {
            Some(near) => report.error_with_help(at, "the schema has no such field", did_you_mean(near)),
            None if (1..=20).contains(&names().take(21).count()) => {
                let names = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                report.error_with_help(at, "the schema has no such field", format!("fields here: {names}"));
            }
            None => report.error(at, "the schema has no such field"),
        }
    },

    /// A value of a custom resource has the type of its schema.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn custom_type(report: &mut Report<'_>, at: &Path<'_>, value: &Node, schema: &Node) {
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

    /// What the schema of a custom resource requires is there, unless it has a default.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn custom_required(report: &mut Report<'_>, at: &Path<'_>, map: &Map, schema: &Node) {
        let required = schema.get("required").and_then(Node::as_seq).unwrap_or_default();
        for key in required.iter().filter_map(Node::as_str) {
            let property = schema.find(["properties", key]);
            let keeps_null = property.is_none_or(|property| flag(property, "nullable"));
            let there = map.get(key).is_some_and(|value| !value.is_null() || keeps_null);
            let has_default = property.is_some_and(|property| property.get("default").is_some());
            if !there && !has_default {
                report.required(&at.field(key), "the schema requires it");
            }
        }
    },

    /// A value of a custom resource is one of those that its schema lists.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn custom_enum(report: &mut Report<'_>, at: &Path<'_>, value: &Node, allowed: &Node) {
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

    /// A text in a custom resource matches the pattern and has the format of its schema.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn custom_pattern(report: &mut Report<'_>, at: &Path<'_>, value: &Node, key: &str, rule: &Node) {
        let Some(rule) = rule.as_str() else { return };
        match &value.kind {
            Kind::Str(text) if key == "pattern" && !matches(rule, text) => {
                report.error(at, format_args!("{text:?} does not match the pattern `{rule}`"));
            }
            Kind::Str(text) if key == "format" => {
                if let Some(expected) = format::broken(rule, text) {
                    report.error(at, format_args!("{text:?} has not the format `{rule}`: expected {expected}"));
                }
            }
            Kind::Int(number) if key == "format" && rule == "int32" && i32::try_from(*number).is_err() => {
                report.error(at, format_args!("{number} has more than 32 bits"));
            }
            Kind::UInt(number) if key == "format" && matches!(rule, "int32" | "int64") => {
                report.error(at, format_args!("{number} does not fit the format `{rule}`"));
            }
            _ => {}
        }
    },

    /// A number in a custom resource is in the range of its schema.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn custom_range(report: &mut Report<'_>, at: &Path<'_>, value: &Node, key: &str, schema: &Node) {
        let (Some(found), Some(limit)) = (number(value), schema.get(key).and_then(number)) else { return };
        let (fits, rule) = match key {
            "minimum" if flag(schema, "exclusiveMinimum") => (found > limit, "more than"),
            "minimum" => (found >= limit, "at least"),
            "maximum" if flag(schema, "exclusiveMaximum") => (found < limit, "less than"),
            "maximum" => (found <= limit, "at most"),
            _ => (limit == 0.0 || (found / limit).fract() == 0.0, "a multiple of"),
        };
        if !fits {
            report.error(at, format_args!("{found} is out of range: {rule} {limit}"));
        }
    },

    /// A text, list or mapping in a custom resource is as long as its schema allows.
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn custom_size(report: &mut Report<'_>, at: &Path<'_>, value: &Node, key: &str, limit: &Node) {
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
            report.error(at, format_args!("{found} {what} are too few: at least {limit}"));
        } else if key.starts_with("max") && found > limit {
            report.error(at, format_args!("{found} {what} are too many: at most {limit}"));
        }
    },

    /// A value of a custom resource has the forms that its schema asks for: all (`allOf`), some (`anyOf`), one (`oneOf`)
    /// or not that (`not`).
    ///
    /// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
    pub(super) fn custom_forms(report: &mut Report<'_>, at: &Path<'_>, value: &Node, key: &str, forms: &Node) {
        if key == "not" {
            if fits(value, forms) {
                report.error(at, "has a form that the schema excludes (`not`)");
            }
            return;
        }
        let forms = forms.as_seq().unwrap_or_default();
        let count = forms.iter().filter(|form| fits(value, form)).count();
        let required = |form: &Node| {
            let names = form.get("required").and_then(Node::as_seq).unwrap_or_default();
            names.iter().filter_map(Node::as_str).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
        };
        let asked: Vec<String> = forms.iter().map(required).filter(|names| !names.is_empty()).collect();
        let help = (asked.len() == forms.len()).then(|| format!("the forms ask for {}", asked.join(", or ")));
        let message = match key {
            "allOf" if count < forms.len() => {
                format!("has {count} of {} forms: all are asked for (`allOf`)", forms.len())
            }
            "anyOf" if count == 0 && !forms.is_empty() => format!("has none of {} forms (`anyOf`)", forms.len()),
            "oneOf" if count != 1 && !forms.is_empty() => {
                format!("has {count} of {} forms: exactly one is asked for (`oneOf`)", forms.len())
            }
            _ => return,
        };
        match help {
            Some(help) => report.error_with_help(at, message, help),
            None => report.error(at, message),
        }
    },

    /// A list of a custom resource that is a set, or a mapping by keys, has no item twice.
    ///
    /// Source: `ValidateListSetsAndMaps`, apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go
    pub(super) fn custom_list_keys(report: &mut Report<'_>, at: &Path<'_>, items: &[Node], schema: &Node) {
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
                report.duplicate(&at.index(index), format_args!("{identity} (as item {first})"));
            } else {
                seen.insert(identity, index);
            }
        }
    },

    /// A resource inside of a custom resource has `apiVersion` and `kind`, and labels, annotations and names as any object; the name can
    /// be part of a path.
    ///
    /// Source: `validateEmbeddedResource`, apiextensions-apiserver pkg/apiserver/schema/objectmeta/validation.go
    pub(super) fn custom_resource_inside(report: &mut Report<'_>, at: &Path<'_>, map: &Map) {
        for key in ["apiVersion", "kind"] {
            let at = at.field(key);
            match map.get(key).map(|value| (value, value.as_str())) {
                None | Some((_, Some(""))) => report.required(&at, "a resource inside of another one has it"),
                Some((value, _)) if value.is_null() => report.required(&at, "a resource inside of another one has it"),
                Some((_, Some(version))) if key == "apiVersion" => {
                    if version.matches('/').count() > 1 {
                        report.error(&at, format_args!("{version:?} is no version of an API, as in `apps/v1`"));
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
