//! What a scalar is: YAML 1.1's types as go-yaml 2 resolves them, which is what Helm and kubectl read.

use std::borrow::Cow;

use super::super::{Kind, YamlCode};
use super::go::{Stage, ValueError};
use super::numbers::{self, Integer};
use crate::tree::write::is_timestamp;

const PREFIX: &str = "tag:yaml.org,2002:";

/// A scalar's value, before it becomes a node or a key.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Str(Cow<'a, str>),
}

impl Scalar<'_> {
    /// Returns the name of the type without its `!!`.
    fn tag(&self) -> &'static str {
        match self {
            Scalar::Null => "null",
            Scalar::Bool(_) => "bool",
            Scalar::Int(_) | Scalar::UInt(_) => "int",
            Scalar::Float(_) => "float",
            Scalar::Str(_) => "str",
        }
    }
}

/// Resolves a scalar. `plain` is whether it has no quotes; a `tag` is complete (`tag:yaml.org,2002:int`).
pub(super) fn resolve<'a>(tag: Option<&str>, plain: bool, text: Cow<'a, str>) -> Result<Scalar<'a>, ValueError> {
    match tag {
        None if plain => Ok(untagged(text)),
        None => Ok(Scalar::Str(text)),
        Some(tag) => match tag.strip_prefix(PREFIX) {
            Some("binary") => binary(&text),
            Some(name @ ("bool" | "int" | "float" | "null" | "timestamp")) => tagged(name, text),
            // `!!str` and unknown tags: the text as it is.
            _ => Ok(Scalar::Str(text)),
        },
    }
}

fn binary(text: &str) -> Result<Scalar<'static>, ValueError> {
    let bytes = numbers::binary(text).ok_or_else(|| ValueError {
        code: YamlCode::TagMismatch,
        message: "the value of `!!binary` must be base64".to_owned(),
        stage: Stage::Decode,
        go: "!!binary value contains invalid base64 data".to_owned(),
    })?;
    Ok(Scalar::Str(Cow::Owned(go_text(&bytes))))
}

/// Bytes as text the way Go's JSON encoder does it: one U+FFFD for each byte that is not part of UTF-8.
fn go_text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    out
}

fn tagged<'a>(name: &str, text: Cow<'a, str>) -> Result<Scalar<'a>, ValueError> {
    let message = format!("{text:?} is not a valid `!!{name}`");
    let wrong = |text: &str, found: &str| {
        let go = format!("cannot decode !!{found} `{text}` as a !!{name}");
        ValueError { code: YamlCode::TagMismatch, message, stage: Stage::Decode, go }
    };
    if name == "timestamp" {
        let found = untagged(Cow::Borrowed(&*text)).tag();
        return if is_timestamp(&text) { Ok(Scalar::Str(text)) } else { Err(wrong(&text, found)) };
    }
    match (name, untagged(Cow::Borrowed(&*text))) {
        ("bool", Scalar::Bool(value)) => Ok(Scalar::Bool(value)),
        ("null", Scalar::Null) => Ok(Scalar::Null),
        ("int", Scalar::Int(value)) => Ok(Scalar::Int(value)),
        ("int", Scalar::UInt(value)) => Ok(Scalar::UInt(value)),
        ("float", Scalar::Float(value)) => Ok(Scalar::Float(value)),
        #[expect(clippy::cast_precision_loss, reason = "the tag asks for a float")]
        ("float", Scalar::Int(value)) => Ok(Scalar::Float(value as f64)),
        (_, other) => Err(wrong(&text, other.tag())),
    }
}

/// Resolves by the text alone.
fn untagged(text: Cow<'_, str>) -> Scalar<'_> {
    let first = text.as_bytes().first().copied().unwrap_or(b'~');
    let found = match first {
        b'0'..=b'9' | b'+' | b'-' => word(&text).or_else(|| number(&text)),
        b'.' => word(&text).or_else(|| numbers::dotted(&text).map(Scalar::Float)),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(&text),
        _ => None,
    };
    found.unwrap_or(Scalar::Str(text))
}

/// Returns the value of a word such as `yes`, `null` or `.inf`.
fn word(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        _ => return numbers::special(text).map(Scalar::Float),
    })
}

/// A number that begins with a digit or a sign; underscores anywhere in it do not count.
fn number(text: &str) -> Option<Scalar<'static>> {
    let plain = numbers::without_underscores(text);
    let integer = numbers::integer(&plain).map(|integer| match integer {
        Integer::Int(value) => Scalar::Int(value),
        Integer::UInt(value) => Scalar::UInt(value),
    });
    integer.or_else(|| numbers::decimal(&plain).map(Scalar::Float)).or_else(|| odd_binary(&plain))
}

/// What go-yaml reads beside Go's literals: a sign after the prefix, as in `0b-1`.
fn odd_binary(text: &str) -> Option<Scalar<'static>> {
    let digits = text.strip_prefix("0b")?;
    i64::from_str_radix(digits, 2).ok().map(Scalar::Int)
}

/// Returns the value of a node. Integers that are written as floats become integers, as they do in Helm.
pub(super) fn kind(scalar: Scalar<'_>) -> Result<Kind, ValueError> {
    Ok(match scalar {
        Scalar::Null => Kind::Null,
        Scalar::Bool(value) => Kind::Bool(value),
        Scalar::Int(value) => Kind::Int(value),
        Scalar::UInt(value) => Kind::UInt(value),
        Scalar::Float(value) if !value.is_finite() => {
            let message = "`.inf` and `.nan` are not allowed: JSON has no such numbers";
            let go =
                if value.is_nan() { "NaN".to_owned() } else { format!("{}Inf", if value > 0.0 { '+' } else { '-' }) };
            return Err(ValueError {
                code: YamlCode::NotFinite,
                message: message.to_owned(),
                stage: Stage::Encode,
                go,
            });
        }
        Scalar::Float(value) => Kind::float(value),
        Scalar::Str(text) => Kind::Str(text.into_owned()),
    })
}

/// A key as text; Helm has no other keys.
pub(super) fn key(scalar: Scalar<'_>) -> Result<Cow<'_, str>, ValueError> {
    Ok(match scalar {
        Scalar::Str(text) => text,
        Scalar::Bool(value) => value.to_string().into(),
        Scalar::Int(value) => value.to_string().into(),
        Scalar::Float(value) => float_key(value).into(),
        Scalar::Null => {
            let go = "%!s(<nil>), key: <nil>, value: ".to_owned();
            return Err(ValueError {
                code: YamlCode::InvalidKey,
                message: "a key must not be empty or null".to_owned(),
                stage: Stage::Convert,
                go,
            });
        }
        Scalar::UInt(value) => {
            let go = format!("uint64, key: {value:#x}, value: ");
            let message = format!("the number {value} is too large for a key");
            return Err(ValueError { code: YamlCode::InvalidKey, message, stage: Stage::Convert, go });
        }
    })
}

/// A float in Go's `%g` with the digits that a 32-bit float needs: the key in Helm.
#[expect(clippy::cast_possible_truncation, reason = "Helm formats keys with 32 bits")]
fn float_key(value: f64) -> String {
    let value = value as f32;
    match value {
        _ if value.is_nan() => return ".nan".to_owned(),
        f32::INFINITY => return ".inf".to_owned(),
        f32::NEG_INFINITY => return "-.inf".to_owned(),
        _ => {}
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    format!("{value}")
}
