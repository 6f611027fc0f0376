//! What templates read of the values: paths, each with whether everything below it is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::scopes::Scopes;
use mkmanifests_yaml::tree::{Kind, Node};

/// The key of the values that all subcharts see.
const GLOBAL: &str = "global";
/// The most paths that the search distinguishes, and the most maps that the values may have at them. Beyond either limit,
/// everything below a path counts as read.
const MAX_PATHS: usize = 50_000;
const MAX_MAPS: usize = 2_000_000;

/// A path of the values, from the root chart's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Path(usize);

#[derive(Default)]
struct Step<'v> {
    children: BTreeMap<Arc<str>, Path>,
    /// What is read of each child, where the key is computed or a template ranges over all of them.
    each: Option<Path>,
    whole: bool,
    tested: bool,
    /// The maps that the values have here.
    maps: Vec<&'v Node>,
    /// The chart whose values are here.
    scope: Option<usize>,
}

/// The paths of all charts, in one tree.
///
/// It knows the values that are searched: below a path where they have no map, nothing has to be followed.
pub(super) struct Reads<'v> {
    steps: Vec<Step<'v>>,
    scopes: &'v Scopes<'v>,
    values: Vec<&'v Node>,
    maps: usize,
}

impl<'v> Reads<'v> {
    /// Nothing read of these values.
    pub fn new(scopes: &'v Scopes<'v>, values: &[&'v Node]) -> Reads<'v> {
        let maps = values.iter().copied().filter(|node| node.as_map().is_some()).collect();
        let root = Step { maps, scope: Some(0), ..Step::default() };
        Reads { steps: vec![root], scopes, values: values.to_vec(), maps: 0 }
    }

    /// The root chart's values.
    pub const ROOT: Path = Path(0);

    /// A key below a path, read from now on.
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

    /// The global values that the charts above hand down to one.
    fn globals_above(&self, scope: usize) -> Vec<&'v Node> {
        let path = &self.scopes.0[scope].path;
        let above = (0..path.len()).map(|depth| path[..depth].iter().copied().chain([GLOBAL]));
        above.flat_map(|path| self.values.iter().filter_map(move |node| node.find(path.clone()))).collect()
    }

    /// Every key below a path, read from now on.
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

    /// Whether the values have a map at a path: otherwise nothing below it can be unread.
    pub fn has_map(&self, path: Path) -> bool {
        !self.steps[path.0].maps.is_empty()
    }

    /// A path of several names, read from now on.
    pub fn descend<'n>(&mut self, path: Path, names: impl IntoIterator<Item = &'n str>) -> Path {
        names.into_iter().fold(path, |path, name| self.child(path, name))
    }

    /// All below a path is read from now on.
    pub fn take_whole(&mut self, path: Path) {
        self.steps[path.0].whole = true;
    }

    /// A template asks whether anything is at a path.
    pub fn test(&mut self, path: Path) {
        self.steps[path.0].tested = true;
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

    /// Whether all below a path is read.
    pub fn is_whole(&self, path: Path) -> bool {
        self.steps[path.0].whole
    }

    /// Whether a template asks if anything is at a path.
    pub fn is_tested(&self, path: Path) -> bool {
        self.steps[path.0].tested
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
