//! Fields, keys and items of values, and reading all of a value.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Tracer;
use crate::unused::objects::ObjectId;
use crate::unused::reads::{Path, Reads};
use crate::unused::sets::{Set, Thing};

impl Tracer<'_, '_> {
    /// Where a chart's values are.
    pub(super) fn values_of(&mut self, scope: usize) -> Path {
        let names = self.scopes.0[scope].path.iter().copied();
        self.reads.descend(Reads::ROOT, names)
    }

    pub(super) fn at(&self, path: Path) -> Thing {
        if self.reads.has_map(path) { Thing::At(path) } else { Thing::Unknown }
    }

    pub(super) fn unknown(&mut self) -> Set {
        self.sets.one(Thing::Unknown)
    }

    pub(super) fn text_set(&mut self, text: &str) -> Set {
        let text = self.sets.text(text);
        self.sets.one(text)
    }

    /// What is under a key.
    pub(super) fn key(&mut self, value: Set, key: &str) -> Set {
        let things = self.sets.get(value);
        // Each value is searched apart: what one merges, another one may have alone.
        let found: Vec<Set> = things.iter().map(|thing| self.key_of(*thing, key, &mut BTreeSet::new())).collect();
        self.sets.any(found)
    }

    /// `seen` are the objects that were searched already: maps that include each other may be reached in many ways.
    fn key_of(&mut self, thing: Thing, key: &str, seen: &mut BTreeSet<ObjectId>) -> Set {
        self.steps += 1;
        match thing {
            Thing::Dot(scope) => {
                let own = self.key_of_dot(scope, key);
                let own = self.sets.one(own);
                let added = self.key_of_object(ObjectId(scope), key, seen);
                let all = self.sets.union(own, added);
                self.sets.without_nil(all)
            }
            Thing::Subcharts(scope) => match self.scopes.child(scope, key) {
                Some(child) => self.sets.one(Thing::Dot(child)),
                None => Set::EMPTY,
            },
            Thing::Chart(scope) if key == "Name" => self.text_set(self.scopes.0[scope].name),
            Thing::At(path) => self.key_at(path, key),
            Thing::Object(object) => self.key_of_object(object, key, seen),
            Thing::Chart(_) | Thing::Text(_) | Thing::Unknown => self.unknown(),
            Thing::Nil => Set::EMPTY,
        }
    }

    fn key_of_dot(&mut self, scope: usize, key: &str) -> Thing {
        match key {
            "Values" => {
                let path = self.values_of(scope);
                self.at(path)
            }
            "Subcharts" => Thing::Subcharts(scope),
            "Chart" => Thing::Chart(scope),
            _ => Thing::Unknown,
        }
    }

