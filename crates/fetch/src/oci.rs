//! Charts in OCI registries.

use crate::fetcher::Resolved;
use crate::http::Connection;
use crate::{Error, Settings};

/// An archive from a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The reference, such as `registry.example.com/charts/vault:0.30.0`.
    pub reference: String,
    /// The digest of the manifest, with `sha256:`.
    pub digest: String,
    /// The archive of the chart.
    pub archive: Vec<u8>,
    /// The provenance file, if it was asked for and exists.
    pub provenance: Option<Vec<u8>>,
}

/// Finds the newest tag of `oci://...` that matches `version`: an exact version, a range, or empty.
///
/// # Errors
/// The registry cannot be reached, refuses the credentials, or has no such tag.
pub fn resolve(settings: &Settings, connection: &Connection, url: &str, version: &str) -> Result<Resolved, Error> {
    let _ = (settings, connection, url, version);
    todo!()
}

/// Pulls a chart. `reference` is `oci://HOST/PATH:TAG`, or with `@sha256:...` instead of the tag or behind it.
///
/// # Errors
/// The registry cannot be reached, refuses the credentials, or what it sends is no chart or has another digest.
pub fn pull(settings: &Settings, connection: &Connection, reference: &str, provenance: bool) -> Result<Pulled, Error> {
    let _ = (settings, connection, reference, provenance);
    todo!()
}
