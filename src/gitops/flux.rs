//! Flux: a Kustomization an app, in a folder of the cluster that its Flux is pointed to.
//!
//! <https://fluxcd.io/flux/components/kustomize/kustomizations/>

use std::io;

use serde_json::{Value, json};

use super::app::Object;
use super::argocd::unique_name;
use super::fleet::Cluster;
use super::layout::{self, File};
use super::options::{GitSource, Layout};
use crate::tree::to_node;

/// Where `flux bootstrap` puts its own objects, and what it calls the repository.
const NAMESPACE: &str = "flux-system";

/// The Kustomizations of a cluster's apps; the first one is of its namespaces, if it has any.
pub(super) fn files(
    cluster: &Cluster,
    apps: &[&str],
    namespaces: Option<&str>,
    git: &GitSource,
    layout: Layout,
    files: &mut Vec<File>,
) -> io::Result<()> {
    let mut objects = Vec::new();
    let folders = namespaces.into_iter().map(|folder| (folder, false)).chain(apps.iter().map(|app| (*app, true)));
    for (folder, is_app) in folders {
        let value = kustomization(cluster, folder, git, namespaces.filter(|_| is_app));
        let node = to_node(&value).map_err(io::Error::other)?;
        objects.push(Object { source: "gitops/flux".into(), node });
    }
    layout::files("flux", &objects, layout, files)
}

fn kustomization(cluster: &Cluster, folder: &str, git: &GitSource, after: Option<&str>) -> Value {
    let path: Vec<&str> =
        [git.path.as_str(), &cluster.path, folder].into_iter().filter(|part| !part.is_empty()).collect();
    let mut value = json!({
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": { "name": unique_name(folder), "namespace": NAMESPACE },
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
    if let Some(after) = after {
        value["spec"]["dependsOn"] = json!([{ "name": after }]);
    }
    value
}
