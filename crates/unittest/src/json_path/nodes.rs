//! Follows the steps of a path. A key is a node, too, as in the tree of go-yaml.

use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{Elem, IntKind, Map, Str, UintKind, Value};
use mkmanifests_yaml::tree::write::in_pretty_order;

use super::{Path, Step, subscript};
use crate::go_yaml::{AnyMap, scalar_text};

impl Path {
    /// Returns the nodes at the path, without reading their numbers again.
    pub(super) fn nodes(&self, root: &Value) -> Vec<Value> {
        self.0.iter().fold(vec![root.clone()], |nodes, step| {
            let mut found = Vec::new();
            for node in nodes {
                step.follow(node, root, &mut found);
            }
            found
        })
    }
}

impl Step {
    fn follow(&self, node: Value, root: &Value, found: &mut Vec<Value>) {
        match self {
            Step::Child(name) => found.extend(child(&node, name).map(|(_, value)| value)),
            Step::Key(name) => found.extend(child(&node, name).map(|(key, _)| key)),
            Step::Children(names) => {
                found.extend(names.iter().filter_map(|name| child(&node, name)).map(|(_, value)| value));
            }
            Step::Keys(names) => found.extend(names.iter().filter_map(|name| child(&node, name)).map(|(key, _)| key)),
            Step::AllChildren => match &node {
                Value::List(list) => found.extend(list.iter().cloned()),
                _ => found.extend(entries(&node).into_iter().map(|(_, value)| value)),
            },
            Step::AllKeys => found.extend(entries(&node).into_iter().map(|(key, _)| key)),
            Step::Subscript(text) => subscripted(&node, text, found),
            Step::Descendants => descend(node, found, MAX_NESTING),
            Step::Filter(filter) => match &node {
                Value::List(list) => found.extend(list.iter().filter(|item| filter.matches(item, root)).cloned()),
                _ if filter.matches(&node, root) => found.push(node),
                _ => {}
            },
            Step::FilterSelf(filter) => {
                if filter.matches(&node, root) {
                    found.push(node);
                }
            }
        }
    }
}

/// Returns the entries of a mapping in the order in which go-yaml writes them.
fn entries(node: &Value) -> Vec<(Value, Value)> {
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

fn subscripted(node: &Value, text: &str, found: &mut Vec<Value>) {
    let Value::List(list) = node else {
        if text == "*" {
            found.extend(entries(node).into_iter().map(|(_, value)| value));
        }
        return;
    };
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    // The lexer has checked the syntax.
    let indices = subscript::indices(text, length).unwrap_or_default();
    found.extend(indices.into_iter().filter_map(|index| list.get(usize::try_from(index).ok()?)).cloned());
}

/// Adds what is below a node, deepest first, and the node itself.
fn descend(node: Value, found: &mut Vec<Value>, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match &node {
        Value::List(list) => list.iter().for_each(|item| descend(item.clone(), found, depth)),
        _ => {
            for (key, value) in entries(&node) {
                found.push(key);
                descend(value, found, depth);
            }
        }
    }
    found.push(node);
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
