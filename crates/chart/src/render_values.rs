//! What templates are given: a chart after dependency processing, its values, the release and the cluster.

use super::capabilities::Capabilities;
use super::model::Chart;
use crate::release::Release;
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

/// What templates see as `.Release`; `Service` is always `Helm`, and `Revision` 1 as in `helm template`.
pub fn release_value(release: &Release) -> Value {
    Value::map([
        ("Name", Value::from(release.name.as_str())),
        ("Namespace", release.namespace.as_str().into()),
        ("IsUpgrade", release.is_upgrade.into()),
        ("IsInstall", (!release.is_upgrade).into()),
        ("Revision", Value::int(1)),
        ("Service", "Helm".into()),
    ])
}

/// Everything that rendering needs.
///
/// Scopes, as Helm's engine builds them, from the root of [`RenderValues::chart`] down:
/// - `.Values` of the root is [`RenderValues::values`] (Go's type `common.Values`). `.Values` of a subchart is what
///   its parent's `.Values` has under the subchart's [`Chart::name`], if that is a map, seen as `common.Values`; it
///   is the same map and not a copy, so what a template changes in one shows in the other. Otherwise it is an empty
///   map.
/// - `.Chart` is [`Metadata::as_value`](super::Metadata::as_value) of each chart.
/// - `.Files` are [`Chart::files`] of each chart.
/// - `.Subcharts` is a plain map from the subcharts' names to their scopes (the same ones that their templates get).
/// - `.Release` and `.Capabilities` are shared by all.
/// - `.Template` is `Name` (`parent/charts/sub/templates/x.yaml`) and `BasePath` (`parent/charts/sub/templates`).
#[derive(Debug, Clone)]
pub struct RenderValues {
    /// The chart after dependency processing.
    pub chart: Chart,
    /// The values of the root, those of the subcharts nested in them under the subcharts' names: a
    /// [`Value::Map`]. Tables of `global` may be the same map in several charts, as in Helm.
    pub values: Value,
    /// `.Release`.
    pub release: Release,
    /// `.Capabilities`.
    pub capabilities: Capabilities,
    /// What Helm warns of on stderr meanwhile.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the user's values and the chart were read from.
    pub sources: Sources,
}
