//! Locations of schemas: URLs with a fragment, which is a JSON pointer or an anchor.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::compile_error::CompileError;
use super::json::Json;
use mkmanifests_go::url;

/// The location of a schema: the URL of its document and a JSON pointer. Cloning is cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Location {
    pub(super) url: Arc<str>,
    pub(super) pointer: Arc<str>,
}

/// The decoded fragment of a reference, after the `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fragment {
    Pointer(String),
    Anchor(String),
}

impl Location {
    pub(super) fn new(url: impl Into<Arc<str>>, pointer: impl Into<Arc<str>>) -> Location {
        Location { url: url.into(), pointer: pointer.into() }
    }

    /// Returns the value at the location in a document.
    pub(super) fn lookup<'a>(&self, document: &'a Json) -> Result<&'a Json, CompileError> {
        let mut value = document;
        for token in self.pointer.split('/').skip(1) {
            let token = unescape(token).ok_or_else(|| CompileError::InvalidPointer { at: self.to_string() })?;
            let child = match value {
                Json::Map(map) => map.get(&*token),
                Json::List(items) => token.parse().ok().and_then(|index: usize| items.get(index)),
                _ => None,
            };
            value = child.ok_or_else(|| CompileError::PointerNotFound { at: self.to_string() })?;
        }
        Ok(value)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.url, encode(&self.pointer))
    }
}

/// Splits at the first `#`.
pub(super) fn split(text: &str) -> (&str, &str) {
    text.split_once('#').unwrap_or((text, ""))
}

/// Returns the URL of a reference, and its decoded fragment.
pub(super) fn split_fragment(text: &str) -> Result<(&str, Fragment), CompileError> {
    let (url, fragment) = split(text);
    let wrong = |why| CompileError::ParseUrl { url: text.to_owned(), why };
    let fragment = url::unescape_path(fragment.as_bytes()).map_err(wrong)?;
    let is_pointer = fragment.is_empty() || fragment.starts_with('/');
    Ok((url, if is_pointer { Fragment::Pointer(fragment) } else { Fragment::Anchor(fragment) }))
}

/// Resolves a reference against the URL of its resource.
pub(super) fn join(base: &str, reference: &str) -> Result<(String, Fragment), CompileError> {
    let wrong = |url: &str, why| CompileError::ParseUrl { url: url.to_owned(), why };
    let parsed = url::parse(base.as_bytes()).map_err(|why| wrong(base, why))?;
    let (reference, fragment) = split_fragment(reference)?;
    let joined = url::join(&parsed, reference.as_bytes()).map_err(|why| wrong(reference, why))?;
    Ok((joined, fragment))
}

/// Appends a token to a pointer.
pub(super) fn append(pointer: &mut String, token: &str) {
    pointer.push('/');
    if token.contains(['~', '/']) {
        pointer.push_str(&escape(token));
    } else {
        pointer.push_str(token);
    }
}

/// Returns a pointer with one more token.
pub(super) fn below(pointer: &str, token: &str) -> String {
    let mut below = String::with_capacity(pointer.len() + 1 + token.len());
    below.push_str(pointer);
    append(&mut below, token);
    below
}

/// Escapes a token for a pointer.
pub(super) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// Unescapes a token of a pointer; `None` if an escape is invalid.
pub(super) fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(Cow::Borrowed(token));
    }
    let mut parts = token.split('~');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (letter, rest) = match (part.strip_prefix('0'), part.strip_prefix('1')) {
            (Some(rest), _) => ('~', rest),
            (_, Some(rest)) => ('/', rest),
            _ => return None,
        };
        out.push(letter);
        out.push_str(rest);
    }
    Some(Cow::Owned(out))
}

/// Escapes everything between slashes like Go's `PathEscape`.
pub(super) fn encode(fragment: &str) -> String {
    let mut out = String::with_capacity(fragment.len());
    for byte in fragment.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' | b'$' | b'&' | b'+' | b'=' | b':' | b'@' | b'/' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
