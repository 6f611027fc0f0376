//! Renders a chart in one call: what `helm template` does, plus unused values, patches and validation.

use super::duplicates::duplicates;
use super::finish::finish;
use super::model::Chart;
use super::output::HelmOutput;
use super::parsing::ParsedTemplates;
use super::prepare::{self, Options, Prepared};
use super::render::{self, ChangeFiles, RenderOptions};
use super::render_values::RenderValues;
use super::schema::{self, Instance, Refusal};
use super::unused::{self, Unused};
use crate::values::Values;
use mkmanifests_check::patch::Patches;
use mkmanifests_json_schema::SchemaFiles;
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Severity};

/// What to do about unused values: keys in the user's values that nothing in the chart reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnusedValues {
    /// Do not search for them.
    Ignore,
    /// Report each as a warning.
    #[default]
    Warn,
    /// Report each as an error: `--strict`.
    Deny,
}

/// What to render a chart for, and what to check on the way.
#[derive(Debug, Clone)]
pub struct Request {
    /// The release and the cluster.
    pub options: Options,
    /// Which documents to render, within which limits.
    pub rendering: RenderOptions,
    /// What to do about values that nothing reads.
    pub unused_values: UnusedValues,
    /// Patches to apply to the rendered objects before validation. Their texts are in the sources of the user's values.
    pub patches: Patches,
    /// Whether to validate the rendered objects as an API server does.
    pub check: bool,
}

impl Request {
    /// Returns the request of `helm template` without further flags: unused values are warnings, and objects are
    /// validated.
    pub fn new(options: Options) -> Request {
        let (rendering, patches) = (RenderOptions::default(), Patches::default());
        Request { options, rendering, unused_values: UnusedValues::default(), patches, check: true }
    }
}

/// Renders a chart with the user's values.
///
/// `user` holds the layers without the chart's defaults, with every `null` still in place
/// ([`Layers::overlaid`](crate::values::Layers::overlaid)). Its sources must include the sources of the chart.
///
/// Uses all processors: it parses templates and reads rendered documents in parallel, and meanwhile validates the
/// values against the schemas and searches for unused values.
///
/// # Errors
/// The diagnostics of the first step that fails:
/// 1. The values cannot be computed ([`prepare`](fn@super::prepare)).
/// 2. A schema refuses values, or values are unused and `request` makes that an error.
/// 3. A template fails, or renders something that is not a Kubernetes object.
/// 4. A patch cannot be applied.
/// 5. An API server would refuse an object.
///
/// ```
/// use mkmanifests_chart::{self as chart, Behaviour, Capabilities, File, Options, Request, SchemaFiles};
/// use mkmanifests_yaml::diagnostic::Sources;
/// use mkmanifests_chart::release::Release;
/// use mkmanifests_chart::values::Layers;
/// # use mkmanifests_chart::values::Values;
///
/// let file = |name: &str, text: &str| File::new(name, text.as_bytes());
/// let mut sources = Sources::default();
/// let chart = chart::load_files(
///     vec![
///         file("Chart.yaml", "{apiVersion: v2, name: web, version: 0.1.0}"),
///         file("values.yaml", "greeting: Hello"),
///         file("templates/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: {{ .Values.greeting }}}}"),
///     ],
///     "web",
///     &mut sources,
/// )
/// .unwrap()
/// .chart;
/// let base = Values { sources, ..Values::default() };
/// let mut layers = Layers::over(&base);
/// layers.file("mine.yaml", b"greeting: hi\ngreting: ho\n");
/// let options = Options {
///     release: Release::named("web", "default"),
///     capabilities: Capabilities::default(),
///     skip_schema: false,
///     schema_files: SchemaFiles::default(),
///     helm: Behaviour::default(),
/// };
/// let rendered = chart::template(&chart, &layers.overlaid()?, Request::new(options))?;
/// assert!(rendered.text().ends_with("{apiVersion: v1, kind: ConfigMap, metadata: {name: hi}}\n"));
/// assert_eq!(rendered.warnings[0].message(), "nothing reads the value `greting`");
/// # Ok::<(), mkmanifests_yaml::diagnostic::Failure>(())
/// ```
pub fn template(chart: &Chart, user: &Values, request: Request) -> Result<HelmOutput, Failure> {
    template_with(chart, user, request, None)
}

