//! Addresses in an index, as Helm resolves them.

use mkmanifests_go::url::{self, Url};

use super::RepositoryError;
use crate::Error;
use crate::http::redact;

/// Resolves an address of an index against the repository. The query of the repository is kept, since it may be needed
/// for access; an absolute address stays as it is.
///
/// # Errors
/// One of the two is not a URL.
pub fn resolve_reference_url(base: &str, reference: &str) -> Result<String, Error> {
    let parsed = parse(reference)?;
    if !parsed.scheme.is_empty() {
        return Ok(reference.to_owned());
    }
    let mut folder = parse(base)?;
    let has_slash = folder.path.ends_with(b"/");
    for path in [&mut folder.path, &mut folder.raw_path].into_iter().filter(|path| !path.is_empty()) {
        if !has_slash {
            path.push(b'/');
        }
    }
    if folder.path.is_empty() {
        folder.path.push(b'/');
    }
    let query = std::mem::take(&mut folder.query);
    let joined = url::join(&folder, reference.as_bytes()).map_err(RepositoryError::Index)?;
    let mut resolved = parse(&joined)?;
    resolved.query = query;
    Ok(String::from_utf8_lossy(&url::write(&resolved)).into_owned())
}

fn parse(text: &str) -> Result<Url, RepositoryError> {
    url::parse(text.as_bytes()).map_err(|error| {
        let shown = redact(text);
        // Go's error has the whole address.
        let error = if shown == text { error } else { "invalid URL".into() };
        RepositoryError::Index(format!("failed to parse {shown} as URL: {error}"))
    })
}

/// Returns whether two addresses are the same for Helm: paths are cleaned, and an empty path is `/`.
pub fn urls_equal(one: &str, other: &str) -> bool {
    let clean = |text: &str| {
        let mut url = url::parse(text.as_bytes()).ok()?;
        let path = String::from_utf8_lossy(&url.path).into_owned();
        url.path = clean_path(&path).into_bytes();
        url.raw_path.clear();
        Some(url::write(&url))
    };
    match (clean(one), clean(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// Removes `.`, `..`, double and trailing slashes, as Go's `path.Clean`.
fn clean_path(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    format!("/{}", steps.join("/"))
}

/// Returns the name under which Helm saves what an address names: the last part of its path. An archive from a registry is
/// named for its tag: `vault-0.30.0.tgz`.
///
/// # Errors
/// The path does not end with a name that a file can have.
pub fn file_name(address: &str) -> Result<String, Error> {
    let no_name = || Error::from(RepositoryError::NoFileName(redact(address)));
    let parsed = url::parse(address.as_bytes()).map_err(|_| RepositoryError::Url(redact(address)))?;
    let path = String::from_utf8(parsed.path).map_err(|_| no_name())?;
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_unsafe = name.contains('\\') && cfg!(windows) || name.contains(char::is_control);
    if matches!(name, "" | "." | "..") || is_unsafe {
        return Err(no_name());
    }
    match name.rsplit_once(':').filter(|_| parsed.scheme == b"oci") {
        Some((chart, tag)) => Ok(format!("{chart}-{tag}.tgz")),
        None => Ok(name.to_owned()),
    }
}
