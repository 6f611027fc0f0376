//! Plain text that a YAML 1.1 reader would read as another type, so that it must be quoted.

use std::borrow::Cow;

use super::timestamp;

/// Returns whether a plain `text` would be read as null, a boolean, a number or a time.
pub(super) fn is_not_text(text: &str) -> bool {
    match text.as_bytes() {
        [] => true,
        [b'0'..=b'9' | b'+' | b'-', ..] => {
            is_number(text) || is_infinity(text) || timestamp::is_timestamp(text) || is_base_60(text.as_bytes())
        }
        [b'.', ..] => is_special_float(text) || is_fraction(text),
        [b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~', ..] => is_word(text),
        _ => false,
    }
}

/// `0o-7` and `0o+7`, which only go-yaml 3 takes for numbers.
pub(super) fn is_signed_octal(text: &str) -> bool {
    let plain = without_underscores(text);
    plain.strip_prefix("0o").is_some_and(|octal| octal.starts_with(['+', '-']) && is_in_range(sign(octal), 8))
}

fn is_word(text: &str) -> bool {
    if text.len() > 5 {
        return false;
    }
    matches!(text, "~" | "null" | "Null" | "NULL" | "y" | "Y" | "yes" | "Yes" | "YES" | "n" | "N" | "no" | "No" | "NO")
        || matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || matches!(text, "on" | "On" | "ON" | "off" | "Off" | "OFF")
}

fn is_infinity(text: &str) -> bool {
    text.len() == 5 && matches!(&text[1..], ".inf" | ".Inf" | ".INF") && !text.starts_with(|c: char| c.is_ascii_digit())
}

fn is_special_float(text: &str) -> bool {
    matches!(text, ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF")
}

/// A number that begins with a point. Here, unlike elsewhere, underscores have to be between digits.
fn is_fraction(text: &str) -> bool {
    let bytes = text.as_bytes();
    let between = |(at, byte): (usize, &u8)| {
        *byte != b'_' || (bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
    };
    bytes.iter().enumerate().skip(1).all(between) && is_float(&without_underscores(text))
}

/// A number that begins with a digit or a sign. Underscores do not count, wherever they are.
fn is_number(text: &str) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-');
    if !text.as_bytes().iter().all(allowed) {
        return false;
    }
    let text = without_underscores(text);
    is_integer(&text) || is_float(&text)
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// An integer of 64 bits in Go's notations: `12`, `0x1F`, `0b1`, `0o17`, `017`; and `0b-1`, which go-yaml reads.
fn is_integer(text: &str) -> bool {
    if let Some(binary) = text.strip_prefix("0b")
        && binary.starts_with(['+', '-'])
    {
        return is_in_range(sign(binary), 2);
    }
    let (sign, digits) = sign(text);
    match digits.as_bytes() {
        [b'0', b'b' | b'B', _, ..] => is_in_range((sign, &digits[2..]), 2),
        [b'0', b'o' | b'O', _, ..] => is_in_range((sign, &digits[2..]), 8),
        [b'0', b'x' | b'X', _, ..] => is_in_range((sign, &digits[2..]), 16),
        [b'0'] => true,
        [b'0', ..] => is_in_range((sign, &digits[1..]), 8),
        _ => is_in_range((sign, digits), 10),
    }
}

fn sign(text: &str) -> (Option<char>, &str) {
    match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.chars().next(), rest),
        None => (None, text),
    }
}

/// Returns whether these are digits of a number that fits: up to 64 bits without a sign, 63 with one.
fn is_in_range((sign, digits): (Option<char>, &str), base: u32) -> bool {
    let most = match sign {
        None => u64::MAX,
        Some('-') => 1 << 63,
        Some(_) => (1 << 63) - 1,
    };
    // A second sign would be taken by the standard library.
    !digits.starts_with('+') && u64::from_str_radix(digits, base).is_ok_and(|value| value <= most)
}

/// A decimal number within the range of a double; beyond it go-yaml reads text.
fn is_float(text: &str) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    text.as_bytes().iter().all(allowed) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A number in base 60 (`12:30:45.5`): go-yaml reads text, other readers of YAML 1.1 a number.
fn is_base_60(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text);
    let mut parts = text.split(|byte| *byte == b':');
    let Some([b'0'..=b'9', first @ ..]) = parts.next() else { return false };
    let digits = |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_');
    let Some(last) = parts.next_back() else { return false };
    let (last, fraction) = match last.iter().position(|byte| *byte == b'.') {
        Some(point) => last.split_at(point),
        None => (last, &[][..]),
    };
    digits(first) && parts.all(is_sixtieth) && is_sixtieth(last) && digits(fraction.get(1..).unwrap_or_default())
}

fn is_sixtieth(text: &[u8]) -> bool {
    matches!(text, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
}
