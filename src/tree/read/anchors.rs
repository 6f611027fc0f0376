//! Anchors: what a document has named with `&`, to be repeated by `*`.

use std::collections::HashMap;

use super::super::{Kind, Node};

/// What an anchor names.
#[derive(Default)]
pub(super) struct Anchor {
    /// `None` while it is being read.
    pub node: Option<Node>,
    /// How many nodes a repetition adds; long texts count for more than one.
    pub size: usize,
    /// How deep it is nested.
    pub height: usize,
}

/// The anchors of one document. A name may be given anew; the latest before the alias counts.
#[derive(Default)]
pub(super) struct Anchors<'a> {
    latest: HashMap<&'a str, usize>,
    all: Vec<Anchor>,
}

impl<'a> Anchors<'a> {
    /// Gives a name to a node that is about to be read, and returns its number.
    pub fn open(&mut self, name: &'a str) -> usize {
        self.all.push(Anchor::default());
        self.latest.insert(name, self.all.len() - 1);
        self.all.len() - 1
    }

    pub fn close(&mut self, number: usize, node: &Node) {
        if let Some(anchor) = self.all.get_mut(number) {
            let (size, height) = measure(node);
            *anchor = Anchor { node: Some(node.clone()), size, height };
        }
    }

    pub fn get(&self, name: &str) -> Option<&Anchor> {
        self.all.get(*self.latest.get(name)?)
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.latest.keys().copied()
    }
}

/// The number of nodes and the depth of a tree.
fn measure(node: &Node) -> (usize, usize) {
    let children = |(size, height): (usize, usize), child: &Node| {
        let (more, deep) = measure(child);
        (size + more, height.max(deep))
    };
    let (size, height) = match &node.kind {
        Kind::Str(text) => (text.len() / 64, 0),
        Kind::Seq(items) => items.iter().fold((0, 0), children),
        Kind::Map(map) => map.entries().iter().map(|entry| &entry.value).fold((0, 0), children),
        _ => (0, 0),
    };
    (size + 1, height + 1)
}
