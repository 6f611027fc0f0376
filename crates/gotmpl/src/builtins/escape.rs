//! The escaping functions `html`, `js` and `urlquery`.

use super::Args;
use crate::error::CallError;
use crate::fmt::sprint;
use crate::value::Value;
use mkmanifests_go::quote::is_print;
use mkmanifests_go::runes;

/// Returns the text to escape: the arguments as `print` prints them.
pub(super) fn text(args: Args<'_>) -> Result<Vec<u8>, CallError> {
    let shown: Vec<Value> =
        args.0.iter().map(|arg| if arg.is_nil() { Value::from("<no value>") } else { arg.clone() }).collect();
    Ok(sprint(&shown)?)
}

/// Escapes text for HTML and its quoted attributes.
pub(super) fn html(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'\0' => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            byte => out.push(*byte),
        }
    }
    out
}

/// Escapes text for JavaScript strings.
pub(super) fn js(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for (rune, size) in runes(text) {
        let escaped = match rune {
            '\\' => "\\\\".to_owned(),
            '\'' => "\\'".to_owned(),
            '"' => "\\\"".to_owned(),
            '<' | '>' | '&' | '=' | '\0'..' ' => format!("\\u{:04X}", u32::from(rune)),
            // Printable characters and invalid UTF-8 stay as they are.
            _ if rune.is_ascii() || is_print(rune) => {
                let raw = text.get(at..at + size).unwrap_or_default();
                out.extend_from_slice(raw);
                String::new()
            }
            _ => format!("\\u{:04X}", u32::from(rune)),
        };
        out.extend_from_slice(escaped.as_bytes());
        at += size;
    }
    out
}

/// Escapes text for the query of a URL; a space becomes `+`.
pub(super) fn url_query(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(*byte),
            b' ' => out.push(b'+'),
            byte => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    out
}
