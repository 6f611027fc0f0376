//! Downloads archives into the cache.

use mkmanifests_go::url;
use serde::{Deserialize, Serialize};

use super::{Fetched, Fetcher, Resolved};
use crate::cache::{digest, parse_digest};
use crate::http::limits::{MAX_ARCHIVE_BYTES, MAX_PROVENANCE_BYTES};
use crate::http::{Connection, HttpRequest, redact};
use crate::repository::{RepositoryError, file_name};
use crate::{Error, oci};

/// What Helm's downloader accepts.
const ACCEPT: &str = "application/gzip,application/octet-stream";

/// What an address led to, for `--offline`.
#[derive(Serialize, Deserialize)]
struct Record {
    /// The SHA-256 of the archive, in hex.
    sha256: String,
    /// What the chart was in its registry.
    pulled: Option<oci::Origin>,
}

/// What came from a server.
struct Download {
    archive: Vec<u8>,
    provenance: Option<Result<Vec<u8>, Error>>,
    pulled: Option<oci::Origin>,
}

pub(super) fn fetch(
    fetcher: &Fetcher,
    resolved: &Resolved,
    connection: &Connection,
    provenance: bool,
) -> Result<Fetched, Error> {
    let is_registry = resolved.url.starts_with("oci://");
    let file_name = file_name(&resolved.url)?;
    let expected = resolved.digest.as_deref().map(parse_digest).transpose()?;
    let mut fetched = Fetched {
        resolved: resolved.clone(),
        digest: String::new(),
        archive: Default::default(),
        file_name,
        provenance: None,
        provenance_error: None,
        pulled: None,
    };
    if let Some(digest) = &expected
        && take(fetcher, &mut fetched, digest)
    {
        if provenance && !is_registry {
            add_provenance(fetcher, &mut fetched, connection)?;
        }
        if !provenance || fetched.provenance.is_some() || !is_registry {
            return Ok(fetched);
        }
    }
    if fetcher.options.offline {
        return offline(fetcher, fetched, provenance);
    }
    let download = if is_registry {
        from_registry(fetcher, resolved, connection, provenance)?
    } else {
        Download { archive: over_http(fetcher, resolved, connection)?, provenance: None, pulled: None }
    };
    check(resolved, expected, &download.archive)?;
    (fetched.digest, fetched.archive) = fetcher.cache.put_archive(&download.archive)?;
    fetched.pulled = download.pulled;
    let record = Record { sha256: fetched.digest.clone(), pulled: fetched.pulled.clone() };
    fetcher.cache.put_record(&key(resolved), &record)?;
    match download.provenance {
        Some(Ok(bytes)) => {
            fetcher.cache.put_provenance(&fetched.digest, &bytes)?;
            fetched.provenance = Some(bytes);
        }
        Some(Err(error)) => fetched.provenance_error = Some(Box::new(error)),
        None if provenance => add_provenance(fetcher, &mut fetched, connection)?,
        None => {}
    }
    Ok(fetched)
}

fn key(resolved: &Resolved) -> String {
    format!("archive {}", resolved.url)
}

/// Takes an archive from the cache, if it is there.
fn take(fetcher: &Fetcher, fetched: &mut Fetched, digest: &str) -> bool {
    let Some(archive) = fetcher.cache.archive(digest) else { return false };
    (fetched.digest, fetched.archive) = (digest.to_owned(), archive);
    true
}

/// Takes what an earlier run downloaded from the same address.
fn offline(fetcher: &Fetcher, mut fetched: Fetched, provenance: bool) -> Result<Fetched, Error> {
    let missing = || Error::Offline { wanted: redact(&fetched.resolved.url) };
    let record: Record = fetcher.cache.record(&key(&fetched.resolved)).ok_or_else(missing)?;
    let expected = fetched.resolved.digest.as_deref().map(parse_digest).transpose()?;
    if expected.is_some_and(|expected| expected != record.sha256) {
        return Err(missing());
    }
    let error = missing();
    if !take(fetcher, &mut fetched, &record.sha256) {
        return Err(error);
    }
    fetched.pulled = record.pulled;
    if provenance {
        fetched.provenance = fetcher.cache.provenance(&record.sha256);
        fetched.provenance_error = fetched.provenance.is_none().then(|| Box::new(error));
    }
    Ok(fetched)
}

fn from_registry(
    fetcher: &Fetcher,
    resolved: &Resolved,
    connection: &Connection,
    provenance: bool,
) -> Result<Download, Error> {
    let pulled = oci::pull(&fetcher.settings, connection, &resolved.url, provenance)?;
    let missing = || oci::Error::MissingLayer { media_type: oci::PROVENANCE }.into();
    Ok(Download {
        archive: pulled.archive,
        provenance: provenance.then(|| pulled.provenance.ok_or_else(missing)),
        pulled: Some(pulled.origin),
    })
}

fn over_http(fetcher: &Fetcher, resolved: &Resolved, connection: &Connection) -> Result<Vec<u8>, Error> {
    get(fetcher, resolved, &resolved.url, connection, MAX_ARCHIVE_BYTES)
}

/// Adds the provenance file from the cache or the server. A missing file is not an error here.
fn add_provenance(fetcher: &Fetcher, fetched: &mut Fetched, connection: &Connection) -> Result<(), Error> {
    if let Some(bytes) = fetcher.cache.provenance(&fetched.digest) {
        fetched.provenance = Some(bytes);
        return Ok(());
    }
    let url = format!("{}.prov", fetched.resolved.url);
    let result = match fetcher.options.offline {
        true => Err(Error::Offline { wanted: redact(&url) }),
        false => get(fetcher, &fetched.resolved, &url, connection, MAX_PROVENANCE_BYTES),
    };
    match result {
        Ok(bytes) => {
            fetcher.cache.put_provenance(&fetched.digest, &bytes)?;
            fetched.provenance = Some(bytes);
        }
        Err(error) => fetched.provenance_error = Some(Box::new(error)),
    }
    Ok(())
}

fn get(
    fetcher: &Fetcher,
    resolved: &Resolved,
    address: &str,
    connection: &Connection,
    limit: u64,
) -> Result<Vec<u8>, Error> {
    let scheme = url::parse(address.as_bytes()).map_err(|_| RepositoryError::Url(redact(address)))?.scheme;
    if scheme != b"http" && scheme != b"https" {
        return Err(RepositoryError::Scheme(String::from_utf8_lossy(&scheme).into_owned()).into());
    }
    let mut request = HttpRequest::get(address, limit);
    request.headers.push(("Accept", ACCEPT.to_owned()));
    let owner = if resolved.repository.is_empty() { &resolved.url } else { &resolved.repository };
    if let Some(value) = connection.authorization(owner, address) {
        request.headers.push(("Authorization", value));
    }
    let response = fetcher.client(connection)?.send(&request)?;
    if response.status == 200 { Ok(response.body) } else { Err(Error::status(address, &response)) }
}

/// Checks that an archive is one, and the one that was announced.
fn check(resolved: &Resolved, expected: Option<String>, archive: &[u8]) -> Result<(), Error> {
    let url = || redact(&resolved.url);
    if let Some(expected) = expected {
        let actual = digest(archive);
        if actual != expected {
            return Err(Error::WrongDigest { url: url(), expected, actual });
        }
    }
    if archive.starts_with(b"\x1F\x8B") { Ok(()) } else { Err(Error::NotAnArchive { url: url() }) }
}
