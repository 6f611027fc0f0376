//! Durations as Go writes them.

/// Whether Go's `time.ParseDuration` takes `text`: `1h30m`, `-1.5s`, `0`. <https://pkg.go.dev/time#ParseDuration>
pub(super) fn is_go_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, after) = rest.split_at(number);
        let unit = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let is_number = digits.matches('.').count() <= 1 && digits.bytes().any(|byte| byte.is_ascii_digit());
        if !is_number || !["ns", "us", "µs", "μs", "ms", "s", "m", "h"].contains(&&after[..unit]) {
            return false;
        }
        rest = &after[unit..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_go_duration;

    #[test]
    fn durations_have_units() {
        for good in ["1h30m", "0", "-1.5s", ".5m", "10µs"] {
            assert!(is_go_duration(good), "{good}");
        }
        for bad in ["", "1", "1d", "h", "1..5s", "-", "1h 30m"] {
            assert!(!is_go_duration(bad), "{bad}");
        }
    }
}
