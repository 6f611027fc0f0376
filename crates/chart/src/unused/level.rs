//! What the charts know about one mapping in the values. The parent of a subchart knows something about its values,
//! too.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::reads::{Path, Reads};
use super::schema::{Rules, Verdict};
use super::scopes::{Scope, Scopes};
use mkmanifests_yaml::tree::{Kind, Node};

/// The key of the values that all subcharts see.
pub(super) const GLOBAL: &str = "global";

/// What is known about the charts.
pub(super) struct Known<'k> {
    pub scopes: &'k Scopes<'k>,
    /// The schema of each chart, if it has a valid one.
    pub schemas: &'k [Option<&'k Json>],
    /// The values that the templates read.
    pub reads: &'k Reads<'k>,
    /// Whether the root chart is a wrapper. Its own defaults are then searched, so that they do not make a key known.
    pub is_wrapper: bool,
}

/// What one chart knows about one mapping in the values.
#[derive(Clone, Default)]
struct View<'k> {
    scope: usize,
    defaults: Option<&'k Node>,
    rules: Rules<'k>,
    reads: Vec<Path>,
    /// Whether the mapping is the root of the chart's values.
    is_root: bool,
}

/// What all charts know about one mapping in the values.
#[derive(Clone, Default)]
pub(super) struct Level<'k> {
    views: Vec<View<'k>>,
    /// The chart that the mapping belongs to.
    scope: usize,
    /// Whether the mapping is `global` or below it.
    is_global: bool,
    /// Whether everything in the mapping is read.
    is_whole: bool,
}

