//! Functions on text that count and cut bytes, as Go's package `strings` does.

use memchr::memmem;
use mkmanifests_go::quote::quote;

use super::go;
use crate::function::{Args, CallError, Function, Type};
use crate::value::Value;
use mkmanifests_go::runes;

const TWO: &[Type] = &[Type::Str, Type::Str];
const ANY: &[Type] = &[Type::Any];

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    let mut functions = vec![
        Function::new("trim", &[Type::Str], |_, args| Ok(Value::raw(trim(args.bytes(0), char::is_whitespace)))),
        Function::new("trimSuffix", TWO, |_, args| {
            let text = args.bytes(1);
            Ok(Value::raw(text.strip_suffix(args.bytes(0)).unwrap_or(text)))
        }),
        Function::new("trimPrefix", TWO, |_, args| {
            let text = args.bytes(1);
            Ok(Value::raw(text.strip_prefix(args.bytes(0)).unwrap_or(text)))
        }),
        Function::new("contains", TWO, |_, args| Ok(memmem::find(args.bytes(1), args.bytes(0)).is_some().into())),
        Function::new("hasPrefix", TWO, |_, args| Ok(args.bytes(1).starts_with(args.bytes(0)).into())),
        Function::new("hasSuffix", TWO, |_, args| Ok(args.bytes(1).ends_with(args.bytes(0)).into())),
        Function::new("repeat", &[Type::Int, Type::Str], |_, args| {
            Ok(Value::raw(go::repeat(args.bytes(1), args.int(0))?))
        }),
        Function::new("replace", &[Type::Str, Type::Str, Type::Str], |_, args| {
            Ok(Value::raw(replace(args.bytes(0), args.bytes(1), args.bytes(2))?))
        }),
        Function::new("trunc", &[Type::Int, Type::Str], |_, args| Ok(Value::raw(truncate(args.int(0), args.bytes(1))))),
        Function::new("substr", &[Type::Int, Type::Int, Type::Str], |_, args| {
            Ok(Value::raw(substring(args.int(0), args.int(1), args.bytes(2))?))
        }),
        Function::new("indent", &[Type::Int, Type::Str], |_, args| indent(b"", args)),
        Function::new("nindent", &[Type::Int, Type::Str], |_, args| indent(b"\n", args)),
        Function::new("plural", &[Type::Str, Type::Str, Type::Int], |_, args| {
            Ok(args.get(usize::from(args.int(2) != 1)).clone())
        }),
        Function::new("toString", ANY, |_, args| Ok(Value::Str(go::text(args.get(0))?))),
        Function::variadic("quote", ANY, |_, args| {
            join(args, |value| Ok(quote(go::text(value)?.as_bytes()).into_bytes()))
        }),
        Function::variadic("squote", ANY, |_, args| {
            join(args, |value| Ok([b"'", go::display(value)?.as_slice(), b"'"].concat()))
        }),
        Function::variadic("cat", ANY, |_, args| join(args, go::display)),
    ];
    functions.extend(["trimAll", "trimall"].map(|name| {
        Function::new(name, TWO, |_, args| {
            let set: Vec<char> = args.text(0).chars().collect();
            Ok(Value::raw(trim(args.bytes(1), |letter| set.contains(&letter))))
        })
    }));
    functions
}

/// Joins the arguments that are not nil as texts, with spaces.
fn join(args: Args<'_>, show: impl Fn(&Value) -> Result<Vec<u8>, CallError>) -> Result<Value, CallError> {
    let texts: Vec<_> = args.rest(0).iter().filter(|value| !value.is_nil()).map(show).collect::<Result<_, _>>()?;
    Ok(Value::raw(go::join(&texts, b" ")?))
}

/// Removes characters from both ends. A byte that is not UTF-8 counts as U+FFFD.
fn trim(bytes: &[u8], cut: impl Fn(char) -> bool) -> &[u8] {
    let front: usize = runes(bytes).take_while(|(letter, _)| cut(*letter)).map(|(_, size)| size).sum();
    let mut position = front;
    let mut end = front;
    for (letter, size) in runes(bytes.get(front..).unwrap_or_default()) {
        position += size;
        if !cut(letter) {
            end = position;
        }
    }
    bytes.get(front..end).unwrap_or_default()
}

fn replace(old: &[u8], new: &[u8], text: &[u8]) -> Result<Vec<u8>, CallError> {
    let parts = if old.is_empty() { around_letters(text) } else { super::pieces::split(text, old, usize::MAX) };
    go::join(&parts, new)
}

/// Splits around each character: an empty text is found before each character and at the end.
fn around_letters(text: &[u8]) -> Vec<&[u8]> {
    let mut parts: Vec<&[u8]> = vec![b""];
    parts.extend(super::pieces::letters(text, usize::MAX));
    if parts.len() > 1 {
        parts.push(b"");
    }
    if text.is_empty() {
        parts.push(b"");
    }
    parts
}

/// Returns the first `count` bytes, or the last ones if it is negative.
fn truncate(count: i64, text: &[u8]) -> &[u8] {
    let length = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if count >= 0 {
        return text.get(..length).unwrap_or(text);
    }
    text.len().checked_sub(length).and_then(|start| text.get(start..)).unwrap_or(text)
}

fn substring(start: i64, end: i64, text: &[u8]) -> Result<&[u8], String> {
    let length = text.len();
    let limit = usize::try_from(end).ok().filter(|end| *end <= length);
    let Ok(from) = usize::try_from(start) else {
        let with_length = if end < 0 { String::new() } else { format!(" with length {length}") };
        let message = || format!("runtime error: slice bounds out of range [:{end}]{with_length}");
        return limit.and_then(|limit| text.get(..limit)).ok_or_else(message);
    };
    let until = limit.unwrap_or(length);
    text.get(from..until).ok_or_else(|| format!("runtime error: slice bounds out of range [{start}:{until}]"))
}

fn indent(before: &[u8], args: Args<'_>) -> Result<Value, CallError> {
    let padding = go::repeat(b" ", args.int(0))?;
    let text = args.bytes(1);
    let breaks = memchr::memchr_iter(b'\n', text).count();
    let length = text.len().saturating_add(padding.len().saturating_mul(breaks + 1));
    go::check_length(length)?;
    let mut out = Vec::with_capacity(before.len() + length);
    out.extend_from_slice(before);
    let mut from = 0;
    // The line after the last line feed, or the only one, may be empty.
    for end in memchr::memchr_iter(b'\n', text).map(|at| at + 1).chain([text.len()]) {
        out.extend_from_slice(&padding);
        out.extend_from_slice(text.get(from..end).unwrap_or_default());
        from = end;
    }
    Ok(Value::raw(out))
}
