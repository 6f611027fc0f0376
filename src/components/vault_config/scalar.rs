//! Types for scalars in the values: durations, parameters, IAM policy documents.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

use crate::components::scalar::{Written, as_written};
use crate::go::duration::Duration as GoDuration;
use crate::tree::TEXT;

/// The longest duration of Vault, in seconds: 2^63 nanoseconds.
const LONGEST: u64 = 9_223_372_036;

/// Nanoseconds per second.
const NANOSECONDS: i64 = 1_000_000_000;

/// A duration of Vault in whole seconds: a number of seconds, `90s`, `15m`, `1h30m` or `30d`.
/// <https://developer.hashicorp.com/vault/docs/concepts/duration-format>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub u64);

impl Duration {
    /// Parses a duration.
    ///
    /// # Errors
    ///
    /// Returns the expected form.
    ///
    /// ```
    /// use mkmanifests::components::vault_config::Duration;
    /// assert_eq!(Duration::parse("1h30m"), Ok(Duration(5400)));
    /// assert!(Duration::parse("1 hour").unwrap_err().contains("`1h30m`"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let seconds = match text.strip_suffix('d') {
            // Vault does not accept days together with other units.
            Some(days) => digits(days).and_then(|days| days.checked_mul(86400)),
            None => digits(text).or_else(|| parts(text)),
        };
        seconds.filter(|seconds| *seconds <= LONGEST).map(Duration).ok_or_else(|| {
            format!("must be a duration in whole seconds such as `90s`, `15m`, `1h30m` or `30d`, found {text:?}")
        })
    }

    /// Formats the duration as Go does, `1h0m0s`, which Vault shows for some parameters.
    pub fn go(self) -> String {
        let nanoseconds = i64::try_from(self.0).unwrap_or(i64::MAX).saturating_mul(NANOSECONDS);
        GoDuration(nanoseconds).to_string()
    }
}

fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Parses a duration of Go in hours, minutes and whole seconds.
fn parts(text: &str) -> Option<u64> {
    // Fractions and milliseconds are not whole seconds.
    let is_whole = text.bytes().all(|byte| byte.is_ascii_digit() || b"hms".contains(&byte)) && !text.contains("ms");
    let duration = GoDuration::parse(text.as_bytes()).ok().filter(|_| is_whole)?;
    u64::try_from(duration.0 / NANOSECONDS).ok()
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        as_written(deserializer, "a duration such as `90s`, `15m`, `1h30m` or `30d`", |written| match written {
            Written::Text(text) => Some(Duration::parse(text)),
            Written::Integer(seconds) => Some(Duration::parse(&seconds.to_string())),
            _ => None,
        })
    }
}

impl Serialize for Duration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}s", self.0))
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "pattern": "^([0-9]+|[0-9]+d|([0-9]+[hms])+)$", "minimum": 0 })
    }
}

/// Parses a CIDR or an IP address. The address of a CIDR may have bits beyond the prefix.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().ok()?;
    match length {
        None => Some(address.into()),
        Some(length) => IpNet::new(address, length.parse().ok()?).ok(),
    }
}

/// The value of a parameter of a request: a string, an integer, `true` or `false`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    /// A string. `*` at the start or end matches any rest.
    Text(String),
    /// An integer.
    Number(i64),
    /// `true` or `false`.
    Bool(bool),
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        as_written(deserializer, "a string, an integer, `true` or `false`", |written| match written {
            Written::Text(text) => Some(Ok(Scalar::Text(text.to_owned()))),
            Written::Integer(number) => Some(Ok(Scalar::Number(i64::try_from(number).ok()?))),
            Written::Bool(value) => Some(Ok(Scalar::Bool(value))),
            _ => None,
        })
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// An IAM policy as compact JSON, which is what Vault stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyDocument(pub String);

impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Document;

        impl<'de> Visitor<'de> for Document {
            type Value = PolicyDocument;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an IAM policy")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, document: D) -> Result<PolicyDocument, D::Error> {
                serde_json::Value::deserialize(document).and_then(policy_document)
            }
        }

        deserializer.deserialize_newtype_struct(TEXT, Document)
    }
}

fn policy_document<E: Error>(document: serde_json::Value) -> Result<PolicyDocument, E> {
    use serde_json::Value;
    match document {
        Value::Object(map) => Ok(PolicyDocument(Value::Object(map).to_string())),
        Value::String(text) if matches!(serde_json::from_str(&text), Ok(Value::Object(_))) => {
            Ok(PolicyDocument(compact(&text)))
        }
        _ => Err(E::custom("must be an IAM policy: a mapping, or a string with a JSON object")),
    }
}

impl JsonSchema for PolicyDocument {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PolicyDocument".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["object", "string"] })
    }
}

/// Removes white space from JSON, as Go's `json.Compact` does; Vault stores documents in this form.
fn compact(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let keep = |c: &char| {
        let inside = quoted;
        quoted = if *c == '"' && !escaped { !quoted } else { quoted };
        escaped = inside && *c == '\\' && !escaped;
        inside || !c.is_ascii_whitespace()
    };
    json.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_vault() {
        for (text, seconds) in [("0", 0), ("90", 90), ("90s", 90), ("15m", 900), ("1h30m", 5400), ("30d", 2_592_000)] {
            assert_eq!(Duration::parse(text), Ok(Duration(seconds)), "{text}");
        }
        for text in ["", "d", "h", "-1", "1.5h", "100ms", "1d12h", "1 h", "1w", "9223372037", "99999999999999999999"] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_printed_as_go_does() {
        for (seconds, text) in [(0, "0s"), (59, "59s"), (60, "1m0s"), (3600, "1h0m0s"), (90061, "25h1m1s")] {
            assert_eq!(Duration(seconds).go(), text);
        }
    }

    #[test]
    fn documents_lose_only_white_space() {
        let text = "{ \"a b\" : [1, 2.50,\n\t\"\\\" \\\\\" ] }";
        assert_eq!(compact(text), "{\"a b\":[1,2.50,\"\\\" \\\\\"]}");
    }
}
