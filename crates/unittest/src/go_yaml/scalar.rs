//! What a scalar is for go-yaml 3: YAML 1.2 with octals like `0777`, times, and numbers with underscores.

use std::borrow::Cow;

use mkmanifests_go::float::yaml_float;
use mkmanifests_go::time::{self, RFC_3339_NANO, Time};
use mkmanifests_gotmpl::{UintKind, Value};
use mkmanifests_yaml::tree::read::numbers::{self, Integer};

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
        Some(b'.') => word(text).or_else(|| Some((Tag::Float, Value::Float(numbers::dotted(text)?)))),
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

fn binary(text: &str) -> Result<Value, Error> {
    let bytes = numbers::binary(text).ok_or_else(|| Error::new("!!binary value contains invalid base64 data"))?;
    Ok(Value::raw(bytes))
}

fn word(text: &str) -> Option<(Tag, Value)> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => (Tag::Null, Value::Nil),
        "true" | "True" | "TRUE" => (Tag::Bool, Value::Bool(true)),
        "false" | "False" | "FALSE" => (Tag::Bool, Value::Bool(false)),
        _ => (Tag::Float, Value::Float(numbers::special(text)?)),
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
    let plain = numbers::without_underscores(text);
    if let Some(value) = numbers::integer(&plain) {
        return Some((Tag::Int, of_integer(value)));
    }
    match numbers::decimal(&plain) {
        Some(value) => Some((Tag::Float, Value::Float(value))),
        None => prefixed(&plain).map(|value| (Tag::Int, of_integer(value))),
    }
}

fn of_integer(integer: Integer) -> Value {
    match integer {
        Integer::Int(value) => Value::int(value),
        Integer::UInt(value) => Value::Uint(value, UintKind::Uint64),
    }
}

/// What go-yaml reads beside Go's literals: a sign after the prefix, as in `0b-1`.
fn prefixed(text: &str) -> Option<Integer> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (Some(b'-'), rest),
        None => (None, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'b', ..] => (2, digits.get(2..)?),
        [b'0', b'o', ..] => (8, digits.get(2..)?),
        _ => return None,
    };
    match digits.strip_prefix(['+', '-']) {
        Some(rest) if sign.is_none() => numbers::in_radix(digits.bytes().next(), rest, radix),
        _ => numbers::in_radix(sign, digits, radix),
    }
}

/// Returns the text of a scalar in YAML, without quotes.
pub fn scalar_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Nil => "null".into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Int(number, _) => number.to_string().into(),
        Value::Uint(number, _) => number.to_string().into(),
        Value::Float(number) => yaml_float(*number).into(),
        Value::Str(text) => text.text(),
        other => match other.as_object::<Time>() {
            Some(time) => time_text(time).into(),
            None => "".into(),
        },
    }
}

pub(super) fn time_text(time: &Time) -> String {
    String::from_utf8_lossy(&time.format(RFC_3339_NANO)).into_owned()
}
