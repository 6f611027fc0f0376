//! What templates read of the values: paths, each with whether all below it is read.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::sync::Arc;

use crate::tree::{Kind, Node};

/// A path of the values, from the root chart's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Path(usize);

#[derive(Default)]
struct Step {
    children: BTreeMap<Arc<str>, Path>,
    /// What is read of each child, where the key is computed or all are taken in turn.
    each: Option<Path>,
    whole: bool,
}

/// The paths, in one tree for all charts, and the names that are asked for where nobody knows of what.
pub(super) struct Reads {
    steps: Vec<Step>,
    names: HashSet<(usize, Arc<str>)>,
}

impl Reads {
    /// Nothing read.
    pub fn new() -> Reads {
        Reads { steps: vec![Step::default()], names: HashSet::new() }
    }

    /// The root chart's values.
    pub const ROOT: Path = Path(0);

    /// A key below a path, read from now on.
    pub fn child(&mut self, path: Path, name: &str) -> Path {
        if let Some(child) = self.steps[path.0].children.get(name) {
            return *child;
        }
        let child = self.add();
        self.steps[path.0].children.insert(Arc::from(name), child);
        child
    }

    /// Every key below a path, read from now on.
    pub fn each(&mut self, path: Path) -> Path {
        if let Some(each) = self.steps[path.0].each {
            return each;
        }
        let each = self.add();
        self.steps[path.0].each = Some(each);
        each
    }

    fn add(&mut self) -> Path {
        self.steps.push(Step::default());
        Path(self.steps.len() - 1)
    }

    /// A path of several names, read from now on.
    pub fn descend<'n>(&mut self, path: Path, names: impl IntoIterator<Item = &'n str>) -> Path {
        names.into_iter().fold(path, |path, name| self.child(path, name))
    }

    /// All below a path is read from now on.
    pub fn take_whole(&mut self, path: Path) {
        self.steps[path.0].whole = true;
    }

    /// All keys that `node` has are read below `path`, and all below what is no mapping in it.
    pub fn take_like(&mut self, path: Path, node: &Node) {
        match &node.kind {
            Kind::Map(map) if !map.is_empty() => {
                for entry in map.entries() {
                    let child = self.child(path, &entry.key);
                    self.take_like(child, &entry.value);
                }
            }
            _ => self.take_whole(path),
        }
    }

    /// A name is asked for in a chart, nobody knows of what.
    pub fn name(&mut self, scope: usize, name: &str) {
        self.names.insert((scope, Arc::from(name)));
    }

    /// Whether a name is asked for, nobody knows of what.
    pub fn has_name(&self, scope: usize, name: &str) -> bool {
        self.names.contains(&(scope, Arc::from(name)))
    }

    /// Whether all below a path is read.
    pub fn is_whole(&self, path: Path) -> bool {
        self.steps[path.0].whole
    }

    /// What is read of a key below a path.
    pub fn of(&self, path: Path, name: &str) -> impl Iterator<Item = Path> {
        let step = &self.steps[path.0];
        step.children.get(name).copied().into_iter().chain(step.each)
    }

    /// The keys below a path that are read by their names.
    pub fn keys(&self, path: Path) -> impl Iterator<Item = (&str, Path)> {
        self.steps[path.0].children.iter().map(|(name, path)| (&**name, *path))
    }
}
