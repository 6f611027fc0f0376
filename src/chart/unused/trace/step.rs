//! Fields, keys and items of values, and taking all of a value.

use std::sync::Arc;

use super::Tracer;
use crate::chart::unused::reads::{Path, Reads};
use crate::chart::unused::traced::{Thing, Traced};
use crate::gotmpl::ast::Fields;

/// What every dot has beside the values.
const BESIDE: &[&str] = &["Chart", "Release", "Files", "Capabilities", "Template"];

impl Tracer<'_> {
    /// Where a chart's values are.
    pub(super) fn values_of(&mut self, scope: usize) -> Path {
        let names = self.scopes.0[scope].path.iter().copied();
        self.reads.descend(Reads::ROOT, names)
    }

    pub(super) fn fields(&mut self, value: Traced, fields: Fields) -> Traced {
        let text = Arc::clone(&self.text);
        fields.names(&text).fold(value, |value, field| self.key(&value, field))
    }

    /// What is under a key.
    pub(super) fn key(&mut self, value: &Traced, key: &str) -> Traced {
        self.steps += 1;
        value.0.iter().map(|thing| self.key_of(thing, key)).collect()
    }

    fn key_of(&mut self, thing: &Thing, key: &str) -> Traced {
        match thing {
            Thing::Dot(scope) if key == "Values" => Thing::At(self.values_of(*scope)).into(),
            Thing::Dot(scope) if key == "Subcharts" => Thing::Subcharts(*scope).into(),
            Thing::Dot(_) if BESIDE.contains(&key) => Traced::default(),
            Thing::Subcharts(scope) => {
                self.scopes.child(*scope, key).map(|child| Thing::Dot(child).into()).unwrap_or_default()
            }
            // Methods that Helm's values have.
            Thing::At(_) if matches!(key, "AsMap" | "YAML" | "Table") => {
                self.take_thing(thing);
                thing.clone().into()
            }
            Thing::At(path) => Thing::At(self.reads.child(*path, key)).into(),
            Thing::Made(made) => match made.keys.get(key) {
                Some(value) => value.clone().or(made.each.clone()),
                None => self.lost_key(key).or(made.each.clone()),
            },
            Thing::Text(_) => Traced::default(),
            Thing::Dot(_) | Thing::Lost => self.lost_key(key),
        }
    }

    /// A key of nobody knows what; `.Values` most likely is what it always is.
    fn lost_key(&mut self, key: &str) -> Traced {
        if key == "Values" {
            return Thing::At(self.values_of(self.scope)).into();
        }
        self.reads.name(self.scope, key);
        Traced::lost()
    }

    /// What is under any of the keys that a value may be.
    pub(super) fn index(&mut self, value: &Traced, key: &Traced) -> Traced {
        match key.texts() {
            Some(keys) => keys.into_iter().map(|key| self.key(value, key)).collect(),
            None => self.each(value),
        }
    }

    /// Any item, or what is under any key.
    pub(super) fn each(&mut self, value: &Traced) -> Traced {
        self.steps += 1;
        value.0.iter().map(|thing| self.each_of(thing)).collect()
    }

    fn each_of(&mut self, thing: &Thing) -> Traced {
        match thing {
            Thing::At(path) => Thing::At(self.reads.each(*path)).into(),
            Thing::Made(made) => made.keys.values().cloned().collect::<Traced>().or(made.each.clone()),
            Thing::Subcharts(scope) => {
                self.scopes.0[*scope].children.iter().map(|child| Thing::Dot(*child).into()).collect()
            }
            Thing::Dot(_) | Thing::Lost => Traced::lost(),
            Thing::Text(_) => Traced::default(),
        }
    }

    /// All of a value is read.
    pub(super) fn take(&mut self, value: &Traced) {
        for thing in &value.0 {
            match thing {
                Thing::Dot(scope) | Thing::Subcharts(scope) => {
                    let values = self.values_of(*scope);
                    self.reads.take_whole(values);
                }
                _ => self.take_thing(thing),
            }
        }
    }

    /// All of a value is read but for the dots in it: who has a dot asks it for something.
    pub(super) fn take_values(&mut self, value: &Traced) {
        value.0.iter().for_each(|thing| self.take_thing(thing));
    }

    fn take_thing(&mut self, thing: &Thing) {
        match thing {
            Thing::At(path) => self.reads.take_whole(*path),
            Thing::Made(made) => {
                made.keys.values().for_each(|value| self.take_values(value));
                self.take_values(&made.each);
            }
            Thing::Dot(_) | Thing::Subcharts(_) | Thing::Text(_) | Thing::Lost => {}
        }
    }
}
