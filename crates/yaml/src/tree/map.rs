//! A mapping from text to nodes, sorted by key.

use std::borrow::Cow;

use super::Node;
use crate::diagnostic::Location;

/// A key: borrowed where it is the name of a field of a type, owned where it was read.
pub type Key = Cow<'static, str>;

/// A key, where it was written, and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// Where the key was written.
    pub location: Location,
    /// The value.
    pub value: Node,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

/// A mapping whose entries are kept in the byte order of their keys, since neither Helm nor kubectl keeps
/// another order: they can be merged in one pass and found by bisection.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map {
    entries: Vec<Entry>,
}

impl Map {
    /// An empty mapping.
    pub fn new() -> Self {
        Map::default()
    }

    /// An empty mapping with room for `capacity` entries.
    pub fn with_capacity(capacity: usize) -> Self {
        Map { entries: Vec::with_capacity(capacity) }
    }

    /// A mapping of entries in any order. Of two with one key the first stays, and the later ones are returned
    /// beside the mapping.
    pub fn from_entries(mut entries: Vec<Entry>) -> (Self, Vec<Entry>) {
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

    /// The entries in the byte order of their keys.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries, owned.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// The values, to change, in the order of [`Map::entries`].
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.entries.iter_mut().map(|entry| &mut entry.value)
    }

    /// Keeps the entries for which `keep` is true, which may change their values.
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

    /// See [`Node::borrow_keys`]: the keys are never freed.
    pub(super) fn borrow_keys(&mut self) {
        for entry in &mut self.entries {
            if let Key::Owned(key) = &mut entry.key {
                entry.key = Key::Borrowed(std::mem::take(key).leak());
            }
            entry.value.borrow_keys();
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.position(key).ok().map(|at| &self.entries[at])
    }

    /// The value of `key`, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.position(key).ok().map(|at| &mut self.entries[at].value)
    }

    /// Sets a value; an earlier one of the same key is returned. Appending in key order is constant time.
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

    /// Sets a value that the program made itself.
    pub fn set(&mut self, key: impl Into<Key>, value: impl Into<Node>) {
        self.insert(Entry { key: key.into(), location: Location::UNKNOWN, value: value.into() });
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.position(key).ok().map(|at| self.entries.remove(at))
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.key.as_ref().cmp(key))
    }
}
