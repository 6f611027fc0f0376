//! Parses and writes URLs as Go's package `net/url` does.

mod address;
mod escape;
mod parse;
mod resolve;

pub use self::address::check as check_address;
pub use self::parse::{Url, User};
pub use self::resolve::{escaped_path, join, unescape_path};

use self::escape::{Part, escape};
use super::quote::quote;

/// Parses a URL as Go's `url.Parse`. The URL may be relative; `text` need not be UTF-8.
///
/// # Errors
/// The text of Go's `url.Error`.
///
/// ```
/// use mkmanifests_go::url;
/// let parsed = url::parse(b"https://example.com:8080/a?b=c").unwrap();
/// assert_eq!((parsed.scheme, url::hostname(&parsed.host)), (b"https".to_vec(), &b"example.com"[..]));
/// assert_eq!(url::parse(b"http://[::1").unwrap_err(), "parse \"http://[::1\": missing ']' in host");
/// ```
pub fn parse(text: &[u8]) -> Result<Url, String> {
    let (rest, fragment) = parse::cut(text, b'#');
    let mut url = parse::parse(rest).map_err(|error| format!("parse {}: {error}", quote(rest)))?;
    url.fragment =
        escape::unescape(fragment, Part::Fragment).map_err(|error| format!("parse {}: {error}", quote(text)))?;
    Ok(url)
}

/// Returns the host without its port and brackets.
pub fn hostname(host: &[u8]) -> &[u8] {
    let port = host.iter().rposition(|byte| *byte == b':');
    let port = port.filter(|at| host.get(*at..).is_some_and(parse::is_port));
    let host = port.and_then(|at| host.get(..at)).unwrap_or(host);
    host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]")).unwrap_or(host)
}

/// Returns the user information, the part before the `@`, escaped.
pub fn user_text(user: &User) -> Vec<u8> {
    let mut text = escape(&user.name, Part::User);
    if let Some(password) = &user.password {
        text.push(b':');
        text.extend(escape(password, Part::User));
    }
    text
}

/// Writes a URL as Go's `URL.String`.
pub fn write(url: &Url) -> Vec<u8> {
    let mut out = url.scheme.clone();
    if !url.scheme.is_empty() {
        out.push(b':');
    }
    if url.opaque.is_empty() {
        write_hierarchy(url, &mut out);
    } else {
        out.extend(&url.opaque);
    }
    if !url.query.is_empty() {
        out.push(b'?');
        out.extend(&url.query);
    }
    if !url.fragment.is_empty() {
        out.push(b'#');
        out.extend(escape(&url.fragment, Part::Fragment));
    }
    out
}

fn write_hierarchy(url: &Url, out: &mut Vec<u8>) {
    let has_authority = !url.host.is_empty() || url.user.is_some();
    if has_authority || (!url.scheme.is_empty() && !url.path.is_empty()) {
        out.extend(b"//");
    }
    if let Some(user) = &url.user {
        out.extend(user_text(user));
        out.push(b'@');
    }
    out.extend(escape(&url.host, Part::Host));
    let path = escaped_path(url);
    if !url.host.is_empty() && path.first().is_some_and(|first| *first != b'/') {
        out.push(b'/');
    }
    // RFC 3986, 4.2: a first segment with a colon would be read as a scheme.
    if out.is_empty() && parse::cut(&path, b'/').0.contains(&b':') {
        out.extend(b"./");
    }
    out.extend(path);
}
