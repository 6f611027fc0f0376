//! Finds the files that apps refer to: charts, template folders and values files.

use std::path::{Path, PathBuf};

use super::charts::{ChartKey, LOCK};
use super::fleet::{Cluster, ClusterFolder, Fleet, LayerName, Unknown};
use super::run::canonical;
use super::select::{Selection, is_below};
use crate::diagnostic::{Diagnostic, Sources};
use crate::tree::Node;

/// Returns the files and folders that the apps of a cluster refer to, with links resolved, without archives in the
/// vendored folder.
pub(super) fn of(cluster: &Cluster) -> Vec<PathBuf> {
    let nodes = nodes(cluster);
    nodes.flat_map(|node| of_app(&node, &cluster.layers.sources)).collect()
}

/// Returns the charts that the apps of a cluster name.
pub(super) fn charts(cluster: &Cluster) -> Vec<ChartKey> {
    let key = |node: Node| {
        let chart = node.get("chart")?;
        let text = |key: &str| Some(chart.get(key)?.as_str()?.to_owned());
        Some(ChartKey { name: text("name")?, repository: text("repository")?, version: text("version")? })
    };
    nodes(cluster).filter_map(key).collect()
}

fn nodes(cluster: &Cluster) -> impl Iterator<Item = Node> {
    let files = cluster.apps.values().filter(|layer| matches!(layer, LayerName::Chart(_) | LayerName::Template(_)));
    files.filter_map(|layer| cluster.layers.get(layer))
}

/// Returns the archives in the vendored folder that `charts.lock` names, with links resolved.
fn vendored(fleet: &Fleet) -> Vec<PathBuf> {
    let Some(lock) = &fleet.lock else { return Vec::new() };
    let Some(folder) = lock.vendor_folder(fleet.root()) else { return Vec::new() };
    lock.vendored().keys().map(|file| canonical(&folder.join(file))).collect()
}

fn of_app(node: &Node, sources: &Sources) -> Vec<PathBuf> {
    let values_files = node.get("valuesFiles").and_then(Node::as_seq).unwrap_or_default();
    let named = node.get("path").into_iter().chain(values_files);
    let paths = named.filter_map(|node| {
        let source = sources.get(node.location.source)?;
        let folder = Path::new(&source.name).parent()?;
        Some(canonical(&folder.join(node.as_str()?)))
    });
    paths.collect()
}

/// Reports files of the fleet that no app refers to. If only some clusters are rendered, it reports those in their folders.
pub(super) fn unknown(fleet: &Fleet, selected: &[&ClusterFolder], selection: &Selection) -> Vec<Diagnostic> {
    if fleet.unknown().is_empty() {
        return Vec::new();
    }
    let clusters = selected.iter().filter_map(|folder| Cluster::read(fleet.root(), folder).ok());
    let claimed: Vec<PathBuf> = clusters.flat_map(|cluster| of(&cluster)).chain(vendored(fleet)).collect();
    let is_selected =
        |path: &str| !selection.is_partial() || selected.iter().any(|cluster| is_below(path, &cluster.path));
    let unknown = fleet.unknown().iter().filter(|file| is_selected(&file.path));
    let unknown = unknown.filter(|file| !file.is_claimed(fleet.root(), &claimed));
    let vendor = fleet.lock.as_ref().and_then(|lock| lock.vendor.as_deref());
    let explain = |file: &Unknown| {
        let mut diagnostic = file.diagnostic(fleet.root());
        if vendor.is_some_and(|folder| is_below(&file.path, folder)) {
            diagnostic.help = vec![format!("`{LOCK}` does not have this archive: remove it")];
        }
        diagnostic
    };
    unknown.map(explain).collect()
}
