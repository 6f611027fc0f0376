//! Renders one Argo CD ApplicationSet for the tree, and the list of apps in the folder of each cluster that it reads.
//!
//! The ApplicationSet does not grow with the fleet: its Git generator finds the lists
//! (<https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/#git-generator-files>).

use std::io;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::fleet::Cluster;
use super::layout::{self, File};
use super::object::Object;
use super::options::{GitSource, Layout};
use crate::tree::to_node;
use crate::tree::write::{Style, write};

/// The file with the list of apps, in the folder of each cluster.
pub(super) const APPS: &str = "apps.yaml";

/// The longest name of an Application, which is the value of a label (`app.kubernetes.io/instance`).
const MAX_NAME: usize = 63;

/// The fields of Applications that differ and are not strings.
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
    /// Whether it has an object that is too large for client-side apply.
    pub is_large: bool,
}

/// Renders the list of apps of a cluster.
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
    Ok(File::new(APPS.to_owned(), text))
}

/// Returns the name of an app's Application: from the path of the cluster, or from its name if the fleet is one cluster.
pub(super) fn name(cluster_path: &str, cluster_name: &str, app: &str) -> String {
    let cluster = if cluster_path.is_empty() { cluster_name } else { cluster_path };
    unique_name(&format!("{cluster}/{app}"))
}

/// Converts a path to a DNS label, with a part of its hash if it has to be shortened or changed. Paths that differ only in `/` and
/// `-` have the same name, which `collisions` reports.
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

/// Renders the ApplicationSet of the tree in the folder `argocd`.
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
            // Deleting the ApplicationSet must not delete what runs.
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
                        // An app has to wait for namespaces and CustomResourceDefinitions, which are separate apps.
                        "retry": { "limit": -1, "backoff": { "duration": "10s", "factor": 2, "maxDuration": "5m" } },
                    },
                },
            },
            "templatePatch": TEMPLATE_PATCH,
        },
    });
    let node = to_node(&set).map_err(io::Error::other)?;
    layout::files("argocd", &[Object::new("gitops/argocd", node)], "", layout, files)
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
