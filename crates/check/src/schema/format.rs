//! The `format` of strings in schemas of CustomResourceDefinitions.
//!
//! Source: `supportedVersionedFormats`, apiextensions-apiserver pkg/apiserver/validation/formats.go; strfmt in kube-openapi.
//! They differ from the formats of JSON Schema that other crates implement.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use ipnet::IpNet;
use regex::Regex;

use crate::syntax::{dns_label, dns_subdomain, go_duration};

/// Returns what was expected, as in "a UUID", if `text` does not have the format. Unknown formats accept any text.
pub(crate) fn expected(format: &str, text: &str) -> Option<&'static str> {
    let (is_valid, expected) = match format.replace('-', "").as_str() {
        "datetime" => (is_time(text), "a time such as \"2024-01-31T23:59:00Z\""),
        "date" => (is_date(text), "a date such as \"2024-01-31\""),
        "duration" => (is_duration(text), "a duration such as \"1h30m\" or \"3 days\""),
        "ipv4" => (text.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
        "cidr" => (is_cidr(text), "a CIDR range such as \"10.0.0.0/8\""),
        "hostname" => (is_hostname(text), "a host name"),
        "uri" => (is_uri(text), "a URL, or a path that begins with `/`"),
        "email" => (is_email(text), "an email address"),
        "mac" => (is_mac(text), "a MAC address such as \"00:1a:2b:3c:4d:5e\""),
        "uuid" => (is_uuid(text, ""), "a UUID"),
        "uuid3" => (is_uuid(text, "3"), "a UUID of version 3"),
        "uuid4" => (is_uuid(text, "4") && has_variant(text), "a UUID of version 4"),
        "uuid5" => (is_uuid(text, "5") && has_variant(text), "a UUID of version 5"),
        "isbn" => (is_isbn_10(text) || is_isbn_13(text), "an ISBN"),
        "isbn10" => (is_isbn_10(text), "an ISBN of 10 digits"),
        "isbn13" => (is_isbn_13(text), "an ISBN of 13 digits"),
        "creditcard" => (is_card(text), "a credit card number"),
        "ssn" => (is_match(text, &SOCIAL_SECURITY), "a social security number"),
        "hexcolor" => (is_match(text, &HEX_COLOR), "a color such as \"#a0b1c2\""),
        "rgbcolor" => (is_match(text, &RGB_COLOR), "a color such as \"rgb(1, 2, 3)\""),
        "byte" => (is_match(text, &BASE64), "base64"),
        "bsonobjectid" => (is_match(text, &OBJECT_ID), "24 hexadecimal digits"),
        "k8sshortname" => (dns_label(text).is_ok(), "a DNS label"),
        "k8slongname" => (dns_subdomain(text).is_ok(), "a DNS subdomain"),
        _ => return None,
    };
    (!is_valid).then_some(expected)
}

type Pattern = LazyLock<Option<Regex>>;

static SOCIAL_SECURITY: Pattern = LazyLock::new(|| Regex::new(r"^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}$").ok());
static HEX_COLOR: Pattern = LazyLock::new(|| Regex::new("^#?(?:[[:xdigit:]]{3}){1,2}$").ok());
static RGB_COLOR: Pattern = LazyLock::new(|| {
    let number = r"[\t\n\f\r ]*(?:0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])[\t\n\f\r ]*";
    Regex::new(&format!(r"^rgb\({number},{number},{number}\)$")).ok()
});
static BASE64: Pattern = LazyLock::new(|| {
    let (four, last) = ("[A-Za-z0-9+/]{4}", "[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=");
    Regex::new(&format!("^(?:{four})*(?:{last}|{four})$")).ok()
});
static OBJECT_ID: Pattern = LazyLock::new(|| Regex::new("^[[:xdigit:]]{24}$").ok());
static HOST_LABEL: Pattern =
    LazyLock::new(|| Regex::new(r"^[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\p{S}\p{L}-]{0,61}[a-zA-Z0-9\p{S}\p{L}])?$").ok());

fn is_match(text: &str, pattern: &Pattern) -> bool {
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
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

/// Accepts Go's durations, or a number with the name of a unit anywhere in the text (`3 weeks`).
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 17] =
        ["ns", "nano", "us", "µs", "micro", "ms", "milli", "s", "sec", "m", "min", "h", "hr", "hour", "d", "day", "w"];
    let number = text.find(|c: char| c.is_ascii_digit()).map_or("", |at| &text[at..]);
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let unit: String = rest.chars().take_while(|c| c.is_ascii_alphabetic() || *c == 'µ').collect();
    go_duration(text).is_some()
        || UNITS.iter().any(|known| unit == *known || known.len() > 1 && unit.starts_with(known))
        || unit.starts_with("week")
        || unit.starts_with("wk")
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let is_number = bits.bytes().all(|byte| byte.is_ascii_digit());
    let (Ok(address), Ok(bits)) = (address.parse::<IpAddr>(), bits.parse()) else { return false };
    is_number && IpNet::new(address, bits).is_ok()
}

fn is_hostname(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    // A top-level domain has at least two letters; a name of one label may have digits.
    let is_top = labels.len() == 1 || last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    text.len() <= 255 && is_top && labels.iter().all(|label| is_match(label, &HOST_LABEL))
}

