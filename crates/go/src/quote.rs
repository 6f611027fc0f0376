//! Quotes and unquotes strings and characters as Go's `strconv` does.

use std::borrow::Cow;

use crate::runes;

/// Quotes a text as Go's `strconv.Quote`: in double quotes, with escapes for what cannot be printed.
pub fn quote(bytes: &[u8]) -> String {
    quote_with(bytes, '"', false)
}

/// Quotes a text as Go's `strconv.Quote` or (if `ascii`) `strconv.QuoteToASCII`, with the given quote.
pub fn quote_with(bytes: &[u8], quote: char, ascii: bool) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push(quote);
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        // The common case is plain text.
        let plain = rest.iter().take_while(|byte| is_plain(**byte) && char::from(**byte) != quote).count();
        out.push_str(rest.get(..plain).and_then(|plain| std::str::from_utf8(plain).ok()).unwrap_or_default());
        at += plain;
        let Some((rune, size)) = runes(rest.get(plain..).unwrap_or_default()).next() else { break };
        match bytes.get(at) {
            Some(byte) if rune == char::REPLACEMENT_CHARACTER && size == 1 => out.push_str(&format!("\\x{byte:02x}")),
            _ => push_rune(&mut out, rune, quote, ascii),
        }
        at += size;
    }
    out.push(quote);
    out
}

/// Returns whether a byte needs no escape in quotes, unless it is the quote.
fn is_plain(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte) && byte != b'\\'
}

/// Quotes a code point as Go's `strconv.QuoteRune`. An invalid one becomes U+FFFD.
pub fn quote_rune(code: u64, ascii: bool) -> String {
    let mut out = String::from("'");
    push_rune(&mut out, rune(code), '\'', ascii);
    out.push('\'');
    out
}

/// Quotes a character as Go's `strconv.QuoteRune`.
pub fn quote_char(char: char) -> String {
    quote_rune(u64::from(u32::from(char)), false)
}

/// Returns the character of a code point, or U+FFFD.
pub fn rune(code: u64) -> char {
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn push_rune(out: &mut String, rune: char, quote: char, ascii: bool) {
    if rune == quote || rune == '\\' {
        out.push('\\');
        out.push(rune);
        return;
    }
    if is_print(rune) && (rune.is_ascii() || !ascii) {
        out.push(rune);
        return;
    }
    match rune {
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        _ => {
            let code = u32::from(rune);
            out.push_str(&match code {
                0..0x20 | 0x7f => format!("\\x{code:02x}"),
                0x20..0x10000 => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            });
        }
    }
}

/// Returns whether a character is printable as in Go's `strconv.IsPrint`: a letter, mark, number, punctuation, symbol
/// or the ASCII space.
pub fn is_print(rune: char) -> bool {
    if rune.is_ascii() {
        return (' '..='~').contains(&rune);
    }
    // The debug output of the standard library has the same table, but escapes a leading mark.
    let mut text = String::from("a");
    text.push(rune);
    text.escape_debug().eq(text.chars())
}

/// Formats a character as Go's `%#U` does: `U+0041 'A'`.
pub fn show_rune(rune: char) -> String {
    let code = format!("U+{:04X}", u32::from(rune));
    if is_print(rune) { format!("{code} '{rune}'") } else { code }
}

/// Returns whether a text can be in backquotes unchanged, as Go's `strconv.CanBackquote`.
pub fn can_backquote(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_ok_and(|text| text.chars().all(|c| c != '\u{feff}' && c != '`' && c != '\x7f' && (c >= ' ' || c == '\t')))
}

/// Unquotes a string in double quotes or backquotes as Go's `strconv.Unquote`; `None` for a syntax error.
pub fn unquote(quoted: &str) -> Option<Cow<'_, [u8]>> {
    if let Some(inner) = quoted.strip_prefix('`') {
        let inner = inner.strip_suffix('`')?;
        return Some(inner.bytes().filter(|byte| *byte != b'\r').collect());
    }
    let mut rest = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if !rest.bytes().any(|byte| matches!(byte, b'\\' | b'"' | b'\n')) {
        return Some(Cow::Borrowed(rest.as_bytes()));
    }
    let mut out = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (piece, after) = unquote_char(rest, '"')?;
        piece.push_to(&mut out);
        rest = after;
    }
    Some(Cow::Owned(out))
}

/// The meaning of one character or escape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A character.
    Rune(char),
    /// A byte from `\x` or an octal escape.
    Byte(u8),
}

impl Piece {
    fn push_to(self, out: &mut Vec<u8>) {
        match self {
            Piece::Rune(rune) => out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes()),
            Piece::Byte(byte) => out.push(byte),
        }
    }
}

/// Reads the first character or escape of a text as Go's `strconv.UnquoteChar`. Returns it and the rest of the text;
/// `None` for an invalid escape, an unescaped `quote`, a line feed, and the end of the text.
pub fn unquote_char(text: &str, quote: char) -> Option<(Piece, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == quote || first == '\n' {
        return None;
    }
    if first != '\\' {
        return Some((Piece::Rune(first), chars.as_str()));
    }
    let escape = chars.next()?;
    let rest = chars.as_str();
    let simple = |rune| Some((Piece::Rune(rune), rest));
    match escape {
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0c'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0b'),
        '\\' => simple('\\'),
        '\'' | '"' if escape == quote => simple(escape),
        'x' => digits(rest, 2, 16).and_then(|(code, rest)| Some((Piece::Byte(u8::try_from(code).ok()?), rest))),
        'u' => digits(rest, 4, 16).and_then(|(code, rest)| Some((Piece::Rune(char::from_u32(code)?), rest))),
        'U' => digits(rest, 8, 16).and_then(|(code, rest)| Some((Piece::Rune(char::from_u32(code)?), rest))),
        '0'..='7' => {
            let octal = text.get(1..)?;
            digits(octal, 3, 8).and_then(|(code, rest)| Some((Piece::Byte(u8::try_from(code).ok()?), rest)))
        }
        _ => None,
    }
}

fn digits(text: &str, count: usize, radix: u32) -> Option<(u32, &str)> {
    let digits = text.get(..count)?;
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    Some((u32::from_str_radix(digits, radix).ok()?, text.get(count..)?))
}
