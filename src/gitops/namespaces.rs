//! Collects the namespaces of a cluster in one folder.

use std::collections::BTreeMap;

use super::object::Object;
use crate::manifest::{BUILT_IN_NAMESPACES, namespace};
use crate::tree::Node;

/// Returns Namespace objects for all namespaces of objects. `own` are those that apps contain, which take precedence.
pub(super) fn objects<'a>(namespaces: impl Iterator<Item = &'a str>, own: Vec<Object>) -> Vec<Object> {
    let mut all: BTreeMap<String, Object> = BTreeMap::new();
    for name in namespaces.filter(|name| !name.is_empty() && !BUILT_IN_NAMESPACES.contains(name)) {
        let object = || Object::new("namespaces/namespace", namespace(name));
        all.entry(name.to_owned()).or_insert_with(object);
    }
    for object in own {
        let name = object.node().find(["metadata", "name"]).and_then(Node::as_str).unwrap_or_default().to_owned();
        all.insert(name, object);
    }
    all.into_values().collect()
}
