//! Files that apps refer to: charts, template folders, values files.

use std::path::{Path, PathBuf};

use super::fleet::{Cluster, ClusterFolder, Fleet, LayerName};
use super::run::canonical;
use super::select::{Selection, is_below};
use crate::diagnostic::{Diagnostic, Sources};
use crate::tree::Node;

/// The files and folders that the apps of a cluster refer to, without links.
pub(super) fn of(cluster: &Cluster) -> Vec<PathBuf> {
    let files = cluster.apps.values().filter(|layer| matches!(layer, LayerName::Chart(_) | LayerName::Template(_)));
    let nodes = files.filter_map(|layer| cluster.layers.get(layer));
    nodes.flat_map(|node| of_app(&node, &cluster.layers.sources)).collect()
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

/// The files of the fleet that nothing refers to. If only some clusters are rendered, only those in their folders.
pub(super) fn unknown(fleet: &Fleet, selected: &[&ClusterFolder], selection: &Selection) -> Vec<Diagnostic> {
    if fleet.unknown().is_empty() {
        return Vec::new();
    }
    let clusters = selected.iter().filter_map(|folder| Cluster::read(fleet.root(), folder).ok());
    let claimed: Vec<PathBuf> = clusters.flat_map(|cluster| of(&cluster)).collect();
    let is_in_sight =
        |path: &str| !selection.is_partial() || selected.iter().any(|cluster| is_below(path, &cluster.path));
    let unknown = fleet.unknown().iter().filter(|file| is_in_sight(&file.path));
    let unknown = unknown.filter(|file| !file.is_claimed(fleet.root(), &claimed));
    unknown.map(|file| file.diagnostic(fleet.root())).collect()
}
