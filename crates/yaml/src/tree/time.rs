//! The syntax of times in an API server.

/// Returns whether an API server decodes `text` as a time: RFC 3339, and with `micro` exactly six digits of fractions
/// (a `MicroTime`, as in a Lease). Does not check whether the month has the day.
/// <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#microtime-v1-meta>
pub(super) fn is_time(text: &str, micro: bool) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((date, rest)) = text.split_once('T') else { return false };
    let Some((clock, rest)) = rest.split_at_checked(8) else { return false };
    let numbers = |text: &str, separator: char, lengths: [usize; 3]| {
        let parts: Vec<&str> = text.split(separator).collect();
        parts.len() == 3 && parts.iter().zip(lengths).all(|(part, length)| part.len() == length && digits(part))
    };
    // Go accepts no leap seconds.
    let is_clock = numbers(clock, ':', [2, 2, 2]) && &clock[6..] < "60";
    let (fraction, zone) = match rest.strip_prefix(['.', ',']) {
        None => (None, rest),
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            (Some(end), &rest[end..])
        }
    };
    let is_fraction = if micro { fraction == Some(6) } else { fraction != Some(0) };
    numbers(date, '-', [4, 2, 2]) && is_clock && is_fraction && is_zone(zone)
}

fn is_zone(zone: &str) -> bool {
    let offset = zone.strip_prefix(['+', '-']).and_then(|offset| offset.split_once(':'));
    let two = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    zone == "Z" || offset.is_some_and(|(hours, minutes)| two(hours) && two(minutes))
}

#[cfg(test)]
mod tests {
    use super::is_time;

    #[test]
    fn what_an_api_server_takes() {
        for good in ["2024-01-31T23:59:00Z", "2024-01-31T23:59:00.5+01:00", "2024-01-31T23:59:00,123Z"] {
            assert!(is_time(good, false), "{good}");
        }
        for bad in [
            "",
            "2024-01-31",
            "2024-01-31 23:59:00Z",
            "2024-01-31t23:59:00Z",
            "2024-01-31T23:59Z",
            "2024-01-31T23:59:60Z",
            "2024-01-31T23:59:00",
            "2024-01-31T23:59:00+0100",
            "20240131T235900Z",
            "2024-01-31T23:59:0€Z",
        ] {
            assert!(!is_time(bad, false), "{bad}");
        }
        assert!(is_time("2024-01-31T23:59:00.000000Z", true));
        assert!(!is_time("2024-01-31T23:59:00Z", true));
        assert!(!is_time("2024-01-31T23:59:00.0000000Z", true));
    }
}
