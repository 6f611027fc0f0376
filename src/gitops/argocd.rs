//! Argo CD: one ApplicationSet for the tree, and in each cluster's folder the list of apps that it reads.
//!
//! The ApplicationSet does not grow with the fleet: its Git generator finds the lists
//! (<https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/#git-generator-files>).

use std::io;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::fleet::Cluster;
use super::layout::{self, File};
use super::options::{GitSource, Layout};
use crate::gitops::app::Object;
use crate::tree::to_node;
use crate::tree::write::{Style, write};

/// The list of a cluster's apps, in its folder.
pub(super) const APPS: &str = "apps.yaml";

/// Names of Applications become values of labels (`app.kubernetes.io/instance`).
const MAX_NAME: usize = 63;

/// What differs between Applications beside texts.
const TEMPLATE_PATCH: &str = "metadata:
  labels: {{ toJson .labels }}
spec:
  syncPolicy:
    syncOptions: {{ toJson .syncOptions }}
";

/// One app of a cluster.
pub(super) struct App<'a> {
    pub folder: &'a str,
    /// The namespace of its release.
    pub namespace: &'a str,
    /// Whether it has an object that only server-side apply can store.
    pub is_large: bool,
}

/// The list of a cluster's apps.
pub(super) fn apps(cluster: &Cluster, apps: &[App<'_>]) -> io::Result<File> {
    let items = apps.iter().map(|app| {
        json!({
            "app": app.folder,
            "cluster": cluster.name,
            "labels": cluster.values.labels,
            "name": name(&cluster.path, &cluster.name, app.folder),
            "namespace": app.namespace,
            "syncOptions": if app.is_large { &["ServerSideApply=true"][..] } else { &[] },
        })
    });
    let node = to_node(&items.collect::<Vec<_>>()).map_err(io::Error::other)?;
    let mut text = Vec::new();
    write(&mut text, &node, Style::MANIFEST)?;
    Ok(File { path: APPS.to_owned(), text })
}

/// The name of an app's Application, from the path of the cluster; from its name if the fleet is one cluster.
pub(super) fn name(cluster_path: &str, cluster_name: &str, app: &str) -> String {
    let cluster = if cluster_path.is_empty() { cluster_name } else { cluster_path };
    unique_name(&format!("{cluster}/{app}"))
}

/// A path as a DNS label, with a part of its hash where it has to be cut or changed. Paths that differ in `/` and `-` only
/// have the same name: `collisions` reports them.
pub(super) fn unique_name(path: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = path.chars().map(letter).collect();
    let is_plain = path.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/');
    if is_plain && name.len() <= MAX_NAME {
        return name;
    }
    let hash: String = Sha256::digest(path.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let short: String = name.chars().take(MAX_NAME - 9).collect();
    format!("{short}-{hash}").trim_matches('-').to_owned()
}

/// The ApplicationSet of the tree, in a folder of its own.
pub(super) fn application_set(fleet: &str, git: &GitSource, layout: Layout, files: &mut Vec<File>) -> io::Result<()> {
    let prefix = if git.path.is_empty() { String::new() } else { format!("{}/", git.path) };
    let set = json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": { "name": unique_name(fleet), "namespace": "argocd" },
        "spec": {
            "goTemplate": true,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [{ "git": {
                "repoURL": git.repo_url,
                "revision": git.revision,
                "files": [{ "path": format!("{prefix}**/{APPS}") }],
            }}],
            // Whoever deletes the ApplicationSet does not want to delete what runs.
            "syncPolicy": { "preserveResourcesOnDeletion": true },
            "template": {
                "metadata": { "name": "{{ .name }}" },
                "spec": {
                    "project": "default",
                    "source": {
                        "repoURL": git.repo_url,
                        "targetRevision": git.revision,
                        "path": "{{ .path.path }}/{{ .app }}",
                    },
                    "destination": { "name": "{{ .cluster }}", "namespace": "{{ .namespace }}" },
                    "syncPolicy": {
                        "automated": { "prune": true, "selfHeal": true },
                        // An app waits here for the namespaces and definitions, which are apps of their own.
                        "retry": { "limit": -1, "backoff": { "duration": "10s", "factor": 2, "maxDuration": "5m" } },
                    },
                },
            },
            "templatePatch": TEMPLATE_PATCH,
        },
    });
    let node = to_node(&set).map_err(io::Error::other)?;
    layout::files("argocd", &[Object { source: "gitops/argocd".into(), node }], layout, files)
}

#[cfg(test)]
mod tests {
    use super::unique_name;

    #[test]
    fn names_are_labels_and_stay_apart() {
        assert_eq!(unique_name("us-west-2/foo/ray"), "us-west-2-foo-ray");
        let (a, b) = (unique_name("us/Foo_1/ray"), unique_name("us/foo-1/ray"));
        assert_ne!(a, b);
        for name in [a, b, unique_name(&"x".repeat(100)), unique_name("_/_")] {
            assert!(crate::check::syntax::dns_label(&name).is_ok(), "{name}");
        }
    }
}
