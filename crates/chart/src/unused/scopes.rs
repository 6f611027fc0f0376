//! The charts of a tree, each with the location of its values in those of the root.

use crate::dependencies::is_compatible;
use crate::limits::MAX_CHARTS;
use crate::model::Chart;
use mkmanifests_yaml::tree::Node;

/// A chart as its parent uses it. A subchart with two aliases is there twice.
pub(super) struct Scope<'c> {
    pub chart: &'c Chart,
    /// The name or alias under which the parent has its values; the root's is not used.
    pub name: &'c str,
    /// The names that lead to its values from the root's.
    pub path: Vec<&'c str>,
    /// Numbers of its subcharts' scopes.
    pub children: Vec<usize>,
}

/// All charts, the root first. Those that the values disable are among them: a mistake in their values is one as well.
pub(super) struct Scopes<'c>(pub Vec<Scope<'c>>);

impl<'c> Scopes<'c> {
    /// Of a chart as it was loaded.
    pub fn of(chart: &'c Chart) -> Scopes<'c> {
        let mut scopes = Scopes(Vec::new());
        scopes.add(chart, chart.name(), Vec::new());
        scopes
    }

    fn add(&mut self, chart: &'c Chart, name: &'c str, path: Vec<&'c str>) -> usize {
        let number = self.0.len();
        self.0.push(Scope { chart, name, path: path.clone(), children: Vec::new() });
        for (child, name) in subcharts(chart) {
            // What is over the limit is an error of its own when values are computed.
            if self.0.len() >= MAX_CHARTS {
                break;
            }
            let path = path.iter().copied().chain([name]).collect();
            let child = self.add(child, name, path);
            self.0[number].children.push(child);
        }
        number
    }

    /// The subchart of a name.
    pub fn child(&self, scope: usize, name: &str) -> Option<usize> {
        let children = &self.0.get(scope)?.children;
        children.iter().copied().find(|child| self.0[*child].name == name)
    }

    /// All scopes below one.
    pub fn below(&self, scope: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = self.0[scope].children.clone();
        while let Some(next) = open.pop() {
            found.push(next);
            open.extend(&self.0[next].children);
        }
        found
    }

    /// Calls `visit` with each text that looks like a template in a chart's values, and with the chart's scope.
    pub fn texts(&self, values: &Node, visit: &mut impl FnMut(usize, &str)) {
        self.texts_in(values, Some(0), 0, visit);
        for (scope, it) in self.0.iter().enumerate() {
            self.texts_in(&it.chart.values, Some(scope), scope, visit);
        }
    }

    /// `at` is the scope whose values `node` are, none if it lies deeper in those of `scope`.
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

/// The subcharts as Helm finds them, and their names: those that `Chart.yaml` says nothing of, and one for each
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
