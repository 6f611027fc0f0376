//! Fills in the defaults of a schema, as an API server does before it validates.
//!
//! Source: `Default`, apiextensions-apiserver pkg/apiserver/schema/defaulting/algorithm.go

use super::walk::flag;
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

/// Adds the defaults of `schema` to `value`, and removes each null that is not `nullable`.
pub(super) fn apply(value: &mut Node, schema: &Node) {
    match &mut value.kind {
        Kind::Map(map) => {
            let properties = schema.get("properties").and_then(Node::as_map);
            for entry in properties.map_or(&[] as &[Entry], Map::entries) {
                let (key, schema) = (entry.key.as_ref(), &entry.value);
                let is_absent = map.get(key).is_none_or(|value| value.is_null() && !flag(schema, "nullable"));
                match schema.get("default") {
                    Some(default) if is_absent => map.set(key.to_owned(), default.kind.clone()),
                    None if is_absent => {
                        map.remove(key);
                    }
                    _ => {}
                }
                if let Some(value) = map.get_mut(key) {
                    apply(value, schema);
                }
            }
            if let Some(schema) = schema.get("additionalProperties").filter(|schema| schema.as_map().is_some()) {
                map.values_mut().for_each(|value| apply(value, schema));
            }
        }
        Kind::Seq(items) => {
            if let Some(schema) = schema.get("items") {
                items.iter_mut().for_each(|item| apply(item, schema));
            }
        }
        _ => {}
    }
}