/// Accepts what Go's `url.ParseRequestURI` accepts: an absolute path, or a URL with a scheme.
fn is_uri(text: &str) -> bool {
    if text.is_empty() || text.chars().any(|c| c.is_ascii_control()) {
        return false;
    }
    let (scheme, rest) = match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
        _ => ("", text),
    };
    if scheme.is_empty() {
        return rest.starts_with('/') && has_whole_escapes(rest);
    }
    let Some(rest) = rest.strip_prefix("//") else { return has_whole_escapes(rest) || !rest.starts_with('/') };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (_, port) = host.rsplit_once(':').filter(|_| !host.ends_with(']')).unwrap_or(("", ""));
    let is_right = |c: char| !c.is_whitespace() && !"\\^`{}|%".contains(c);
    host.chars().all(is_right) && port.bytes().all(|byte| byte.is_ascii_digit()) && has_whole_escapes(path)
}

fn is_scheme(scheme: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(is_inner)
}

fn has_whole_escapes(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let is_hex = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    path.split('%').skip(1).all(is_hex)
}

/// Accepts an address, or a name with an address in `<>`.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let address = match text.rsplit_once('<') {
        Some((_, address)) => address.strip_suffix('>').unwrap_or_default(),
        None => text,
    };
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let is_atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let is_dotted = |text: &str| text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom));
    let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let is_literal = domain.starts_with('[') && domain.ends_with(']');
    (is_dotted(local) || is_quoted) && (is_dotted(domain) || is_literal)
}

/// Accepts 6, 8 or 20 bytes: pairs of hexadecimal digits separated by `:` or `-`, or groups of four separated by `.`.
fn is_mac(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let is_joined = |separator: &str, size: usize| {
        text.contains(separator)
            && text.split(separator).all(|part| part.len() == size && part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    matches!(digits.len(), 12 | 16 | 40) && (is_joined(":", 2) || is_joined("-", 2) || is_joined(".", 4))
}

/// Accepts a UUID of a version. Each hyphen is optional.
fn is_uuid(text: &str, version: &str) -> bool {
    let mut rest = text;
    for (index, size) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        rest = if index == 0 { rest } else { rest.strip_prefix('-').unwrap_or(rest) };
        let Some((part, after)) = rest.split_at_checked(size) else { return false };
        if !part.bytes().all(|byte| byte.is_ascii_hexdigit()) || index == 2 && !part.starts_with(version) {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

fn has_variant(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    digits.as_bytes().get(16).is_some_and(|digit| b"89abAB".contains(digit))
}

fn digits_of(text: &str) -> String {
    text.chars().filter(|c| !"- \t\n".contains(*c)).collect()
}

fn is_isbn_10(text: &str) -> bool {
    let text = digits_of(text);
    let value = |(index, c): (usize, char)| match c {
        'X' if index == 9 => Some(10),
        c => c.to_digit(10),
    };
    let values: Option<Vec<u32>> = text.chars().enumerate().map(value).collect();
    values.is_some_and(|values| {
        let sum: u32 = (1..).zip(&values).map(|(weight, value): (u32, &u32)| weight * value).sum();
        values.len() == 10 && sum.is_multiple_of(11)
    })
}

fn is_isbn_13(text: &str) -> bool {
    let values: Option<Vec<u32>> = digits_of(text).chars().map(|c| c.to_digit(10)).collect();
    values.is_some_and(|values| {
        let sum: u32 = values
            .iter()
            .enumerate()
            .map(|(index, value)| if index.is_multiple_of(2) { *value } else { value * 3 })
            .sum();
        values.len() == 13
            && (values.starts_with(&[9, 7, 8]) || values.starts_with(&[9, 7, 9]))
            && sum.is_multiple_of(10)
    })
}

/// Accepts 13 to 16 digits with a valid check digit (Luhn).
fn is_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let doubled = |value: u32| if value > 4 { value * 2 - 9 } else { value * 2 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, value)| if index.is_multiple_of(2) { *value } else { doubled(*value) })
        .sum();
    (13..=16).contains(&digits.len()) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn formats_are_those_of_an_api_server() {
        for (format, good, bad) in [
            ("date-time", "2024-01-31T23:59:00Z", "2024-01-31"),
            ("date-time", "2024-01-31t23:59:00.123+01:00", "2024-01-31T25:59:00Z"),
            ("date", "2024-02-29", "2023-02-29"),
            ("duration", "1h30m", "fast"),
            ("duration", "3 days", "3 parsecs"),
            ("ipv4", "10.0.0.1", "10.0.0"),
            ("ipv6", "fe80::1", "10.0.0.1"),
            ("cidr", "10.0.0.0/8", "10.0.0.0/33"),
            ("uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810"),
            ("uuid4", "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
            ("hostname", "a.example.com", "-a.b"),
            ("hostname", "localhost", "a..com"),
            ("uri", "https://example.com/a?b=c", "http://a b"),
            ("uri", "/a/b", "::"),
            ("email", "a.b@example.com", "a@"),
            ("mac", "00:1a:2b:3c:4d:5e", "00:11:22"),
            ("isbn", "0-306-40615-2", "0306406153"),
            ("isbn13", "978-0-306-40615-7", "9780306406158"),
            ("creditcard", "4111 1111 1111 1111", "1234"),
            ("ssn", "111-22-3333", "111-22-333"),
            ("hexcolor", "#a0b1c2", "#a0b1"),
            ("rgbcolor", "rgb(1, 2,255)", "red"),
            ("byte", "aGVsbG8=", "aGk"),
            ("bsonobjectid", "507f1f77bcf86cd799439011", "507f"),
            ("k8s-short-name", "a-b", "a.b"),
            ("k8s-long-name", "a.b", "A.b"),
            ("no-such-format", "anything", "\u{0}"),
        ] {
            assert!(expected(format, good).is_none(), "{format} {good}");
            assert!(expected(format, bad).is_some() || format == "no-such-format", "{format} {bad}");
        }
    }
}
