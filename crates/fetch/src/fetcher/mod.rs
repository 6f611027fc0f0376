//! Resolves what a user or a chart asks for to one version, and downloads it into the cache.

mod archive;
mod once;
mod resolve;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use self::once::Once;
use crate::cache::Cache;
use crate::http::{Client, Connection, same_origin};
use crate::repository::{Index, Repositories, urls_equal};
use crate::{Error, Settings, Warning};

/// What holds for all downloads of a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Use only what is in the cache.
    pub offline: bool,
}

/// A chart as a user names it on a command line.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// A path, a URL, `oci://...`, `repository/name`, or the name of a chart in `repository`.
    pub chart: String,
    /// `--repo`: the URL of a repository; empty if none is given.
    pub repository: String,
    /// `--version`: an exact version or a range; empty is the newest.
    pub version: String,
    /// `--devel`: also consider pre-releases, if `version` is empty.
    pub devel: bool,
    /// How to connect. What it leaves open is taken from the same repository in `repositories.yaml`.
    pub connection: Connection,
}

/// One version of a chart, and where it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resolved {
    /// The name of the chart. For a URL that a user gave, the name of the file.
    pub name: String,
    /// The version, as the repository writes it. Empty if only the archive tells it.
    pub version: String,
    /// The address of the archive; `oci://HOST/PATH/NAME:TAG` in a registry.
    pub url: String,
    /// The SHA-256 of the archive in hex, if the repository tells it.
    pub digest: Option<String>,
    /// The address for whose host credentials are: of the repository, else `url` itself.
    #[serde(default)]
    pub repository: String,
}

/// A downloaded chart. Its archive is in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// What was downloaded.
    pub resolved: Resolved,
    /// The SHA-256 of the archive, in hex.
    pub digest: String,
    /// The archive, in the cache.
    pub archive: PathBuf,
    /// The name that Helm gives the file: `vault-0.30.0.tgz`.
    pub file_name: String,
    /// The provenance file, if it was asked for and exists.
    pub provenance: Option<Vec<u8>>,
    /// Why there is no provenance file although it was asked for.
    pub provenance_error: Option<Box<Error>>,
    /// For registries: what the chart was there.
    pub pulled: Option<crate::oci::Origin>,
}

/// A chart for rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a run has few of them")]
pub enum Location {
    /// A folder or an archive of the user's, as an absolute path.
    Local(PathBuf),
    /// A downloaded archive.
    Fetched(Fetched),
}

/// Downloads charts. One fetcher serves a whole run, from several threads: each index and each archive is downloaded once.
pub struct Fetcher {
    /// Where Helm's files are.
    pub settings: Settings,
    /// What holds for all downloads.
    pub options: Options,
    cache: Cache,
    clients: Mutex<HashMap<Connection, Client>>,
    indexes: Once<(String, Connection), Arc<Index>>,
    archives: Once<(Resolved, Connection, bool), Fetched>,
    warnings: Mutex<Vec<Warning>>,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// Creates a fetcher. Nothing is read or sent yet.
    pub fn new(settings: Settings, options: Options) -> Fetcher {
        Fetcher {
            cache: Cache::new(&settings.content_cache),
            settings,
            options,
            clients: Mutex::default(),
            indexes: Once::default(),
            archives: Once::default(),
            warnings: Mutex::default(),
        }
    }

    /// Finds a chart as `helm template` and `helm show` do: a path that exists, else a download.
    ///
    /// # Errors
    /// No chart is there, or it cannot be fetched.
    pub fn locate(&self, request: &Request) -> Result<Location, Error> {
        let name = request.chart.trim();
        if request.repository.is_empty() {
            let path = Path::new(name);
            if path.exists() {
                let absolute = std::path::absolute(path).map_err(|error| Error::file("stat", path, &error))?;
                return Ok(Location::Local(absolute));
            }
            if path.is_absolute() || name.starts_with('.') {
                return Err(Error::PathNotFound { path: name.to_owned() });
            }
        }
        let resolved = self.resolve(request)?;
        self.fetch(&resolved, &request.connection, false).map(Location::Fetched)
    }

    /// Finds the newest version that `request` allows. A path is not considered.
    ///
    /// # Errors
    /// The repository or registry cannot be read, or has no such version.
    pub fn resolve(&self, request: &Request) -> Result<Resolved, Error> {
        resolve::resolve(self, request)
    }

    /// Returns the index of the repository with this URL; each is downloaded once per run. With `--offline`, the index of
    /// the last run that downloaded it.
    ///
    /// # Errors
    /// The index cannot be downloaded or read: Helm's `looks like ... is not a valid chart repository or cannot be reached`.
    pub fn index(&self, repository: &str, connection: &Connection) -> Result<Arc<Index>, Error> {
        let connection = self.effective(repository, connection)?;
        self.indexes.get((repository.to_owned(), connection.clone()), || resolve::index(self, repository, &connection))
    }

    /// Downloads one version into the cache, or takes it from there. With `provenance`, also its `.prov` file.
    ///
    /// Nothing is requested if `resolved` has a digest and the cache has the archive. Credentials are sent only to the
    /// host of `resolved.repository`.
    ///
    /// # Errors
    /// The server cannot be reached or answers otherwise than it should; the content does not match the digest.
    pub fn fetch(&self, resolved: &Resolved, connection: &Connection, provenance: bool) -> Result<Fetched, Error> {
        let owner = if resolved.repository.is_empty() { &resolved.url } else { &resolved.repository };
        let connection = self.effective(owner, connection)?;
        let key = (resolved.clone(), connection.clone(), provenance);
        self.archives.get(key, || archive::fetch(self, resolved, &connection, provenance))
    }

    /// Returns the warnings since the last call. `--offline` and errors do not change them.
    pub fn take_warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn warn(&self, warnings: impl IntoIterator<Item = Warning>) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).extend(warnings);
    }

    /// Returns the client for a connection; connections that differ only in credentials share one.
    fn client(&self, connection: &Connection) -> Result<Client, Error> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = connection.without_credentials();
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = Client::new(&self.settings, &key)?;
        clients.insert(key, client.clone());
        Ok(client)
    }

    fn effective(&self, repository: &str, connection: &Connection) -> Result<Connection, Error> {
        Ok(connection_for(&self.settings, repository)?.map_or_else(|| connection.clone(), |found| connection.or(found)))
    }
}

/// Returns how `repositories.yaml` says to connect to a repository, or to the one that an address belongs to.
///
/// # Errors
/// `repositories.yaml` cannot be read.
pub fn connection_for(settings: &Settings, url: &str) -> Result<Option<Connection>, Error> {
    if url.starts_with("oci://") {
        return Ok(None);
    }
    let Some(repositories) = Repositories::load(&settings.repository_config)? else { return Ok(None) };
    let is_inside = |repository: &str| {
        let folder = repository.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        !folder.is_empty()
            && same_origin(repository, url)
            && url.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    let mut entries = repositories.entries.iter();
    let exact = entries.clone().find(|entry| urls_equal(&entry.url, url));
    Ok(exact.or_else(|| entries.find(|entry| is_inside(&entry.url))).map(|entry| entry.connection()))
}
