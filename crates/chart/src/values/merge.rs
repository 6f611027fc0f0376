//! Merges one tree over another.

use std::cmp::Ordering;

use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

/// What a `null` in the upper tree does to its key.
#[derive(Clone, Copy, PartialEq)]
enum NullBehavior {
    /// It removes the key.
    Delete,
    /// It removes a default, and is a value if there is no default.
    DeleteDefault,
    /// It is a value like any other.
    Value,
}

/// Merges values over defaults: mappings are merged key by key at every depth, any other value is replaced, and a
/// `null` removes a key. A `null` in a list stays, and so does a `null` in the defaults that is not overridden.
///
/// ```
/// use mkmanifests_chart::values::{Values, merge};
/// let defaults = Values::parse("values.yaml", "a: {p: 1, q: 2}\nb: [1, 2]\n").unwrap();
/// let values = Values::parse("mine.yaml", "a: {p: ~, r: 3}\nb: [3]\n").unwrap();
/// let merged = merge(defaults.root, values.root);
/// assert_eq!(serde_json::to_string(&merged).unwrap(), r#"{"a":{"q":2,"r":3},"b":[3]}"#);
/// ```
#[must_use]
pub fn merge(base: Node, over: Node) -> Node {
    put(base, over, NullBehavior::Delete)
}

/// Merges one values file over an earlier one, as [`merge`], but keeps every `null`, to remove a default later.
#[must_use]
pub fn overlay(base: Node, over: Node) -> Node {
    put(base, over, NullBehavior::Value)
}

/// Merges values over defaults as Helm does: as [`merge`], but a `null` without a default stays.
///
/// ```
/// use mkmanifests_chart::values::{Values, coalesce};
/// let defaults = Values::parse("values.yaml", "a: {p: 1}").unwrap();
/// let values = Values::parse("mine.yaml", "a: {p: ~, r: ~}").unwrap();
/// assert_eq!(serde_json::to_string(&coalesce(defaults.root, values.root)).unwrap(), r#"{"a":{"r":null}}"#);
/// ```
#[must_use]
pub fn coalesce(base: Node, over: Node) -> Node {
    put(base, over, NullBehavior::DeleteDefault)
}

fn put(base: Node, over: Node, null: NullBehavior) -> Node {
    match (base.kind, over.kind) {
        (Kind::Map(lower), Kind::Map(upper)) => Node::new(Kind::Map(zip(lower, upper, null)), over.location),
        (_, kind) => clean(Node::new(kind, over.location), null),
    }
}

/// Merges two mappings in one pass, since both are sorted.
fn zip(lower: Map, upper: Map, null: NullBehavior) -> Map {
    let mut merged = Map::with_capacity(lower.len().max(upper.len()));
    let mut lower = lower.into_entries().into_iter().peekable();
    let mut upper = upper.into_entries().into_iter().peekable();
    loop {
        let order = match (lower.peek(), upper.peek()) {
            (None, None) => return merged,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(below), Some(above)) => below.key.cmp(&above.key),
        };
        let below = if order.is_le() { lower.next() } else { None };
        let above = if order.is_ge() { upper.next() } else { None };
        if let Some(entry) = combine(below, above, null) {
            merged.insert(entry);
        }
    }
}

fn combine(below: Option<Entry>, above: Option<Entry>, null: NullBehavior) -> Option<Entry> {
    match (below, above) {
        (Some(_), Some(above)) if above.value.is_null() && null == NullBehavior::DeleteDefault => None,
        (_, Some(above)) if above.value.is_null() && null == NullBehavior::Delete => None,
        (Some(below), Some(above)) => Some(Entry { value: put(below.value, above.value, null), ..above }),
        (None, Some(above)) => Some(Entry { value: clean(above.value, null), ..above }),
        (below, None) => below,
    }
}

/// Removes the keys that are null, if `null` removes keys.
fn clean(node: Node, null: NullBehavior) -> Node {
    match node.kind {
        Kind::Map(map) if null == NullBehavior::Delete => {
            Node::new(Kind::Map(zip(Map::new(), map, null)), node.location)
        }
        kind => Node::new(kind, node.location),
    }
}
