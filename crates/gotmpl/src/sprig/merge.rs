//! `merge` and its variants, by the rules of the library `mergo`.
//!
//! A map that is taken from a later argument is not copied: a change in one is visible in both.

use crate::function::{Args, CallError, Function, Type};
use crate::value::{Elem, Kind, MAX_NESTING, Map, MapType, Str, Value};

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    const MAPS: &[Type] = &[Type::Map, Type::Map];
    let merging = [
        ("merge", false, false),
        ("mergeOverwrite", true, false),
        ("mustMerge", false, true),
        ("mustMergeOverwrite", true, true),
    ];
    let function = |(name, overwrite, must): (&'static str, bool, bool)| {
        Function::variadic(name, MAPS, move |_, args| match merge_all(args, overwrite) {
            // Only the `must` variants report that the maps cannot be merged.
            Err(Stop::Error(_)) if !must => Ok(Value::from("")),
            Err(Stop::Error(message) | Stop::Panic(message)) => Err(CallError::from(message)),
            Ok(map) => Ok(Value::Map(map)),
        })
    };
    merging.map(function).into()
}

/// Why merging stopped.
enum Stop {
    /// The library's error, which `merge` ignores.
    Error(String),
    /// A panic, which always stops the rendering.
    Panic(String),
}

fn merge_all(args: Args<'_>, overwrite: bool) -> Result<Map, Stop> {
    let mut into = args.map(0).with_type(MapType::ANY);
    for from in args.rest(1).iter().filter_map(Value::as_map) {
        if into.is_nil() && !from.is_nil() {
            into = Map::new();
        }
        merge(&into, &from, overwrite, MAX_NESTING)?;
    }
    Ok(into)
}

fn merge(into: &Map, from: &Map, overwrite: bool, depth: usize) -> Result<(), Stop> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Stop::Panic(format!("maps are nested deeper than {MAX_NESTING} levels")));
    };
    // A nil map further in stays as it is; the caller replaces it.
    if into.is_nil() {
        return Ok(());
    }
    let keys: Vec<_> = from.snapshot().keys().cloned().collect();
    for key in keys {
        let Some(new) = from.get(&key) else { continue };
        let old = into.get(&key);
        if replaces(old.as_ref(), &new, overwrite, depth)? {
            put(into, from, &key, new)?;
        }
    }
    Ok(())
}

/// Merges what is in both, and says whether the new value takes the place of the old one.
fn replaces(old: Option<&Value>, new: &Value, overwrite: bool, depth: usize) -> Result<bool, Stop> {
    if new.is_nil() {
        return Ok(overwrite);
    }
    if let Some(old) = old {
        inside(old, new, overwrite, depth)?;
        let both_maps = old.kind() == Kind::Map && new.kind() == Kind::Map;
        if both_maps && old.truth() {
            return Ok(false);
        }
        // Structs and what points to them never count as empty.
        return Ok(overwrite || !old.truth());
    }
    Ok(true)
}

fn inside(old: &Value, new: &Value, overwrite: bool, depth: usize) -> Result<(), Stop> {
    match (old.as_map(), new.as_map()) {
        (Some(into), Some(from)) => merge(&into, &from, overwrite, depth),
        _ if old.kind() == Kind::Ptr && !overwrite && matches!(new.kind(), Kind::Map | Kind::Struct) => {
            Err(Stop::Error("src and dst must be of same type".to_owned()))
        }
        _ => Ok(()),
    }
}

fn put(into: &Map, from: &Map, key: &Str, value: Value) -> Result<(), Stop> {
    let (wanted, given) = (into.kind().elem, from.kind().elem);
    // A list is assigned by its own type.
    let given = if value.kind() == Kind::Slice { value.type_name() } else { given.name().into() };
    if wanted != Elem::Any && wanted.name() != given {
        let wanted = wanted.name();
        return Err(Stop::Panic(format!(
            "reflect.Value.SetMapIndex: value of type {given} is not assignable to type {wanted}"
        )));
    }
    into.insert(key.clone(), value).map_err(|error| Stop::Panic(error.to_string()))
}
