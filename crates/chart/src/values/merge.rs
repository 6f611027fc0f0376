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

impl NullBehavior {
    /// Returns whether a value in the upper tree removes its key.
    fn removes(self, value: &Node, has_default: bool) -> bool {
        value.is_null()
            && match self {
                NullBehavior::Delete => true,
                NullBehavior::DeleteDefault => has_default,
                NullBehavior::Value => false,
            }
    }
}

/// A mapping with this many times fewer keys than another one is inserted into it.
const SMALL: usize = 8;

fn put(base: Node, over: Node, null: NullBehavior) -> Node {
    match (base.kind, over.kind) {
        (Kind::Map(lower), Kind::Map(upper)) => {
            let is_small = upper.len() < lower.len() / SMALL;
            let merged = if is_small { insert(lower, upper, null) } else { zip(lower, upper, null) };
            Node::new(Kind::Map(merged), over.location)
        }
        (_, kind) => clean(Node::new(kind, over.location), null),
    }
}

/// Merges a small mapping over a large one, whose other entries stay where they are. With many values files, each would
/// move all entries otherwise.
fn insert(mut lower: Map, upper: Map, null: NullBehavior) -> Map {
    for above in upper.into_entries() {
        let below = lower.get_mut(&above.key).map(std::mem::take);
        if null.removes(&above.value, below.is_some()) {
            lower.remove(&above.key);
        } else {
            lower.insert(combine(below, above, null));
        }
    }
    lower
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
        let entry = match above {
            Some(above) if null.removes(&above.value, below.is_some()) => continue,
            Some(above) => Some(combine(below.map(|entry| entry.value), above, null)),
            None => below,
        };
        if let Some(entry) = entry {
            merged.insert(entry);
        }
    }
}

fn combine(below: Option<Node>, above: Entry, null: NullBehavior) -> Entry {
    let value = match below {
        Some(below) => put(below, above.value, null),
        None => clean(above.value, null),
    };
    Entry { value, ..above }
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
