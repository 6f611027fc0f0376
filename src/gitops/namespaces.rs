//! The namespaces of a cluster: once, in a folder of their own, and never pruned.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::app::Object;
use crate::manifest::{BUILT_IN_NAMESPACES, namespace};
use crate::tree::{Map, Node};

/// Neither takes a namespace away that is no longer in Git, as it would take all that is in it along:
/// <https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/>,
/// <https://fluxcd.io/flux/components/kustomize/kustomizations/#prune>.
const KEEP: [(&str, &str); 2] = [
    ("argocd.argoproj.io/sync-options", "Delete=false,Prune=false"),
    ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
];

/// The namespaces that objects are in, as objects; `made` are those that apps make themselves.
pub(super) fn objects<'a>(namespaces: impl Iterator<Item = &'a str>, made: Vec<Object>) -> Vec<Object> {
    let mut all: BTreeMap<String, Object> = BTreeMap::new();
    for name in namespaces.filter(|name| !name.is_empty() && !BUILT_IN_NAMESPACES.contains(name)) {
        let object = || Object { source: Cow::Borrowed("namespaces/namespace"), node: namespace(name) };
        all.entry(name.to_owned()).or_insert_with(object);
    }
    for object in made {
        let name = object.node.find(["metadata", "name"]).and_then(Node::as_str).unwrap_or_default().to_owned();
        all.insert(name, object);
    }
    all.into_values().map(keep).collect()
}

fn keep(mut object: Object) -> Object {
    let metadata = object.node.as_map_mut().and_then(|root| root.get_mut("metadata")).and_then(Node::as_map_mut);
    if let Some(metadata) = metadata {
        if metadata.get("annotations").is_none_or(|it| it.as_map().is_none()) {
            metadata.set("annotations", Map::new());
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Node::as_map_mut) {
            for (key, value) in KEEP {
                annotations.set(key, value);
            }
        }
    }
    object
}