/// Renders a chart as [`template`] does. `change` gets the files that the templates render, such as
/// `web/templates/service.yaml`, and returns those to use instead: Helm's post-renderers do this.
///
/// # Errors
/// As [`template`], and the error of `change`.
pub fn template_with(
    chart: &Chart,
    user: &Values,
    request: Request,
    change: Option<ChangeFiles<'_>>,
) -> Result<HelmOutput, Failure> {
    let Request { options, rendering, unused_values, patches, check } = request;
    let computed = self::compute(chart, user, options)?;
    let parsed = ParsedTemplates::of(&computed.values, rendering.deterministic);
    let (checked, rendered) = rayon::join(
        || check_values(chart, user, &computed, &parsed, unused_values),
        || render::execute(&computed.values, &rendering, &parsed, change),
    );
    let CheckedValues { refusal, mut unused } = checked;
    let (mut diagnostics, sources) = refusal.map_or_else(Default::default, |it| (vec![it.diagnostic], it.sources));
    if unused_values == UnusedValues::Deny {
        let error = |diagnostic| Diagnostic { severity: Severity::Error, ..diagnostic };
        diagnostics.extend(std::mem::take(&mut unused.keys).into_iter().map(error));
    }
    if !diagnostics.is_empty() {
        return Err(Failure::new(diagnostics, sources.unwrap_or_else(|| user.sources.clone())));
    }
    let mut rendered = rendered?;
    rendered.warnings.splice(0..0, unused.into_warnings());
    rendered.warnings.extend(duplicates(&rendered.objects, &computed.values.release.namespace));
    let diagnostics = finish(&mut rendered, &computed.values, &patches, check);
    if !diagnostics.is_empty() {
        return Err(Failure::new(diagnostics, rendered.sources));
    }
    Ok(rendered)
}

/// The values that the schemas refuse, and the values that nothing reads.
struct CheckedValues {
    refusal: Option<Refusal>,
    unused: Unused,
}

fn check_values(
    chart: &Chart,
    user: &Values,
    computed: &Computed,
    parsed: &ParsedTemplates,
    unused_values: UnusedValues,
) -> CheckedValues {
    let Values { root, sources } = user;
    let helm = computed.values.helm;
    let check = |instance| schema::check(&computed.values.chart, instance, &computed.schema_files, helm, root, sources);
    let refusal = computed.instance.as_ref().and_then(check);
    let unused = match unused_values {
        UnusedValues::Ignore => Unused::default(),
        UnusedValues::Warn | UnusedValues::Deny => unused::find(chart, root, sources, &parsed.by_file()),
    };
    CheckedValues { refusal, unused }
}

/// The computed values.
struct Computed {
    values: RenderValues,
    /// A copy for the schemas, since templates may change the values while they are validated.
    instance: Option<Instance>,
    schema_files: SchemaFiles,
}

/// Computes the values. If that fails, validates what can be validated, so that all errors are reported together.
fn compute(chart: &Chart, user: &Values, options: Options) -> Result<Computed, Failure> {
    let (skip_schema, schema_files) = (options.skip_schema, options.schema_files.clone());
    let Prepared { values, mut diagnostics } = prepare::compute(chart, &user.root, &user.sources, options);
    match values {
        Some(values) if diagnostics.is_empty() => {
            let map = values.values.as_map().filter(|_| !skip_schema);
            let instance = map.and_then(|map| Instance::of(&values.chart, &map));
            Ok(Computed { values, instance, schema_files })
        }
        values => {
            let refusal = values.filter(|_| !skip_schema);
            let refusal =
                refusal.and_then(|values| prepare::validate(&values, &schema_files, &user.root, &user.sources));
            let (refused, sources) =
                refusal.map_or((None, None), |refusal| (Some(refusal.diagnostic), refusal.sources));
            diagnostics.extend(refused);
            Err(Failure::new(diagnostics, sources.unwrap_or_else(|| user.sources.clone())))
        }
    }
}
