//! All that `helm template` does in one call, and what it does not look at.

use super::finish::finish;
use super::model::Chart;
use super::output::HelmOutput;
use super::parsing::Parsed;
use super::prepare::{self, Options, Prepared};
use super::render::{self, RenderOptions};
use super::render_values::RenderValues;
use super::schema::{self, Instance};
use super::unused::{self, Unused};
use crate::values::Values;
use mkmanifests_check::patch::Patches;
use mkmanifests_json_schema::SchemaFiles;
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Severity};

/// What is done with the user's values that nothing in the chart reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unread {
    /// They are not looked for.
    Ignored,
    /// Each is a warning.
    #[default]
    Warned,
    /// Each is an error: `--strict`.
    Refused,
}

/// What a chart is rendered for, and what is looked at meanwhile.
#[derive(Debug, Clone)]
pub struct Request {
    /// The release and the cluster.
    pub options: Options,
    /// What of it is wanted.
    pub rendering: RenderOptions,
    /// What is done with values that nothing reads.
    pub unread: Unread,
    /// Patches on what comes out, before it is checked; their texts are among those of the user's values.
    pub patches: Patches,
    /// Whether what comes out is held to the rules of an API server.
    pub check: bool,
}

impl Request {
    /// As `helm template` with no more flags, everything looked at.
    pub fn new(options: Options) -> Request {
        let (rendering, patches) = (RenderOptions::default(), Patches::default());
        Request { options, rendering, unread: Unread::default(), patches, check: true }
    }
}

/// Renders a chart with the user's values: the layers without the chart's defaults, each `null` still in them
/// ([`Layers::overlaid`](crate::values::Layers::overlaid)). Their sources have to hold those of the chart as well.
///
/// It uses all processors: templates are parsed, and documents are read, in parallel; meanwhile the values are held to the
/// schemas, and what nothing reads is looked for.
///
/// # Errors
/// What keeps the chart from being rendered; else what its schemas and `request` refuse of the values; else what is
/// wrong in the templates; else patches that cannot be applied; else what an API server would refuse.
///
/// ```
/// use mkmanifests_chart::{self as chart, Capabilities, File, Options, Request, SchemaFiles};
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
/// };
/// let rendered = chart::template(&chart, &layers.overlaid()?, Request::new(options))?;
/// assert!(rendered.text().ends_with("{apiVersion: v1, kind: ConfigMap, metadata: {name: hi}}\n"));
/// assert_eq!(rendered.warnings[0].message(), "nothing reads the value `greting`");
/// # Ok::<(), mkmanifests_yaml::diagnostic::Failure>(())
/// ```
pub fn template(chart: &Chart, user: &Values, request: Request) -> Result<HelmOutput, Failure> {
    let Request { options, rendering, unread, patches, check } = request;
    let ready = self::ready(chart, user, options)?;
    let parsed = Parsed::of(&ready.values, rendering.deterministic);
    let (looked, rendered) = rayon::join(
        || look(chart, user, &ready, &parsed, unread),
        || render::execute(&ready.values, &rendering, &parsed),
    );
    let Looked { refused: mut diagnostics, unread: mut unused } = looked;
    if unread == Unread::Refused {
        let error = |diagnostic| Diagnostic { severity: Severity::Error, ..diagnostic };
        diagnostics.extend(std::mem::take(&mut unused.keys).into_iter().map(error));
    }
    if !diagnostics.is_empty() {
        return Err(Failure::new(diagnostics, user.sources.clone()));
    }
    let mut rendered = rendered?;
    rendered.warnings.splice(0..0, unused.into_warnings());
    let diagnostics = finish(&mut rendered, &ready.values, &patches, check);
    if !diagnostics.is_empty() {
        return Err(Failure::new(diagnostics, rendered.sources));
    }
    Ok(rendered)
}

/// What the schemas refuse, and which values nothing reads.
struct Looked {
    refused: Vec<Diagnostic>,
    unread: Unused,
}

fn look(chart: &Chart, user: &Values, ready: &Ready, parsed: &Parsed, unread: Unread) -> Looked {
    let check = |instance| schema::check(&ready.values.chart, instance, &ready.schema_files, &user.root);
    let refused = ready.instance.as_ref().and_then(check).into_iter().collect();
    let unread = match unread {
        Unread::Ignored => Unused::default(),
        Unread::Warned | Unread::Refused => unused::find(chart, &user.root, &parsed.by_file()),
    };
    Looked { refused, unread }
}

/// The values, as templates get them.
struct Ready {
    values: RenderValues,
    /// The same for the schemas: templates may change theirs meanwhile.
    instance: Option<Instance>,
    schema_files: SchemaFiles,
}

/// Computes the values. Where that fails, the schemas are asked at once.
fn ready(chart: &Chart, user: &Values, options: Options) -> Result<Ready, Failure> {
    let (skip_schema, schema_files) = (options.skip_schema, options.schema_files.clone());
    let Prepared { values, mut diagnostics } = prepare::compute(chart, &user.root, &user.sources, options);
    match values {
        Some(values) if diagnostics.is_empty() => {
            let map = values.values.as_map().filter(|_| !skip_schema);
            let instance = map.and_then(|map| Instance::of(&values.chart, &map));
            Ok(Ready { values, instance, schema_files })
        }
        values => {
            if let (Some(values), false) = (&values, skip_schema) {
                diagnostics.extend(prepare::validate(values, &schema_files, &user.root));
            }
            Err(Failure::new(diagnostics, user.sources.clone()))
        }
    }
}
