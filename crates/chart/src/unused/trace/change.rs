//! Changes to maps in templates: `dict`, `set`, `merge`, and the objects that represent many.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::Tracer;
use crate::unused::objects::ObjectId;
use crate::unused::sets::{AbstractValue, Set};

/// A change of an object.
#[derive(Clone, Copy)]
enum Change<'k> {
    /// A value under a key, or under any key.
    Put(Option<&'k str>, Set),
    /// All keys of other maps.
    Include(Set),
}

impl Tracer<'_, '_> {
    /// Adds a value under a key, or under any key.
    pub(super) fn put(&mut self, object: ObjectId, key: Option<&str>, value: Set) {
        self.change(object, Change::Put(key, value));
    }

    /// Adds all keys of other maps to an object.
    pub(super) fn include_keys(&mut self, object: ObjectId, others: Set) {
        self.change(object, Change::Include(others));
    }

    /// Changes an object and those that it represents.
    fn change(&mut self, object: ObjectId, change: Change<'_>) {
        let mut open = vec![object];
        let mut seen = BTreeSet::new();
        while let Some(object) = open.pop() {
            if seen.insert(object) {
                self.change_with_summaries(object, change);
                open.extend(&self.objects[object.0].members);
            }
        }
    }

    fn change_with_summaries(&mut self, object: ObjectId, change: Change<'_>) {
        let mut open = vec![object];
        while let Some(object) = open.pop() {
            self.steps += 1;
            let has_grown = match change {
                Change::Put(key, value) => self.put_alone(object, key, value),
                Change::Include(others) => self.include_alone(object, others),
            };
            if has_grown {
                self.grown(object);
                open.extend(&self.objects[object.0].summaries);
            }
        }
    }

    fn put_alone(&mut self, object: ObjectId, key: Option<&str>, value: Set) -> bool {
        let it = &self.objects[object.0];
        let before = key.map_or(Some(it.each), |key| it.keys.get(key).copied());
        let after = self.sets.union(before.unwrap_or(Set::EMPTY), value);
        if before == Some(after) {
            return false;
        }
        let it = &mut self.objects[object.0];
        match key {
            Some(key) => drop(it.keys.insert(Arc::from(key), after)),
            None => it.each = after,
        }
        if it.is_taken {
            self.take(value);
        }
        true
    }

    fn include_alone(&mut self, object: ObjectId, others: Set) -> bool {
        let things = self.sets.get(others);
        let it = &mut self.objects[object.0];
        let before = it.includes.len();
        let is_map = |thing: &AbstractValue| {
            !matches!(thing, AbstractValue::Text(_) | AbstractValue::Nil) && *thing != AbstractValue::Object(object)
        };
        it.includes.extend(things.iter().copied().filter(is_map));
        let has_grown = it.includes.len() > before;
        if has_grown && it.is_taken {
            self.take(others);
        }
        has_grown
    }

    /// Adds an object to those that another one represents.
    pub(super) fn add_member(&mut self, summary: ObjectId, object: ObjectId) {
        if summary == object || !self.objects[summary.0].members.insert(object) {
            return;
        }
        let it = &mut self.objects[object.0];
        it.summaries.insert(summary);
        let keys: Vec<(Arc<str>, Set)> = it.keys.iter().map(|(key, value)| (Arc::clone(key), *value)).collect();
        let (each, includes) = (it.each, it.includes.iter().copied().collect());
        let includes = self.sets.of(includes);
        for (key, value) in &keys {
            self.change_with_summaries(summary, Change::Put(Some(key), *value));
        }
        self.change_with_summaries(summary, Change::Put(None, each));
        self.change_with_summaries(summary, Change::Include(includes));
    }

    /// Adds a value to maps of a template.
    pub(super) fn put_into(&mut self, base: Set, key: Set, value: Set) {
        let keys = self.exact_texts(key);
        for thing in self.sets.get(base).iter() {
            match (object_of(*thing), &keys) {
                (Some(object), Some(keys)) => keys.iter().for_each(|key| self.put(object, Some(key), value)),
                (Some(object), None) => self.put(object, None, value),
                (None, _) if *thing == AbstractValue::Nil => {}
                // The map may be shared, and the value read from elsewhere.
                (None, _) => self.take(value),
            }
        }
    }

    /// Makes maps have all keys of others, whoever else has them, and the maps in them those of the maps in the others.
    pub(super) fn merge_values(&mut self, targets: Set, others: Set) {
        let mut open = vec![(targets, others)];
        // Maps may be in themselves.
        let mut seen = HashSet::new();
        while let Some((targets, others)) = open.pop() {
            self.steps += 1;
            if self.is_over() {
                self.take(others);
                continue;
            }
            for thing in self.sets.get(targets).iter() {
                match object_of(*thing) {
                    Some(object) if seen.insert((object, others)) => open.extend(self.merge_into(object, others)),
                    Some(_) => {}
                    None if matches!(thing, AbstractValue::Text(_) | AbstractValue::Nil) => {}
                    None => self.take(others),
                }
            }
        }
    }

    /// Makes a map have all keys of others; returns what both have, which is merged as well.
    fn merge_into(&mut self, object: ObjectId, others: Set) -> Vec<(Set, Set)> {
        self.include_keys(object, others);
        let keys: Vec<(Arc<str>, Set)> =
            self.objects[object.0].keys.iter().map(|(key, value)| (Arc::clone(key), *value)).collect();
        let mut both = Vec::new();
        for (key, value) in keys {
            let other = self.key(others, &key);
            self.test(other);
            both.push((value, other));
        }
        both
    }
}

/// Returns the object with what templates add to a value.
fn object_of(thing: AbstractValue) -> Option<ObjectId> {
    match thing {
        AbstractValue::Object(object) => Some(object),
        AbstractValue::Dot(scope) => Some(ObjectId(scope)),
        _ => None,
    }
}
