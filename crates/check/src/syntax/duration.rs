//! Durations in the format of Go.

use mkmanifests_go::duration::Duration;

/// Parses a duration like Go's `time.ParseDuration` does (`1h30m`, `-1.5s`, `0`), in nanoseconds; `None` if it is
/// invalid. <https://pkg.go.dev/time#ParseDuration>
pub(crate) fn go_duration(text: &str) -> Option<i64> {
    Duration::parse(text.as_bytes()).ok().map(|duration| duration.0)
}

/// Returns whether Go's `time.ParseDuration` accepts `text`.
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
