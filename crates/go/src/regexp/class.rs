//! Translates characters and character classes of Go's regular expressions.

use regex::Regex;

use super::syntax::{Flags, SyntaxError, before, fault};

/// An empty class, for a surrogate, which no text has.
const NOTHING: &str = "[a&&b]";

/// Returns the pattern of one character.
pub(super) fn literal(rune: u32, flags: Flags) -> String {
    match char::from_u32(rune) {
        Some(char) => fold(regex::escape(char.encode_utf8(&mut [0; 4])), flags),
        None => NOTHING.to_owned(),
    }
}

/// Makes a pattern ignore case, if the flags say so.
pub(super) fn fold(pattern: String, flags: Flags) -> String {
    if flags.fold_case { format!("(?i:{pattern})") } else { pattern }
}

/// Reads a class in brackets. Returns its pattern and the rest of the text.
pub(super) fn bracketed(text: &str, flags: Flags) -> Result<(String, &str), SyntaxError> {
    let inside = text.get(1..).unwrap_or_default();
    let (negated, mut rest) = inside.strip_prefix('^').map_or((false, inside), |rest| (true, rest));
    // Each class contains the empty class, so that none is empty.
    let mut out = format!("[{}{NOTHING}", if negated { "^" } else { "" });
    let mut first = true;
    while first || !rest.starts_with(']') {
        first = false;
        if let Some((class, after)) = posix(rest)? {
            out.push_str(&class);
            rest = after;
        } else if let Some((class, after)) = escaped(rest)? {
            out.push_str(&class);
            rest = after;
        } else {
            rest = range(text, rest, &mut out)?;
        }
    }
    out.push(']');
    Ok((fold(out, flags), rest.get(1..).unwrap_or_default()))
}

/// Reads `a` or `a-z`.
fn range<'a>(whole: &str, text: &'a str, out: &mut String) -> Result<&'a str, SyntaxError> {
    let (low, mut rest) = class_rune(whole, text)?;
    let mut high = low;
    if let Some(after) = rest.strip_prefix('-').filter(|after| !after.is_empty() && !after.starts_with(']')) {
        (high, rest) = class_rune(whole, after)?;
        if high < low {
            return fault("invalid character class range", before(text, rest));
        }
    }
    // The crate refuses surrogates.
    for (low, high) in [(low, high.min(0xd7ff)), (low.max(0xe000), high)] {
        if low <= high {
            out.push_str(&format!(r"\x{{{low:X}}}-\x{{{high:X}}}"));
        }
    }
    Ok(rest)
}

fn class_rune<'a>(whole: &str, text: &'a str) -> Result<(u32, &'a str), SyntaxError> {
    match text.chars().next() {
        None => fault("missing closing ]", whole),
        Some('\\') => rune_escape(text),
        Some(char) => Ok((u32::from(char), text.get(char.len_utf8()..).unwrap_or_default())),
    }
}

/// Reads `[:name:]`, if it is one.
fn posix(text: &str) -> Result<Option<(String, &str)>, SyntaxError> {
    let Some((name, after)) = text.strip_prefix("[:").and_then(|named| named.split_once(":]")) else {
        return Ok(None);
    };
    let (negation, plain) = name.strip_prefix('^').map_or(("", name), |plain| ("^", plain));
    let ranges = match plain {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => r"\x00-\x7F",
        "blank" => r"\t\x20",
        "cntrl" => r"\x00-\x1F\x7F",
        "digit" => "0-9",
        "graph" => r"\x21-\x7E",
        "lower" => "a-z",
        "print" => r"\x20-\x7E",
        "punct" => r"\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E",
        "space" => r"\x09-\x0D\x20",
        "upper" => "A-Z",
        "word" => "0-9A-Z_a-z",
        "xdigit" => "0-9A-Fa-f",
        _ => return fault("invalid character class range", before(text, after)),
    };
    Ok(Some((format!("[{negation}{ranges}]"), after)))
}

