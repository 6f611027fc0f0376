//! Functions that wrap or abbreviate long text. All count bytes.

use super::go;
use crate::function::{Args, CallError, Function, Type};
use crate::value::Value;

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("wrap", &[Type::Int, Type::Str], |_, args| {
            let lines = wrap(args.bytes(1), args.int(0), false);
            Ok(Value::raw(go::join(&lines, b"\n")?))
        }),
        Function::new("wrapWith", &[Type::Int, Type::Str, Type::Str], |_, args| {
            let lines = wrap(args.bytes(2), args.int(0), true);
            let between = args.bytes(1);
            Ok(Value::raw(go::join(&lines, if between.is_empty() { b"\n" } else { between })?))
        }),
        Function::new("abbrev", &[Type::Int, Type::Str], |_, args| abbreviate_end(args)),
        Function::new("abbrevboth", &[Type::Int, Type::Int, Type::Str], |_, args| abbreviate_both(args)),
    ]
}

/// Wraps a text into lines of at most `width` bytes, broken at spaces. A longer word is cut or kept.
fn wrap(text: &[u8], width: i64, cut_words: bool) -> Vec<&[u8]> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.len() > width {
        if let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
            continue;
        }
        let head = rest.get(..=width).unwrap_or(rest);
        let space = head.iter().rposition(|byte| *byte == b' ');
        let cut = match space {
            None if cut_words => (width, width),
            None => match rest.iter().position(|byte| *byte == b' ') {
                Some(space) => (space, space + 1),
                None => break,
            },
            Some(space) => (space, space + 1),
        };
        lines.push(rest.get(..cut.0).unwrap_or(rest));
        rest = rest.get(cut.1..).unwrap_or_default();
    }
    lines.push(rest);
    lines
}

fn abbreviate_end(args: Args<'_>) -> Result<Value, CallError> {
    let width = args.int(0);
    if width < 4 {
        return Ok(args.get(1).clone());
    }
    Ok(abbreviate(args.bytes(1), 0, width))
}

fn abbreviate_both(args: Args<'_>) -> Result<Value, CallError> {
    let (left, right) = (args.int(0), args.int(1));
    if right < 4 || (left > 0 && right < 7) {
        return Ok(args.get(2).clone());
    }
    Ok(abbreviate(args.bytes(2), left, right))
}

/// Abbreviates a text to at most `width` bytes (4 or more) with dots for what is omitted. The byte at `offset` is kept.
fn abbreviate(text: &[u8], offset: i64, width: i64) -> Value {
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    if length <= width {
        return Value::raw(text);
    }
    let slice = |from: i64, until: i64| {
        let range = usize::try_from(from).unwrap_or_default()..usize::try_from(until).unwrap_or_default();
        text.get(range).unwrap_or_default()
    };
    let mut offset = offset.min(length);
    // Go wraps around.
    if length.wrapping_sub(offset) < width - 3 {
        offset = length - (width - 3);
    }
    if offset <= 4 {
        return Value::raw([slice(0, width - 3), b"..."].concat());
    }
    if width < 7 {
        return Value::from("");
    }
    if offset + width - 3 < length {
        let middle = middle(slice(offset, length), width - 3);
        return Value::raw([b"...", middle.as_slice()].concat());
    }
    Value::raw([b"...", slice(length - (width - 3), length)].concat())
}

/// Abbreviates the middle of a text that is longer than `width`.
fn middle(text: &[u8], width: i64) -> Vec<u8> {
    let shown = usize::try_from(width - 3).unwrap_or_default();
    [text.get(..shown).unwrap_or(text), b"..."].concat()
}
