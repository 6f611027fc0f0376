//! Looks up keys in the JSON Schema of values.

use schemars::Schema;
use serde_json::Value;

use crate::diagnostic::Step;

/// The keys of values, from their JSON Schema.
pub(super) struct Keys(Value);

impl Keys {
    pub(super) fn of(schema: Schema) -> Keys {
        Keys(schema.to_value())
    }

    /// Returns whether `key` is allowed below `sibling` in the mapping at `parents`. If any key is allowed there, `is_adjacent` decides.
    pub(super) fn belongs_below(&self, parents: &[Step], sibling: &str, key: &str, is_adjacent: bool) -> bool {
        let Some(mapping) = self.at(parents).and_then(|mapping| self.property(mapping, sibling)) else { return false };
        self.property(mapping, key).is_some() || (is_adjacent && self.any_key(mapping).is_some())
    }

    /// Returns whether the mapping at `path` allows any key.
    pub(super) fn are_free(&self, path: &[Step]) -> bool {
        self.at(path).is_some_and(|mapping| self.any_key(mapping).is_some())
    }

    fn at(&self, path: &[Step]) -> Option<&Value> {
        path.iter().try_fold(&self.0, |schema, step| match step {
            Step::Field(key) | Step::Key(key) => self.property(schema, key).or_else(|| self.any_key(schema)),
            Step::Index(_) => self.find(schema, &|schema| schema.get("items")),
        })
    }

    fn property<'s>(&'s self, schema: &'s Value, key: &str) -> Option<&'s Value> {
        self.find(schema, &|schema| schema.get("properties")?.get(key))
    }

    fn any_key<'s>(&'s self, schema: &'s Value) -> Option<&'s Value> {
        self.find(schema, &|schema| schema.get("additionalProperties").filter(|any| **any != Value::Bool(false)))
    }

    /// Searches a schema, the one that it refers to, and its alternatives.
    fn find<'s>(&'s self, schema: &'s Value, look: &dyn Fn(&'s Value) -> Option<&'s Value>) -> Option<&'s Value> {
        if let Some(found) = look(schema) {
            return Some(found);
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let referred = self.0.pointer(reference.strip_prefix('#')?)?;
            return self.find(referred, look);
        }
        let alternatives = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
        alternatives.flatten().find_map(|alternative| self.find(alternative, look))
    }
}
