//! The objects to patch, with an index: a thousand patches of a thousand objects need no million comparisons.

use std::collections::{BTreeMap, BTreeSet};

use super::Patch;
use super::target::{Key, Lookup, Target};
use mkmanifests_yaml::diagnostic::Suggestions;
use mkmanifests_yaml::tree::Node;

/// The most comparisons for suggestions in one run.
const MAX_COMPARISONS: usize = 300_000;

/// Objects, found by what targets select them by.
pub(super) struct Objects<'n> {
    pub list: Vec<&'n mut Node>,
    pub suggestions: Suggestions,
    /// The positions of the objects with each key, in order.
    index: BTreeMap<Key, BTreeSet<usize>>,
    /// The labels that a target selects by.
    labels: BTreeSet<String>,
}

impl<'n> Objects<'n> {
    pub fn new(list: Vec<&'n mut Node>, patches: &[Patch]) -> Self {
        let labels = patches.iter().filter_map(|patch| patch.target.label()).map(str::to_owned).collect();
        let suggestions = Suggestions::up_to(MAX_COMPARISONS);
        let mut objects = Objects { list: Vec::new(), suggestions, index: BTreeMap::new(), labels };
        for (at, object) in list.iter().enumerate() {
            for key in objects.keys(object) {
                objects.index.entry(key).or_default().insert(at);
            }
        }
        Objects { list, ..objects }
    }

    /// Returns the positions of the objects that a target matches.
    pub fn matching(&self, target: &Target) -> Vec<usize> {
        let is_match = |at: &usize| target.matches(self.list[*at]);
        match target.lookup() {
            Lookup::Key(key) => self.index.get(&key).into_iter().flatten().copied().filter(is_match).collect(),
            Lookup::NamePrefix(prefix) => {
                let names = self.index.range(Key::Name(prefix.to_owned())..);
                let names = names.take_while(|(key, _)| matches!(key, Key::Name(name) if name.starts_with(prefix)));
                let found: BTreeSet<usize> = names.flat_map(|(_, at)| at).copied().filter(is_match).collect();
                found.into_iter().collect()
            }
            Lookup::All => (0..self.list.len()).filter(is_match).collect(),
        }
    }

    /// Replaces an object, and returns whether that changes it.
    pub fn replace(&mut self, at: usize, patched: Node) -> bool {
        let is_changed = patched != *self.list[at];
        let (before, after) = (self.keys(self.list[at]), self.keys(&patched));
        if before != after {
            for key in before {
                self.index.entry(key).or_default().remove(&at);
            }
            for key in after {
                self.index.entry(key).or_default().insert(at);
            }
        }
        *self.list[at] = patched;
        is_changed
    }

    fn keys(&self, object: &Node) -> Vec<Key> {
        let text = |path: [&str; 2]| object.find(path).and_then(Node::as_str).unwrap_or_default().to_owned();
        let labels = object.find(["metadata", "labels"]).filter(|_| !self.labels.is_empty());
        let labels = self.labels.iter().filter_map(|label| {
            let value = labels?.get(label)?.as_str()?;
            Some(Key::Label(label.clone(), value.to_owned()))
        });
        let names = [Key::Name(text(["metadata", "name"])), Key::Namespace(text(["metadata", "namespace"]))];
        names.into_iter().chain(labels).collect()
    }
}
