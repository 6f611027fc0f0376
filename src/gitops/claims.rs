//! Finds the files that apps refer to: charts, template folders and values files.

use std::path::{Path, PathBuf};

use super::fleet::{Cluster, ClusterFolder, Fleet, LayerName};
use super::run::canonical;
use super::select::{Selection, is_below};
use crate::diagnostic::{Diagnostic, Sources};
use crate::tree::Node;

/// Returns the files and folders that the apps of a cluster refer to, with links resolved.
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

/// Reports files of the fleet that no app refers to. If only some clusters are rendered, it reports those in their folders.
pub(super) fn unknown(fleet: &Fleet, selected: &[&ClusterFolder], selection: &Selection) -> Vec<Diagnostic> {
    if fleet.unknown().is_empty() {
        return Vec::new();
    }
    let clusters = selected.iter().filter_map(|folder| Cluster::read(fleet.root(), folder).ok());
    let claimed: Vec<PathBuf> = clusters.flat_map(|cluster| of(&cluster)).collect();
    let is_selected =
        |path: &str| !selection.is_partial() || selected.iter().any(|cluster| is_below(path, &cluster.path));
    let unknown = fleet.unknown().iter().filter(|file| is_selected(&file.path));
    let unknown = unknown.filter(|file| !file.is_claimed(fleet.root(), &claimed));
    unknown.map(|file| file.diagnostic(fleet.root())).collect()
}