/// Reads `\d`, `\pL` and the like, if it is one.
pub(super) fn escaped(text: &str) -> Result<Option<(String, &str)>, SyntaxError> {
    let class = match text.get(..2) {
        Some(r"\d") => "[0-9]",
        Some(r"\D") => "[^0-9]",
        Some(r"\s") => r"[\t\n\x0C\r\x20]",
        Some(r"\S") => r"[^\t\n\x0C\r\x20]",
        Some(r"\w") => "[0-9A-Z_a-z]",
        Some(r"\W") => "[^0-9A-Z_a-z]",
        Some(r"\p" | r"\P") => return unicode(text),
        _ => return Ok(None),
    };
    Ok(Some((class.to_owned(), text.get(2..).unwrap_or_default())))
}

fn unicode(text: &str) -> Result<Option<(String, &str)>, SyntaxError> {
    let rest = text.get(2..).unwrap_or_default();
    // Go reads a lone `\p` as a class without a name.
    let Some(first) = rest.chars().next() else { return fault("invalid character class range", text) };
    let (name, after) = match rest.strip_prefix('{') {
        None => rest.split_at_checked(first.len_utf8()).unwrap_or((rest, "")),
        Some(named) => match named.split_once('}') {
            Some(split) => split,
            None => return fault("invalid character class range", text),
        },
    };
    let mut negated = text.starts_with(r"\P");
    let name = name.strip_prefix('^').map_or(name, |name| {
        negated = !negated;
        name
    });
    match unicode_class(name) {
        Some(class) => Ok(Some((format!("[{}{class}]", if negated { "^" } else { "" }), after))),
        None => fault("invalid character class range", before(text, after)),
    }
}

/// Go knows categories and scripts, and no other properties.
fn unicode_class(name: &str) -> Option<String> {
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ')) {
        return None;
    }
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    // Go has no short names of scripts, all of which are of four letters, as are a few full names.
    let full = ["ahom", "cham", "kawi", "lisu", "modi", "newa", "thai", "toto"];
    let short = plain.len() == 4 && !full.contains(&plain.to_ascii_lowercase().as_str());
    let candidates = [format!(r"\p{{gc={plain}}}"), format!(r"\p{{sc={plain}}}")];
    candidates.into_iter().take(if short { 1 } else { 2 }).find(|class| Regex::new(class).is_ok())
}

/// Reads an escape of one character.
pub(super) fn rune_escape(text: &str) -> Result<(u32, &str), SyntaxError> {
    let mut rest = text.get(1..).unwrap_or_default().chars();
    let Some(char) = rest.next() else { return fault("trailing backslash at end of expression", "") };
    let after = rest.as_str();
    let control = match char {
        'a' => 0x07,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'v' => 0x0b,
        'x' => return hexadecimal(text, after),
        '0' => return Ok(octal(text)),
        // A single digit would be a back reference.
        '1'..='7' if after.starts_with(|next: char| next.is_digit(8)) => return Ok(octal(text)),
        char if char.is_ascii() && !char.is_ascii_alphanumeric() => u32::from(char),
        _ => return fault("invalid escape sequence", before(text, after)),
    };
    Ok((control, after))
}

fn octal(text: &str) -> (u32, &str) {
    let digits = text.get(1..).unwrap_or_default();
    let length = digits.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let (digits, after) = digits.split_at_checked(length).unwrap_or((digits, ""));
    (u32::from_str_radix(digits, 8).unwrap_or_default(), after)
}

fn hexadecimal<'a>(text: &str, digits: &'a str) -> Result<(u32, &'a str), SyntaxError> {
    let mut rest = digits.chars();
    let invalid = |rest: &str| fault("invalid escape sequence", before(text, rest));
    if !digits.starts_with('{') {
        // Go reads both before it looks at either.
        let (Some(first), Some(second)) = (rest.next(), rest.next()) else { return invalid(rest.as_str()) };
        let (Some(high), Some(low)) = (first.to_digit(16), second.to_digit(16)) else { return invalid(rest.as_str()) };
        return Ok((high * 16 + low, rest.as_str()));
    }
    rest.next();
    let (mut rune, mut count) = (0, 0);
    for char in rest.by_ref() {
        match char.to_digit(16) {
            Some(digit) => (rune, count) = (rune * 16 + digit, count + 1),
            None if char == '}' && count > 0 => return Ok((rune, rest.as_str())),
            None => break,
        }
        if rune > u32::from(char::MAX) {
            break;
        }
    }
    invalid(rest.as_str())
}
