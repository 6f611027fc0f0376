//! Walks a value along its schema: first for unknown fields, then for invalid values.

use super::rules;
use crate::path::Path;
use crate::report::Report;
use mkmanifests_yaml::tree::{Kind, Map, Node};

/// The fields of every object and every embedded resource.
const OBJECT_FIELDS: [&str; 3] = ["apiVersion", "kind", "metadata"];

pub(super) fn flag(schema: &Node, key: &str) -> bool {
    schema.get(key).is_some_and(|value| value.kind == Kind::Bool(true))
}

/// Reports unknown fields of an object.
pub(super) fn fields(report: &mut Report<'_>, object: &Node, schema: &Node) {
    fields_of(report, &Path::ROOT, object, schema, true);
}

/// Reports invalid values of an object.
pub(super) fn values(report: &mut Report<'_>, object: &Node, schema: &Node) {
    value(report, &Path::ROOT, object, schema, true);
}

/// Returns whether a value is valid. Ignores unknown fields.
pub(super) fn is_valid(node: &Node, schema: &Node) -> bool {
    let mut report = Report::about(node, false);
    value(&mut report, &Path::ROOT, node, schema, false);
    report.is_empty()
}

/// Returns the path of an entry as an API server prints it.
fn of_key<'p>(at: &'p Path<'_>, key: &'p str) -> Path<'p> {
    if key.contains(['.', '/']) { at.key(key) } else { at.field(key) }
}

/// Returns the schema of an entry: the one in `properties`, or else `additionalProperties`.
fn of_entry<'s>(schema: &'s Node, key: &str) -> Option<&'s Node> {
    let property = schema.get("properties").and_then(|properties| properties.get(key));
    property.or_else(|| schema.get("additionalProperties").filter(|schema| schema.as_map().is_some()))
}

fn is_resource(schema: &Node, is_root: bool) -> bool {
    is_root || flag(schema, "x-kubernetes-embedded-resource")
}

fn fields_of(report: &mut Report<'_>, at: &Path<'_>, node: &Node, schema: &Node, is_root: bool) {
    match &node.kind {
        Kind::Map(map) => {
            let known = schema.get("properties").and_then(Node::as_map);
            let keeps_others = flag(schema, "x-kubernetes-preserve-unknown-fields")
                || schema.get("additionalProperties").is_some_and(|others| others.kind == Kind::Bool(true));
            for entry in map.entries() {
                let key = entry.key.as_ref();
                let here = of_key(at, key);
                if is_resource(schema, is_root) && OBJECT_FIELDS.contains(&key) {
                    // The rules of every object cover these fields.
                } else if let Some(schema) = of_entry(schema, key) {
                    fields_of(report, &here, &entry.value, schema, false);
                } else if !keeps_others {
                    rules::known_field(report, &here, key, known);
                }
            }
        }
        Kind::Seq(items) => {
            let Some(schema) = schema.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                fields_of(report, &at.index(index), item, schema, false);
            }
        }
        _ => {}
    }
}

fn value(report: &mut Report<'_>, at: &Path<'_>, node: &Node, schema: &Node, is_root: bool) {
    if node.is_null() && (flag(schema, "nullable") || schema.as_map().is_none_or(Map::is_empty)) {
        return;
    }
    if !rules::has_type(node, schema) {
        return rules::field_type(report, at, node, schema);
    }
    rules::values(report, at, node, schema);
    match &node.kind {
        Kind::Map(map) => mapping(report, at, map, schema, is_root),
        Kind::Seq(items) => {
            rules::unique_items(report, at, items, schema);
            let Some(schema) = schema.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                value(report, &at.index(index), item, schema, false);
            }
        }
        _ => {}
    }
}

/// Reports invalid embedded resources in a value, or the value itself.
///
/// Source: `Validate`, apiextensions-apiserver pkg/apiserver/schema/objectmeta/validation.go
pub(crate) fn resources(report: &mut Report<'_>, at: &Path<'_>, node: &Node, schema: &Node, is_resource: bool) {
    match &node.kind {
        Kind::Map(map) => {
            if is_resource || flag(schema, "x-kubernetes-embedded-resource") {
                rules::embedded_resource(report, at, map);
            }
            for entry in map.entries() {
                if let Some(schema) = of_entry(schema, &entry.key) {
                    resources(report, &of_key(at, &entry.key), &entry.value, schema, false);
                }
            }
        }
        Kind::Seq(items) => {
            let Some(schema) = schema.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                resources(report, &at.index(index), item, schema, false);
            }
        }
        _ => {}
    }
}

fn mapping(report: &mut Report<'_>, at: &Path<'_>, map: &Map, schema: &Node, is_root: bool) {
    if is_resource(schema, is_root) && !is_root {
        rules::embedded_resource(report, at, map);
    }
    rules::required_field(report, at, map, schema);
    for entry in map.entries() {
        let key = entry.key.as_ref();
        if let Some(schema) = of_entry(schema, key)
            // An API server drops other nulls before it validates values.
            && (!entry.value.is_null() || flag(schema, "nullable"))
        {
            value(report, &of_key(at, key), &entry.value, schema, false);
        }
    }
}
