//! Protects objects from pruning: namespaces and CustomResourceDefinitions.

use super::object::{Change, Object};
use crate::tree::{Map, Node};

/// The annotations that keep the tools from deleting an object that is removed from Git: everything in the namespace, or of the
/// kind, would be deleted with it.
/// <https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/>,
/// <https://fluxcd.io/flux/components/kustomize/kustomizations/#prune>.
const FLUX: (&str, &str) = ("kustomize.toolkit.fluxcd.io/prune", "disabled");
const ARGOCD: &str = "argocd.argoproj.io/sync-options";
const ARGOCD_OPTIONS: [&str; 2] = ["Delete=false", "Prune=false"];

/// Adds the annotations, and keeps other sync options of the object.
pub(super) fn keep(mut object: Object) -> Object {
    object.change(Change::Keep, annotate);
    object
}

fn annotate(node: &mut Node) {
    let metadata = node.as_map_mut().and_then(|root| root.get_mut("metadata")).and_then(Node::as_map_mut);
    if let Some(metadata) = metadata {
        if metadata.get("annotations").is_none_or(|it| it.as_map().is_none()) {
            metadata.set("annotations", Map::new());
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Node::as_map_mut) {
            let options = sync_options(annotations.get(ARGOCD).and_then(Node::as_str).unwrap_or_default());
            annotations.set(ARGOCD, options.as_str());
            annotations.set(FLUX.0, FLUX.1);
        }
    }
}

fn sync_options(own: &str) -> String {
    let name = |option: &str| option.split('=').next().unwrap_or_default().trim().to_owned();
    let is_replaced = |option: &&str| ARGOCD_OPTIONS.iter().any(|ours| name(ours) == name(option));
    let own = own.split(',').map(str::trim).filter(|option| !option.is_empty() && !is_replaced(option));
    ARGOCD_OPTIONS.into_iter().chain(own).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::sync_options;

    #[test]
    fn other_sync_options_are_kept() {
        assert_eq!(sync_options(""), "Delete=false,Prune=false");
        assert_eq!(sync_options("ServerSideApply=true, Prune=true"), "Delete=false,Prune=false,ServerSideApply=true");
    }
}