/// What is known about a key.
pub(super) enum Key<'k> {
    /// Something reads it. Keys below it may still be unused.
    Read(Level<'k>),
    /// The schema of a chart forbids it.
    Forbidden(&'k str),
    /// Nothing reads it.
    Unused,
}

impl<'k> Level<'k> {
    /// Returns the level of the root chart's values.
    pub fn root(known: &Known<'k>) -> Level<'k> {
        let root = View::root(known, 0, vec![Reads::ROOT]);
        Level { is_whole: root.takes_all(known), views: vec![root], ..Level::default() }
    }

    /// Returns what is known about a key here.
    pub fn key(&self, known: &Known<'k>, key: &str) -> Key<'k> {
        let mut below = Level { views: Vec::new(), ..*self };
        let mut is_known = self.is_whole;
        for view in &self.views {
            let verdict = view.rules.key(key);
            let is_shared = view.is_root && (key == GLOBAL || known.scopes.child(view.scope, key).is_some());
            if matches!(verdict, Verdict::Forbidden) && view.default(key).is_none() && !is_shared {
                return Key::Forbidden(known.scopes.0[view.scope].chart.name());
            }
            if let Some(child) = view.below(known, key, verdict) {
                is_known = true;
                below.is_whole |= if is_shared { child.takes_all(known) } else { child.is_free(known) };
                below.views.push(child);
            }
            if is_shared {
                below.is_global |= key == GLOBAL;
                below.scope = known.scopes.child(view.scope, key).unwrap_or(view.scope);
                let shared = view.shared(known, key);
                below.is_whole |= key == GLOBAL && shared.iter().any(|view| view.is_free(known));
                below.is_whole |= shared.iter().any(|view| view.takes_all(known));
                is_known |= !shared.is_empty();
                below.views.extend(shared);
            }
        }
        if is_known { Key::Read(below) } else { Key::Unused }
    }

    /// Returns whether no key below can be unused.
    pub fn is_settled(&self) -> bool {
        self.is_whole && self.views.iter().all(|view| view.rules.is_empty())
    }

    /// Returns whether a template tests if the mapping is empty.
    pub fn is_tested(&self, known: &Known<'k>) -> bool {
        self.views.iter().any(|view| view.reads.iter().any(|path| known.reads.is_tested(*path)))
    }

    /// Returns whether a chart has defaults here.
    pub fn has_defaults(&self) -> bool {
        self.views.iter().any(|view| view.defaults.and_then(Node::as_map).is_some_and(|map| !map.is_empty()))
    }

    /// Returns the name of the chart that the mapping belongs to, and whether its subcharts see it, too.
    pub fn chart(&self, known: &Known<'k>) -> (&'k str, bool) {
        let scope = &known.scopes.0[self.scope];
        (scope.chart.name(), self.is_global && !scope.children.is_empty())
    }

    /// Returns whether a template may read the mapping: one of the chart or of a chart above it; below `global`, one of
    /// any chart.
    pub fn is_in_reach(&self, known: &Known<'k>) -> bool {
        let path = &known.scopes.0[self.scope].path;
        let is_above = |other: &&Scope<'k>| path.starts_with(&other.path);
        let renders = |scope: &Scope<'k>| scope.chart.templates.iter().any(|file| !file.base_name().starts_with('_'));
        self.is_global || known.scopes.0.iter().filter(is_above).any(renders)
    }

    /// Returns the alias of the subchart named `key`, under which the parent has its values.
    pub fn alias(&self, known: &Known<'k>, key: &str) -> Option<&'k str> {
        let roots = self.views.iter().filter(|view| view.is_root);
        let mut children =
            roots.flat_map(|view| &known.scopes.0[view.scope].children).map(|child| &known.scopes.0[*child]);
        children.find(|child| child.chart.name() == key && child.name != key).map(|child| child.name)
    }

    /// Returns the keys that a default, a schema or a template names.
    pub fn keys(&self, known: &Known<'k>) -> BTreeSet<&'k str> {
        let mut keys = self.documented_keys();
        for view in &self.views {
            keys.extend(view.reads.iter().flat_map(|path| known.reads.keys(*path)).map(|(key, _)| key));
        }
        keys
    }

    /// Returns the keys that a default or a schema names.
    pub fn documented_keys(&self) -> BTreeSet<&'k str> {
        let mut keys = BTreeSet::new();
        for view in &self.views {
            let defaults = view.defaults.and_then(Node::as_map).map(|map| map.entries()).unwrap_or_default();
            keys.extend(defaults.iter().map(|entry| entry.key.as_ref()));
            keys.extend(view.rules.keys());
        }
        keys
    }
}

impl<'k> View<'k> {
    fn root(known: &Known<'k>, scope: usize, reads: Vec<Path>) -> View<'k> {
        let rules = known.schemas.get(scope).copied().flatten().map(Rules::of).unwrap_or_default();
        let defaults = (scope > 0 || !known.is_wrapper).then_some(&*known.scopes.0[scope].chart.values);
        View { scope, defaults, rules, reads, is_root: true }
    }

    fn default(&self, key: &str) -> Option<&'k Node> {
        self.defaults?.get(key)
    }

    /// Returns what the chart knows about a key here, if anything.
    fn below(&self, known: &Known<'k>, key: &str, verdict: Verdict<'k>) -> Option<View<'k>> {
        let reads: Vec<Path> = self.reads.iter().flat_map(|path| known.reads.of(*path, key)).collect();
        let rules = if let Verdict::Known(rules) = verdict { Some(rules) } else { None };
        let defaults = self.default(key);
        if defaults.is_none() && rules.is_none() && reads.is_empty() {
            return None;
        }
        Some(View { scope: self.scope, defaults, rules: rules.unwrap_or_default(), reads, is_root: false })
    }

    /// Returns what subcharts know about a key in their parent's values.
    fn shared(&self, known: &Known<'k>, key: &str) -> Vec<View<'k>> {
        if let Some(child) = known.scopes.child(self.scope, key) {
            let reads = self.reads.iter().flat_map(|path| known.reads.of(*path, key)).collect();
            return vec![View::root(known, child, reads)];
        }
        let globals = known.scopes.below(self.scope).into_iter().filter_map(|scope| {
            let mut reads = vec![Reads::ROOT];
            for name in &known.scopes.0[scope].path {
                reads = reads.iter().flat_map(|path| known.reads.of(*path, name)).collect();
            }
            let root = View::root(known, scope, reads);
            root.below(known, GLOBAL, root.rules.key(GLOBAL))
        });
        globals.collect()
    }

    /// Returns whether a template reads the whole mapping.
    fn takes_all(&self, known: &Known<'k>) -> bool {
        self.reads.iter().any(|path| known.reads.is_whole(*path))
    }

    /// Returns whether any key is allowed here, as by a default that is empty or not a mapping.
    fn is_free(&self, known: &Known<'k>) -> bool {
        let is_closed = |node: &Node| matches!(&node.kind, Kind::Map(map) if !map.is_empty());
        self.takes_all(known) || self.rules.is_open() || self.defaults.is_some_and(|node| !is_closed(node))
    }
}
