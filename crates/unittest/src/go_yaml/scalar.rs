//! What a scalar is for go-yaml 3: YAML 1.2 with octals like `0777`, times, and numbers with underscores.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mkmanifests_go::float::format_float;
use mkmanifests_go::time::{self, Time};
use mkmanifests_gotmpl::{UintKind, Value};

use super::Error;

/// The types of scalars and collections, and tags without a meaning for go-yaml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// `!!null`
    Null,
    /// `!!bool`
    Bool,
    /// `!!str`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`: the plain key `<<`.
    Merge,
    /// `!!seq`
    Seq,
    /// `!!map`
    Map,
    /// Any other tag, such as `!vault`.
    Other(String),
}

/// The start of the tags of YAML's own types.
const PREFIX: &str = "tag:yaml.org,2002:";

impl Tag {
    /// Returns the type that a whole tag names (`tag:yaml.org,2002:int`).
    pub fn of(tag: &str) -> Tag {
        let Some(name) = tag.strip_prefix(PREFIX) else { return Tag::Other(tag.to_owned()) };
        match name {
            "null" => Tag::Null,
            "bool" => Tag::Bool,
            "str" => Tag::Str,
            "int" => Tag::Int,
            "float" => Tag::Float,
            "timestamp" => Tag::Timestamp,
            "binary" => Tag::Binary,
            "merge" => Tag::Merge,
            "seq" => Tag::Seq,
            "map" => Tag::Map,
            _ => Tag::Other(format!("!!{name}")),
        }
    }

    /// Returns the short form: `!!int`.
    pub fn short(&self) -> &str {
        match self {
            Tag::Null => "!!null",
            Tag::Bool => "!!bool",
            Tag::Str => "!!str",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
            Tag::Timestamp => "!!timestamp",
            Tag::Binary => "!!binary",
            Tag::Merge => "!!merge",
            Tag::Seq => "!!seq",
            Tag::Map => "!!map",
            Tag::Other(tag) => tag,
        }
    }
}

/// Resolves a plain scalar by its text; `None` for a string.
pub(super) fn resolve(text: &str) -> Option<(Tag, Value)> {
    resolve_as(text, true)
}

/// `times` is whether it may be a time.
fn resolve_as(text: &str, times: bool) -> Option<(Tag, Value)> {
    match text.as_bytes().first() {
        Some(b'0'..=b'9' | b'+' | b'-') => {
            word(text).or_else(|| if times { timestamp(text) } else { None }).or_else(|| numeric(text))
        }
        Some(b'.') => word(text).or_else(|| Some((Tag::Float, Value::Float(dotted(text)?)))),
        None | Some(b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'~') => word(text),
        _ => None,
    }
}

/// Resolves a scalar with a tag.
///
/// # Errors
/// A text that is not of the type.
pub(super) fn resolve_tagged(tag: &Tag, text: &str) -> Result<(Tag, Value), Error> {
    let (found, value) = match tag {
        Tag::Str | Tag::Merge | Tag::Seq | Tag::Map | Tag::Other(_) => return Ok((tag.clone(), text.into())),
        Tag::Binary => return Ok((Tag::Binary, binary(text)?)),
        Tag::Timestamp => resolve_as(text, true),
        Tag::Null | Tag::Bool | Tag::Int | Tag::Float => resolve_as(text, false),
    }
    .unwrap_or_else(|| (Tag::Str, text.into()));
    match (tag, &value) {
        _ if *tag == found => Ok((found, value)),
        #[expect(clippy::cast_precision_loss, reason = "the tag asks for a float")]
        (Tag::Float, Value::Int(number, _)) => Ok((Tag::Float, Value::Float(*number as f64))),
        _ => Err(Error::new(format_args!("cannot decode {} `{text}` as a {}", found.short(), tag.short()))),
    }
}

/// Go's decoder: padding is required, but the bits that it leaves over may be anything.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

fn binary(text: &str) -> Result<Value, Error> {
    let compact: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let bytes = BASE64.decode(compact).map_err(|_| Error::new("!!binary value contains invalid base64 data"))?;
    Ok(Value::raw(bytes))
}

