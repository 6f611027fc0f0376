//! Resolves references as Go's `URL.ResolveReference`.

use super::escape::{Part, escape, must_escape, unescape};
use super::parse::Url;
use super::{parse, write};

/// Resolves a reference against a URL; neither has a fragment.
///
/// # Errors
/// Go's error text for either of the two.
pub fn join(base: &Url, reference: &[u8]) -> Result<String, String> {
    let reference = parse(reference)?;
    let is_absolute = !reference.scheme.is_empty();
    let mut url = resolve(base, reference)?;
    // As in the library: https://github.com/golang/go/issues/66084
    if !is_absolute && !base.opaque.is_empty() {
        url.opaque.clone_from(&base.opaque);
    }
    Ok(String::from_utf8_lossy(&write(&url)).into_owned())
}

fn resolve(base: &Url, mut url: Url) -> Result<Url, String> {
    let is_absolute = !url.scheme.is_empty();
    if !is_absolute {
        url.scheme.clone_from(&base.scheme);
    }
    if is_absolute || !url.host.is_empty() || url.user.is_some() {
        let path = resolve_path(&escaped_path(&url), b"");
        url.set_path(&path)?;
        return Ok(url);
    }
    let is_empty = url.path.is_empty();
    if is_empty && url.query.is_empty() {
        url.query.clone_from(&base.query);
    }
    if is_empty && !base.opaque.is_empty() {
        url.opaque.clone_from(&base.opaque);
        return Ok(url);
    }
    url.host.clone_from(&base.host);
    url.user.clone_from(&base.user);
    let path = resolve_path(&escaped_path(base), &escaped_path(&url));
    url.set_path(&path)?;
    Ok(url)
}

/// RFC 3986, 5.2.4, as Go does it.
fn resolve_path(base: &[u8], reference: &[u8]) -> Vec<u8> {
    let full = match reference {
        [] => base.to_vec(),
        [b'/', ..] => reference.to_vec(),
        _ => {
            let folder = base.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
            [base.get(..folder).unwrap_or_default(), reference].concat()
        }
    };
    if full.is_empty() {
        return full;
    }
    let mut steps: Vec<&[u8]> = Vec::new();
    let mut last: &[u8] = b"";
    for step in full.split(|byte| *byte == b'/') {
        last = step;
        match step {
            b"." => {}
            b".." => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    let mut path = steps.join(&b'/');
    if matches!(last, b"." | b"..") {
        path.push(b'/');
    }
    if path.first() != Some(&b'/') {
        path.insert(0, b'/');
    }
    path
}

/// Returns the escaped path, as Go's `EscapedPath`.
pub fn escaped_path(url: &Url) -> Vec<u8> {
    let is_valid = |byte: &u8| b"!'()*[]%".contains(byte) || !must_escape(*byte, Part::Path);
    match url.path.as_slice() {
        _ if !url.raw_path.is_empty() && url.raw_path.iter().all(is_valid) => url.raw_path.clone(),
        b"*" => b"*".to_vec(),
        path => escape(path, Part::Path),
    }
}

/// Decodes a path, as Go's `PathUnescape`.
///
/// # Errors
/// Go's error text.
pub fn unescape_path(text: &[u8]) -> Result<String, String> {
    unescape(text, Part::Path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
