//! Looks up fields, keys and items of values, and marks whole values as read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Tracer;
use crate::unused::objects::ObjectId;
use crate::unused::reads::{Path, Reads};
use crate::unused::sets::{AbstractValue, Set};

impl Tracer<'_, '_> {
    /// Returns the path of a chart's values.
    pub(super) fn values_of(&mut self, scope: usize) -> Path {
        let names = self.scopes.0[scope].path.iter().copied();
        self.reads.descend(Reads::ROOT, names)
    }

    pub(super) fn at(&self, path: Path) -> AbstractValue {
        if self.reads.has_map(path) { AbstractValue::ValuesPath(path) } else { AbstractValue::Unknown }
    }

    pub(super) fn unknown(&mut self) -> Set {
        self.sets.one(AbstractValue::Unknown)
    }

    pub(super) fn text_set(&mut self, text: &str) -> Set {
        let text = self.sets.text(text);
        self.sets.one(text)
    }

    /// Returns the value under a key.
    pub(super) fn key(&mut self, value: Set, key: &str) -> Set {
        let things = self.sets.get(value);
        // Each value is searched apart: what one merges, another one may have alone.
        let found: Vec<Set> = things.iter().map(|thing| self.key_of(*thing, key, &mut BTreeSet::new())).collect();
        self.sets.any(found)
    }

    /// `seen` are the objects that were searched already: maps that include each other may be reached in many ways.
    fn key_of(&mut self, thing: AbstractValue, key: &str, seen: &mut BTreeSet<ObjectId>) -> Set {
        self.steps += 1;
        match thing {
            AbstractValue::Dot(scope) => {
                let own = self.key_of_dot(scope, key);
                let own = self.sets.one(own);
                let added = self.key_of_object(ObjectId(scope), key, seen);
                let all = self.sets.union(own, added);
                self.sets.without_nil(all)
            }
            AbstractValue::Subcharts(scope) => match self.scopes.child(scope, key) {
                Some(child) => self.sets.one(AbstractValue::Dot(child)),
                None => Set::EMPTY,
            },
            AbstractValue::Chart(scope) if key == "Name" => self.text_set(self.scopes.0[scope].name),
            AbstractValue::ValuesPath(path) => self.key_at(path, key),
            AbstractValue::Object(object) => self.key_of_object(object, key, seen),
            AbstractValue::Chart(_) | AbstractValue::Text(_) | AbstractValue::Unknown => self.unknown(),
            AbstractValue::Nil => Set::EMPTY,
        }
    }

    fn key_of_dot(&mut self, scope: usize, key: &str) -> AbstractValue {
        match key {
            "Values" => {
                let path = self.values_of(scope);
                self.at(path)
            }
            "Subcharts" => AbstractValue::Subcharts(scope),
            "Chart" => AbstractValue::Chart(scope),
            _ => AbstractValue::Unknown,
        }
    }

    fn key_at(&mut self, path: Path, key: &str) -> Set {
        // Methods that Helm's values have.
        if matches!(key, "AsMap" | "YAML" | "Table" | "Encode") {
            self.reads.take_whole(path);
            return self.sets.one(AbstractValue::ValuesPath(path));
        }
        let is_number = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
        let below = if is_number { self.reads.each(path) } else { self.reads.child(path, key) };
        let found = self.at(below);
        self.sets.one(found)
    }

    fn key_of_object(&mut self, object: ObjectId, key: &str, seen: &mut BTreeSet<ObjectId>) -> Set {
        if !seen.insert(object) {
            return Set::EMPTY;
        }
        self.looked_into(object);
        let it = &self.objects[object.0];
        let own = it.keys.get(key).copied();
        let each = it.each;
        let includes: Vec<AbstractValue> = it.includes.iter().copied().collect();
        let is_merged = includes.len() + usize::from(own.is_some()) > 1;
        let mut found: Vec<Set> = own.into_iter().chain([each]).collect();
        for thing in includes {
            let below = self.key_of(thing, key, seen);
            // An empty map gives way to what it is merged with.
            if is_merged {
                self.test(below);
            }
            found.push(below);
        }
        let found = self.sets.any(found);
        if found == Set::EMPTY { self.sets.one(AbstractValue::Nil) } else { found }
    }

    fn looked_into(&mut self, object: ObjectId) {
        let current = self.current;
        self.objects[object.0].readers.insert(current);
    }

    /// Returns any item, or the value under any key.
    pub(super) fn each(&mut self, value: Set) -> Set {
        self.find_each(value, &mut BTreeSet::new())
    }

    fn find_each(&mut self, value: Set, seen: &mut BTreeSet<ObjectId>) -> Set {
        let things = self.sets.get(value);
        let found: Vec<Set> = things.iter().map(|thing| self.each_of(*thing, seen)).collect();
        self.sets.any(found)
    }