fn word(text: &str) -> Option<(Tag, Value)> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => (Tag::Null, Value::Nil),
        "true" | "True" | "TRUE" => (Tag::Bool, Value::Bool(true)),
        "false" | "False" | "FALSE" => (Tag::Bool, Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => (Tag::Float, Value::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => (Tag::Float, Value::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => (Tag::Float, Value::Float(f64::NEG_INFINITY)),
        _ => return None,
    })
}

/// The layouts of times. RFC 3339 with short fields, and without a zone after a space.
const LAYOUTS: [&[u8]; 4] =
    [b"2006-1-2T15:4:5.999999999Z07:00", b"2006-1-2t15:4:5.999999999Z07:00", b"2006-1-2 15:4:5.999999999", b"2006-1-2"];

fn timestamp(text: &str) -> Option<(Tag, Value)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 4 || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let time = LAYOUTS.iter().find_map(|layout| time::parse(layout, text.as_bytes()).ok())?;
    Some((Tag::Timestamp, Value::object(time)))
}

/// A number that begins with a digit or a sign; underscores anywhere in it do not count.
fn numeric(text: &str) -> Option<(Tag, Value)> {
    let plain = without_underscores(text);
    if let Some(value) = integer(&plain) {
        return Some((Tag::Int, value));
    }
    match decimal(&plain) {
        Some(value) => Some((Tag::Float, Value::Float(value))),
        None => prefixed(&plain).map(|value| (Tag::Int, value)),
    }
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// Go's integer literals: decimal, `0x`, `0o`, `0b`, and octal by a leading 0.
fn integer(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    in_radix(text.strip_prefix(['+', '-']).and(text.chars().next()), digits, radix)
}

/// What go-yaml reads beside Go's literals: a sign after the prefix, as in `0b-1`.
fn prefixed(text: &str) -> Option<Value> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (Some('-'), rest),
        None => (None, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'b', ..] => (2, digits.get(2..)?),
        [b'0', b'o', ..] => (8, digits.get(2..)?),
        _ => return None,
    };
    match digits.strip_prefix(['+', '-']) {
        Some(rest) if sign.is_none() => in_radix(digits.chars().next(), rest, radix),
        _ => in_radix(sign, digits, radix),
    }
}

fn in_radix(sign: Option<char>, digits: &str, radix: u32) -> Option<Value> {
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    match (sign, i64::try_from(size)) {
        (Some('-'), _) => 0_i64.checked_sub_unsigned(size).map(Value::int),
        (_, Ok(value)) => Some(Value::int(value)),
        (None, Err(_)) => Some(Value::Uint(size, UintKind::Uint64)),
        (Some(_), Err(_)) => None,
    }
}

/// `1.5`, `1.`, `1e3`; not `1e400`, which is text.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let first = digits.bytes().find(|byte| *byte != b'.')?;
    let shaped = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !first.is_ascii_digit() || !shaped {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Parses a float that starts with a point; underscores are allowed between digits.
fn dotted(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let misplaced =
        bytes.iter().enumerate().any(|(at, byte)| *byte == b'_' && !(digit(at.checked_sub(1)) && digit(Some(at + 1))));
    if misplaced { None } else { decimal(&text.replace('_', "")) }
}

/// Returns the text of a scalar in YAML, without quotes.
pub fn scalar_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Nil => "null".into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Int(number, _) => number.to_string().into(),
        Value::Uint(number, _) => number.to_string().into(),
        Value::Float(number) => float_text(*number).into(),
        Value::Str(text) => text.text(),
        other => match other.as_object::<Time>() {
            Some(time) => time_text(time).into(),
            None => "".into(),
        },
    }
}

pub(super) fn time_text(time: &Time) -> String {
    String::from_utf8_lossy(&time.format(b"2006-01-02T15:04:05.999999999Z07:00")).into_owned()
}

pub(super) fn float_text(number: f64) -> String {
    match number {
        _ if number.is_nan() => ".nan".to_owned(),
        f64::INFINITY => ".inf".to_owned(),
        f64::NEG_INFINITY => "-.inf".to_owned(),
        _ => format_float(number, b'g', None),
    }
}
