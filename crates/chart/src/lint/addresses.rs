//! Email addresses and URLs as Helm's library for validation accepts them.
//!
//! Source: `IsEmail`, `IsURL` and `IsRequestURL` of `asaskevich/govalidator`.

use std::sync::LazyLock;

use mkmanifests_go::url;
use regex::Regex;

/// The letters beyond ASCII that an email address may have.
const WIDE: &str = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}";

/// The letters beyond ASCII that a host may have.
const HOST_WIDE: &str = r"\x{A1}-\x{FFFF}";

/// The longest and the shortest URL, exclusively.
const MAX_URL_CHARS: usize = 2083;
const MIN_URL_BYTES: usize = 3;

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let atom = format!(r"[a-zA-Z0-9!#$%&'*+\-/=?^_`{{|}}~{WIDE}]+");
    let space = r"(?:(?:[ \t]*\r\n)?[ \t]+)?";
    let character = format!(r"[\x01-\x08\x0B\x0C\x0E-\x1F\x7F!\x23-\x5B\x5D-\x7E{WIDE}]");
    let escaped = format!(r"(?:\([\x01-\x09\x0B-\x7F]|[{WIDE}])");
    // The quotation mark at the start is within the repetition, so that `"a"b"` is one and `"ab"` is not.
    let quoted = format!(r#"(?:"{space}(?:{character}|{escaped}))*{space}""#);
    let label = format!(r"[a-zA-Z0-9{WIDE}](?:[a-zA-Z0-9\-._~{WIDE}]*[a-zA-Z0-9{WIDE}])?");
    let last = format!(r"[a-zA-Z{WIDE}](?:[a-zA-Z0-9\-_~{WIDE}]*[a-zA-Z{WIDE}])?");
    Regex::new(&format!(r"^(?:{atom}(?:\.{atom})*|{quoted})@(?:{label}\.)+{last}\.?$")).ok()
});

static URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let scheme = r"(?:(?:ftp|tcp|udp|wss?|https?)://)?";
    let user = r"(?:\S+(?::\S*)?@)?";
    let octet = r"(?:[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
    let first = r"(?:[1-9][0-9]?|1[0-9]{2}|2[01][0-9]|22[0-3]|24[0-9]|25[0-5])";
    let v4 = format!(r"{first}(?:\.{octet}){{3}}");
    let v6 = r"\[[0-9a-fA-F:.%]+\]";
    let name = r"[a-zA-Z0-9](?:[a-zA-Z0-9\-_]+)?[a-zA-Z0-9](?:[\-.][a-zA-Z0-9]+)*";
    let subdomain = r"(?:www\.|[a-zA-Z0-9]+(?:[\-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+)?";
    let word = format!(r"(?:[a-zA-Z0-9{HOST_WIDE}]+-?-?)*[a-zA-Z0-9{HOST_WIDE}]+");
    let host = format!(r"(?:{name}|{subdomain})?{word}(?:\.[a-zA-Z{HOST_WIDE}]+)?");
    let rest = r"\.?(?::[0-9]{1,5})?(?:[/?#]\S*)?";
    Regex::new(&format!("^{scheme}{user}(?:{v4}|{v6}|{host}){rest}$")).ok()
});

fn matches(regex: &LazyLock<Option<Regex>>, text: &str) -> bool {
    regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Returns whether a text is an email address.
pub(super) fn is_email(text: &str) -> bool {
    matches(&EMAIL, text)
}

/// Returns whether a text is a URL; its scheme may be left out.
pub(super) fn is_url(text: &str) -> bool {
    if text.chars().count() >= MAX_URL_CHARS || text.len() <= MIN_URL_BYTES || text.starts_with('.') {
        return false;
    }
    // Go would read the host before a port as a scheme.
    let with_scheme = text.contains(':') && !text.contains("://");
    let parsed =
        if with_scheme { url::parse(format!("http://{text}").as_bytes()) } else { url::parse(text.as_bytes()) };
    let Ok(parsed) = parsed else { return false };
    let is_word = parsed.host.is_empty() && !parsed.path.is_empty() && !parsed.path.contains(&b'.');
    !parsed.host.starts_with(b".") && !is_word && matches(&URL, text)
}

/// Returns whether a text is an absolute URL.
pub(super) fn is_request_url(text: &str) -> bool {
    // Go does not look for a fragment in the URL of a request.
    let escaped = text.replace('#', "%23");
    let Ok(parsed) = url::parse(escaped.as_bytes()) else { return false };
    !parsed.scheme.is_empty()
}
