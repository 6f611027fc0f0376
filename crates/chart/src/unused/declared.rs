//! Adds the values that `Chart.yaml` reads.

use super::reads::Reads;
use super::scopes::Scopes;
use crate::dependencies::resolve_import;
use crate::metadata::Dependency;
use mkmanifests_yaml::tree::Node;

/// Adds the values that the dependencies of all charts read: conditions, tags and imported values.
pub(super) fn declared(scopes: &Scopes<'_>, reads: &mut Reads<'_>) {
    for number in 0..scopes.0.len() {
        for dependency in &scopes.0[number].chart.metadata.dependencies {
            add_dependency(scopes, number, dependency, reads);
        }
    }
}

fn add_dependency(scopes: &Scopes<'_>, scope: usize, dependency: &Dependency, reads: &mut Reads<'_>) {
    let values = reads.descend(Reads::ROOT, scopes.0[scope].path.iter().copied());
    for condition in dependency.condition.trim().split(',') {
        reads.descend(values, condition.split('.').filter(|name| !name.is_empty()));
    }
    for tag in &dependency.tags {
        reads.descend(values, ["tags", tag]);
        // Helm also reads tags at the root.
        reads.descend(Reads::ROOT, ["tags", tag]);
    }
    let name = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
    let Some(child) = scopes.child(scope, name) else {
        // A missing chart is reported elsewhere, if it is needed.
        let path = reads.child(values, name);
        return reads.take_whole(path);
    };
    for (from, to) in dependency.import_values.iter().filter_map(resolve_import) {
        let names = from.split('.').filter(|name| !name.is_empty());
        let path = reads.descend(values, std::iter::once(name.as_str()).chain(names.clone()));
        reads.take_whole(path);
        let to = reads.descend(values, to.split('.').filter(|name| !name.is_empty()));
        if let Some(table) = scopes.0[child].chart.values.find(names).filter(|table| !is_empty(table)) {
            reads.take_like(to, table);
        }
    }
}

fn is_empty(node: &Node) -> bool {
    node.as_map().is_none_or(|map| map.is_empty())
}
