//! Parses URLs as Go's `url.Parse`.

use super::address::{self, Family};
use super::escape::{Part, escape, unescape};
use crate::quote::quote;

/// The parts of a URL, decoded except the opaque part and the query.
#[derive(Debug, Default, Clone)]
pub struct Url {
    /// The scheme in lower case, without the colon.
    pub scheme: Vec<u8>,
    /// The text after the scheme if no slash follows it, as in `mailto:me@example.com`.
    pub opaque: Vec<u8>,
    /// The user information before the `@`, if there is any.
    pub user: Option<User>,
    /// The host with its port.
    pub host: Vec<u8>,
    /// The decoded value.
    pub path: Vec<u8>,
    /// The path as it is written, if Go would escape the decoded path in another way.
    pub raw_path: Vec<u8>,
    /// The query after the `?`, escaped.
    pub query: Vec<u8>,
    /// The fragment after the `#`, decoded.
    pub fragment: Vec<u8>,
}

/// The user information before the `@`.
#[derive(Debug, Clone)]
pub struct User {
    /// The decoded value.
    pub name: Vec<u8>,
    /// The decoded password after the colon, if there is one.
    pub password: Option<Vec<u8>>,
}

/// The text before and after the first `separator`; all of it and nothing if there is none.
pub(super) fn cut(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    let at = text.iter().position(|byte| *byte == separator).unwrap_or(text.len());
    (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())
}

impl Url {
    /// Sets the path from its escaped text, as Go's `setPath`.
    pub fn set_path(&mut self, text: &[u8]) -> Result<(), String> {
        self.path = unescape(text, Part::Path)?;
        self.raw_path = if escape(&self.path, Part::Path) == text { Vec::new() } else { text.to_vec() };
        Ok(())
    }
}

/// Parses all but the fragment.
pub(super) fn parse(text: &[u8]) -> Result<Url, String> {
    if text.iter().any(u8::is_ascii_control) {
        return Err("net/url: invalid control character in URL".into());
    }
    let mut url = Url::default();
    if text == b"*" {
        url.path = text.to_vec();
        return Ok(url);
    }
    let (scheme, rest) = scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    let (mut rest, query) = cut(rest, b'?');
    url.query = query.to_vec();
    if !rest.starts_with(b"/") {
        if !url.scheme.is_empty() {
            url.opaque = rest.to_vec();
            return Ok(url);
        }
        // It would be a malformed scheme: `cache_object:foo/bar`.
        if cut(rest, b'/').0.contains(&b':') {
            return Err("first path segment in URL cannot contain colon".into());
        }
    }
    if rest.starts_with(b"//") && !(url.scheme.is_empty() && rest.starts_with(b"///")) {
        let after = rest.get(2..).unwrap_or_default();
        let authority = cut(after, b'/').0;
        rest = after.get(authority.len()..).unwrap_or_default();
        (url.user, url.host) = parse_authority(authority, &url.scheme)?;
    }
    url.set_path(rest)?;
    Ok(url)
}

fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".into()),
            b':' => return Ok((text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())),
            _ => break,
        }
    }
    Ok((b"", text))
}

fn parse_authority(authority: &[u8], scheme: &[u8]) -> Result<(Option<User>, Vec<u8>), String> {
    let at = authority.iter().rposition(|byte| *byte == b'@');
    let host = parse_host(authority.get(at.map_or(0, |at| at + 1)..).unwrap_or_default(), scheme)?;
    let Some(userinfo) = at.and_then(|at| authority.get(..at)) else { return Ok((None, host)) };
    if !userinfo.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte)) {
        return Err("net/url: invalid userinfo".into());
    }
    let (name, password) = cut(userinfo, b':');
    let name = unescape(name, Part::User)?;
    let password = userinfo.contains(&b':').then(|| unescape(password, Part::User)).transpose()?;
    Ok((Some(User { name, password }), host))
}

/// Returns whether it is empty, or a colon and digits.
pub(super) fn is_port(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((first, digits)) => *first == b':' && digits.iter().all(u8::is_ascii_digit),
    }
}

fn parse_host(host: &[u8], scheme: &[u8]) -> Result<Vec<u8>, String> {
    match host.iter().rposition(|byte| *byte == b'[') {
        Some(0) => return parse_literal(host),
        Some(_) => return Err("invalid IP-literal".into()),
        None => {}
    }
    let is_colon = |byte: &u8| *byte == b':';
    // A PostgreSQL URL may name several hosts, each with its port: only the last port is looked at.
    let several = matches!(scheme, b"postgres" | b"postgresql");
    let colon = if several { host.iter().rposition(is_colon) } else { host.iter().position(is_colon) };
    check_port(colon.and_then(|colon| host.get(colon..)).unwrap_or_default())?;
    unescape(host, Part::Host)
}

/// RFC 3986's IP-literal: `[fe80::1%25eth0]:80`.
fn parse_literal(host: &[u8]) -> Result<Vec<u8>, String> {
    let end = host.iter().rposition(|byte| *byte == b']').ok_or("missing ']' in host")?;
    let port = host.get(end + 1..).unwrap_or_default();
    check_port(port)?;
    let inside = host.get(1..end).unwrap_or_default();
    let zone = inside.windows(3).position(|bytes| bytes == b"%25").unwrap_or(inside.len());
    let (address, zone) = inside.split_at_checked(zone).unwrap_or((inside, b""));
    let name = [unescape(address, Part::Host)?, unescape(zone, Part::Zone)?].concat();
    if address::parse(&name).map_err(|error| format!("invalid host: {error}"))? == Family::V4 {
        return Err("invalid IP-literal".into());
    }
    Ok([b"[", name.as_slice(), b"]", port].concat())
}

fn check_port(port: &[u8]) -> Result<(), String> {
    if is_port(port) { Ok(()) } else { Err(format!("invalid port {} after host", quote(port))) }
}
