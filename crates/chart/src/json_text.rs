//! Converts texts as `toYaml` does: Go writes the value as JSON, and reads that as YAML 1.1.

use std::borrow::Cow;

/// The longest key that YAML accepts, escaped as JSON and with its quotes.
const LONGEST_KEY: usize = 1024;

/// Go's error for a key that is too long or has more than one line.
const NO_KEY: &str = "did not find expected ',' or '}'";

/// Converts a text as YAML reads it from JSON: NEL (U+0085) is a line break there, so that it becomes a space.
///
/// # Errors
/// Go's text for control characters that YAML refuses and JSON does not escape.
pub(super) fn value(text: &str) -> Result<Cow<'_, str>, String> {
    // The first bytes of all special characters.
    if !text.bytes().any(|byte| matches!(byte, 0x7F | 0xC2 | 0xEF)) {
        return Ok(text.into());
    }
    if text.chars().any(is_refused) {
        return Err("yaml: control characters are not allowed".to_owned());
    }
    if !text.contains(NEL) {
        return Ok(text.into());
    }
    folded(text).map(Cow::Owned)
}

/// Checks a key, which must be on one line.
///
/// # Errors
/// As [`value`], and keys that YAML refuses.
pub(super) fn check_key(key: &str) -> Result<(), String> {
    value(key)?;
    let too_long = key.len() > LONGEST_KEY / 6 && key.chars().map(escaped_length).sum::<usize>() + 2 > LONGEST_KEY;
    if key.contains(NEL) || too_long { Err(format!("yaml: {NO_KEY}")) } else { Ok(()) }
}

const NEL: char = '\u{85}';

/// Returns whether YAML refuses a character that JSON does not escape.
fn is_refused(c: char) -> bool {
    matches!(c, '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Returns the length of a character in Go's JSON.
fn escaped_length(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{C}' => 2,
        '\0'..='\u{1F}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    }
}

/// Folds the lines of a text in double quotes: a single line break becomes a space, and a sequence of them loses the
/// first.
fn folded(text: &str) -> Result<String, String> {
    let mut lines = text.split(NEL);
    let mut out = String::new();
    let first = lines.next().unwrap_or_default();
    out.push_str(first.trim_end_matches(' '));
    let mut empty = 0;
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        if is_document_mark(line) {
            return Err("yaml: found unexpected document indicator".to_owned());
        }
        let is_last = lines.peek().is_none();
        let line = line.trim_start_matches(' ');
        let line = if is_last { line } else { line.trim_end_matches(' ') };
        if line.is_empty() && !is_last {
            empty += 1;
            continue;
        }
        out.push_str(if empty == 0 { " " } else { "" });
        out.extend(std::iter::repeat_n('\n', empty));
        out.push_str(line);
        empty = 0;
    }
    Ok(out)
}

fn is_document_mark(line: &str) -> bool {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    // The end of the last line is followed by a quote.
    rest.is_some_and(|rest| rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn lines_are_folded() {
        let nel = |text: &str| text.replace('|', "\u{85}");
        for (text, read) in [("a|b", "a b"), ("|", " "), ("a||b", "a\nb"), ("a | | |b", "a\n\nb"), (" | ", " ")] {
            assert_eq!(value(&nel(text)).as_deref(), Ok(read), "{text}");
        }
        assert!(value(&nel("a|--- b")).is_err() && value(&nel("a|---b")).is_ok() && value("\u{7f}").is_err());
    }
}
