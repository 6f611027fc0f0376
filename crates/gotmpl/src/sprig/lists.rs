//! Functions on lists. They accept lists of any type (`[]string`, `[]int`) and mostly return `[]interface {}`.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::cast::to_int;
use super::go;
use crate::function::{Args, CallError, Function, Type};
use crate::value::{Elem, List, Value, deep_equal};

const ANY: &[Type] = &[Type::Any];
const TWO: &[Type] = &[Type::Any, Type::Any];

type Run = fn(Args<'_>) -> Result<Value, CallError>;

/// Returns the functions. The `must` variants return the errors with which the others panic: a template sees no
/// difference.
pub(super) fn functions() -> Vec<Function> {
    let fixed: [(&[&str], &'static [Type], Run); 10] = [
        (&["append", "push", "mustAppend", "mustPush"], TWO, append),
        (&["prepend", "mustPrepend"], TWO, prepend),
        (&["first", "mustFirst"], ANY, first),
        (&["last", "mustLast"], ANY, last),
        (&["rest", "mustRest"], ANY, rest),
        (&["initial", "mustInitial"], ANY, initial),
        (&["reverse", "mustReverse"], ANY, reverse),
        (&["uniq", "mustUniq"], ANY, unique),
        (&["has", "mustHas"], TWO, has),
        (&["chunk", "mustChunk"], &[Type::Int, Type::Any], chunk),
    ];
    let variadic: [(&[&str], &'static [Type], Run); 4] = [
        (&["list", "tuple"], ANY, |args| Ok(Value::list(args.rest(0).iter().cloned()))),
        (&["without", "mustWithout"], TWO, without),
        (&["slice", "mustSlice"], TWO, slice),
        (&["concat"], ANY, concat),
    ];
    let mut functions = Vec::new();
    for (names, params, run) in fixed {
        functions.extend(names.iter().map(|name| Function::new(name, params, move |_, args| run(args))));
    }
    for (names, params, run) in variadic {
        functions.extend(names.iter().map(|name| Function::variadic(name, params, move |_, args| run(args))));
    }
    functions
}

fn append(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot push on type")?;
    Ok(Value::list(list.iter().chain(args.rest(1)).cloned()))
}

fn prepend(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot prepend on type")?;
    Ok(Value::list(args.rest(1).iter().chain(&list).cloned()))
}

fn first(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot find first on type")?;
    Ok(list.get(0).cloned().unwrap_or_default())
}

fn last(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot find last on type")?;
    Ok(list.items().last().cloned().unwrap_or_default())
}

fn rest(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot find rest on type")?;
    Ok(some_or_nil(list.items().split_first().map(|(_, rest)| rest)))
}

fn initial(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot find initial on type")?;
    Ok(some_or_nil(list.items().split_last().map(|(_, initial)| initial)))
}

/// Returns a list of the items; the nil list if there are none.
fn some_or_nil(items: Option<&[Value]>) -> Value {
    Value::List(items.map_or_else(|| List::nil(Elem::Any), |items| List::new(items.to_vec())))
}

fn reverse(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot find reverse on type")?;
    Ok(Value::list(list.iter().rev().cloned()))
}

fn unique(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot find uniq on type")?;
    let mut items: Vec<Value> = Vec::new();
    // Only items of one fingerprint can be equal.
    let mut alike: HashMap<u64, Vec<Value>> = HashMap::new();
    for item in &list {
        let before = alike.entry(fingerprint(item)).or_default();
        if !contains(before, item) {
            before.push(item.clone());
            items.push(item.clone());
        }
    }
    Ok(Value::list(items))
}

/// The same number for all values that are [`deep_equal`]; of maps, lists and objects only their kind.
fn fingerprint(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(value).hash(&mut hasher);
    match value {
        Value::Bool(value) => value.hash(&mut hasher),
        Value::Int(value, _) => value.hash(&mut hasher),
        Value::Uint(value, _) => value.hash(&mut hasher),
        // Both zeros are equal.
        Value::Float(value) => (value + 0.0).to_bits().hash(&mut hasher),
        Value::Str(text) => text.as_bytes().hash(&mut hasher),
        Value::Bytes(bytes) => bytes.hash(&mut hasher),
        _ => {}
    }
    hasher.finish()
}

fn contains(items: &[Value], wanted: &Value) -> bool {
    items.iter().any(|item| deep_equal(wanted, item))
}

fn without(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "Cannot find without on type")?;
    Ok(Value::list(list.iter().filter(|item| !contains(args.rest(1), item)).cloned()))
}

fn has(args: Args<'_>) -> Result<Value, CallError> {
    if args.get(1).is_nil() {
        return Ok(false.into());
    }
    let list = go::items_or(args.get(1), "Cannot find has on type")?;
    Ok(contains(list.items(), args.get(0)).into())
}

/// Lists of a size each, the last one shorter.
fn chunk(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(1), "Cannot chunk type")?;
    let size = args.int(0);
    let chunks = match (usize::try_from(size), list.len()) {
        (Ok(size), _) if size > 0 => {
            list.items().chunks(size).map(|items| Value::list(items.iter().cloned())).collect()
        }
        // What Go's arithmetic makes of negative sizes, where it makes anything.
        (Err(_), 1) if size < -1 => vec![Value::list(list.iter().cloned())],
        (Err(_), length) if length > 1 && (length as f64 - 1.0) / size as f64 >= -1.0 => Vec::new(),
        _ => return Err(go::BAD_LENGTH.into()),
    };
    Ok(Value::List(List::typed(chunks, Elem::Named("[]interface {}"))))
}

/// A part of a list, of the same type.
fn slice(args: Args<'_>) -> Result<Value, CallError> {
    let list = go::items_or(args.get(0), "list should be type of slice or array but")?;
    if list.is_empty() {
        return Ok(Value::Nil);
    }
    let index = |position: usize, otherwise: usize| match args.rest(position).first() {
        Some(index) => usize::try_from(to_int(index)).ok(),
        None => Some(otherwise),
    };
    let range = index(1, 0).zip(index(2, list.len()));
    let part = range.and_then(|(start, end)| list.items().get(start..end));
    let part = part.ok_or("reflect.Value.Slice: slice index out of bounds")?;
    if let Value::Bytes(bytes) = args.get(0) {
        let (start, end) = range.unwrap_or_default();
        return Ok(Value::bytes(bytes.get(start..end).unwrap_or_default()));
    }
    Ok(Value::List(List::typed(part.to_vec(), list.elem())))
}

fn concat(args: Args<'_>) -> Result<Value, CallError> {
    let mut all = Vec::new();
    for value in args.rest(0) {
        let Some(list) = go::items(value) else {
            let message = format!("Cannot concat type {} as list", value.kind().name());
            return Err(if value.is_nil() { go::NIL_POINTER.into() } else { message.into() });
        };
        all.extend(list.iter().cloned());
    }
    Ok(if all.is_empty() { Value::List(List::nil(Elem::Any)) } else { Value::list(all) })
}
