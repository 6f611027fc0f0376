//! Reads values as kubectl reads them after the chart has printed them into YAML, with or without quotes.
//!
//! The chart is text: `name: {{ . }}`. The printed value is read as YAML afterwards, so that `a # b` loses its end and `a: b` is
//! no longer a string. The objects here are the same as those of a live release.

use crate::diagnostic::SourceId;
use crate::tree::read::{Duplicates, first_document};
use crate::tree::{Kind, Node};

/// Reads a value that the chart prints after `key: ` without quotes; none if YAML reads null.
///
/// Where YAML reads a number or a boolean, an API server rejects what the chart prints; here it remains a string.
///
/// # Errors
///
/// Returns why it is not a string.
pub(super) fn plain(text: &str) -> Result<Option<String>, String> {
    let simple = |byte: u8| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte);
    let starts_simply = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    if starts_simply && text.bytes().all(simple) && !text.eq_ignore_ascii_case("null") {
        return Ok(Some(text.to_owned()));
    }
    one_line(text)?;
    scalar(text, read("k: ", text, "")?)
}

/// Reads an item that the chart prints after `- `. `prefix` is not the user's.
///
/// # Errors
///
/// Returns why it is not a string.
pub(super) fn item(prefix: &str, text: &str) -> Result<Option<String>, String> {
    let whole = format!("{prefix}{text}");
    if whole.starts_with("--") && whole.bytes().all(|byte| byte.is_ascii_graphic()) && !whole.ends_with(':') {
        return Ok(Some(whole));
    }
    one_line(&whole)?;
    scalar(&whole, read("- ", &whole, "")?)
}

/// Reads a value that the chart prints between double quotes, where line breaks become spaces.
///
/// # Errors
///
/// Returns why it is not a string.
pub(super) fn quoted(text: &str) -> Result<String, String> {
    if !text.contains(|c: char| matches!(c, '"' | '\\') || c.is_control()) {
        return Ok(text.to_owned());
    }
    match read("k: \"", text, "\"").map_err(|_| NOT_BETWEEN_QUOTES.to_owned())?.kind {
        Kind::Str(text) => Ok(text),
        _ => Err(NOT_BETWEEN_QUOTES.to_owned()),
    }
}

/// Reads a value that the chart prints before `: `, as the key of a mapping, where YAML reads `yes` as `true`.
///
/// # Errors
///
/// Returns why it is not a key.
pub(super) fn key(text: &str) -> Result<String, String> {
    one_line(text)?;
    let document = first_document(SourceId::default(), &format!("{}: k\n", text.trim()), Duplicates::LastWins);
    match document.map(|node| node.kind) {
        Ok(Kind::Map(map)) if map.len() == 1 && map.entries()[0].value.as_str() == Some("k") => {
            Ok(map.entries()[0].key.clone().into_owned())
        }
        _ => Err(NOT_A_STRING.to_owned()),
    }
}

/// Reads a value of any type, for a field that accepts numbers and strings.
///
/// # Errors
///
/// Returns why it cannot be read.
pub(super) fn any(text: &str) -> Result<Kind, String> {
    one_line(text)?;
    Ok(read("k: ", text, "")?.kind)
}

const SEVERAL_LINES: &str = "must be a single line";
const NOT_A_STRING: &str = "the chart prints this without quotes, and YAML does not read it as a string; add quotes inside the quotes, as in '\"a: b\"'";

const NOT_BETWEEN_QUOTES: &str =
    "the chart prints this between double quotes: write `\\\\` for `\\` and `\\\"` for `\"`";

/// Checks for a single line. Spaces and line breaks at the end, which block scalars have, are ignored.
fn one_line(text: &str) -> Result<(), String> {
    if text.trim().contains(['\n', '\r']) { Err(SEVERAL_LINES.to_owned()) } else { Ok(()) }
}

/// Reads the single value in `before`, the text and `after`.
fn read(before: &str, text: &str, after: &str) -> Result<Node, String> {
    let text = if after.is_empty() { text.trim() } else { text };
    let document = first_document(SourceId::default(), &format!("{before}{text}{after}\n"), Duplicates::LastWins);
    match document.map_err(|_| NOT_A_STRING.to_owned())?.kind {
        Kind::Seq(mut items) if items.len() == 1 => items.pop().ok_or_else(|| NOT_A_STRING.to_owned()),
        Kind::Map(mut map) if map.len() == 1 => map.remove("k").map(|k| k.value).ok_or_else(|| NOT_A_STRING.to_owned()),
        _ => Err(NOT_A_STRING.to_owned()),
    }
}

fn scalar(text: &str, node: Node) -> Result<Option<String>, String> {
    match node.kind {
        Kind::Null => Ok(None),
        Kind::Str(text) => Ok(Some(text)),
        Kind::Seq(_) | Kind::Map(_) => Err(NOT_A_STRING.to_owned()),
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
