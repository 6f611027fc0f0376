//! Follows the steps of a path. A key is a node, too, as in the tree of go-yaml.

use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{Elem, IntKind, Map, Str, UintKind, Value};
use mkmanifests_yaml::diagnostic::{self, FieldPath};
use mkmanifests_yaml::tree::write::in_pretty_order;

use super::{Path, Step, subscript};
use crate::go_yaml::{AnyMap, scalar_text};

/// How a node was reached. `()` records nothing, and costs nothing.
pub(super) trait Trail: Clone + Default {
    /// Returns the trail of the value of a key, and of the key itself.
    fn key(&self, key: &Value) -> Self;

    /// Returns the trail of an item.
    fn item(&self, index: usize) -> Self;
}

impl Trail for () {
    fn key(&self, _: &Value) -> Self {}

    fn item(&self, _: usize) -> Self {}
}

impl Trail for FieldPath {
    fn key(&self, key: &Value) -> Self {
        self.child(&scalar_text(key))
    }

    fn item(&self, index: usize) -> Self {
        let mut path = self.clone();
        path.push(diagnostic::Step::Index(index));
        path
    }
}

/// A node with its trail.
type Node<T> = (Value, T);

impl Path {
    /// Returns the nodes at the path, without reading their numbers again.
    pub(super) fn nodes(&self, root: &Value) -> Vec<Value> {
        self.traced::<()>(root).into_iter().map(|(value, ())| value).collect()
    }

    /// Returns the nodes at the path, each with how it was reached.
    pub(super) fn traced<T: Trail>(&self, root: &Value) -> Vec<Node<T>> {
        follow_all(&self.0, (root.clone(), T::default()), root)
    }
}

/// Follows steps from a node.
pub(super) fn follow_all<T: Trail>(steps: &[Step], start: Node<T>, root: &Value) -> Vec<Node<T>> {
    steps.iter().fold(vec![start], |nodes, step| {
        let mut found = Vec::new();
        for node in nodes {
            step.follow(node, root, &mut found);
        }
        found
    })
}

impl Step {
    fn follow<T: Trail>(&self, (node, trail): Node<T>, root: &Value, found: &mut Vec<Node<T>>) {
        let value = |(key, value): (Value, Value)| (value, trail.key(&key));
        let key = |(key, _): (Value, Value)| {
            let trail = trail.key(&key);
            (key, trail)
        };
        match self {
            Step::Child(name) => found.extend(child(&node, name).map(value)),
            Step::Key(name) => found.extend(child(&node, name).map(key)),
            Step::Children(names) => found.extend(names.iter().filter_map(|name| child(&node, name)).map(value)),
            Step::Keys(names) => found.extend(names.iter().filter_map(|name| child(&node, name)).map(key)),
            Step::AllChildren => match &node {
                Value::List(_) => found.extend(items(&node, &trail)),
                _ => found.extend(entries(&node).into_iter().map(value)),
            },
            Step::AllKeys => found.extend(entries(&node).into_iter().map(key)),
            Step::Subscript(text) => subscripted(&node, text, &trail, found),
            Step::Descendants => descend((node, trail), found, MAX_NESTING),
            Step::Filter(filter) => match &node {
                Value::List(_) => found.extend(items(&node, &trail).filter(|(item, _)| filter.matches(item, root))),
                _ if filter.matches(&node, root) => found.push((node, trail)),
                _ => {}
            },
            Step::FilterSelf(filter) => {
                if filter.matches(&node, root) {
                    found.push((node, trail));
                }
            }
        }
    }
}

/// Returns the items of a list; nothing for other nodes.
fn items<'n, T: Trail>(node: &'n Value, trail: &'n T) -> impl Iterator<Item = Node<T>> + 'n {
    let list = if let Value::List(list) = node { Some(list) } else { None };
    let items = list.into_iter().flat_map(|list| list.iter());
    items.enumerate().map(|(index, item)| (item.clone(), trail.item(index)))
}

/// Returns the entries of a mapping in the order in which go-yaml writes them.
pub(super) fn entries(node: &Value) -> Vec<(Value, Value)> {
    if let Some(map) = node.as_object::<AnyMap>() {
        return map.entries().to_vec();
    }
    let Value::Map(map) = node else { return Vec::new() };
    let entries = map.snapshot();
    let texts: Vec<_> = entries.iter().map(|(key, value)| (key.text(), key, value)).collect();
    let keyed: Vec<(&str, &Str, &Value)> =
        texts.iter().map(|(text, key, value)| (text.as_ref(), *key, *value)).collect();
    in_pretty_order(keyed, |(text, ..)| text)
        .into_iter()
        .map(|(_, key, value)| (Value::Str(key.clone()), value.clone()))
        .collect()
}

fn child(node: &Value, name: &str) -> Option<(Value, Value)> {
    if let Some(map) = node.as_object::<AnyMap>() {
        return map.entries().iter().find(|(key, _)| scalar_text(key) == name).cloned();
    }
    let Value::Map(map) = node else { return None };
    map.get(name).map(|value| (name.into(), value))
}

