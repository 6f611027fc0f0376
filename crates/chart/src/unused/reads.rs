//! The paths of values that templates read, each with whether everything below it is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::scopes::Scopes;
use mkmanifests_yaml::tree::{Kind, Node};

/// The key of the values that all subcharts see.
const GLOBAL: &str = "global";
/// The most paths that the search distinguishes, and the most maps that the values may have at them. Beyond either
/// limit, everything below a path counts as read.
const MAX_PATHS: usize = 50_000;
const MAX_MAPS: usize = 2_000_000;

/// A path from the root chart's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Path(usize);

#[derive(Default)]
struct Step<'v> {
    children: BTreeMap<Arc<str>, Path>,
    /// What is read of every child, if the key is computed or a template ranges over all.
    each: Option<Path>,
    whole: bool,
    tested: bool,
    /// The maps in the values at this path.
    maps: Vec<&'v Node>,
    /// The chart whose values are at this path.
    scope: Option<usize>,
}

/// The paths that all charts read, in one tree.
///
/// It has the values that are searched: a path at which they have no map needs no analysis.
pub(super) struct Reads<'v> {
    steps: Vec<Step<'v>>,
    scopes: &'v Scopes<'v>,
    values: Vec<&'v Node>,
    maps: usize,
}

impl<'v> Reads<'v> {
    /// Creates the tree for these values, with nothing read.
    pub fn new(scopes: &'v Scopes<'v>, values: &[&'v Node]) -> Reads<'v> {
        let maps = values.iter().copied().filter(|node| node.as_map().is_some()).collect();
        let root = Step { maps, scope: Some(0), ..Step::default() };
        Reads { steps: vec![root], scopes, values: values.to_vec(), maps: 0 }
    }

    /// The path of the root chart's values.
    pub const ROOT: Path = Path(0);

    /// Marks a key below a path as read, and returns its path.
    pub fn child(&mut self, path: Path, name: &str) -> Path {
        if let Some(child) = self.steps[path.0].children.get(name) {
            return *child;
        }
        let step = &self.steps[path.0];
        let mut maps: Vec<&Node> = step.maps.iter().filter_map(|map| map.get(name)).collect();
        let scope = step.scope.and_then(|scope| self.scopes.child(scope, name));
        if let Some(scope) = step.scope.filter(|_| name == GLOBAL) {
            maps.extend(self.globals_above(scope));
        }
        let child = self.add(maps, scope);
        self.steps[path.0].children.insert(Arc::from(name), child);
        child
    }

    /// Returns the global values that a chart gets from the charts above.
    fn globals_above(&self, scope: usize) -> Vec<&'v Node> {
        let path = &self.scopes.0[scope].path;
        let above = (0..path.len()).map(|depth| path[..depth].iter().copied().chain([GLOBAL]));
        above.flat_map(|path| self.values.iter().filter_map(move |node| node.find(path.clone()))).collect()
    }

    /// Marks every key below a path as read, and returns the path that represents them.
    pub fn each(&mut self, path: Path) -> Path {
        if let Some(each) = self.steps[path.0].each {
            return each;
        }
        let entries = self.steps[path.0].maps.iter().filter_map(|map| map.as_map()).flat_map(|map| map.entries());
        let maps = entries.map(|entry| &entry.value).collect();
        let each = self.add(maps, None);
        self.steps[path.0].each = Some(each);
        each
    }

    fn add(&mut self, mut maps: Vec<&'v Node>, scope: Option<usize>) -> Path {
        maps.retain(|node| node.as_map().is_some());
        self.maps += maps.len();
        let is_over = !maps.is_empty() && (self.steps.len() >= MAX_PATHS || self.maps >= MAX_MAPS);
        if is_over {
            maps.clear();
        }
        self.steps.push(Step { maps, scope, whole: is_over, ..Step::default() });
        Path(self.steps.len() - 1)
    }

    /// Returns whether the values have a map at a path, or global values that a chart has there. Otherwise no key below
    /// it can be unread.
    pub fn has_map(&self, path: Path) -> bool {
        let Step { maps, scope, .. } = &self.steps[path.0];
        !maps.is_empty() || scope.is_some_and(|scope| !self.globals_above(scope).is_empty())
    }

    /// Marks a path of several names as read, and returns it.
    pub fn descend<'n>(&mut self, path: Path, names: impl IntoIterator<Item = &'n str>) -> Path {
        names.into_iter().fold(path, |path, name| self.child(path, name))
    }

    /// Marks everything below a path as read.
    pub fn take_whole(&mut self, path: Path) {
        self.steps[path.0].whole = true;
    }

    /// Records that a template tests whether a path is empty.
    pub fn test(&mut self, path: Path) {
        self.steps[path.0].tested = true;
    }

    /// Marks the keys of `node` as read below `path`, and everything below its values that are not mappings.
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

    /// Returns whether everything below a path is read.
    pub fn is_whole(&self, path: Path) -> bool {
        self.steps[path.0].whole
    }

    /// Returns whether a template tests if a path is empty.
    pub fn is_tested(&self, path: Path) -> bool {
        self.steps[path.0].tested
    }

    /// Returns the paths that are read for a key below a path.
    pub fn of(&self, path: Path, name: &str) -> impl Iterator<Item = Path> {
        let step = &self.steps[path.0];
        step.children.get(name).copied().into_iter().chain(step.each)
    }

    /// Iterates over the keys below a path that are read by name.
    pub fn keys(&self, path: Path) -> impl Iterator<Item = (&str, Path)> {
        self.steps[path.0].children.iter().map(|(name, path)| (&**name, *path))
    }
}
