//! Functions that choose by whether a value is empty.

use super::go;
use crate::function::{Args, CallError, Caller, Function, Type};
use crate::value::{List, MAX_NESTING, Map, Value};

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    const ANY: &[Type] = &[Type::Any];
    let mut functions = vec![
        Function::variadic("default", &[Type::Any, Type::Any], |_, args| Ok(default(args))),
        Function::new("empty", ANY, |_, args| Ok(is_empty(args.get(0)).into())),
        Function::variadic("coalesce", ANY, |_, args| {
            Ok(args.rest(0).iter().find(|value| !is_empty(value)).cloned().unwrap_or_default())
        }),
        Function::variadic("all", ANY, |_, args| Ok((!args.rest(0).iter().any(is_empty)).into())),
        Function::variadic("any", ANY, |_, args| Ok(args.rest(0).iter().any(|value| !is_empty(value)).into())),
        Function::new("ternary", &[Type::Any, Type::Any, Type::Bool], |_, args| {
            Ok(args.get(usize::from(!args.bool(2))).clone())
        }),
    ];
    functions.extend(["compact", "mustCompact"].map(|name| Function::new(name, ANY, |_, args| compact(args))));
    functions.extend(["deepCopy", "mustDeepCopy"].map(|name| Function::new(name, ANY, deep_copy)));
    functions
}

/// Returns whether a value is the zero value of its type, or empty. A struct never is.
pub(super) fn is_empty(value: &Value) -> bool {
    !value.truth()
}

fn default(args: Args<'_>) -> Value {
    match args.rest(1).first() {
        Some(given) if !is_empty(given) => given.clone(),
        _ => args.get(0).clone(),
    }
}

fn compact(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot compact on type")?;
    Ok(Value::list(list.iter().filter(|item| !is_empty(item)).cloned()))
}

fn deep_copy(caller: &mut Caller<'_>, args: Args<'_>) -> Result<Value, CallError> {
    match args.get(0) {
        Value::Nil => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        value => copy(caller, value, MAX_NESTING),
    }
}

/// Copies all maps. Lists are immutable, but may contain maps.
fn copy(caller: &mut Caller<'_>, value: &Value, depth: usize) -> Result<Value, CallError> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(format!("value is nested deeper than {MAX_NESTING} levels").into());
    };
    // About what it takes: a map has a lock and a node of its tree.
    caller.allocate(if matches!(value, Value::Map(_)) { 600 } else { 40 })?;
    Ok(match value {
        Value::List(list) if !list.is_nil() => {
            // Loops: adapters of iterators would take several times the stack.
            let mut items = Vec::new();
            for item in list.iter() {
                items.push(copy(caller, item, depth)?);
            }
            Value::List(List::typed(items, list.elem()))
        }
        Value::Map(map) if !map.is_nil() => {
            let mut copies = Vec::new();
            for (key, value) in map.snapshot().iter() {
                copies.push((key.clone(), copy(caller, value, depth)?));
            }
            Value::Map(Map::typed(copies.into_iter().collect(), map.kind()))
        }
        _ => value.clone(),
    })
}
