//! Access to lists and mappings, entry by entry.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed};

use super::Context;
use super::deserializer::Deserializer;
use super::error::{Error, Mismatch, about};
use super::found::{Found, UnknownKey};
use super::path::{Paths, address};
use crate::diagnostic::{Diagnostic, FieldPath, Step, ValueCode};
use crate::tree::{Entry, Map, Node};

/// The keys that a mapping may have.
#[derive(Clone, Copy)]
pub(super) enum Keys {
    /// Any.
    Any,
    /// The fields of a struct. Skips fields whose value is null.
    Of(&'static [&'static str]),
}

pub(super) struct SeqAccess<'a> {
    pub(super) items: std::slice::Iter<'a, Node>,
    pub(super) context: &'a Context<'a>,
}

impl<'a> SeqAccess<'a> {
    /// Returns the next item that is not skipped.
    fn next_item(&mut self) -> Option<&'a Node> {
        self.items.by_ref().find(|node| !self.context.skip.contains_key(&address(node)))
    }
}

impl<'de> de::SeqAccess<'de> for SeqAccess<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let context = self.context;
        match self.next_item() {
            None => Ok(None),
            Some(node) => about(seed.deserialize(Deserializer { node, context }).map(Some), node),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

pub(super) struct MapAccess<'a> {
    pub(super) entries: std::slice::Iter<'a, Entry>,
    pub(super) keys: Keys,
    pub(super) context: &'a Context<'a>,
    pub(super) value: Option<&'a Node>,
    /// How many of the fields were passed: fields and entries are mostly sorted.
    passed: usize,
}

impl<'a> MapAccess<'a> {
    pub(super) fn new(map: &'a Map, keys: Keys, context: &'a Context<'a>) -> Self {
        MapAccess { entries: map.entries().iter(), keys, context, value: None, passed: 0 }
    }

    /// Returns the access to an absent mapping.
    pub(super) fn none(context: &'a Context<'a>) -> Self {
        MapAccess { entries: [].iter(), keys: Keys::Any, context, value: None, passed: 0 }
    }

    /// Returns the next entry that is not skipped, and keeps its value for
    /// [`next_value_seed`](de::MapAccess::next_value_seed).
    fn next_entry(&mut self) -> Option<&'a Entry> {
        loop {
            let entry = self.entries.next()?;
            let value = match self.context.skip.get(&address(&entry.value)) {
                None => &entry.value,
                Some(Some(instead)) => instead,
                Some(None) => continue,
            };
            let keys = self.keys;
            match keys {
                Keys::Of(fields) if !self.has_field(fields, &entry.key) => {
                    self.unknown_field(entry, fields);
                    continue;
                }
                Keys::Of(_) if value.is_null() => continue,
                Keys::Of(_) => {}
                Keys::Any => self.converted_key(entry),
            }
            self.value = Some(value);
            return Some(entry);
        }
    }

    fn has_field(&mut self, fields: &[&str], key: &str) -> bool {
        let ahead = fields.get(self.passed..).unwrap_or_default();
        match ahead.iter().position(|field| *field == key) {
            Some(at) => {
                self.passed += at + 1;
                true
            }
            None => fields.contains(&key),
        }
    }

    fn path_of(&self, entry: &Entry) -> FieldPath {
        let paths = self.context.paths.get_or_init(|| Paths::of(self.context.root));
        let path = paths.path(self.context.root, address(&entry.value));
        match &self.context.written {
            Some(written) => written.path_as_written(self.context.root, &path),
            None => path,
        }
    }

    /// Reports a key that YAML has converted: `on` to `true`, `1.0` to `1`.
    fn converted_key(&self, entry: &Entry) {
        let written = self.context.written.as_ref();
        let Some(key) = written.and_then(|written| written.key_differs(&entry.key, entry.location)) else { return };
        let mut path = self.path_of(entry).parent();
        path.push(Step::Field(key.to_owned()));
        let kind = if matches!(&*entry.key, "true" | "false") { "a boolean" } else { "a number" };
        let message = format!("expected a string as the key, found `{key}`, which YAML 1.1 reads as {kind}");
        let diagnostic = Diagnostic::error(ValueCode::NotText { written: key.to_owned() }, message);
        let diagnostic = diagnostic.in_field(path).at(entry.location).help(format!("quote it: \"{key}\""));
        self.context.found.borrow_mut().push(Found::Diagnostic(diagnostic));
    }

    fn unknown_field(&self, entry: &Entry, fields: &'static [&'static str]) {
        let path = self.path_of(entry);
        // A default that replaces a value, and that several types share.
        if path.is_empty() {
            return;
        }
        let location = if entry.location.is_known() { entry.location } else { entry.value.location };
        let key = entry.key.to_string();
        self.context.found.borrow_mut().push(Found::Unknown(UnknownKey { path, key, location, fields: vec![fields] }));
    }
}

impl<'de> de::MapAccess<'de> for MapAccess<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(entry) = self.next_entry() else { return Ok(None) };
        let key = BorrowedStrDeserializer::<Error>::new(&entry.key);
        about(seed.deserialize(key).map(Some), &entry.value)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let node = self.value.take().ok_or_else(|| Mismatch::of("a value without a key".to_owned()))?;
        about(seed.deserialize(Deserializer { node, context: self.context }), node)
    }
}
