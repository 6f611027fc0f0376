//! Finds the clusters that a change in Git can affect.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::charts::{ChartKey, LOCK, Lock};
use super::fleet::{Cluster, ClusterFolder, Fleet, LayerName};
use super::run::canonical;
use super::select::is_below;
use super::{changed, claims};
use crate::components;
use crate::diagnostic::Diagnostic;

/// The files that changed.
pub(super) struct Affected {
    /// With links resolved, as far as the files still exist.
    files: Vec<PathBuf>,
    /// The paths of those in the fleet, relative to it, with slashes.
    inside: Vec<String>,
    /// The charts whose archive changed.
    charts: ChangedCharts,
}

/// The charts whose archive is another one than before.
enum ChangedCharts {
    Some(BTreeSet<ChartKey>),
    /// It is unknown which.
    All,
}

impl ChangedCharts {
    /// Compares the entries of `charts.lock` with those of a revision. Their archives may have changed, too.
    fn since(fleet: &Fleet, revision: &str, inside: &[String]) -> ChangedCharts {
        let new = fleet.lock.clone().unwrap_or_default();
        let mut changed = BTreeSet::new();
        if inside.iter().any(|path| path == LOCK) {
            let old = match changed::content(fleet.root(), revision, LOCK) {
                Some(text) => Lock::parse(LOCK, &text, ""),
                None => Ok(Lock::default()),
            };
            let Ok(old) = old else { return ChangedCharts::All };
            let archives = |lock: &Lock| -> BTreeSet<(ChartKey, String, String)> {
                lock.charts.iter().map(|it| (it.key(), it.resolved.clone(), it.sha256.clone())).collect()
            };
            changed.extend(archives(&old).symmetric_difference(&archives(&new)).map(|(key, ..)| key.clone()));
        }
        if let Some(folder) = &new.vendor {
            let files = new.vendored().into_iter();
            let is_changed = |file: &str| inside.contains(&format!("{folder}/{file}"));
            changed.extend(files.filter(|(file, _)| is_changed(file)).map(|(_, chart)| chart.key()));
        }
        ChangedCharts::Some(changed)
    }

    fn includes(&self, cluster: &Cluster) -> bool {
        let named = claims::charts(cluster);
        match self {
            ChangedCharts::All => !named.is_empty(),
            ChangedCharts::Some(changed) => named.iter().any(|key| changed.contains(key)),
        }
    }
}

impl Affected {
    /// Finds the files that changed since a revision.
    pub fn since(fleet: &Fleet, revision: &str) -> Result<Affected, Diagnostic> {
        let root = canonical(fleet.root());
        let files: Vec<PathBuf> = changed::since(fleet.root(), revision)?.iter().map(|path| canonical(path)).collect();
        let inside = files.iter().filter_map(|path| {
            let parts: Option<Vec<&str>> =
                path.strip_prefix(&root).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
            Some(parts?.join("/"))
        });
        let inside: Vec<String> = inside.collect();
        let charts = ChangedCharts::since(fleet, revision, &inside);
        Ok(Affected { inside, charts, files })
    }

    /// Returns whether the changes can affect a cluster: its own files, defaults of its apps in folders above, charts that its
    /// apps name, and files that they refer to.
    pub fn includes(&self, fleet: &Fleet, folder: &ClusterFolder) -> bool {
        if self.files.is_empty() {
            return false;
        }
        if self.inside.iter().any(|path| is_below(path, &folder.path)) {
            return true;
        }
        // A cluster that cannot be read must be reported.
        let Ok(cluster) = Cluster::read(fleet.root(), folder) else { return true };
        let above = self.inside.iter().filter(|path| is_above(path, &folder.path));
        if above.into_iter().any(|path| is_default_of(&cluster, path)) {
            return true;
        }
        if self.charts.includes(&cluster) {
            return true;
        }
        let claimed = claims::of(&cluster);
        self.files.iter().any(|path| claimed.iter().any(|claim| path.starts_with(claim)))
    }
}

/// Returns whether a file is in a folder above the cluster's, or in a folder of instances there.
fn is_above(path: &str, cluster: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
    is_below(cluster, folder) || (components::find(name).is_some() && is_below(cluster, parent))
}

/// Returns whether a file, by its name, has defaults for the cluster or for one of its apps.
fn is_default_of(cluster: &Cluster, path: &str) -> bool {
    let is_named = |layer: &LayerName| {
        let file = layer.file();
        path == file || path.ends_with(&format!("/{file}"))
    };
    let components = cluster.apps.values().filter_map(|layer| match layer {
        LayerName::Instance(component, _) => Some(LayerName::Component(component)),
        _ => None,
    });
    is_named(&LayerName::Cluster)
        || cluster.apps.values().any(is_named)
        || components.into_iter().any(|layer| is_named(&layer))
}
