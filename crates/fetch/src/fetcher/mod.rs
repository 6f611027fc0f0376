//! Resolves what a user or a chart asks for to one version, and downloads it into the cache.

use std::path::PathBuf;

use crate::http::Connection;
use crate::{Error, Settings};

/// What holds for all downloads of a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Use only what is in the cache.
    pub offline: bool,
}

/// A chart as a user names it on a command line.
#[derive(Clone, Default)]
pub struct Request {
    /// A path, a URL, `oci://...`, `repository/name`, or the name of a chart in `repository`.
    pub chart: String,
    /// `--repo`: the URL of a repository; empty if none is given.
    pub repository: String,
    /// `--version`: an exact version or a range; empty is the newest.
    pub version: String,
    /// `--devel`: also consider pre-releases, if `version` is empty.
    pub devel: bool,
    /// How to connect.
    pub connection: Connection,
}

/// One version of a chart, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The name of the chart.
    pub name: String,
    /// The version, as the repository writes it.
    pub version: String,
    /// The address of the archive; `oci://HOST/PATH/NAME:TAG` in a registry.
    pub url: String,
    /// The SHA-256 of the archive in hex, if the repository tells it.
    pub digest: Option<String>,
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
    /// For registries: the reference and the digest of the manifest, which Helm prints as `Pulled:` and `Digest:`.
    pub pulled: Option<(String, String)>,
}

/// A chart for rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder or an archive of the user's.
    Local(PathBuf),
    /// A downloaded archive.
    Fetched(Fetched),
}

/// Downloads charts. One fetcher serves a whole run, from several threads.
#[derive(Debug)]
pub struct Fetcher {
    /// Where Helm's files are.
    pub settings: Settings,
    /// What holds for all downloads.
    pub options: Options,
}

impl Fetcher {
    /// Creates a fetcher. Nothing is read or sent yet.
    pub fn new(settings: Settings, options: Options) -> Fetcher {
        Fetcher { settings, options }
    }

    /// Finds a chart as `helm template` and `helm show` do: a path that exists, else a download.
    ///
    /// # Errors
    /// No chart is there, or it cannot be fetched.
    pub fn locate(&self, request: &Request) -> Result<Location, Error> {
        let _ = request;
        todo!()
    }

    /// Finds the newest version that `request` allows.
    ///
    /// # Errors
    /// The repository or registry cannot be read, or has no such version.
    pub fn resolve(&self, request: &Request) -> Result<Resolved, Error> {
        let _ = request;
        todo!()
    }

    /// Downloads one version into the cache, or takes it from there. With `provenance`, also its `.prov` file.
    ///
    /// # Errors
    /// The server cannot be reached or answers otherwise than it should; the content does not match the digest.
    pub fn fetch(&self, resolved: &Resolved, connection: &Connection, provenance: bool) -> Result<Fetched, Error> {
        let _ = (resolved, connection, provenance);
        todo!()
    }
}
