//! Semantic versions, as apiserver pkg/cel/library/semverlib.go has them.

use super::{Computed, order};
use crate::cel::value::{Stop, Value};
use crate::syntax::semantic_version;
use mkmanifests_go::semver::Version;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    Some(match (name, arguments) {
        ("semver", [Value::String(text)]) => parse(text).map(|_| Value::Version(text.clone())),
        ("semver", [Value::String(text), Value::Bool(normalizes)]) => {
            normalized(text, *normalizes).and_then(|text| parse(&text).map(|_| Value::Version(text)))
        }
        ("isSemver", [Value::String(text)]) => Ok(Value::Bool(parse(text).is_ok())),
        ("isSemver", [Value::String(text), Value::Bool(normalizes)]) => {
            Ok(Value::Bool(normalized(text, *normalizes).and_then(|text| parse(&text)).is_ok()))
        }
        ("major", [Value::Version(text)]) => parse(text).and_then(|version| number(version.major)),
        ("minor", [Value::Version(text)]) => parse(text).and_then(|version| number(version.minor)),
        ("patch", [Value::Version(text)]) => parse(text).and_then(|version| number(version.patch)),
        ("isGreaterThan", [Value::Version(a), Value::Version(b)]) => compare(a, b).map(|it| Value::Bool(it.is_gt())),
        ("isLessThan", [Value::Version(a), Value::Version(b)]) => compare(a, b).map(|it| Value::Bool(it.is_lt())),
        ("compareTo", [Value::Version(a), Value::Version(b)]) => compare(a, b).map(order),
        _ => return None,
    })
}

fn parse(text: &str) -> Result<Version, Stop> {
    semantic_version(text).and_then(|()| Version::parse(text)).map_err(Stop::Error)
}

fn number(number: u64) -> Computed {
    i64::try_from(number).map(Value::Int).map_err(|_| Stop::Unsupported)
}

/// Compares versions by precedence: build metadata does not count.
pub(in crate::cel) fn compare(a: &str, b: &str) -> Result<std::cmp::Ordering, Stop> {
    let without_build = |text: &str| text.split('+').next().unwrap_or_default().to_owned();
    Ok(parse(&without_build(a))?.order(&parse(&without_build(b))?))
}

/// Drops a `v` and leading zeros, and adds the missing numbers of `1` or `1.2`.
fn normalized(text: &str, normalizes: bool) -> Result<String, Stop> {
    if !normalizes {
        return Ok(text.to_owned());
    }
    let text = text.strip_prefix('v').unwrap_or(text);
    let mut parts: Vec<String> = text.splitn(3, '.').map(without_zeros).collect();
    let is_short = parts.len() < 3;
    if is_short && parts.last().is_some_and(|last| last.contains(['+', '-'])) {
        return Stop::error("short version cannot contain PreRelease/Build meta data");
    }
    parts.resize(3, "0".to_owned());
    Ok(parts.join("."))
}

fn without_zeros(part: &str) -> String {
    let rest = part.trim_start_matches('0');
    let has_digit = rest.starts_with(|first: char| first.is_ascii_digit());
    match part.len() {
        ..=1 => part.to_owned(),
        _ if has_digit => rest.to_owned(),
        _ => format!("0{rest}"),
    }
}
