//! Formats of texts that a schema may ask for. Of those that an API server knows, `uri`, `email`, `hostname` and the rarer
//! ones are not looked at.
//!
//! Source: `supportedVersionedFormats`, apiextensions-apiserver pkg/apiserver/validation/formats.go; strfmt in kube-openapi.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a text should have been, if it has not the format.
pub(super) fn broken(format: &str, text: &str) -> Option<&'static str> {
    let (fits, expected) = match format.replace('-', "").as_str() {
        "datetime" => (is_time(text), "a time such as \"2024-01-31T23:59:00Z\""),
        "date" => (is_date(text), "a date such as \"2024-01-31\""),
        "ipv4" => (text.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
        "cidr" => (is_cidr(text), "a range of addresses such as \"10.0.0.0/8\""),
        "uuid" => (is_uuid(text), "a UUID"),
        _ => return None,
    };
    (!fits).then_some(expected)
}

fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10
}

fn is_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let Some((date, time)) = lower.split_once('t') else { return false };
    let offset = time.find(['z', '+', '-']);
    let Some((clock, zone)) = offset.and_then(|at| time.split_at_checked(at)) else { return false };
    let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
    let is_zone = zone == "z" || zone.len() == 6 && zone.as_bytes().get(3) == Some(&b':');
    is_date(date) && clock.len() == 8 && is_zone && clock.parse::<jiff::civil::Time>().is_ok()
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// Hyphens may be left out.
fn is_uuid(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn formats_are_those_of_an_api_server() {
        for (format, good, bad) in [
            ("date-time", "2024-01-31T23:59:00Z", "2024-01-31"),
            ("date-time", "2024-01-31t23:59:00.123+01:00", "2024-01-31T25:59:00Z"),
            ("date", "2024-02-29", "2023-02-29"),
            ("ipv4", "10.0.0.1", "10.0.0"),
            ("ipv6", "fe80::1", "10.0.0.1"),
            ("cidr", "10.0.0.0/8", "10.0.0.0/33"),
            ("uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810"),
            ("no-such-format", "anything", "\u{0}"),
        ] {
            assert!(broken(format, good).is_none(), "{format} {good}");
            assert!(broken(format, bad).is_some() || format == "no-such-format", "{format} {bad}");
        }
    }
}
