//! The entries of a map.

use std::collections::{BTreeMap, btree_map};

use super::{Str, Value};

/// The entries of a map, in the byte order of the keys, which is the order of Go's `range` and `print`.
///
/// Most maps have few entries and are stored as a sorted list, which needs a tenth of the memory of a tree.
#[derive(Debug, Clone)]
pub struct Entries(Repr);

/// From this number of entries on, they are stored as a tree: inserting into a long list is slow.
const MANY: usize = 48;

#[derive(Debug, Clone)]
enum Repr {
    /// Sorted by unique keys.
    Few(Vec<(Str, Value)>),
    Many(BTreeMap<Str, Value>),
}

impl Entries {
    /// Creates an empty map.
    pub const fn new() -> Entries {
        Entries(Repr::Few(Vec::new()))
    }

    /// Returns the value of a key; `None` if the key does not exist.
    pub fn get(&self, key: &[u8]) -> Option<&Value> {
        match &self.0 {
            // A linear search: most keys already differ in length.
            Repr::Few(list) => list.iter().find(|(known, _)| known == key).map(|(_, value)| value),
            Repr::Many(tree) => tree.get(key),
        }
    }

    /// Returns whether the map has a key.
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.get(key).is_some()
    }

    /// Sets a key. Returns its old value, if any.
    pub fn insert(&mut self, key: Str, value: Value) -> Option<Value> {
        let list = match &mut self.0 {
            Repr::Many(tree) => return tree.insert(key, value),
            Repr::Few(list) => list,
        };
        if list.len() < MANY && list.last().is_none_or(|(last, _)| *last < key) {
            list.push((key, value));
            return None;
        }
        match find(list, key.as_bytes()) {
            Ok(at) => list.get_mut(at).map(|(_, old)| std::mem::replace(old, value)),
            Err(_) if list.len() >= MANY => {
                let mut tree: BTreeMap<Str, Value> = std::mem::take(list).into_iter().collect();
                tree.insert(key, value);
                self.0 = Repr::Many(tree);
                None
            }
            Err(at) => {
                list.insert(at, (key, value));
                None
            }
        }
    }

    /// Removes a key. Returns its value, if any.
    pub fn remove(&mut self, key: &[u8]) -> Option<Value> {
        match &mut self.0 {
            Repr::Few(list) => find(list, key).ok().map(|at| list.remove(at).1),
            Repr::Many(tree) => tree.remove(key),
        }
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Few(list) => list.len(),
            Repr::Many(tree) => tree.len(),
        }
    }

    /// Returns whether the map is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Iterates over keys and values, in the order of the keys.
    pub fn iter(&self) -> Iter<'_> {
        match &self.0 {
            Repr::Few(list) => Iter::Few(list.iter()),
            Repr::Many(tree) => Iter::Many(tree.iter()),
        }
    }

    /// Iterates over the keys, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &Str> {
        self.iter().map(|(key, _)| key)
    }

    /// Iterates over the values, in the order of the keys.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }

    /// Returns the values, in the order of the keys.
    pub fn into_values(self) -> Vec<Value> {
        match self.0 {
            Repr::Few(list) => list.into_iter().map(|(_, value)| value).collect(),
            Repr::Many(tree) => tree.into_values().collect(),
        }
    }
}

fn find(list: &[(Str, Value)], key: &[u8]) -> Result<usize, usize> {
    list.binary_search_by(|(known, _)| known.as_bytes().cmp(key))
}

impl Default for Entries {
    fn default() -> Self {
        Entries::new()
    }
}

/// If a key occurs twice, the last entry wins.
impl FromIterator<(Str, Value)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Entries {
        let mut list: Vec<(Str, Value)> = entries.into_iter().collect();
        if list.len() > MANY {
            return Entries(Repr::Many(list.into_iter().collect()));
        }
        if !list.is_sorted_by(|(a, _), (b, _)| a < b) {
            list.sort_by(|(a, _), (b, _)| a.cmp(b));
            // `dedup` keeps the first entry of a run.
            list.reverse();
            list.dedup_by(|(a, _), (b, _)| a == b);
            list.reverse();
        }
        Entries(Repr::Few(list))
    }
}

impl<const N: usize> From<[(Str, Value); N]> for Entries {
    fn from(entries: [(Str, Value); N]) -> Entries {
        entries.into_iter().collect()
    }
}

impl<'e> IntoIterator for &'e Entries {
    type Item = (&'e Str, &'e Value);
    type IntoIter = Iter<'e>;

    fn into_iter(self) -> Iter<'e> {
        self.iter()
    }
}

/// An iterator over the keys and values of [`Entries`].
#[derive(Debug, Clone)]
pub enum Iter<'e> {
    /// Entries stored as a list.
    Few(std::slice::Iter<'e, (Str, Value)>),
    /// Entries stored as a tree.
    Many(btree_map::Iter<'e, Str, Value>),
}

impl<'e> Iterator for Iter<'e> {
    type Item = (&'e Str, &'e Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Few(list) => list.next().map(|(key, value)| (key, value)),
            Iter::Many(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Iter::Few(list) => list.size_hint(),
            Iter::Many(tree) => tree.size_hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with a tree, across the size at which a list becomes one.
    #[test]
    fn entries_are_those_of_a_tree() {
        let (mut entries, mut tree) = (Entries::new(), BTreeMap::new());
        let mut number: usize = 7;
        for turn in 0..2000 {
            number = (number * 1103 + 12345) % 65536;
            let key = format!("k{}", number % (8 + turn / 10));
            let known = tree.contains_key(key.as_str());
            assert_eq!(entries.contains_key(key.as_bytes()), known);
            if number.is_multiple_of(3) {
                assert_eq!(entries.remove(key.as_bytes()).is_some(), tree.remove(key.as_str()).is_some());
            } else {
                assert_eq!(entries.insert(key.as_str().into(), Value::int(turn as i64)).is_some(), known);
                tree.insert(key, turn as i64);
            }
            let listed: Vec<(String, Option<i64>)> = entries.iter().map(|(k, v)| (k.to_string(), v.as_int())).collect();
            let wanted: Vec<_> = tree.iter().map(|(key, value)| (key.clone(), Some(*value))).collect();
            assert_eq!(listed, wanted);
            let again: Entries = entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            assert_eq!(again.len(), entries.len());
        }
        assert!(entries.len() > MANY, "only {}", entries.len());
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        for count in [3, 2 * MANY] {
            let pairs = (0..count).rev().chain(0..count).map(|at| (Str::from(format!("{at:04}")), at));
            let pairs = pairs.enumerate().map(|(turn, (key, _))| (key, Value::int(turn as i64)));
            let entries: Entries = pairs.collect();
            let turns: Vec<Option<i64>> = entries.values().map(Value::as_int).collect();
            assert_eq!(turns, (count..2 * count).map(|turn| Some(turn as i64)).collect::<Vec<_>>());
        }
    }
}
