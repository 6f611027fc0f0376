//! From a loaded chart and the user's values to what templates are given.

use super::ChartCode;
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

/// What a chart is rendered for.
#[derive(Debug, Clone)]
pub struct Options {
    /// The release.
    pub release: Release,
    /// The cluster.
    pub capabilities: Capabilities,
    /// Whether to skip validating values against `values.schema.json` (`--skip-schema-validation`).
    pub skip_schema: bool,
    /// Documents that `values.schema.json` may refer to (`--schema-map`, `--schema-dir`).
    pub schema_files: SchemaFiles,
}

/// Computes the values of a chart, in Helm's order: which subcharts are enabled, what is imported from them, then the
/// user's values over all that, held against the charts' schemas.
///
/// `values` are the user's layers without the chart's defaults, each `null` still in them
/// ([`Layers::overlaid`](crate::values::Layers::overlaid)); `sources` are the texts that they and the chart were read
/// from. Integers that `--set` gave become `int64` in templates, all other numbers `float64`.
///
/// # Errors
/// All diagnostics, in Helm's words where Helm finds them too.
pub fn prepare(
    chart: &Chart,
    values: &Node,
    sources: &Sources,
    options: Options,
) -> Result<RenderValues, Vec<Diagnostic>> {
    let (skip_schema, files) = (options.skip_schema, options.schema_files.clone());
    let Prepared { values: prepared, mut diagnostics } = compute(chart, values, sources, options);
    if let (Some(prepared), false) = (&prepared, skip_schema) {
        diagnostics.extend(validate(prepared, &files, values));
    }
    prepared.filter(|_| diagnostics.is_empty()).ok_or(diagnostics)
}

/// Validates computed values against the charts' schemas. `user` are the user's values, for locations.
pub(super) fn validate(prepared: &RenderValues, files: &SchemaFiles, user: &Node) -> Option<Diagnostic> {
    let instance = schema::Instance::of(&prepared.chart, &prepared.values.as_map()?)?;
    schema::check(&prepared.chart, &instance, files, user)
}

/// Values that are not held against a schema yet.
pub(super) struct Prepared {
    /// Nothing, where they cannot be computed.
    pub values: Option<RenderValues>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Computes the values as [`prepare`] does, but for the schemas.
pub(super) fn compute(chart: &Chart, values: &Node, sources: &Sources, options: Options) -> Prepared {
    let mut diagnostics = installable(chart);
    let values_map = user_values(values, sources);
    let mut unit = Unit::of(chart);
    let mut warnings = Vec::new();
    let coalesced = process(&mut unit, &values_map, &mut warnings).and_then(|()| {
        let mut coalescer = Coalescer::new(MAX_COALESCED);
        let coalesced = coalescer
            .values(&unit, &values_map)
            .map_err(|message| Diagnostic::error(ChartCode::ValuesNotMerged, message));
        warnings.append(&mut coalescer.warnings);
        coalesced
    });
    let coalesced = coalesced.map_err(|diagnostic| diagnostics.push(diagnostic)).ok();
    diagnostics.extend(wrong_cluster(chart, &options.capabilities));
    let values = coalesced.map(|values| RenderValues {
        chart: unit.into_chart(),
        values: Value::Map(values),
        release: options.release,
        capabilities: options.capabilities,
        warnings: warn(chart, warnings),
        sources: sources.clone(),
    });
    Prepared { values, diagnostics }
}

/// What keeps a chart from being rendered whatever its values are.
fn installable(chart: &Chart) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if chart.is_library() {
        diagnostics.push(Diagnostic::error(
            ChartCode::NotInstallable,
            format!("{} charts are not installable", chart.metadata.kind),
        ));
    }
    let missing = missing(&chart.metadata, &chart.dependencies);
    if !missing.is_empty() {
        let names = missing.join(", ");
        let message = format!("found in Chart.yaml, but missing in charts/ directory: {names}");
        diagnostics.push(
            Diagnostic::error(ChartCode::MissingDependency, message).help("fetch them with `helm dependency build`"),
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
            .help("say which cluster it is for with `--kube-version`"),
    )
}

fn user_values(values: &Node, sources: &Sources) -> Map {
    let is_set =
        |location: Location| sources.get(location.source).is_some_and(|source| source.name == Flag::Set.name());
    match node_to_value(values, &is_set) {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}

/// The warnings, each once.
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
