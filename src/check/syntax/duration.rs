//! Durations as Go writes them.

/// Reads a duration as Go's `time.ParseDuration` does (`1h30m`, `-1.5s`, `0`), in nanoseconds; `None` if it is none.
/// <https://pkg.go.dev/time#ParseDuration>
pub(in crate::check) fn go_duration(text: &str) -> Option<i64> {
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, after) = rest.split_at(number);
        let unit = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        total = total.checked_add(nanoseconds(digits, unit_of(&after[..unit])?)?)?;
        rest = &after[unit..];
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

fn unit_of(name: &str) -> Option<i128> {
    Some(match name {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// A decimal number of units; what is below a nanosecond is cut off.
fn nanoseconds(digits: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let read = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
    let fraction: String = fraction.chars().take(18).collect();
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    read(whole)?.checked_mul(unit)?.checked_add(read(&fraction)?.checked_mul(unit)? / scale)
}

/// Whether Go's `time.ParseDuration` accepts `text`.
pub(super) fn is_go_duration(text: &str) -> bool {
    go_duration(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::{go_duration, is_go_duration};

    #[test]
    fn durations_have_units() {
        for good in ["1h30m", "0", "-1.5s", ".5m", "10µs"] {
            assert!(is_go_duration(good), "{good}");
        }
        for bad in ["", "1", "1d", "h", "1..5s", "-", "1h 30m"] {
            assert!(!is_go_duration(bad), "{bad}");
        }
        assert_eq!(go_duration("-1m1.5s"), Some(-61_500_000_000));
    }
}
