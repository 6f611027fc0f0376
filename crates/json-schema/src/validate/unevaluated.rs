//! Tracks the properties and items that no keyword has evaluated yet.

use std::collections::BTreeSet;

use super::super::json::Json;
use super::super::schema::Schema;
use super::{Step, Validation, Validator};

/// Tracked only where the schema, or one around it, needs them.
#[derive(Debug, Default)]
pub(super) struct Unevaluated<'v> {
    pub(super) properties: BTreeSet<&'v str>,
    pub(super) items: BTreeSet<usize>,
}

impl<'v> Unevaluated<'v> {
    pub(super) fn new(value: &'v Json, schema: &Schema, is_asked_above: bool) -> Unevaluated<'v> {
        let mut new = Unevaluated::default();
        match value {
            Json::Map(map) => {
                let is_asked = is_asked_above || schema.unevaluated_properties.is_some();
                if is_asked && !schema.all_properties_evaluated {
                    new.properties = map.keys().map(String::as_str).collect();
                }
            }
            Json::List(items) => {
                let is_asked = is_asked_above || schema.unevaluated_items.is_some();
                if is_asked && !schema.all_items_evaluated {
                    new.items = (schema.items_evaluated..items.len()).collect();
                }
            }
            _ => {}
        }
        new
    }

    pub(super) fn is_empty(&self) -> bool {
        self.properties.is_empty() && self.items.is_empty()
    }

    /// Keeps what another schema has not evaluated either.
    pub(super) fn keep(&mut self, other: &Unevaluated<'_>) {
        self.properties.retain(|name| other.properties.contains(name));
        self.items.retain(|index| other.items.contains(index));
    }
}

impl<'s> Validator<'s> {
    /// `unevaluatedProperties` and `unevaluatedItems`.
    pub(super) fn unevaluated(&mut self, validation: &mut Validation<'_, '_, 's>) {
        let schema = validation.frame.schema.schema;
        let value = validation.value;
        if let (Some(id), Json::Map(map)) = (schema.unevaluated_properties, value) {
            for name in std::mem::take(&mut validation.unevaluated.properties) {
                if let Some(value) = map.get(name) {
                    self.below(validation, id, value, Step::Key(name.to_owned()));
                }
            }
        }
        if let (Some(id), Json::List(items)) = (schema.unevaluated_items, value) {
            for index in std::mem::take(&mut validation.unevaluated.items) {
                if let Some(value) = items.get(index) {
                    self.below(validation, id, value, Step::Index(index));
                }
            }
        }
    }
}