    fn key_at(&mut self, path: Path, key: &str) -> Set {
        // Methods that Helm's values have.
        if matches!(key, "AsMap" | "YAML" | "Table" | "Encode") {
            self.reads.take_whole(path);
            return self.sets.one(Thing::At(path));
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
        let includes: Vec<Thing> = it.includes.iter().copied().collect();
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
        if found == Set::EMPTY { self.sets.one(Thing::Nil) } else { found }
    }

    fn looked_into(&mut self, object: ObjectId) {
        let current = self.current;
        self.objects[object.0].readers.insert(current);
    }

    /// Any item, or what is under any key.
    pub(super) fn each(&mut self, value: Set) -> Set {
        self.find_each(value, &mut BTreeSet::new())
    }

    fn find_each(&mut self, value: Set, seen: &mut BTreeSet<ObjectId>) -> Set {
        let things = self.sets.get(value);
        let found: Vec<Set> = things.iter().map(|thing| self.each_of(*thing, seen)).collect();
        self.sets.any(found)
    }

    fn each_of(&mut self, thing: Thing, seen: &mut BTreeSet<ObjectId>) -> Set {
        self.steps += 1;
        match thing {
            Thing::Dot(scope) => {
                let values = self.key_of_dot(scope, "Values");
                let own = self.sets.of(vec![values, Thing::Subcharts(scope), Thing::Chart(scope), Thing::Unknown]);
                let added = self.each_of_object(ObjectId(scope), seen);
                self.sets.union(own, added)
            }
            Thing::Subcharts(scope) => {
                let dots = self.scopes.0[scope].children.iter().map(|child| Thing::Dot(*child)).collect();
                self.sets.of(dots)
            }
            Thing::At(path) => {
                let each = self.reads.each(path);
                let found = self.at(each);
                // What is no map may be a text.
                self.sets.of(vec![found, Thing::Unknown])
            }
            Thing::Object(object) => self.each_of_object(object, seen),
            Thing::Chart(_) | Thing::Text(_) | Thing::Unknown => self.unknown(),
            Thing::Nil => Set::EMPTY,
        }
    }

    fn each_of_object(&mut self, object: ObjectId, seen: &mut BTreeSet<ObjectId>) -> Set {
        if !seen.insert(object) {
            return Set::EMPTY;
        }
        self.looked_into(object);
        let it = &self.objects[object.0];
        let mut found: Vec<Set> = it.keys.values().copied().chain([it.each]).collect();
        let includes: Vec<Thing> = it.includes.iter().copied().collect();
        self.steps += found.len();
        found.extend(includes.into_iter().map(|thing| self.each_of(thing, seen)).collect::<Vec<_>>());
        self.sets.any(found)
    }

    /// The keys of a map, as far as templates write them.
    pub(super) fn key_names(&mut self, value: Set) -> Set {
        let things = self.sets.get(value);
        let mut names = Vec::new();
        for thing in things.iter() {
            let Thing::Object(object) = thing else { return self.unknown() };
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

    /// What is under any of the keys that a value may be.
    pub(super) fn index(&mut self, value: Set, key: Set) -> Set {
        match self.exact_texts(key) {
            Some(keys) => {
                let found: Vec<Set> = keys.iter().map(|key| self.key(value, key)).collect();
                self.sets.any(found)
            }
            None => self.each(value),
        }
    }

    /// A template asks whether there is anything in a value.
    pub(super) fn test(&mut self, value: Set) {
        for thing in self.sets.get(value).iter() {
            match thing {
                Thing::At(path) => self.reads.test(*path),
                Thing::Object(object) => {
                    self.looked_into(*object);
                    let includes = self.objects[object.0].includes.iter();
                    let paths: Vec<Path> = includes
                        .filter_map(|thing| if let Thing::At(path) = thing { Some(*path) } else { None })
                        .collect();
                    paths.into_iter().for_each(|path| self.reads.test(path));
                }
                _ => {}
            }
        }
    }

    /// All of a value is read.
    pub(super) fn take(&mut self, value: Set) {
        for thing in self.sets.get(value).iter() {
            self.take_thing(*thing);
        }
    }

    /// The same, of a value whose texts go nowhere.
    pub(super) fn take_but_texts(&mut self, value: Set) {
        let is_text = |thing: &Thing| matches!(thing, Thing::Text(_));
        self.sets.get(value).iter().filter(|thing| !is_text(thing)).for_each(|thing| self.take_thing(*thing));
    }

    fn take_thing(&mut self, thing: Thing) {
        self.steps += 1;
        match thing {
            Thing::Dot(scope) => {
                let values = self.values_of(scope);
                self.reads.take_whole(values);
                self.take_object(ObjectId(scope));
            }
            Thing::Subcharts(scope) => {
                let values = self.values_of(scope);
                self.reads.take_whole(values);
            }
            Thing::At(path) => self.reads.take_whole(path),
            Thing::Object(object) => self.take_object(object),
            Thing::Text(text) => self.texts.keep(text, &self.sets),
            Thing::Chart(_) | Thing::Unknown | Thing::Nil => {}
        }
    }

    fn take_object(&mut self, object: ObjectId) {
        let it = &mut self.objects[object.0];
        if std::mem::replace(&mut it.is_taken, true) {
            return;
        }
        let values: Vec<Set> = it.keys.values().copied().chain([it.each]).collect();
        let includes: Vec<Thing> = it.includes.iter().copied().collect();
        values.into_iter().for_each(|value| self.take(value));
        includes.into_iter().for_each(|thing| self.take_thing(thing));
    }
}
