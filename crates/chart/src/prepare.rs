//! Computes the values that templates see, from a loaded chart and the user's values.

use std::sync::Arc;

use super::ChartCode;
use super::behaviour::Behaviour;
use super::capabilities::Capabilities;
use super::coalesce::Coalescer;
use super::dependencies::{is_compatible, missing, process};
use super::go_value::node_to_value;
use super::limits::MAX_COALESCED;
use super::model::Chart;
use super::render_values::RenderValues;
use super::schema;
use super::unit::Unit;
use crate::release::Release;
use crate::values::Flag;
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_json_schema::SchemaFiles;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, Sources};
use mkmanifests_yaml::tree::Node;

/// The release and cluster that a chart is rendered for, and how its values are validated.
#[derive(Debug, Clone)]
pub struct Options {
    /// The release: what templates see as `.Release`.
    pub release: Release,
    /// The cluster: what templates see as `.Capabilities`.
    pub capabilities: Capabilities,
    /// Whether to skip validation against `values.schema.json` (`--skip-schema-validation`).
    pub skip_schema: bool,
    /// The documents that `values.schema.json` may refer to (`--schema-map`, `--schema-dir`).
    pub schema_files: SchemaFiles,
    /// How Helm behaves: the release that is chosen with `--helm-version`.
    pub helm: Behaviour,
}

/// Computes the values of a chart as Helm does: enables subcharts by conditions and tags, imports their values, merges
/// the user's values over the defaults, and validates the result against the charts' schemas.
///
/// `values` is a mapping: the user's layers without the chart's defaults, with every `null` still in place
/// ([`Layers::overlaid`](crate::values::Layers::overlaid)). `sources` are the texts that `values` and the chart were
/// read from. In templates, integers from `--set` are `int64`, all other numbers are `float64`.
///
/// # Errors
/// A library chart, missing dependencies, an incompatible Kubernetes version, values that cannot be merged, and values
/// that a schema refuses. Where Helm reports the same error, the reason is Helm's text.
pub fn prepare(
    chart: &Chart,
    values: &Node,
    sources: &Sources,
    options: Options,
) -> Result<RenderValues, Vec<Diagnostic>> {
    let (skip_schema, files) = (options.skip_schema, options.schema_files.clone());
    let Prepared { values: prepared, mut diagnostics } = compute(chart, values, sources, options);
    if let (Some(prepared), false) = (&prepared, skip_schema) {
        diagnostics.extend(validate(prepared, &files, values, sources).map(|refusal| match refusal.sources {
            None => refusal.diagnostic,
            // The caller's sources do not have the text of the schema.
            Some(_) => Diagnostic { location: Location::UNKNOWN, related: Vec::new(), ..refusal.diagnostic },
        }));
    }
    prepared.filter(|_| diagnostics.is_empty()).ok_or(diagnostics)
}

/// Validates computed values against the charts' schemas. `user` are the user's values, for locations.
pub(super) fn validate(
    prepared: &RenderValues,
    files: &SchemaFiles,
    user: &Node,
    sources: &Sources,
) -> Option<schema::Refusal> {
    let instance = schema::Instance::of(&prepared.chart, &prepared.values.as_map()?)?;
    schema::check(&prepared.chart, &instance, files, prepared.helm, user, sources)
}

/// Values that no schema has validated yet.
pub(super) struct Prepared {
    /// The values; `None` if they cannot be computed.
    pub values: Option<RenderValues>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Computes the values as [`prepare`] does, without validating them against schemas.
pub(super) fn compute(chart: &Chart, user: &Node, sources: &Sources, options: Options) -> Prepared {
    let mut diagnostics = installable(chart);
    let values_map = user_values(user, sources);
    let mut warnings = Vec::new();
    let merged = merged(chart, &values_map, options.helm, &mut warnings);
    let merged = merged.map_err(|diagnostic| diagnostics.push(diagnostic)).ok();
    diagnostics.extend(wrong_cluster(chart, &options.capabilities));
    let values = merged.map(|(chart_after, values)| RenderValues {
        chart: chart_after,
        values: Value::Map(values),
        release: options.release,
        revision: 1,
        capabilities: options.capabilities,
        helm: options.helm,
        warnings: warn(chart, warnings),
        sources: sources.clone(),
        user: Arc::new(user.clone()),
    });
    Prepared { values, diagnostics }
}

/// Processes the dependencies of a chart, and merges the user's values over its own. Returns the chart after that, and
/// the values of its templates.
pub(super) fn merged(
    chart: &Chart,
    user: &Map,
    helm: Behaviour,
    warnings: &mut Vec<String>,
) -> Result<(Chart, Map), Diagnostic> {
    let mut unit = Unit::of(chart, helm);
    process(&mut unit, user, helm, warnings)?;
    let mut coalescer = Coalescer::new(MAX_COALESCED, helm);
    let values = coalescer.values(&unit, user);
    warnings.append(&mut coalescer.warnings);
    let values = values.map_err(|message| Diagnostic::error(ChartCode::ValuesNotMerged, message))?;
    Ok((unit.into_chart(), values))
}

/// Reports what keeps a chart from being rendered with any values.
fn installable(chart: &Chart) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if chart.is_library() {
        let message = format!("{} charts are not installable", chart.metadata.kind);
        diagnostics.push(
            Diagnostic::error(ChartCode::NotInstallable, message)
                .help("a library chart only defines templates: render a chart that has it as a dependency"),
        );
    }
    let missing = missing(&chart.metadata, &chart.dependencies);
    if !missing.is_empty() {
        let names = missing.join(", ");
        let message = format!("found in Chart.yaml, but missing in charts/ directory: {names}");
        diagnostics.push(
            Diagnostic::error(ChartCode::MissingDependency, message)
                .help("run `mkmanifests chart dependencies PATH --build` to download them into `charts/`"),
        );
    }
    diagnostics
}

fn wrong_cluster(chart: &Chart, capabilities: &Capabilities) -> Option<Diagnostic> {
    let constraint = &chart.metadata.kube_version;
    let version = &capabilities.kube_version;
    if constraint.is_empty() || is_compatible(constraint, version.normalized()) {
        return None;
    }
    let message = format!(
        "chart requires kubeVersion: {constraint} which is incompatible with Kubernetes {}",
        version.git_version()
    );
    Some(
        Diagnostic::error(ChartCode::IncompatibleKubernetes, message)
            .help("set the version of the cluster with `--kube-version`"),
    )
}

pub(super) fn user_values(values: &Node, sources: &Sources) -> Map {
    let is_set =
        |location: Location| sources.get(location.source).is_some_and(|source| source.name == Flag::Set.name());
    match node_to_value(values, &is_set) {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}

/// Returns the warnings without repetitions.
fn warn(chart: &Chart, messages: Vec<String>) -> Vec<Diagnostic> {
    let mut warnings: Vec<Diagnostic> = Vec::new();
    if chart.metadata.deprecated {
        warnings.push(Diagnostic::warning(ChartCode::Deprecated, "this chart is deprecated"));
    }
    for message in messages {
        if !warnings.iter().any(|warning| warning.reason == message) {
            warnings.push(Diagnostic::warning(ChartCode::ValueTypeConflict, message));
        }
    }
    warnings
}
