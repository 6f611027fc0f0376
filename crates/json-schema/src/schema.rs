//! A compiled schema.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::draft::Draft;
use super::format::Format;
use super::json::Json;
use super::location::Location;
use super::number::Number;
use mkmanifests_go::regexp::Pattern;

/// The index of a schema in an [`Arena`].
pub(super) type SchemaId = usize;

/// A schema and all schemas that it refers to.
#[derive(Debug, Default)]
pub struct Arena {
    pub(super) schemas: Vec<Schema>,
}

/// A schema in an arena: where an [`Error`](crate::error::Error) comes from.
#[derive(Debug, Clone, Copy)]
pub struct SchemaRef<'s> {
    pub(super) arena: &'s Arena,
    pub(super) schema: &'s Schema,
}

impl<'s> SchemaRef<'s> {
    /// Returns another schema of the arena.
    pub(super) fn other(self, id: SchemaId) -> SchemaRef<'s> {
        SchemaRef { schema: self.arena.schemas.get(id).unwrap_or(self.schema), ..self }
    }

    /// Returns the schema whose `$id` applies to this one.
    pub(super) fn resource(self) -> SchemaRef<'s> {
        self.other(self.schema.resource)
    }

    pub(super) fn is(self, other: SchemaRef<'_>) -> bool {
        std::ptr::eq(self.schema, other.schema)
    }

    /// Returns the names in `properties`, sorted.
    pub fn properties(self) -> impl Iterator<Item = &'s str> {
        self.schema.properties.keys().map(String::as_str)
    }
}

/// The keywords of a schema.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) draft: Draft,
    pub(super) location: Location,
    /// The schema whose `$id` applies here.
    pub(super) resource: SchemaId,
    pub(super) dynamic_anchors: BTreeMap<String, SchemaId>,
    pub(super) all_properties_evaluated: bool,
    pub(super) all_items_evaluated: bool,
    pub(super) items_evaluated: usize,

    // For any value.
    pub(super) boolean: Option<bool>,
    pub(super) reference: Option<SchemaId>,
    pub(super) recursive_ref: Option<SchemaId>,
    pub(super) recursive_anchor: bool,
    /// The first target, and the anchor if it is not a pointer.
    pub(super) dynamic_ref: Option<(SchemaId, Option<String>)>,
    pub(super) dynamic_anchor: Option<String>,
    pub(super) types: Types,
    pub(super) constant: Option<Json>,
    pub(super) options: Option<Vec<Json>>,
    pub(super) format: Option<&'static Format>,
    pub(super) not: Option<SchemaId>,
    pub(super) all_of: Vec<SchemaId>,
    pub(super) any_of: Vec<SchemaId>,
    pub(super) one_of: Vec<SchemaId>,
    pub(super) condition: Option<SchemaId>,
    pub(super) then: Option<SchemaId>,
    pub(super) otherwise: Option<SchemaId>,

    // For objects.
    pub(super) min_properties: Option<i64>,
    pub(super) max_properties: Option<i64>,
    pub(super) required: Vec<String>,
    pub(super) properties: BTreeMap<String, SchemaId>,
    pub(super) pattern_properties: Vec<(Arc<Pattern>, SchemaId)>,
    pub(super) additional_properties: Option<Additional>,
    pub(super) property_names: Option<SchemaId>,
    pub(super) dependencies: Vec<(String, Dependency)>,
    pub(super) dependent_schemas: BTreeMap<String, SchemaId>,
    pub(super) dependent_required: Vec<(String, Vec<String>)>,
    pub(super) unevaluated_properties: Option<SchemaId>,

    // For arrays.
    pub(super) min_items: Option<i64>,
    pub(super) max_items: Option<i64>,
    pub(super) unique_items: bool,
    pub(super) contains: Option<SchemaId>,
    pub(super) min_contains: Option<i64>,
    pub(super) max_contains: Option<i64>,
    /// `prefixItems`, before 2020-12 a list in `items`.
    pub(super) prefix_items: Vec<SchemaId>,
    /// `items` and before 2020-12 `additionalItems`, for the items after those.
    pub(super) rest_items: Option<Additional>,
    pub(super) unevaluated_items: Option<SchemaId>,

    // For strings.
    pub(super) min_length: Option<i64>,
    pub(super) max_length: Option<i64>,
    pub(super) pattern: Option<(Arc<Pattern>, String)>,

    // For numbers.
    pub(super) minimum: Option<Number>,
    pub(super) maximum: Option<Number>,
    pub(super) exclusive_minimum: Option<Number>,
    pub(super) exclusive_maximum: Option<Number>,
    pub(super) multiple_of: Option<Number>,
}

/// The schema of additional properties or items.
#[derive(Debug, Clone, Copy)]
pub(super) enum Additional {
    Allowed(bool),
    Schema(SchemaId),
}

/// What a property requires.
#[derive(Debug)]
pub(super) enum Dependency {
    Properties(Vec<String>),
    Schema(SchemaId),
}

/// A set of types of JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Types(u8);

pub(super) const TYPES: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];

impl Types {
    /// Parses a `type` keyword. Ignores unknown names.
    pub(super) fn of(keyword: &Json) -> Types {
        let names: Vec<&str> = match keyword {
            Json::List(items) => items.iter().filter_map(Json::as_text).collect(),
            other => other.as_text().into_iter().collect(),
        };
        Types(names.into_iter().map(bit).fold(0, |set, bit| set | bit))
    }

    /// Returns the names of the types, in the order of Helm's library: `null`, `boolean`, `number`, `integer`,
    /// `string`, `array`, `object`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        TYPES.into_iter().filter(move |name| self.0 & bit(name) != 0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn has(self, value: &Json) -> bool {
        let is_integer = || matches!(value, Json::Number(number) if number.is_integer());
        self.0 & bit(value.type_name()) != 0 || (self.0 & bit("integer") != 0 && is_integer())
    }
}

fn bit(name: &str) -> u8 {
    TYPES.iter().position(|known| *known == name).map_or(0, |at| 1 << at)
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(" or "))
    }
}
