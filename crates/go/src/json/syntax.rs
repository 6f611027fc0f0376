//! The texts of Go's syntax errors.

use crate::quote::{is_print, quote};
use crate::runes;

/// Go's error for a document that ends too early.
pub const END: &str = "unexpected end of JSON input";

/// Returns Go's error for an invalid character at the start of `rest`, or for the end of the document. `place` is Go's
/// context, such as `after top-level value`.
pub fn invalid_character(rest: &[u8], place: &str) -> String {
    let Some((rune, size)) = runes(rest).next() else { return END.to_owned() };
    let shown = match (rune, rest.first()) {
        (char::REPLACEMENT_CHARACTER, Some(byte)) if size == 1 => format!("\\x{byte:x}"),
        ('\'', _) => "\\'".to_owned(),
        ('"', _) => "\"".to_owned(),
        _ => unquoted(rest.get(..size).unwrap_or_default()),
    };
    format!("invalid character '{shown}' {place}")
}

/// Escapes bytes as in a Go string, without the quotes.
fn unquoted(bytes: &[u8]) -> String {
    let quoted = quote(bytes);
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

/// Returns Go's error for an invalid backslash sequence.
pub(super) fn invalid_escape(sequence: &[u8]) -> String {
    let hidden =
        |rune: char| rune == '`' || rune == char::REPLACEMENT_CHARACTER || rune.is_whitespace() || !is_print(rune);
    let shown = if runes(sequence).any(|(rune, _)| hidden(rune)) {
        quote(sequence)
    } else {
        format!("`{}`", String::from_utf8_lossy(sequence))
    };
    format!("invalid escape sequence {shown} in string")
}
