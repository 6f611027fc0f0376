//! A value beside its schema, from the root down: which fields are known, then what values may be.

use super::rules;
use crate::path::Path;
use crate::report::Report;
use mkmanifests_yaml::tree::{Kind, Map, Node};

/// What every object has, and every resource inside of one.
const OF_RESOURCES: [&str; 3] = ["apiVersion", "kind", "metadata"];

pub(super) fn flag(schema: &Node, key: &str) -> bool {
    schema.get(key).is_some_and(|value| value.kind == Kind::Bool(true))
}

/// Reports fields of an object that its schema does not have.
pub(super) fn fields(report: &mut Report<'_>, object: &Node, schema: &Node) {
    fields_of(report, &Path::ROOT, object, schema, true);
}

/// Reports values of an object that its schema does not allow.
pub(super) fn values(report: &mut Report<'_>, object: &Node, schema: &Node) {
    value(report, &Path::ROOT, object, schema, true);
}

/// Whether a value fits the values of a schema.
pub(super) fn fits(node: &Node, schema: &Node) -> bool {
    let mut report = Report::about(node, false);
    value(&mut report, &Path::ROOT, node, schema, false);
    report.is_empty()
}

/// The path of an entry, in the form in which the server reports it.
fn of_key<'p>(at: &'p Path<'_>, key: &'p str) -> Path<'p> {
    if key.contains(['.', '/']) { at.key(key) } else { at.field(key) }
}

/// The schema of an entry: that of the property, or of all other ones.
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
                if is_resource(schema, is_root) && OF_RESOURCES.contains(&key) {
                    // Their fields are those of every object.
                } else if let Some(schema) = of_entry(schema, key) {
                    fields_of(report, &here, &entry.value, schema, false);
                } else if !keeps_others {
                    rules::custom_field_is_known(report, &here, key, known);
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
        return rules::custom_type(report, at, node, schema);
    }
    rules::values(report, at, node, schema);
    match &node.kind {
        Kind::Map(map) => mapping(report, at, map, schema, is_root),
        Kind::Seq(items) => {
            rules::custom_list_keys(report, at, items, schema);
            let Some(schema) = schema.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                value(report, &at.index(index), item, schema, false);
            }
        }
        _ => {}
    }
}

/// Reports resources inside of a value, or the value itself, that are none.
///
/// Source: `Validate`, apiextensions-apiserver pkg/apiserver/schema/objectmeta/validation.go
pub(crate) fn resources(report: &mut Report<'_>, at: &Path<'_>, node: &Node, schema: &Node, is_resource: bool) {
    match &node.kind {
        Kind::Map(map) => {
            if is_resource || flag(schema, "x-kubernetes-embedded-resource") {
                rules::custom_resource_inside(report, at, map);
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
        rules::custom_resource_inside(report, at, map);
    }
    rules::custom_required(report, at, map, schema);
    for entry in map.entries() {
        let key = entry.key.as_ref();
        if let Some(schema) = of_entry(schema, key)
            // Dropped before values are validated.
            && (!entry.value.is_null() || flag(schema, "nullable"))
        {
            value(report, &of_key(at, key), &entry.value, schema, false);
        }
    }
}
