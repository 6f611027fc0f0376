//! Which values of a chart its tests read and set.

use std::collections::BTreeMap;

use mkmanifests_chart::{Chart, value_paths};
use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::tree::{Kind, Node};

/// Which keys of `values.yaml` the tests do not cover. Only leaves count: keys without other keys below them.
#[derive(Debug, Clone, Default)]
pub struct ValuesCoverage {
    /// The number of keys, without those of subcharts.
    pub total: usize,
    /// The keys that no expression that ran reads, such as `image.tag`. What a template reads as a whole counts as read.
    pub unread: Vec<String>,
    /// The keys that no test sets.
    pub unset: Vec<String>,
}

/// The values that tests set, as a tree of keys, and the values that their texts for `tpl` read.
#[derive(Debug, Default)]
pub(crate) struct SetValues {
    keys: Keys,
    reads: Keys,
}

/// A set of paths: one that ends stands for everything below it.
#[derive(Debug, Default)]
struct Keys {
    ends: bool,
    below: BTreeMap<String, Keys>,
}

impl Keys {
    fn add(&mut self, path: &[String]) {
        let mut keys = self;
        for name in path {
            keys = keys.below.entry(name.clone()).or_default();
        }
        keys.ends = true;
    }

    /// Returns whether a path, one above it, or one below it is in the set.
    fn touches(&self, path: &[&str]) -> bool {
        let mut keys = self;
        for name in path {
            if keys.ends {
                return true;
            }
            let Some(next) = keys.below.get(*name) else { return false };
            keys = next;
        }
        true
    }
}

impl SetValues {
    /// Adds the values of a test.
    pub fn add(&mut self, user: &Map) {
        add(&mut self.keys, &mut self.reads, &Value::Map(user.clone()), MAX_NESTING);
    }

    /// Returns the values of a chart: `names` lead to it.
    fn below(&self, names: &[&str]) -> Option<&Keys> {
        names.iter().try_fold(&self.keys, |keys, name| keys.below.get(*name))
    }
}

fn add(keys: &mut Keys, reads: &mut Keys, value: &Value, depth: usize) {
    let (Value::Map(map), Some(depth)) = (value, depth.checked_sub(1)) else {
        if let Value::Str(text) = value {
            add_paths(&text.text(), reads);
        }
        keys.ends = true;
        return;
    };
    for (key, value) in map.snapshot().iter() {
        let name = key.text();
        if !keys.below.contains_key(name.as_ref()) {
            keys.below.insert(name.to_string(), Keys::default());
        }
        if let Some(below) = keys.below.get_mut(name.as_ref()) {
            add(below, reads, value, depth);
        }
    }
}

/// Returns what is not covered of the values of a chart. `read` are the keys that expressions read, `route` is the path of
/// the chart: `web/charts/db`.
pub(crate) fn measure(chart: &Chart, route: &str, read: &[Vec<String>], tests: &SetValues) -> ValuesCoverage {
    let mut reads = Keys::default();
    read.iter().for_each(|path| reads.add(path));
    let mut leaves = Vec::new();
    collect(&chart.values, &mut Vec::new(), &mut leaves, &mut reads);
    chart.files.iter().for_each(|file| add_paths(&file.text(), &mut reads));
    for dependency in &chart.metadata.dependencies {
        let conditions =
            dependency.condition.split(',').map(|path| path.trim().split('.').map(str::to_owned).collect());
        conditions.for_each(|path: Vec<String>| reads.add(&path));
    }
    let names: Vec<&str> = route.split('/').step_by(2).skip(1).collect();
    let nothing = Keys::default();
    let set = tests.below(&names).unwrap_or(&nothing);
    leaves.retain(|path| path.first().is_some_and(|first| !is_of_others(chart, first)));
    let missing = |is_covered: &dyn Fn(&[&str]) -> bool| -> Vec<String> {
        leaves.iter().filter(|path| !is_covered(path)).map(|path| path.join(".")).collect()
    };
    ValuesCoverage {
        total: leaves.len(),
        unread: missing(&|path| reads.touches(path) || tests.reads.touches(path)),
        unset: missing(&|path| set.touches(path)),
    }
}

/// Returns whether a key belongs to subcharts, or to Helm.
fn is_of_others(chart: &Chart, key: &str) -> bool {
    let is_dependency = |name: &str| name == key;
    matches!(key, "global" | "tags" | "exports")
        || chart.dependencies.iter().any(|child| is_dependency(child.name()))
        || chart.metadata.dependencies.iter().any(|child| is_dependency(&child.name) || is_dependency(&child.alias))
}

/// Collects the leaves, and the values that texts for `tpl` read.
fn collect<'n>(node: &'n Node, path: &mut Vec<&'n str>, leaves: &mut Vec<Vec<&'n str>>, reads: &mut Keys) {
    match &node.kind {
        Kind::Map(map) if !map.is_empty() || path.is_empty() => {
            for entry in map.entries() {
                path.push(&entry.key);
                collect(&entry.value, path, leaves, reads);
                path.pop();
            }
            return;
        }
        Kind::Seq(_) | Kind::Str(_) => texts(node, reads),
        _ => {}
    }
    leaves.push(path.clone());
}

fn texts(node: &Node, reads: &mut Keys) {
    match &node.kind {
        Kind::Str(text) => add_paths(text, reads),
        Kind::Seq(items) => items.iter().for_each(|item| texts(item, reads)),
        Kind::Map(map) => map.entries().iter().for_each(|entry| texts(&entry.value, reads)),
        _ => {}
    }
}

/// Adds what a text reads if `tpl` renders it.
fn add_paths(text: &str, reads: &mut Keys) {
    if text.contains("{{") {
        for path in value_paths(text) {
            let keys: Vec<String> = path.split('.').skip(2).map(str::to_owned).collect();
            reads.add(&keys);
        }
    }
}
