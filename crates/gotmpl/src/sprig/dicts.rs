//! Functions on maps. `set`, `unset` and the merge functions change their argument.

use super::go;
use crate::function::{Args, CallError, Function, Type};
use crate::value::{Entries, Map, MapType, Value};

const KEYED: &[Type] = &[Type::Map, Type::Str];

/// Returns the functions, except `merge` and its variants.
pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::variadic("dict", &[Type::Any], |_, args| dict(args)),
        Function::new("get", KEYED, |_, args| Ok(args.map(0).get(args.bytes(1)).unwrap_or_else(|| Value::from("")))),
        Function::new("set", &[Type::Map, Type::Str, Type::Any], |_, args| {
            let map = plain(args);
            map.insert(args.bytes(1), args.get(2).clone())?;
            Ok(Value::Map(map))
        }),
        Function::new("unset", KEYED, |_, args| {
            let map = plain(args);
            map.remove(args.bytes(1));
            Ok(Value::Map(map))
        }),
        Function::new("hasKey", KEYED, |_, args| Ok(args.map(0).contains(args.bytes(1)).into())),
        Function::variadic("pluck", &[Type::Str, Type::Map], |_, args| {
            let maps = args.rest(1).iter().filter_map(Value::as_map);
            Ok(Value::list(maps.filter_map(|map| map.get(args.bytes(0)))))
        }),
        Function::variadic("keys", &[Type::Map], |_, args| {
            let maps = args.rest(0).iter().filter_map(Value::as_map);
            Ok(Value::strings(maps.flat_map(|map| map.snapshot().keys().cloned().collect::<Vec<_>>())))
        }),
        Function::new("values", &[Type::Map], |_, args| Ok(Value::list(args.map(0).snapshot().values().cloned()))),
        Function::variadic("pick", KEYED, |_, args| Ok(chosen(args, true))),
        Function::variadic("omit", KEYED, |_, args| Ok(chosen(args, false))),
        Function::variadic("dig", &[Type::Any], |_, args| dig(args)),
    ]
}

/// Returns the map as an unnamed type, which Go's functions return.
fn plain(args: Args<'_>) -> Map {
    args.map(0).with_type(MapType::ANY)
}

/// Creates a map from alternating keys and values. The last key may lack a value.
fn dict(args: Args<'_>) -> Result<Value, CallError> {
    let mut entries = Entries::new();
    for pair in args.rest(0).chunks(2) {
        if let [key, value @ ..] = pair {
            let value = value.first().cloned().unwrap_or_else(|| Value::from(""));
            entries.insert(go::text(key)?, value);
        }
    }
    Ok(Value::Map(Map::typed(entries, MapType::ANY)))
}

/// Creates a map of the entries whose keys are named, or of all others.
fn chosen(args: Args<'_>, named: bool) -> Value {
    let names: std::collections::HashSet<&[u8]> =
        args.rest(1).iter().filter_map(|name| name.as_str()).map(|name| name.as_bytes()).collect();
    let entries = args.map(0).snapshot();
    let chosen = entries.iter().filter(|(key, _)| names.contains(key.as_bytes()) == named);
    Value::map(chosen.map(|(key, value)| (key.clone(), value.clone())))
}

/// Evaluates `dig "a" "b" DEFAULT MAP`: the value at a path of keys, or the default if a key is missing.
fn dig(args: Args<'_>) -> Result<Value, CallError> {
    let [keys @ .., default, map] = args.rest(0) else {
        return Err("dig needs at least three arguments".into());
    };
    if keys.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut map = Some(unnamed(map)?);
    let keys = keys.iter().map(|key| key.as_str().ok_or_else(|| not_a(key, "string")));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let mut found = Value::Nil;
    for key in keys {
        let step = match map.take() {
            Some(map) => map,
            None => unnamed(&found)?,
        };
        let Some(value) = step.get(key) else { return Ok(default.clone()) };
        found = value;
    }
    Ok(found)
}

/// Returns the map if its type is `map[string]interface {}`, and not a named type as that of `.Values`.
fn unnamed(value: &Value) -> Result<Map, CallError> {
    match value {
        Value::Map(map) if value.type_name() == MAP => Ok(map.clone()),
        _ => Err(not_a(value, MAP)),
    }
}

const MAP: &str = "map[string]interface {}";

fn not_a(value: &Value, wanted: &str) -> CallError {
    let actual = if value.is_nil() { "nil".into() } else { value.type_name() };
    format!("interface conversion: interface {{}} is {actual}, not {wanted}").into()
}
