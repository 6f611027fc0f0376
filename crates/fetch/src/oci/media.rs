//! Media types, and the documents of registries.
//!
//! Sources: <https://helm.sh/docs/topics/registries/>,
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The configuration of a chart: its metadata as JSON.
pub const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
/// The archive of a chart.
pub const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/// The archive of a chart, as early releases of Helm pushed it.
pub const LEGACY_CHART: &str = "application/tar+gzip";
/// The provenance file of a chart.
pub const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/// An OCI image manifest.
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// An OCI image index, which lists manifests.
pub(super) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Docker's manifest.
pub(super) const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker's list of manifests.
pub(super) const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// A type that an early draft of the specification had.
const ARTIFACT: &str = "application/vnd.oci.artifact.manifest.v1+json";

/// Returns what a client accepts when it asks for a manifest.
pub(super) fn accepted_manifests() -> String {
    [DOCKER_MANIFEST, DOCKER_LIST, MANIFEST, INDEX, ARTIFACT].join(", ")
}

/// Returns the type in a `Content-Type` header, without its parameters.
pub(super) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// What a manifest says about one of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    #[serde(default)]
    pub media_type: String,
    #[serde(default)]
    pub digest: String,
    #[serde(default)]
    pub size: i64,
}

/// An image manifest. Fields that charts do not use are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    #[serde(default)]
    pub schema_version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Descriptor>,
    #[serde(default, deserialize_with = "null_is_default")]
    pub layers: Vec<Descriptor>,
    #[serde(default, deserialize_with = "null_is_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// An index of manifests.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Index {
    #[serde(default, deserialize_with = "null_is_default")]
    pub manifests: Vec<Descriptor>,
}

/// Reads `null` as the default, as Go does.
fn null_is_default<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// Writes JSON as Go's `json.Marshal`, which escapes the special characters of HTML.
pub(super) fn go_json(value: &impl Serialize) -> Vec<u8> {
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            char => out.push(char),
        }
    }
    out.into_bytes()
}
