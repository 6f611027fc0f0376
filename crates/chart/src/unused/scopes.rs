//! The charts of a tree, each with the path of its values from the root.

use std::collections::HashMap;

use crate::dependencies::is_compatible;
use crate::limits::MAX_CHARTS;
use crate::model::Chart;
use mkmanifests_yaml::tree::Node;

/// A chart as its parent uses it. A subchart with two aliases has two scopes.
pub(super) struct Scope<'c> {
    pub chart: &'c Chart,
    /// The name or alias under which the parent has its values; not used for the root.
    pub name: &'c str,
    /// The path of its values from the root.
    pub path: Vec<&'c str>,
    /// The indexes of the scopes of its subcharts.
    pub children: Vec<usize>,
    /// The index of the first subchart with each name.
    by_name: HashMap<&'c str, usize>,
}

/// All charts, the root first. Disabled charts are included: mistakes in their values are reported, too.
pub(super) struct Scopes<'c>(pub Vec<Scope<'c>>);

impl<'c> Scopes<'c> {
    /// Returns the scopes of a loaded chart.
    pub fn of(chart: &'c Chart) -> Scopes<'c> {
        let mut scopes = Scopes(Vec::new());
        scopes.add(chart, chart.name(), Vec::new());
        scopes
    }

    fn add(&mut self, chart: &'c Chart, name: &'c str, path: Vec<&'c str>) -> usize {
        let number = self.0.len();
        self.0.push(Scope { chart, name, path: path.clone(), children: Vec::new(), by_name: HashMap::new() });
        for (child, name) in subcharts(chart) {
            // More charts than the limit are an error when values are computed.
            if self.0.len() >= MAX_CHARTS {
                break;
            }
            let path = path.iter().copied().chain([name]).collect();
            let child = self.add(child, name, path);
            self.0[number].children.push(child);
            self.0[number].by_name.entry(name).or_insert(child);
        }
        number
    }

    /// Returns the subchart with a name.
    pub fn child(&self, scope: usize, name: &str) -> Option<usize> {
        self.0.get(scope)?.by_name.get(name).copied()
    }

    /// Returns all scopes below a scope.
    pub fn below(&self, scope: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = self.0[scope].children.clone();
        while let Some(next) = open.pop() {
            found.push(next);
            open.extend(&self.0[next].children);
        }
        found
    }

    /// Calls `visit` for each text in a chart's values that looks like a template, with the chart's scope.
    pub fn texts(&self, values: &Node, visit: &mut impl FnMut(usize, &str)) {
        self.texts_in(values, Some(0), 0, visit);
        for (scope, it) in self.0.iter().enumerate() {
            self.texts_in(&it.chart.values, Some(scope), scope, visit);
        }
    }

    /// `at` is the scope whose values `node` is; `None` if it is deeper in the values of `scope`.
    fn texts_in(&self, node: &Node, at: Option<usize>, scope: usize, visit: &mut impl FnMut(usize, &str)) {
        if let Some(text) = node.as_str().filter(|text| text.contains("{{")) {
            visit(scope, text);
        }
        node.as_seq().unwrap_or_default().iter().for_each(|item| self.texts_in(item, None, scope, visit));
        for entry in node.as_map().map(|map| map.entries()).unwrap_or_default() {
            let child = at.and_then(|at| self.child(at, &entry.key));
            self.texts_in(&entry.value, child, child.unwrap_or(scope), visit);
        }
    }
}

/// Returns the subcharts as Helm finds them, with their names: those that `Chart.yaml` does not name, and one per
/// dependency.
fn subcharts(chart: &Chart) -> Vec<(&Chart, &str)> {
    let required = &chart.metadata.dependencies;
    let provides = |child: &Chart, name: &str, version: &str| {
        child.name() == name && is_compatible(version, &child.metadata.version)
    };
    let unsaid = chart
        .dependencies
        .iter()
        .filter(|child| !required.iter().any(|dependency| provides(child, &dependency.name, &dependency.version)));
    let said = required.iter().filter_map(|dependency| {
        let child = chart.dependencies.iter().find(|child| provides(child, &dependency.name, &dependency.version))?;
        let name = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
        Some((child, name.as_str()))
    });
    unsaid.map(|child| (child, child.name())).chain(said).collect()
}
