//! Functions that split and join text.

use memchr::memmem;

use super::go;
use crate::function::{Args, CallError, Function, Type};
use crate::value::{Elem, Entries, Map, MapType, Str, Value};
use mkmanifests_go::runes;

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("split", &[Type::Str, Type::Str], |_, args| {
            Ok(numbered(&split(args.bytes(1), args.bytes(0), usize::MAX)))
        }),
        Function::new("splitn", &[Type::Str, Type::Int, Type::Str], |_, args| {
            let most = usize::try_from(args.int(1)).unwrap_or(usize::MAX);
            Ok(numbered(&split(args.bytes(2), args.bytes(0), most)))
        }),
        Function::new("splitList", &[Type::Str, Type::Str], |_, args| {
            Ok(Value::strings(split(args.bytes(1), args.bytes(0), usize::MAX)))
        }),
        Function::new("toStrings", &[Type::Any], |_, args| match args.get(0) {
            Value::List(list) if list.is_nil() && list.elem() == Elem::Str => Ok(args.get(0).clone()),
            value => Ok(Value::strings(go::texts(value)?)),
        }),
        Function::new("join", &[Type::Str, Type::Any], |_, args| {
            Ok(Value::raw(go::join(&go::texts(args.get(1))?, args.bytes(0))?))
        }),
        Function::new("sortAlpha", &[Type::Any], |_, args| sort(args)),
    ]
}

/// Splits a text at a separator into at most `most` parts; the last part has the rest. An empty separator splits into
/// characters.
pub(super) fn split<'a>(text: &'a [u8], separator: &[u8], most: usize) -> Vec<&'a [u8]> {
    if separator.is_empty() {
        return letters(text, most);
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memmem::find_iter(text, separator).take(most.saturating_sub(1)) {
        parts.extend(text.get(start..at));
        start = at + separator.len();
    }
    if most > 0 {
        parts.extend(text.get(start..));
    }
    parts
}

/// Splits a text into at most `most` characters; the last part has the rest.
pub(super) fn letters(text: &[u8], most: usize) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((_, size)) = runes(rest).next() {
        if parts.len().saturating_add(1) >= most {
            break;
        }
        let (part, after) = rest.split_at_checked(size).unwrap_or((rest, b""));
        parts.push(part);
        rest = after;
    }
    if most > 0 && !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// Returns a Go `map[string]string` of the parts, with the keys `_0`, `_1` and so on.
fn numbered(parts: &[&[u8]]) -> Value {
    let entry = |(index, part): (usize, &&[u8])| (Str::from(format!("_{index}")), Value::raw(*part));
    let entries: Entries = parts.iter().enumerate().map(entry).collect();
    Value::Map(Map::typed(entries, MapType::STR))
}

fn sort(args: Args<'_>) -> Result<Value, CallError> {
    let mut texts = match args.get(0) {
        Value::Nil => vec![go::text(&Value::Nil)?],
        value => go::texts(value)?,
    };
    texts.sort();
    Ok(Value::strings(texts))
}