    fn each_of(&mut self, thing: AbstractValue, seen: &mut BTreeSet<ObjectId>) -> Set {
        self.steps += 1;
        match thing {
            AbstractValue::Dot(scope) => {
                let values = self.key_of_dot(scope, "Values");
                let own = self.sets.of(vec![
                    values,
                    AbstractValue::Subcharts(scope),
                    AbstractValue::Chart(scope),
                    AbstractValue::Unknown,
                ]);
                let added = self.each_of_object(ObjectId(scope), seen);
                self.sets.union(own, added)
            }
            AbstractValue::Subcharts(scope) => {
                let dots = self.scopes.0[scope].children.iter().map(|child| AbstractValue::Dot(*child)).collect();
                self.sets.of(dots)
            }
            AbstractValue::ValuesPath(path) => {
                let each = self.reads.each(path);
                let found = self.at(each);
                // A value that is not a map may be a text.
                self.sets.of(vec![found, AbstractValue::Unknown])
            }
            AbstractValue::Object(object) => self.each_of_object(object, seen),
            AbstractValue::Chart(_) | AbstractValue::Text(_) | AbstractValue::Unknown => self.unknown(),
            AbstractValue::Nil => Set::EMPTY,
        }
    }

    fn each_of_object(&mut self, object: ObjectId, seen: &mut BTreeSet<ObjectId>) -> Set {
        if !seen.insert(object) {
            return Set::EMPTY;
        }
        self.looked_into(object);
        let it = &self.objects[object.0];
        let mut found: Vec<Set> = it.keys.values().copied().chain([it.each]).collect();
        let includes: Vec<AbstractValue> = it.includes.iter().copied().collect();
        self.steps += found.len();
        found.extend(includes.into_iter().map(|thing| self.each_of(thing, seen)).collect::<Vec<_>>());
        self.sets.any(found)
    }

    /// Returns the keys of a map, as far as templates set them.
    pub(super) fn key_names(&mut self, value: Set) -> Set {
        let things = self.sets.get(value);
        let mut names = Vec::new();
        for thing in things.iter() {
            let AbstractValue::Object(object) = thing else { return self.unknown() };
            self.looked_into(*object);
            let it = &self.objects[object.0];
            if it.each != Set::EMPTY || !it.includes.is_empty() {
                return self.unknown();
            }
            let keys: Vec<Arc<str>> = it.keys.keys().cloned().collect();
            names.extend(keys.iter().map(|key| self.sets.text(key)));
        }
        self.sets.of(names)
    }

    /// Returns the value under any of the keys that `key` may be.
    pub(super) fn index(&mut self, value: Set, key: Set) -> Set {
        match self.exact_texts(key) {
            Some(keys) => {
                let found: Vec<Set> = keys.iter().map(|key| self.key(value, key)).collect();
                self.sets.any(found)
            }
            None => self.each(value),
        }
    }

    /// Records that a template tests if a value is empty.
    pub(super) fn test(&mut self, value: Set) {
        for thing in self.sets.get(value).iter() {
            match thing {
                AbstractValue::ValuesPath(path) => self.reads.test(*path),
                AbstractValue::Object(object) => {
                    self.looked_into(*object);
                    let includes = self.objects[object.0].includes.iter();
                    let paths: Vec<Path> = includes
                        .filter_map(
                            |thing| if let AbstractValue::ValuesPath(path) = thing { Some(*path) } else { None },
                        )
                        .collect();
                    paths.into_iter().for_each(|path| self.reads.test(path));
                }
                _ => {}
            }
        }
    }

    /// Marks a whole value as read.
    pub(super) fn take(&mut self, value: Set) {
        for thing in self.sets.get(value).iter() {
            self.take_thing(*thing);
        }
    }

    /// Marks a whole value as read whose texts are not rendered.
    pub(super) fn take_but_texts(&mut self, value: Set) {
        let is_text = |thing: &AbstractValue| matches!(thing, AbstractValue::Text(_));
        self.sets.get(value).iter().filter(|thing| !is_text(thing)).for_each(|thing| self.take_thing(*thing));
    }

    fn take_thing(&mut self, thing: AbstractValue) {
        self.steps += 1;
        match thing {
            AbstractValue::Dot(scope) => {
                let values = self.values_of(scope);
                self.reads.take_whole(values);
                self.take_object(ObjectId(scope));
            }
            AbstractValue::Subcharts(scope) => {
                let values = self.values_of(scope);
                self.reads.take_whole(values);
            }
            AbstractValue::ValuesPath(path) => self.reads.take_whole(path),
            AbstractValue::Object(object) => self.take_object(object),
            AbstractValue::Text(text) => self.texts.keep(text, &self.sets),
            AbstractValue::Chart(_) | AbstractValue::Unknown | AbstractValue::Nil => {}
        }
    }

    fn take_object(&mut self, object: ObjectId) {
        let it = &mut self.objects[object.0];
        if std::mem::replace(&mut it.is_taken, true) {
            return;
        }
        let values: Vec<Set> = it.keys.values().copied().chain([it.each]).collect();
        let includes: Vec<AbstractValue> = it.includes.iter().copied().collect();
        values.into_iter().for_each(|value| self.take(value));
        includes.into_iter().for_each(|thing| self.take_thing(thing));
    }
}
