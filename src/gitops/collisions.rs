//! Finds names that collide after they are joined from parts: one object or folder would overwrite another.

use std::collections::BTreeMap;

use super::FleetCode;
use super::fleet::{Cluster, ClusterFolder, Fleet, app_name};
use super::options::Options;
use super::unit::{CRDS, NAMESPACES, join};
use super::{argocd, flux};
use crate::diagnostic::Diagnostic;

/// Returns the collisions in a whole fleet by the names of its files, whichever clusters are rendered.
pub(super) fn find(fleet: &Fleet, options: &Options<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = same_folders(fleet);
    if options.argocd {
        diagnostics.extend(same_applications(fleet));
    }
    if options.flux {
        diagnostics.extend(fleet.clusters().iter().flat_map(same_kustomizations));
    }
    diagnostics
}

/// Warns about clusters with the same name: Argo CD and secret stores do not distinguish them.
pub(super) fn same_clusters(clusters: &[(String, String)]) -> Vec<Diagnostic> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, path) in clusters {
        by_name.entry(name).or_default().push(path);
    }
    let same = by_name.into_iter().filter(|(_, paths)| paths.len() > 1);
    let diagnostic = |(name, paths): (&str, Vec<&str>)| {
        let (count, paths) = (paths.len(), paths.iter().take(3).map(|path| format!("`{path}`")).collect::<Vec<_>>());
        let message =
            format!("{count} clusters have the name `{name}`: Argo CD would deploy all their apps to one cluster");
        let help = format!("set `name` in `cluster.yaml`, which is the folder's name by default: {}", paths.join(", "));
        Diagnostic::warning(FleetCode::NameConflict, message).help(help)
    };
    same.map(diagnostic).collect()
}

/// Reports folders of clusters that differ only in case, or overlap if case is ignored.
fn same_folders(fleet: &Fleet) -> Vec<Diagnostic> {
    let lower: BTreeMap<String, &str> = fleet.cluster_paths().rev().map(|path| (path.to_lowercase(), path)).collect();
    let mut diagnostics = Vec::new();
    for path in fleet.cluster_paths() {
        let folded = path.to_lowercase();
        let ends = folded.match_indices('/').map(|(at, _)| at).chain([folded.len()]);
        let other = ends.filter_map(|end| lower.get(folded.get(..end)?)).find(|other| **other != path);
        if let Some(other) = other {
            let message = format!("the folders of the clusters `{other}` and `{path}` differ only in case");
            let help = "macOS and Windows treat them as the same folder; rename one of them";
            diagnostics.push(Diagnostic::error(FleetCode::NameConflict, message).help(help));
        }
    }
    diagnostics
}

fn same_applications(fleet: &Fleet) -> Vec<Diagnostic> {
    let mut names = Names::new(
        "Argo CD Applications",
        "rename an app or a folder; `name` in `cluster.yaml` keeps the cluster's name",
    );
    for folder in fleet.clusters() {
        // Only if the fleet is one cluster, names start with its name instead of its path.
        let cluster_name = match folder.path.is_empty() {
            true => Cluster::read(fleet.root(), folder).map(|cluster| cluster.name).unwrap_or_default(),
            false => String::new(),
        };
        for app in folders(folder) {
            names.add(argocd::name(&folder.path, &cluster_name, &app), join(&folder.path, &app));
        }
    }
    names.diagnostics
}

fn same_kustomizations(folder: &ClusterFolder) -> Vec<Diagnostic> {
    let mut names = Names::new("Flux Kustomizations", "rename one of them");
    names.seen.insert(flux::NAMESPACE.to_owned(), "flux bootstrap".to_owned());
    for app in folders(folder) {
        names.add(flux::name(&app), join(&folder.path, &app));
    }
    names.diagnostics
}

/// Returns the folders of a cluster in the tree, including those that may have no objects.
fn folders(folder: &ClusterFolder) -> impl Iterator<Item = String> {
    let apps = folder.app_files().filter_map(|file| app_name(file).ok());
    [NAMESPACES, CRDS].into_iter().map(str::to_owned).chain(apps)
}

/// Names with their owners.
struct Names {
    kind: &'static str,
    help: &'static str,
    seen: BTreeMap<String, String>,
    diagnostics: Vec<Diagnostic>,
}

impl Names {
    fn new(kind: &'static str, help: &'static str) -> Self {
        Names { kind, help, seen: BTreeMap::new(), diagnostics: Vec::new() }
    }

    fn add(&mut self, name: String, owner: String) {
        if let Some(other) = self.seen.get(&name) {
            let message = format!("the {} of `{other}` and `{owner}` would have the same name `{name}`", self.kind);
            self.diagnostics.push(Diagnostic::error(FleetCode::NameConflict, message).help(self.help));
        } else {
            self.seen.insert(name, owner);
        }
    }
}