fn subscripted<T: Trail>(node: &Value, text: &str, trail: &T, found: &mut Vec<Node<T>>) {
    let Value::List(list) = node else {
        if text == "*" {
            found.extend(entries(node).into_iter().map(|(key, value)| (value, trail.key(&key))));
        }
        return;
    };
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    // The lexer has checked the syntax.
    for index in subscript::indices(text, length).unwrap_or_default() {
        let Ok(index) = usize::try_from(index) else { continue };
        found.extend(list.get(index).map(|item| (item.clone(), trail.item(index))));
    }
}

/// Adds what is below a node, deepest first, and the node itself.
fn descend<T: Trail>((node, trail): Node<T>, found: &mut Vec<Node<T>>, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match &node {
        Value::List(_) => items(&node, &trail).for_each(|item| descend(item, found, depth)),
        _ => {
            for (key, value) in entries(&node) {
                let trail = trail.key(&key);
                found.push((key, trail.clone()));
                descend((value, trail), found, depth);
            }
        }
    }
    found.push((node, trail));
}

/// Returns whether any value within a value is as wanted.
pub(super) fn any(value: &Value, wanted: &impl Fn(&Value) -> bool) -> bool {
    any_within(value, wanted, MAX_NESTING)
}

fn any_within(value: &Value, wanted: &impl Fn(&Value) -> bool, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    wanted(value)
        || match value {
            Value::List(list) => list.iter().any(|item| any_within(item, wanted, depth)),
            Value::Map(map) => map.snapshot().values().any(|value| any_within(value, wanted, depth)),
            Value::Object(_) => value
                .as_object::<AnyMap>()
                .is_some_and(|map| map.entries().iter().any(|(_, value)| any_within(value, wanted, depth))),
            _ => false,
        }
}

/// Returns whether a text, or a key, may be a block with a tab, which go-yaml writes but does not read.
pub(super) fn has_tab_in_block(value: &Value) -> bool {
    let has = |text: &Str| text.as_bytes().contains(&b'\t') && text.as_bytes().contains(&b'\n');
    match value {
        Value::Str(text) => has(text),
        Value::Map(map) => map.snapshot().keys().any(has),
        _ => value.as_object::<AnyMap>().is_some(),
    }
}

/// Returns whether go-yaml may read other keys than it wrote: it does not quote `<<`, and it writes `1` for `1.0`.
pub(super) fn has_odd_keys(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.contains("<<"),
        _ => value.as_object::<AnyMap>().is_some(),
    }
}

/// Returns a value as go-yaml reads it after it wrote it: whole floats become integers, all integers `int`.
pub(super) fn read_again(value: &Value) -> Value {
    if is_stable(value, MAX_NESTING) { value.clone() } else { read_deep(value, MAX_NESTING) }
}

fn is_stable(value: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value {
        Value::Nil | Value::Bool(_) | Value::Str(_) | Value::Int(_, IntKind::Int) => true,
        Value::Uint(number, kind) => *kind == UintKind::Uint64 && i64::try_from(*number).is_err(),
        Value::Float(_) => matches!(read_number(value), Value::Float(_)),
        Value::List(list) => {
            !list.is_nil() && list.elem() == Elem::Any && list.iter().all(|item| is_stable(item, depth))
        }
        Value::Map(map) => {
            let is_any = map.kind().name.is_none() && map.kind().elem == Elem::Any;
            is_any && !map.is_nil() && map.snapshot().values().all(|value| is_stable(value, depth))
        }
        Value::Object(_) => value.as_object::<AnyMap>().is_none_or(|map| {
            map.entries().iter().all(|(key, value)| is_stable(key, depth) && is_stable(value, depth))
        }),
        Value::Int(..) | Value::Complex(..) | Value::Bytes(_) | Value::Method(_) => false,
    }
}

fn read_deep(value: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Nil };
    match value {
        Value::Int(..) | Value::Uint(..) | Value::Float(_) => read_number(value),
        Value::Bytes(bytes) => Value::list(bytes.iter().map(|byte| Value::int(i64::from(*byte)))),
        Value::List(list) => Value::list(list.iter().map(|item| read_deep(item, depth))),
        Value::Map(map) => Value::Map(
            map.snapshot().iter().map(|(key, value)| (key.clone(), read_deep(value, depth))).collect::<Map>(),
        ),
        Value::Object(_) => match value.as_object::<AnyMap>() {
            Some(map) => Value::object(AnyMap::new(
                map.entries().iter().map(|(key, value)| (read_deep(key, depth), read_deep(value, depth))),
            )),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

fn read_number(value: &Value) -> Value {
    let text = scalar_text(value);
    match (text.parse::<i64>(), text.parse::<u64>()) {
        (Ok(number), _) => Value::int(number),
        (_, Ok(number)) => Value::Uint(number, UintKind::Uint64),
        _ => value.clone(),
    }
}
