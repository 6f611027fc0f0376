//! A mapping from strings to nodes, sorted by key.

use std::borrow::Cow;

use super::Node;
use crate::diagnostic::Location;

/// A key: borrowed for the field name of a Rust type, owned for a key that was read.
pub type Key = Cow<'static, str>;

/// An entry of a mapping: a key, its location, and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The location of the key.
    pub location: Location,
    /// The value.
    pub value: Node,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

/// A mapping, with entries sorted by the bytes of their keys. Neither Helm nor kubectl keeps the order of a file.
/// Merging two mappings takes one pass, and looking up a key is a binary search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map {
    entries: Vec<Entry>,
}

impl Map {
    /// Creates an empty mapping.
    pub fn new() -> Self {
        Map::default()
    }

    /// Creates an empty mapping with room for `capacity` entries.
    pub fn with_capacity(capacity: usize) -> Self {
        Map { entries: Vec::with_capacity(capacity) }
    }

    /// Creates a mapping from entries in any order. Of entries with the same key, the mapping keeps the first; the
    /// others are returned in the second element.
    pub fn from_entries(mut entries: Vec<Entry>) -> (Self, Vec<Entry>) {
        if entries.is_sorted_by(|a, b| a.key < b.key) {
            return (Map { entries }, Vec::new());
        }
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        let mut repeated = Vec::new();
        if entries.windows(2).any(|pair| pair[0].key == pair[1].key) {
            let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
            for entry in entries {
                match kept.last() {
                    Some(last) if last.key == entry.key => repeated.push(entry),
                    _ => kept.push(entry),
                }
            }
            entries = kept;
        }
        (Map { entries }, repeated)
    }

    /// Returns the entries, sorted by the bytes of their keys.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Converts into the entries, sorted by the bytes of their keys.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// Iterates over the values for changes, in the order of [`Map::entries`].
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.entries.iter_mut().map(|entry| &mut entry.value)
    }

    /// Keeps the entries for which `keep` returns true. `keep` may change the values.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Node) -> bool) {
        self.entries.retain_mut(|entry| keep(&entry.key, &mut entry.value));
    }

    /// See [`Node::move_locations`].
    pub(super) fn move_locations(&mut self, to: &mut impl FnMut(Location) -> Location) {
        for entry in &mut self.entries {
            entry.location = to(entry.location);
            entry.value.move_locations(to);
        }
    }

    /// See [`Node::borrow_keys`]: leaks the keys.
    pub(super) fn borrow_keys(&mut self) {
        for entry in &mut self.entries {
            if let Key::Owned(key) = &mut entry.key {
                entry.key = Key::Borrowed(std::mem::take(key).leak());
            }
            entry.value.borrow_keys();
        }
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether the map has no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the value of `key`; `None` if the key does not exist.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns the entry of `key`, with its location; `None` if the key does not exist.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.position(key).ok().map(|at| &self.entries[at])
    }

    /// Returns the value of `key` for changes; `None` if the key does not exist.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.position(key).ok().map(|at| &mut self.entries[at].value)
    }

    /// Inserts an entry, and returns the previous entry of the same key. Inserting in the order of the keys takes
    /// constant time.
    pub fn insert(&mut self, entry: Entry) -> Option<Entry> {
        if self.entries.last().is_none_or(|last| last.key < entry.key) {
            self.entries.push(entry);
            return None;
        }
        match self.position(&entry.key) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at], entry)),
            Err(at) => {
                self.entries.insert(at, entry);
                None
            }
        }
    }

    /// Sets the value of a key, without a location.
    pub fn set(&mut self, key: impl Into<Key>, value: impl Into<Node>) {
        self.insert(Entry { key: key.into(), location: Location::UNKNOWN, value: value.into() });
    }

    /// Removes the entry of a key and returns it; `None` if the key does not exist.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.position(key).ok().map(|at| self.entries.remove(at))
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.key.as_ref().cmp(key))
    }
}
