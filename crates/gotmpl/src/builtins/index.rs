//! `index`, `slice` and `len`.

use super::Result;
use crate::exec::zero_of;
use crate::function::Args;
use crate::value::{List, Object, Str, UintKind, Value};

/// Returns the element at the end of a path of keys and indices.
pub(super) fn index(args: Args<'_>) -> Result {
    let mut item = args.get(0).clone();
    if item.is_nil() {
        return Err("index of untyped nil".into());
    }
    for key in args.rest(1) {
        item = element(&item, key)?;
    }
    Ok(item)
}

fn element(item: &Value, key: &Value) -> Result {
    match item {
        Value::Nil => Err("index of nil pointer".into()),
        Value::List(list) => {
            let at = position(key, list.len())?;
            list.get(at).cloned().ok_or_else(|| "reflect: slice index out of range".into())
        }
        Value::Str(text) => byte(text.as_bytes(), key, "string"),
        Value::Bytes(bytes) => byte(bytes, key, "slice"),
        Value::Map(map) => match key {
            Value::Str(key) => Ok(map.get(key).unwrap_or_else(|| zero_of(map.kind().elem))),
            Value::Nil => Err("value is nil; should be of type string".into()),
            key => Err(format!("value has type {}; should be string", key.type_name()).into()),
        },
        Value::Object(object) if object.is_nil() => Err("index of nil pointer".into()),
        Value::Object(object) if has_elements(object.as_ref()) => element(&object.underlying(), key),
        item => Err(format!("can't index item of type {}", item.type_name().trim_start_matches('*')).into()),
    }
}

fn has_elements(object: &dyn Object) -> bool {
    !object.underlying().is_nil()
}

fn byte(bytes: &[u8], key: &Value, kind: &str) -> Result {
    let at = position(key, bytes.len())?;
    match bytes.get(at) {
        Some(byte) => Ok(Value::Uint(u64::from(*byte), UintKind::Uint8)),
        None => Err(format!("reflect: {kind} index out of range").into()),
    }
}

/// Reads an index of at most `length`: Go accepts the length itself here.
fn position(key: &Value, length: usize) -> std::result::Result<usize, String> {
    let number = match key {
        Value::Int(number, _) => *number,
        Value::Uint(number, _) => i64::try_from(*number).unwrap_or(i64::MAX),
        Value::Nil => return Err("cannot index slice/array with nil".to_owned()),
        key => return Err(format!("cannot index slice/array with type {}", key.type_name())),
    };
    let at = usize::try_from(number).ok().filter(|at| *at <= length);
    at.ok_or_else(|| format!("index out of range: {number}"))
}

/// Slices a string or list. Go can slice up to the capacity of a list; lists here have no capacity beyond their length.
pub(super) fn slice(args: Args<'_>) -> Result {
    let item = match args.get(0) {
        Value::Object(object) if !object.is_pointer() && has_elements(object.as_ref()) => object.underlying(),
        item => item.clone(),
    };
    let bounds = args.rest(1);
    let length = match &item {
        Value::Nil => return Err("slice of untyped nil".into()),
        _ if bounds.len() > 3 => return Err(format!("too many slice indexes: {}", bounds.len()).into()),
        Value::Str(_) if bounds.len() == 3 => return Err("cannot 3-index slice a string".into()),
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        item => return Err(format!("can't slice item of type {}", item.type_name()).into()),
    };
    let mut edges = [0, length, length];
    for (edge, bound) in edges.iter_mut().zip(bounds) {
        *edge = position(bound, length)?;
    }
    let [from, to, cap] = edges;
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}").into());
    }
    if bounds.len() == 3 && to > cap {
        return Err(format!("invalid slice index: {to} > {cap}").into());
    }
    Ok(part(&item, from, to))
}

fn part(item: &Value, from: usize, to: usize) -> Value {
    match item {
        Value::Str(text) => Value::Str(Str::from(text.as_bytes().get(from..to).unwrap_or_default())),
        Value::Bytes(bytes) => Value::bytes(bytes.get(from..to).unwrap_or_default()),
        Value::List(list) => {
            let items = list.items().get(from..to).unwrap_or_default();
            Value::List(List::typed(items.to_vec(), list.elem()))
        }
        _ => Value::Nil,
    }
}

/// Returns the number of bytes, items or keys of a value.
pub(super) fn len(untyped_nil: bool, args: Args<'_>) -> Result {
    let length = match args.get(0) {
        Value::Nil if untyped_nil => {
            return Err("reflect: call of reflect.Value.Type on zero Value".into());
        }
        Value::Nil => return Err("len of nil pointer".into()),
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Object(object) if object.is_nil() => return Err("len of nil pointer".into()),
        Value::Object(object) if has_elements(object.as_ref()) => return len(false, Args(&[object.underlying()])),
        item => return Err(format!("len of type {}", item.type_name().trim_start_matches('*')).into()),
    };
    Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX)))
}
