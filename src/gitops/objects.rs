//! The objects of an app on their way into files: lists taken apart, namespaces filled in, secrets seen to.

use std::borrow::Cow;

use super::app::{Made, Object};
use super::scope::Scopes;
use crate::check::types::list_items;
use crate::manifest::api_group;
use crate::tree::{Map, Node};

/// What an API server knows an object by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    pub group: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

impl Identity {
    pub fn of(node: &Node) -> Identity {
        let text = |path: &[&str]| node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default();
        Identity {
            group: api_group(text(&["apiVersion"])).to_owned(),
            kind: text(&["kind"]).to_owned(),
            namespace: text(&["metadata", "namespace"]).to_owned(),
            name: text(&["metadata", "name"]).to_owned(),
        }
    }

    /// ``Deployment `ray/foo-head` ``.
    pub fn title(&self) -> String {
        let slash = if self.namespace.is_empty() { "" } else { "/" };
        format!("{} `{}{slash}{}`", self.kind, self.namespace, self.name)
    }
}

/// Takes `v1` Lists apart, as kubectl does.
pub(super) fn without_lists(objects: Vec<Object>) -> Vec<Object> {
    if !objects.iter().any(|object| list_items(&object.node).is_some()) {
        return objects;
    }
    let mut flat = Vec::with_capacity(objects.len());
    for object in objects {
        match list_items(&object.node) {
            None => flat.push(object),
            Some(items) => {
                let source: &Cow<'static, str> = &object.source;
                let items = items.iter().map(|node| Object { source: source.clone(), node: node.clone() });
                flat.extend(without_lists(items.collect()));
            }
        }
    }
    flat
}

/// Puts the app's namespace into objects that name none, as `helm install` and `kubectl apply -n` do: what applies a
/// folder of Git would put them into `default`.
pub(super) fn fill_namespaces(made: &mut Made, scopes: &Scopes) {
    for object in &mut made.objects {
        let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let (api_version, kind) = (text(&object.node, "apiVersion"), text(&object.node, "kind"));
        if !scopes.is_namespaced(&api_version, &kind) {
            continue;
        }
        let Some(root) = object.node.as_map_mut() else { continue };
        if root.get("metadata").is_none_or(|metadata| metadata.as_map().is_none()) {
            root.set("metadata", Map::new());
        }
        let Some(metadata) = root.get_mut("metadata").and_then(Node::as_map_mut) else { continue };
        let has_none = metadata.get("namespace").is_none_or(|it| it.as_str().is_none_or(str::is_empty));
        if has_none {
            metadata.set("namespace", made.namespace.as_str());
        }
    }
}
