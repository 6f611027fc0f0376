//! Finds nodes by address, and their paths in a tree.

use std::collections::HashMap;

use crate::diagnostic::{FieldPath, Step};
use crate::tree::{Kind, Node};

pub(super) fn node_at(root: &Node, wanted: usize) -> Option<&Node> {
    if address(root) == wanted {
        return Some(root);
    }
    match &root.kind {
        Kind::Map(map) => map.entries().iter().find_map(|entry| node_at(&entry.value, wanted)),
        Kind::Seq(items) => items.iter().find_map(|item| node_at(item, wanted)),
        _ => None,
    }
}

/// Returns the node of `other` at the path that the node at `wanted` has in `root`. Only through mappings, since the
/// items of two lists do not correspond.
pub(super) fn at_same_path<'o>(root: &Node, wanted: usize, other: &'o Node) -> Option<&'o Node> {
    if address(root) == wanted {
        return Some(other);
    }
    let entries = root.as_map()?.entries().iter();
    entries.into_iter().find_map(|entry| at_same_path(&entry.value, wanted, other.get(&entry.key)?))
}

pub(super) fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

/// Returns the path of a node in a tree, `head.env[0].name`. Searches the tree, since only messages need it.
pub(super) fn path_to(root: &Node, wanted: usize) -> Option<FieldPath> {
    /// Collects the steps to the node, the last one first.
    fn search(node: &Node, wanted: usize, steps: &mut Vec<Step>) -> bool {
        if address(node) == wanted {
            return true;
        }
        let step = match &node.kind {
            Kind::Map(map) => {
                let entry = map.entries().iter().find(|entry| search(&entry.value, wanted, steps));
                entry.map(|entry| Step::Field(entry.key.to_string()))
            }
            Kind::Seq(items) => items.iter().position(|item| search(item, wanted, steps)).map(Step::Index),
            _ => None,
        };
        let found = step.is_some();
        steps.extend(step);
        found
    }
    let mut steps = Vec::new();
    search(root, wanted, &mut steps).then(|| steps.into_iter().rev().collect())
}

/// The parent of each node of a tree, and its index there. For trees with many unknown keys, where one search per key
/// would be slow.
pub(super) struct Paths(HashMap<usize, (usize, usize)>);

impl Paths {
    pub fn of(root: &Node) -> Self {
        let mut paths = Paths(HashMap::new());
        paths.add(root);
        paths
    }

    fn add(&mut self, node: &Node) {
        let parent = address(node);
        let mut child = |(at, child): (usize, &Node)| {
            self.0.insert(address(child), (parent, at));
            self.add(child);
        };
        match &node.kind {
            Kind::Map(map) => map.entries().iter().map(|entry| &entry.value).enumerate().for_each(&mut child),
            Kind::Seq(items) => items.iter().enumerate().for_each(&mut child),
            _ => {}
        }
    }

    /// Returns the same as [`path_to`]; the empty path for a node that is not in the tree.
    pub fn path(&self, root: &Node, mut wanted: usize) -> FieldPath {
        let mut steps = Vec::new();
        while let Some((parent, at)) = self.0.get(&wanted) {
            steps.push(*at);
            wanted = *parent;
        }
        let (mut node, mut path) = (root, FieldPath::default());
        for at in steps.into_iter().rev() {
            let (step, child) = match &node.kind {
                Kind::Map(map) => {
                    let Some(entry) = map.entries().get(at) else { break };
                    (Step::Field(entry.key.to_string()), &entry.value)
                }
                Kind::Seq(items) => {
                    let Some(item) = items.get(at) else { break };
                    (Step::Index(at), item)
                }
                _ => break,
            };
            path.push(step);
            node = child;
        }
        path
    }
}
