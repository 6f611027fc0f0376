//! The data that templates see: a chart after dependency processing, its values, the release and the cluster.

use std::sync::Arc;

use super::behaviour::Behaviour;
use super::capabilities::Capabilities;
use super::model::Chart;
use crate::release::Release;
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};
use mkmanifests_yaml::tree::Node;

/// Returns what templates see as `.Release`: a map with `Name`, `Namespace`, `IsUpgrade`, `IsInstall`, `Revision` (1,
/// as in `helm template`) and `Service` (`Helm`).
pub fn release_value(release: &Release) -> Value {
    release_of(release, 1)
}

/// Returns what templates see as `.Release`, with another revision.
pub(super) fn release_of(release: &Release, revision: i64) -> Value {
    Value::map([
        ("Name", Value::from(release.name.as_str())),
        ("Namespace", release.namespace.as_str().into()),
        ("IsUpgrade", release.is_upgrade.into()),
        ("IsInstall", (!release.is_upgrade && !release.is_unreleased).into()),
        ("Revision", Value::int(revision)),
        ("Service", "Helm".into()),
    ])
}

/// Everything that rendering needs: [`prepare`](fn@super::prepare) computes it, [`render`](fn@super::render) uses it.
///
/// Templates get these scopes, as in Helm's engine:
/// - `.Values` of the root chart is [`RenderValues::values`] (Go's type `common.Values`). `.Values` of a subchart is
///   the map under the subchart's [`Chart::name`] in its parent's `.Values`, or an empty map if there is none. It is
///   the same map and not a copy: a template's change in one shows in the other.
/// - `.Chart` is [`Metadata::as_value`](super::Metadata::as_value) of each chart.
/// - `.Files` has the [`Chart::files`] of each chart.
/// - `.Subcharts` is a map from the names of subcharts to the scopes that their templates get.
/// - `.Release` and `.Capabilities` are the same for all charts.
/// - `.Template` has `Name` (`parent/charts/sub/templates/x.yaml`) and `BasePath` (`parent/charts/sub/templates`).
#[derive(Debug, Clone)]
pub struct RenderValues {
    /// The chart after dependency processing.
    pub chart: Chart,
    /// The values of the root chart, a [`Value::Map`]. The values of subcharts are nested under their names. As in
    /// Helm, several charts may share the maps in `global`.
    pub values: Value,
    /// `.Release`, apart from its revision.
    pub release: Release,
    /// `.Release.Revision`: 1, as in `helm template`, except in tests of charts.
    pub revision: i64,
    /// `.Capabilities`.
    pub capabilities: Capabilities,
    /// How Helm behaves.
    pub helm: Behaviour,
    /// The warnings that Helm prints on stderr while it computes the values.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the user's values and the chart were read from.
    pub sources: Sources,
    /// The user's values as they were written, for the locations of values.
    pub(super) user: Arc<Node>,
}
