//! A value beside its schema, from the root down.

use super::rules;
use crate::check::path::Path;
use crate::check::report::Report;
use crate::tree::{Kind, Map, Node};

/// What every object has, and every resource inside of one.
const OF_RESOURCES: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// A whole object.
pub(super) fn root(report: &mut Report<'_>, object: &Node, schema: &Node) {
    Walk { fields: true }.value(report, &Path::ROOT, object, schema, true);
}

/// Whether a value fits the values of a schema, of which nothing is told.
pub(super) fn fits(value: &Node, schema: &Node) -> bool {
    let mut report = Report::about(value, false);
    Walk { fields: false }.value(&mut report, &Path::ROOT, value, schema, false);
    report.is_empty()
}

/// What is asked for.
#[derive(Clone, Copy)]
struct Walk {
    /// Whether fields have to be known: not in `anyOf` and its kin, which say nothing of fields.
    fields: bool,
}

pub(super) fn flag(schema: &Node, key: &str) -> bool {
    schema.get(key).is_some_and(|value| value.kind == Kind::Bool(true))
}

impl Walk {
    fn value(self, report: &mut Report<'_>, at: &Path<'_>, value: &Node, schema: &Node, is_root: bool) {
        if value.is_null() && (flag(schema, "nullable") || schema.as_map().is_none_or(Map::is_empty)) {
            return;
        }
        if !rules::has_type(value, schema) {
            return rules::custom_type(report, at, value, schema);
        }
        rules::values(report, at, value, schema);
        match &value.kind {
            Kind::Map(map) => self.mapping(report, at, map, schema, is_root),
            Kind::Seq(items) => {
                rules::custom_list_keys(report, at, items, schema);
                let Some(schema) = schema.get("items") else { return };
                for (index, item) in items.iter().enumerate() {
                    self.value(report, &at.index(index), item, schema, false);
                }
            }
            _ => {}
        }
    }

    fn mapping(self, report: &mut Report<'_>, at: &Path<'_>, map: &Map, schema: &Node, is_root: bool) {
        let is_resource = is_root || flag(schema, "x-kubernetes-embedded-resource");
        if is_resource && !is_root {
            rules::custom_resource_inside(report, at, map);
        }
        rules::custom_required(report, at, map, schema);
        let properties = schema.get("properties").and_then(Node::as_map);
        let others = schema.get("additionalProperties");
        let open = !self.fields || flag(schema, "x-kubernetes-preserve-unknown-fields");
        for entry in map.entries() {
            let key = entry.key.as_ref();
            let here = if key.contains(['.', '/']) { at.key(key) } else { at.field(key) };
            let property = properties.and_then(|properties| properties.get(key));
            if is_resource && OF_RESOURCES.contains(&key) {
                // Their fields are those of every object; a schema may only ask for more of names.
                if let Some(schema) = property {
                    Walk { fields: false }.value(report, &here, &entry.value, schema, false);
                }
            } else if let Some(schema) = property {
                // Dropped before values are looked at, or replaced by the default.
                if !entry.value.is_null() || flag(schema, "nullable") {
                    self.value(report, &here, &entry.value, schema, false);
                }
            } else if let Some(schema) = others.filter(|schema| schema.as_map().is_some()) {
                if !entry.value.is_null() || flag(schema, "nullable") {
                    self.value(report, &here, &entry.value, schema, false);
                }
            } else if !open && !others.is_some_and(|others| others.kind == Kind::Bool(true)) {
                rules::custom_field_is_known(report, &here, key, properties);
            }
        }
    }
}
