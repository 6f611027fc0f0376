//! Downloads the index of a repository.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use mkmanifests_go::url;

use super::{Index, RepositoryError, resolve_reference_url};
use crate::http::limits::MAX_INDEX_BYTES;
use crate::http::{Client, Connection, HttpRequest, redact};
use crate::{Error, write_file};

/// Returns the address of the index of a repository.
///
/// # Errors
/// The address of the repository is not a URL of `http` or `https`.
pub fn index_url(repository: &str) -> Result<String, Error> {
    let parsed = url::parse(repository.as_bytes()).map_err(|_| RepositoryError::Url(redact(repository)))?;
    let scheme = String::from_utf8_lossy(&parsed.scheme).into_owned();
    if scheme != "http" && scheme != "https" {
        return Err(RepositoryError::Handler(scheme).into());
    }
    resolve_reference_url(repository, "index.yaml")
}

/// Downloads the text of an index.
///
/// # Errors
/// The server cannot be reached or does not send it.
pub fn download_index(client: &Client, repository: &str, connection: &Connection) -> Result<Vec<u8>, Error> {
    let url = index_url(repository)?;
    let mut request = HttpRequest::get(&url, MAX_INDEX_BYTES);
    if let Some(value) = connection.authorization(repository, &url) {
        request.headers.push(("Authorization", value));
    }
    let response = client.send(&request)?;
    if response.status == 200 { Ok(response.body) } else { Err(Error::status(&url, &response)) }
}

/// Reads a downloaded index.
///
/// # Errors
/// As [`Index::parse`].
pub fn parse_downloaded(bytes: &[u8], repository: &str) -> Result<Index, Error> {
    Ok(Index::parse(bytes, &redact(repository))?)
}

/// Writes a downloaded index into the repository cache, as `helm repo update` does: `NAME-index.yaml`, and the names of
/// its charts in `NAME-charts.txt`. Returns the path of the first.
///
/// # Errors
/// The name is not a file name, or a file cannot be written.
pub fn save_index(cache: &Path, name: &str, bytes: &[u8], index: &Index) -> Result<PathBuf, Error> {
    let (file, list) = (cache_file(cache, name)?, charts_file(cache, name)?);
    let mut charts = String::new();
    for chart in index.entries.keys() {
        let _ = writeln!(charts, "{chart}");
    }
    write_file(&list, charts.as_bytes(), 0o644)?;
    write_file(&file, bytes, 0o644)?;
    Ok(file)
}

/// Returns the path of a repository's index in the repository cache.
///
/// # Errors
/// The name is not a file name.
pub fn cache_file(cache: &Path, name: &str) -> Result<PathBuf, Error> {
    Ok(cache.join(named(name, "index.yaml")?))
}

/// Returns the path of the list of a repository's charts in the repository cache.
///
/// # Errors
/// The name is not a file name.
pub fn charts_file(cache: &Path, name: &str) -> Result<PathBuf, Error> {
    Ok(cache.join(named(name, "charts.txt")?))
}

fn named(name: &str, file: &str) -> Result<String, Error> {
    if name.contains(['/', '\0']) || (cfg!(windows) && name.contains(['\\', ':'])) {
        return Err(RepositoryError::Name(name.to_owned()).into());
    }
    Ok(if name.is_empty() { file.to_owned() } else { format!("{name}-{file}") })
}
