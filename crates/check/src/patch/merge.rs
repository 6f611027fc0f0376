//! JSON merge patches (RFC 7386): mappings are merged, `null` removes a key, anything else is replaced.

use mkmanifests_yaml::tree::{Kind, Map, Node};

/// Applies a JSON merge patch (RFC 7386) to `target`: merges mappings, removes keys that are `null` in the patch, and replaces
/// everything else, including lists.
///
/// ```
/// use mkmanifests_check::patch::merge;
/// use mkmanifests_yaml::tree::to_node;
/// let mut node = to_node(&serde_json::json!({"a": "b", "c": {"d": "e", "f": "g"}})).unwrap();
/// merge(&mut node, &to_node(&serde_json::json!({"a": "z", "c": {"f": null}})).unwrap());
/// assert_eq!(serde_json::to_string(&node).unwrap(), r#"{"a":"z","c":{"d":"e"}}"#);
/// ```
pub fn merge(target: &mut Node, patch: &Node) {
    let Kind::Map(changes) = &patch.kind else {
        *target = patch.clone();
        return;
    };
    if target.as_map().is_none() {
        *target = Node::new(Kind::Map(Map::new()), patch.location);
    }
    let Some(map) = target.as_map_mut() else { return };
    for change in changes.entries() {
        if change.value.is_null() {
            map.remove(&change.key);
        } else if let Some(value) = map.get_mut(&change.key) {
            merge(value, &change.value);
        } else {
            let mut entry = change.clone();
            entry.value = Node::default();
            merge(&mut entry.value, &change.value);
            map.insert(entry);
        }
    }
}
