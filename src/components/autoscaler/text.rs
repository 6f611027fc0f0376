//! What kubectl reads where the chart prints a value into YAML without or between quotes.
//!
//! The chart is text: `name: {{ . }}`. What stands in the value is read as YAML afterwards, so that `a # b` loses its
//! end and `a: b` is no text any more. A live release has what was read; so have the objects here.

use crate::diagnostic::SourceId;
use crate::tree::read::{Duplicates, first_document};
use crate::tree::{Kind, Node};

/// Text after `key: `, without quotes. There is none where YAML reads null.
///
/// Where YAML reads a number or a boolean, an API server refuses what the chart prints; here it stays the text that was
/// meant.
///
/// # Errors
///
/// Why it is no text.
pub(super) fn plain(text: &str) -> Result<Option<String>, String> {
    let simple = |byte: u8| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte);
    let starts_simply = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    if starts_simply && text.bytes().all(simple) && !text.eq_ignore_ascii_case("null") {
        return Ok(Some(text.to_owned()));
    }
    one_line(text)?;
    scalar(text, read("k: ", text, "")?)
}

/// An item after `- `, of which `prefix` is not the user's.
///
/// # Errors
///
/// Why it is no text.
pub(super) fn item(prefix: &str, text: &str) -> Result<Option<String>, String> {
    let whole = format!("{prefix}{text}");
    if whole.starts_with("--") && whole.bytes().all(|byte| byte.is_ascii_graphic()) && !whole.ends_with(':') {
        return Ok(Some(whole));
    }
    one_line(&whole)?;
    scalar(&whole, read("- ", &whole, "")?)
}

/// Text between double quotes. Line breaks become spaces there.
///
/// # Errors
///
/// Why it is no text.
pub(super) fn quoted(text: &str) -> Result<String, String> {
    if !text.contains(|c: char| matches!(c, '"' | '\\') || c.is_control()) {
        return Ok(text.to_owned());
    }
    match read("k: \"", text, "\"").map_err(|_| NOT_BETWEEN_QUOTES.to_owned())?.kind {
        Kind::Str(text) => Ok(text),
        _ => Err(NOT_BETWEEN_QUOTES.to_owned()),
    }
}

/// Text before `: `, as the key of a mapping, where YAML makes `true` of `yes`.
///
/// # Errors
///
/// Why it is no key.
pub(super) fn key(text: &str) -> Result<String, String> {
    one_line(text)?;
    let document = first_document(SourceId::default(), &format!("{}: k\n", text.trim()), Duplicates::LastWins);
    match document.map(|node| node.kind) {
        Ok(Kind::Map(map)) if map.len() == 1 && map.entries()[0].value.as_str() == Some("k") => {
            Ok(map.entries()[0].key.clone().into_owned())
        }
        _ => Err(NO_TEXT.to_owned()),
    }
}

/// What YAML reads, whatever it is: for a field that takes a number as well as text.
///
/// # Errors
///
/// Why it cannot be read.
pub(super) fn any(text: &str) -> Result<Kind, String> {
    one_line(text)?;
    Ok(read("k: ", text, "")?.kind)
}

const SEVERAL_LINES: &str = "text of one line is needed here";
const NO_TEXT: &str = "YAML reads no text here; put it in quotes within the quotes, as in '\"a: b\"'";

const NOT_BETWEEN_QUOTES: &str =
    "it stands between double quotes, where `\\` and `\"` have a meaning: write `\\\\` and `\\\"`";

/// Spaces and line breaks at the end, which block scalars have, are no part of it.
fn one_line(text: &str) -> Result<(), String> {
    if text.trim().contains(['\n', '\r']) { Err(SEVERAL_LINES.to_owned()) } else { Ok(()) }
}

/// The one value of `before`, the text and `after`.
fn read(before: &str, text: &str, after: &str) -> Result<Node, String> {
    let text = if after.is_empty() { text.trim() } else { text };
    let document = first_document(SourceId::default(), &format!("{before}{text}{after}\n"), Duplicates::LastWins);
    match document.map_err(|_| NO_TEXT.to_owned())?.kind {
        Kind::Seq(mut items) if items.len() == 1 => items.pop().ok_or_else(|| NO_TEXT.to_owned()),
        Kind::Map(mut map) if map.len() == 1 => map.remove("k").map(|k| k.value).ok_or_else(|| NO_TEXT.to_owned()),
        _ => Err(NO_TEXT.to_owned()),
    }
}

fn scalar(text: &str, node: Node) -> Result<Option<String>, String> {
    match node.kind {
        Kind::Null => Ok(None),
        Kind::Str(text) => Ok(Some(text)),
        Kind::Seq(_) | Kind::Map(_) => Err(NO_TEXT.to_owned()),
        _ => Ok(Some(text.trim().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_is_what_yaml_reads() {
        for (text, read) in [
            ("foo", Some("foo")),
            ("/etc/x y", Some("/etc/x y")),
            ("a # b", Some("a")),
            ("'a: b'", Some("a: b")),
            ("123", Some("123")),
            ("true", Some("true")),
            ("foo\n", Some("foo")),
            ("", None),
            ("~", None),
        ] {
            assert_eq!(plain(text), Ok(read.map(str::to_owned)), "{text}");
        }
        assert!(plain("a: b").is_err());
        assert!(plain("[a]").is_err());
        assert!(plain("a\nb").is_err());
    }

    #[test]
    fn a_key_is_what_yaml_reads() {
        assert_eq!(key("example.com/role"), Ok("example.com/role".to_owned()));
        assert_eq!(key("yes"), Ok("true".to_owned()));
        assert!(key("a: b").is_err());
        assert!(key("#").is_err());
    }

    #[test]
    fn an_argument_is_an_item() {
        assert_eq!(item("--v=", "4"), Ok(Some("--v=4".to_owned())));
        assert_eq!(item("--x=", "a #b"), Ok(Some("--x=a".to_owned())));
        assert!(item("--x=", "a:").is_err());
        assert!(item("--x=", "a: b").is_err());
    }

    #[test]
    fn escapes_count_between_quotes() {
        assert_eq!(quoted("a\\tb"), Ok("a\tb".to_owned()));
        assert_eq!(quoted("a\nb\n"), Ok("a b ".to_owned()));
        assert!(quoted("a\"b").is_err());
    }
}
