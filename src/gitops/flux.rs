//! Renders one Flux Kustomization per app, in a folder of the cluster that its Flux reads.
//!
//! <https://fluxcd.io/flux/components/kustomize/kustomizations/>

use std::io;

use serde_json::{Value, json};

use super::argocd::unique_name;
use super::fleet::Cluster;
use super::layout::{self, File};
use super::object::Object;
use super::options::{GitSource, Layout};
use crate::tree::to_node;

/// The namespace of the objects of `flux bootstrap`, and the name of its GitRepository.
pub(super) const NAMESPACE: &str = "flux-system";

/// Renders the Kustomizations of a cluster: one per folder. The apps depend on all folders in `first`.
pub(super) fn files(
    cluster: &Cluster,
    first: &[String],
    apps: &[String],
    git: &GitSource,
    layout: Layout,
    files: &mut Vec<File>,
) -> io::Result<()> {
    let mut objects = Vec::new();
    let folders = first.iter().map(|folder| (folder, &[][..])).chain(apps.iter().map(|app| (app, first)));
    for (folder, after) in folders {
        let value = kustomization(cluster, folder, git, after);
        let node = to_node(&value).map_err(io::Error::other)?;
        objects.push(Object::new("gitops/flux", node));
    }
    layout::files("flux", &objects, "", layout, files)
}

/// Returns the name of the Kustomization of a folder.
pub(super) fn name(folder: &str) -> String {
    unique_name(folder)
}

fn kustomization(cluster: &Cluster, folder: &str, git: &GitSource, after: &[String]) -> Value {
    let path: Vec<&str> =
        [git.path.as_str(), &cluster.path, folder].into_iter().filter(|part| !part.is_empty()).collect();
    let mut value = json!({
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": { "name": name(folder), "namespace": NAMESPACE },
        "spec": {
            "interval": "10m",
            "retryInterval": "1m",
            "timeout": "5m",
            "path": format!("./{}", path.join("/")),
            "prune": true,
            "wait": true,
            "sourceRef": { "kind": "GitRepository", "name": NAMESPACE },
        },
    });
    if !cluster.values.labels.is_empty() {
        value["metadata"]["labels"] = json!(cluster.values.labels);
    }
    if !after.is_empty() {
        let names = after.iter().map(|folder| json!({ "name": name(folder) }));
        value["spec"]["dependsOn"] = names.collect();
    }
    value
}
