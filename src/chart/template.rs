//! All that `helm template` does in one call, and what it does not look at.

use super::check::check;
use super::model::Chart;
use super::output::Rendered;
use super::prepare::{self, Options, Prepared};
use super::render::{RenderOptions, render_beside};
use super::render_values::RenderValues;
use super::unused::unused;
use super::{patched, schema, table};
use crate::gotmpl::Value;
use crate::patch::Patches;
use crate::problem::{Failure, Problem, Severity};
use crate::values::Values;

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
/// A second thread looks at the schemas and for values that nothing reads, and reads the documents as they come.
///
/// # Errors
/// What keeps the chart from being rendered; else what its schemas and `request` refuse of the values; else what is
/// wrong in the templates; else patches that cannot be applied; else what an API server would refuse.
///
/// ```
/// use mkmanifests::chart::{self, Capabilities, File, Options, Release, Request};
/// use mkmanifests::problem::Sources;
/// use mkmanifests::values::Layers;
/// # use mkmanifests::values::Values;
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
///     release: Release::install("web", "default"),
///     capabilities: Capabilities::default(),
///     skip_schema: false,
/// };
/// let rendered = chart::template(&chart, &layers.overlaid()?, Request::new(options))?;
/// assert!(rendered.text().ends_with("{apiVersion: v1, kind: ConfigMap, metadata: {name: hi}}\n"));
/// assert_eq!(rendered.warnings[0].message, "nothing reads the value `greting`");
/// # Ok::<(), mkmanifests::problem::Failure>(())
/// ```
pub fn template(chart: &Chart, user: &Values, request: Request) -> Result<Rendered, Failure> {
    let Request { options, rendering, unread, patches, check } = request;
    let skip_schema = options.skip_schema;
    let fail = |problems| Failure::new(problems, user.sources.clone());
    let Prepared { values, mut problems } = prepare::compute(chart, &user.root, &user.sources, options);
    let Some(values) = values else { return Err(fail(problems)) };
    if !problems.is_empty() {
        if !skip_schema {
            problems.extend(schema::check(&values.chart, &values.values, &user.root));
        }
        return Err(fail(problems));
    }
    let held = if skip_schema { None } else { held(&values) };
    let (rendered, (refused, found)) = render_beside(&values, &rendering, || {
        let refused = held.as_ref().map(|held| schema::check(&values.chart, held, &user.root)).unwrap_or_default();
        let found = if unread == Unread::Ignored { Vec::new() } else { unused(chart, &user.root) };
        (refused, found)
    });
    if !refused.is_empty() {
        return Err(fail(refused));
    }
    if unread == Unread::Refused && !found.is_empty() {
        let error = |problem| Problem { severity: Severity::Error, ..problem };
        return Err(fail(found.into_iter().map(error).collect()));
    }
    let mut rendered = rendered?;
    rendered.warnings.splice(0..0, found);
    let problems = patched::patch(&mut rendered, &patches);
    if !problems.is_empty() {
        return Err(Failure::new(problems, rendered.sources));
    }
    if check {
        let (problems, sources) = self::check(&rendered, &values);
        if !problems.is_empty() {
            return Err(Failure::new(problems, sources));
        }
    }
    rendered.parts.keep((values, held));
    Ok(rendered)
}

/// The values that schemas have to see: templates may change theirs meanwhile.
fn held(values: &RenderValues) -> Option<Value> {
    let map = values.values.as_map().filter(|_| schema::has_schema(&values.chart))?;
    Some(table::deep_copy(&map).into())
}
