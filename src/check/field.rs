//! The way back from a field as messages name it to what stands there.

use crate::tree::{Kind, Node};

/// What stands in `root` at a field such as `spec.containers[0].image`, `metadata.labels[app]` or `data["a.b"]`.
///
/// ```
/// use mkmanifests::check::field::find;
/// let object = serde_json::json!({"spec": {"ports": [{"name": "web"}]}, "data": {"a.b": 1}});
/// let node = mkmanifests::tree::to_node(&object).unwrap();
/// assert_eq!(find(&node, "spec.ports[0].name").unwrap().as_str(), Some("web"));
/// assert!(find(&node, "data[\"a.b\"]").is_some() && find(&node, "data[a.b]").is_some());
/// assert!(find(&node, "spec.ports[1]").is_none());
/// ```
pub fn find<'n>(root: &'n Node, field: &str) -> Option<&'n Node> {
    let mut node = root;
    let mut rest = field;
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('[') {
            Some(inside) => inside.split_once(']')?,
            None => {
                let name = rest.strip_prefix('.').unwrap_or(rest);
                name.split_at(name.find(['.', '[']).unwrap_or(name.len()))
            }
        };
        let step = step.strip_prefix('"').and_then(|step| step.strip_suffix('"')).unwrap_or(step);
        node = match &node.kind {
            Kind::Map(map) => map.get(step)?,
            Kind::Seq(items) => items.get(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
        rest = after;
    }
    Some(node)
}
