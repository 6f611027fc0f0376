//! Charts in OCI registries: versions, pull, push, and credentials.
//!
//! This is a client of our own on top of [`crate::http`], in about 2,000 lines. The crate `oci-client` is asynchronous and
//! brings 194 packages, among them a second HTTP client and a runtime. Charts need six requests of the
//! [distribution specification][1], and the messages and files have to be Helm's.
//!
//! [1]: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md

mod answer;
mod challenge;
mod config;
mod credentials;
mod digest;
mod error;
mod helper;
mod login;
mod media;
mod origin;
mod pull;
mod push;
mod reference;
mod session;
mod versions;

use std::path::Path;

use digest::Digest;
pub use error::{Error, Step};
pub use media::{CHART, CONFIG, LEGACY_CHART, PROVENANCE};
pub use reference::SCHEME;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::fetcher::Resolved;
use crate::http::Connection;

/// What a pulled chart was in its registry. `Display` writes what `helm pull` prints about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The reference, such as `registry.example.com/charts/vault:0.30.0`.
    pub reference: String,
    /// The digest of the manifest, with `sha256:`.
    pub digest: String,
    /// Whether the archive has the media type [`LEGACY_CHART`], about which Helm warns.
    pub is_legacy: bool,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_legacy {
            writeln!(f, "Warning: chart media type {} is deprecated", media::LEGACY_CHART)?;
        }
        f.write_str(&report("Pulled", &self.reference, &self.digest))
    }
}

/// An archive from a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// What the chart was in the registry.
    pub origin: Origin,
    /// The archive of the chart.
    pub archive: Vec<u8>,
    /// The provenance file, if it was asked for and exists.
    pub provenance: Option<Vec<u8>>,
}

/// A chart that was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The reference, such as `registry.example.com/charts/vault:0.30.0`.
    pub reference: String,
    /// The digest of the manifest, with `sha256:`.
    pub digest: String,
}

/// Finds the newest tag of `oci://...` that matches `version`: an exact version, a range, or empty.
///
/// An exact version is not looked up: the pull shows whether it exists. The version of the result has a `+` where the tag
/// has a `_`; if `url` has a digest, it is the version that was asked for, or empty.
///
/// # Errors
/// The registry cannot be reached, refuses the credentials, or has no such tag.
pub fn resolve(
    settings: &Settings,
    connection: &Connection,
    url: &str,
    version: &str,
) -> Result<Resolved, crate::Error> {
    Ok(versions::resolve(settings, connection, url, version)?)
}

/// Pulls a chart. `reference` is `oci://HOST/PATH:TAG`, or with `@sha256:...` instead of the tag or behind it.
///
/// # Errors
/// The registry cannot be reached or refuses the credentials; what it sends is not a chart, or has another digest.
pub fn pull(
    settings: &Settings,
    connection: &Connection,
    reference: &str,
    provenance: bool,
) -> Result<Pulled, crate::Error> {
    Ok(pull::pull(settings, connection, reference, provenance)?)
}

/// Pushes an archive, and the `.prov` file beside it if there is one, to `remote`, such as
/// `oci://registry.example.com/charts`. The repository is `remote` and the name of the chart; the tag is the version.
///
/// # Errors
/// The file is no archive of a chart; the registry cannot be reached or refuses the credentials or the content.
pub fn push(
    settings: &Settings,
    connection: &Connection,
    archive: &Path,
    remote: &str,
) -> Result<Pushed, crate::Error> {
    Ok(push::push(settings, connection, archive, remote)?)
}

/// Checks the user name and the password of `connection` with a registry, and stores them in `registry/config.json` or the
/// credential helper that it names.
///
/// # Errors
/// The registry cannot be reached or refuses the credentials; the file cannot be read or written; the helper fails.
pub fn login(settings: &Settings, connection: &Connection, host: &str) -> Result<(), crate::Error> {
    Ok(login::login(settings, connection, host)?)
}

/// Removes the credentials of a registry. It is no error if there are none.
///
/// # Errors
/// The file cannot be read or written; the helper fails.
pub fn logout(settings: &Settings, host: &str) -> Result<(), crate::Error> {
    Ok(login::logout(settings, host)?)
}

/// Returns what Helm prints about a pulled or pushed chart. `verb` is `Pulled` or `Pushed`.
pub fn report(verb: &str, reference: &str, digest: &str) -> String {
    let mut text = format!("{verb}: {reference}\nDigest: {digest}\n");
    let tag = reference.rsplit_once(':').map_or("", |(_, tag)| tag);
    // Helm looks for `_` in the whole reference after a pull, and in the tag after a push.
    if tag.contains('_') || (verb == "Pulled" && reference.contains('_')) {
        text.push_str(&format!("{reference} contains an underscore.\n{UNDERSCORE}\n"));
    }
    text
}

/// Helm's text about tags with `_`.
const UNDERSCORE: &str = "
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.";

/// Returns the name that Helm gives the archive of [`Resolved::url`]: `vault-0.30.0.tgz`.
pub fn file_name(url: &str) -> String {
    let name = url.rsplit('/').next().unwrap_or_default();
    let (name, version) = name.rsplit_once(':').unwrap_or((name, ""));
    format!("{name}-{version}.tgz")
}

/// Returns the address that a header of an answer from `base` leads to.
fn location(base: &str, reference: &str) -> Result<String, String> {
    let base = mkmanifests_go::url::parse(base.as_bytes())?;
    mkmanifests_go::url::join(&base, reference.as_bytes())
}
