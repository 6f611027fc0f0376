//! Validates the keywords for objects, arrays, strings and numbers.

use std::collections::BTreeMap;
use std::collections::hash_map::{Entry, HashMap};

use super::super::draft::Draft;
use super::super::error::{Error, Kind};
use super::super::json::Json;
use super::super::number::Number;
use super::super::schema::{Additional, Dependency, Schema};
use super::{Step, Validation, Validator};

type Map = BTreeMap<String, Json>;

impl<'s> Validator<'s> {
    /// A lower and an upper limit of a size.
    fn size(
        &self,
        validation: &mut Validation<'_, '_, 's>,
        keywords: [&'static str; 2],
        limits: [Option<i64>; 2],
        got: impl FnOnce() -> usize,
    ) {
        if limits == [None, None] {
            return;
        }
        let got = got();
        let size = i64::try_from(got).unwrap_or(i64::MAX);
        let [least, most] = limits;
        let broken = [least.filter(|least| size < *least), most.filter(|most| size > *most)];
        for (keyword, want) in keywords.into_iter().zip(broken) {
            if let Some(want) = want {
                self.add(validation, Kind::Size { keyword, got, want });
            }
        }
    }

    pub(super) fn map(&mut self, validation: &mut Validation<'_, '_, 's>, map: &Map) {
        let schema = validation.frame.schema.schema;
        let limits = [schema.min_properties, schema.max_properties];
        self.size(validation, ["minProperties", "maxProperties"], limits, || map.len());
        let missing = missing(map, &schema.required);
        if !missing.is_empty() {
            self.add(validation, Kind::Required { missing });
        }
        if validation.frame.quiet && !validation.errors.is_empty() {
            return;
        }
        self.dependencies(validation, map);
        if self.properties(validation, map) || schema.draft == Draft::V4 {
            return;
        }
        self.property_names(validation, map);
        if schema.draft == Draft::V6 {
            return;
        }
        for (name, id) in &schema.dependent_schemas {
            if map.contains_key(name) {
                let checked = self.same(validation, validation.frame.schema.other(*id), None, false);
                validation.errors.extend(checked.err().map(|error| *error));
            }
        }
        for (name, names) in &schema.dependent_required {
            self.dependency(validation, map, name, names);
        }
    }

    fn dependencies(&mut self, validation: &mut Validation<'_, '_, 's>, map: &Map) {
        let schema = validation.frame.schema;
        for (name, dependency) in &schema.schema.dependencies {
            match dependency {
                Dependency::Properties(names) => self.dependency(validation, map, name, names),
                Dependency::Schema(id) if map.contains_key(name) => {
                    let checked = self.same(validation, schema.other(*id), None, false);
                    validation.errors.extend(checked.err().map(|error| *error));
                }
                Dependency::Schema(_) => {}
            }
        }
    }

    fn dependency(&self, validation: &mut Validation<'_, '_, 's>, map: &Map, property: &'s str, names: &'s [String]) {
        let missing = missing(map, names);
        if map.contains_key(property) && !missing.is_empty() {
            self.add(validation, Kind::Dependency { property, missing });
        }
    }

    /// Each property with the schemas for it; whether it stopped at the first error.
    fn properties(&mut self, validation: &mut Validation<'_, '_, 's>, map: &Map) -> bool {
        let schema = validation.frame.schema.schema;
        let mut refused = Vec::new();
        for (name, value) in map {
            if validation.frame.quiet && !validation.errors.is_empty() {
                return true;
            }
            let step = || Step::Key(name.clone());
            let mut is_evaluated = false;
            if let Some(id) = schema.properties.get(name) {
                is_evaluated = true;
                self.below(validation, *id, value, step());
            }
            for (pattern, id) in &schema.pattern_properties {
                if pattern.is_match(name) {
                    is_evaluated = true;
                    self.below(validation, *id, value, step());
                }
            }
            if let (false, Some(additional)) = (is_evaluated, &schema.additional_properties) {
                is_evaluated = true;
                match additional {
                    Additional::Allowed(true) => {}
                    Additional::Allowed(false) => refused.push(name.clone()),
                    Additional::Schema(id) => self.below(validation, *id, value, step()),
                }
            }
            if is_evaluated {
                validation.unevaluated.properties.remove(name.as_str());
            }
        }
        if !refused.is_empty() {
            self.add(validation, Kind::AdditionalProperties { names: refused });
        }
        false
    }

    fn property_names(&mut self, validation: &mut Validation<'_, '_, 's>, map: &Map) {
        let Some(id) = validation.frame.schema.schema.property_names else { return };
        let (schema, metaschema) = self.dialect(validation.frame, validation.frame.schema.other(id));
        for name in map.keys() {
            // A name is not a part of the values, so it has its own path.
            let path = std::mem::take(&mut self.path);
            let checked = self.whole(schema, metaschema, &Json::Text(name.clone()));
            self.path = path;
            if let Err(error) = checked {
                self.add_with_causes(validation, Kind::PropertyName { name: name.clone() }, error.causes);
            }
        }
    }

    pub(super) fn list(&mut self, validation: &mut Validation<'_, '_, 's>, items: &[Json]) {
        let schema = validation.frame.schema.schema;
        self.size(validation, ["minItems", "maxItems"], [schema.min_items, schema.max_items], || items.len());
        if let Some((first, second)) = schema.unique_items.then(|| duplicates(items)).flatten() {
            self.add(validation, Kind::UniqueItems { first, second });
        }
        for (index, (item, id)) in items.iter().zip(&schema.prefix_items).enumerate() {
            self.below(validation, *id, item, Step::Index(index));
        }
        let rest = items.get(schema.prefix_items.len()..).unwrap_or_default();
        match schema.rest_items {
            Some(Additional::Schema(id)) => {
                for (index, item) in (schema.prefix_items.len()..).zip(rest) {
                    self.below(validation, id, item, Step::Index(index));
                }
            }
            Some(Additional::Allowed(false)) if !rest.is_empty() => {
                self.add(validation, Kind::AdditionalItems { count: rest.len() });
            }
            _ => {}
        }
        self.contains(validation, items);
    }

    fn contains(&mut self, validation: &mut Validation<'_, '_, 's>, items: &[Json]) {
        let schema = validation.frame.schema.schema;
        let Some(id) = schema.contains else { return };
        let (mut errors, mut matched): (Vec<Error<'s>>, Vec<usize>) = (Vec::new(), Vec::new());
        for (index, item) in items.iter().enumerate() {
            match self.child(validation.frame, id, item, Step::Index(index)) {
                Err(error) => errors.push(*error),
                Ok(()) => {
                    matched.push(index);
                    if schema.draft >= Draft::V2020 {
                        validation.unevaluated.items.remove(&index);
                    }
                }
            }
        }
        let count = i64::try_from(matched.len()).unwrap_or(i64::MAX);
        match schema.min_contains {
            Some(want) if count < want => {
                self.add_with_causes(validation, Kind::MinContains { got: matched.clone(), want }, errors);
            }
            None if matched.is_empty() => self.add_with_causes(validation, Kind::Contains, errors),
            _ => {}
        }
        if let Some(want) = schema.max_contains.filter(|want| count > *want) {
            self.add(validation, Kind::MaxContains { got: matched, want });
        }
    }

    pub(super) fn text(&mut self, validation: &mut Validation<'_, '_, 's>, text: &str) {
        let schema = validation.frame.schema.schema;
        let limits = [schema.min_length, schema.max_length];
        self.size(validation, ["minLength", "maxLength"], limits, || text.chars().count());
        if let Some((pattern, want)) = &schema.pattern
            && !pattern.is_match(text)
        {
            self.add(validation, Kind::Pattern { got: text.to_owned(), want });
        }
    }

    pub(super) fn number(&mut self, validation: &mut Validation<'_, '_, 's>, number: &Number) {
        let schema: &'s Schema = validation.frame.schema.schema;
        type Breaks = fn(&Number, &Number) -> bool;
        let bounds: [(&'static str, &'s Option<Number>, Breaks); 5] = [
            ("minimum", &schema.minimum, |number, want| number < want),
            ("maximum", &schema.maximum, |number, want| number > want),
            ("exclusiveMinimum", &schema.exclusive_minimum, |number, want| number <= want),
            ("exclusiveMaximum", &schema.exclusive_maximum, |number, want| number >= want),
            ("multipleOf", &schema.multiple_of, |number, want| !number.is_multiple_of(want)),
        ];
        for (keyword, want, breaks) in bounds {
            if let Some(want) = want.as_ref().filter(|want| breaks(number, want)) {
                self.add(validation, Kind::Bound { keyword, got: number.clone(), want });
            }
        }
    }
}

fn missing<'s>(map: &Map, names: &'s [String]) -> Vec<&'s str> {
    names.iter().map(String::as_str).filter(|name| !map.contains_key(*name)).collect()
}

/// Returns the first item that was there before, and where.
pub(in super::super) fn duplicates(items: &[Json]) -> Option<(usize, usize)> {
    let mut seen = HashMap::new();
    items.iter().enumerate().find_map(|(index, item)| match seen.entry(item) {
        Entry::Occupied(first) => Some((*first.get(), index)),
        Entry::Vacant(place) => {
            place.insert(index);
            None
        }
    })
}
