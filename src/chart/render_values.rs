//! What templates are given: a chart after dependency processing, its values, the release and the cluster.

use super::capabilities::Capabilities;
use super::model::Chart;
use crate::diagnostic::{Diagnostic, Location, Sources};
use crate::gotmpl::Value;
use crate::release::Release;
use crate::tree::{Kind, Node};

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

/// A node as templates see it: numbers are `float64` as JSON has them, but integers that a `--set` flag gave
/// (`is_set` of their location is true) are `int64`.
pub fn node_to_value(node: &Node, is_set: &dyn Fn(Location) -> bool) -> Value {
    match &node.kind {
        Kind::Null => Value::Nil,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Int(value) if is_set(node.location) => Value::int64(*value),
        Kind::Int(value) => Value::Float(*value as f64),
        Kind::UInt(value) => Value::Float(*value as f64),
        Kind::Float(value) => Value::Float(*value),
        Kind::Str(text) => Value::from(text.as_str()),
        Kind::Raw(bytes) => Value::raw(bytes.to_vec()),
        Kind::Seq(items) => Value::list(items.iter().map(|item| node_to_value(item, is_set))),
        Kind::Map(map) => {
            Value::map(map.entries().iter().map(|entry| (entry.key.as_ref(), node_to_value(&entry.value, is_set))))
        }
    }
}
