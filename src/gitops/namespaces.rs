//! The namespaces of a cluster: each once, in a folder of their own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::app::Object;
use crate::manifest::{BUILT_IN_NAMESPACES, namespace};
use crate::tree::Node;

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
    all.into_values().collect()
}
