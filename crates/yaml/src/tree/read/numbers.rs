//! Numbers and bytes as go-yaml 2 and 3 read them from scalars. The two differ in words, times and prefixes, but not here.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// An integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integer {
    /// One that fits.
    Int(i64),
    /// One above `i64::MAX`.
    UInt(u64),
}

/// Returns the number that a word such as `.inf` stands for.
pub fn special(text: &str) -> Option<f64> {
    Some(match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    })
}

/// Removes underscores, which do not count in numbers that begin with a digit or a sign.
pub fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// Parses Go's integer literals: decimal, `0x`, `0o`, `0b`, and octal by a leading 0.
pub fn integer(text: &str) -> Option<Integer> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(sign @ (b'+' | b'-')) => (Some(*sign), text.get(1..)?),
        _ => (None, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    in_radix(sign, digits, radix)
}

/// Parses the digits of an integer, whose sign is `+`, `-` or missing.
pub fn in_radix(sign: Option<u8>, digits: &str, radix: u32) -> Option<Integer> {
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    match (sign, i64::try_from(size)) {
        (Some(b'-'), _) => 0_i64.checked_sub_unsigned(size).map(Integer::Int),
        (_, Ok(value)) => Some(Integer::Int(value)),
        (None, Err(_)) => Some(Integer::UInt(size)),
        (Some(_), Err(_)) => None,
    }
}

/// Parses `1.5`, `.5`, `1.` and `1e3`; `1e400` is text.
pub fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let first = digits.bytes().find(|byte| *byte != b'.')?;
    let shaped = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !first.is_ascii_digit() || !shaped {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Parses a number that starts with a dot; underscores are allowed between digits.
pub fn dotted(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let misplaced =
        bytes.iter().enumerate().any(|(at, byte)| *byte == b'_' && !(digit(at.checked_sub(1)) && digit(Some(at + 1))));
    if misplaced { None } else { decimal(&without_underscores(text)) }
}

/// Go's decoder: padding is required, but the bits that it leaves over may be anything.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Decodes the value of `!!binary`.
pub fn binary(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    BASE64.decode(compact).ok()
}
