//! Which clusters a change in Git can affect.

use std::path::PathBuf;

use super::fleet::{Cluster, ClusterFolder, Fleet, LayerName};
use super::run::canonical;
use super::select::is_below;
use super::{changed, claims};
use crate::components;
use crate::diagnostic::Diagnostic;

/// The files that changed.
pub(super) struct Affected {
    /// Without links, as far as they are still there.
    files: Vec<PathBuf>,
    /// Those in the fleet, below it, with slashes.
    inside: Vec<String>,
}

impl Affected {
    /// What changed since a revision.
    pub fn since(fleet: &Fleet, revision: &str) -> Result<Affected, Diagnostic> {
        let root = canonical(fleet.root());
        let files: Vec<PathBuf> = changed::since(fleet.root(), revision)?.iter().map(|path| canonical(path)).collect();
        let inside = files.iter().filter_map(|path| {
            let parts: Option<Vec<&str>> =
                path.strip_prefix(&root).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
            Some(parts?.join("/"))
        });
        Ok(Affected { inside: inside.collect(), files })
    }

    /// Whether any of it can change what the cluster gives: its own files, defaults of its apps in folders above, and
    /// what its apps refer to.
    pub fn has(&self, fleet: &Fleet, folder: &ClusterFolder) -> bool {
        if self.files.is_empty() {
            return false;
        }
        if self.inside.iter().any(|path| is_below(path, &folder.path)) {
            return true;
        }
        // One that cannot be read has to be told of.
        let Ok(cluster) = Cluster::read(fleet.root(), folder) else { return true };
        let above = self.inside.iter().filter(|path| is_above(path, &folder.path));
        if above.into_iter().any(|path| is_default_of(&cluster, path)) {
            return true;
        }
        let claimed = claims::of(&cluster);
        self.files.iter().any(|path| claimed.iter().any(|claim| path.starts_with(claim)))
    }
}

/// Whether a file is in a folder above the cluster's, or in a folder of instances there.
fn is_above(path: &str, cluster: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
    is_below(cluster, folder) || (components::find(name).is_some() && is_below(cluster, parent))
}

/// Whether a file gives defaults to the cluster or to one of its apps, by its name.
fn is_default_of(cluster: &Cluster, path: &str) -> bool {
    let gives = |layer: &LayerName| {
        let file = layer.file();
        path == file || path.ends_with(&format!("/{file}"))
    };
    let components = cluster.apps.values().filter_map(|layer| match layer {
        LayerName::Instance(component, _) => Some(LayerName::Component(component)),
        _ => None,
    });
    gives(&LayerName::Cluster) || cluster.apps.values().any(gives) || components.into_iter().any(|it| gives(&it))
}
