//! Values as Go's package `flag` reads them: <https://pkg.go.dev/flag#hdr-Command_line_flag_syntax>.

/// `strconv.ParseBool`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// `strconv.ParseInt` with any base: `10`, `-10`, `0x1f`, `1_000`.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let number = i128::from(unsigned(digits)?);
    i64::try_from(if negative { -number } else { number }).ok()
}

/// `strconv.ParseUint` with any base.
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

/// `strconv.ParseFloat`, without its hexadecimal numbers.
pub(super) fn float(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// `time.ParseDuration`: `10m`, `1h30m`, `-1.5s`, `0`; at most some 292 years.
pub(super) fn duration(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if text == "0" {
        return true;
    }
    let (mut rest, mut nanoseconds) = (text, 0.0);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        let (Some(unit), Some(number)) = (unit(name), float(number)) else { return false };
        nanoseconds += number * unit;
        rest = after;
    }
    !text.is_empty() && nanoseconds <= i64::MAX as f64
}

/// The nanoseconds of a unit.
fn unit(name: &str) -> Option<f64> {
    match name {
        "ns" => Some(1.0),
        "us" | "µs" | "μs" => Some(1e3),
        "ms" => Some(1e6),
        "s" => Some(1e9),
        "m" => Some(6e10),
        "h" => Some(3.6e12),
        _ => None,
    }
}
