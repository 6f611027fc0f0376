//! Parses values as Go's package `flag` does: <https://pkg.go.dev/flag#hdr-Command_line_flag_syntax>.

use crate::go::duration::Duration;

/// Parses a text like `strconv.ParseBool`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Parses a text like `strconv.ParseInt` with any base: `10`, `-10`, `0x1f`, `1_000`.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let number = i128::from(unsigned(digits)?);
    i64::try_from(if negative { -number } else { number }).ok()
}

/// Parses a text like `strconv.ParseUint` with any base.
pub(super) fn unsigned(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (base, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some(_) if lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    // A `_` stands between two digits, or after a prefix.
    let digits = if base == 10 { digits } else { digits.strip_prefix('_').unwrap_or(digits) };
    let lone = digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if lone { u64::from_str_radix(&digits.replace('_', ""), base).ok() } else { None }
}

/// Parses a text like `strconv.ParseFloat`, without its hexadecimal numbers.
pub(super) fn float(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// Parses a text like `time.ParseDuration`: `10m`, `1h30m`, `-1.5s`, `0`; at most some 292 years.
pub(super) fn duration(text: &str) -> bool {
    Duration::parse(text.as_bytes()).is_ok()
}
