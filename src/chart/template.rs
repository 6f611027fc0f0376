//! All that `helm template` does in one call, and what it does not look at.

use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver};

use super::check::{check, fits};
use super::documents::{self, Text};
use super::engine::Made;
use super::model::Chart;
use super::output::Rendered;
use super::parsing::Parsing;
use super::prepare::{self, Options, Prepared};
use super::processor::Beginning;
use super::render::{self, RenderOptions};
use super::render_values::RenderValues;
use super::schema::{self, Instance};
use super::unused::{Unused, unused};
use super::{heap, patched};
use crate::check::versions::KubeVersion;
use crate::json_schema::SchemaFiles;
use crate::patch::Patches;
use crate::problem::{Failure, Problem, Severity};
use crate::tree::Node;
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
/// A second thread parses templates, looks at the schemas and for values that nothing reads, and reads the documents as
/// they come.
///
/// # Errors
/// What keeps the chart from being rendered; else what its schemas and `request` refuse of the values; else what is
/// wrong in the templates; else patches that cannot be applied; else what an API server would refuse.
///
/// ```
/// use mkmanifests::chart::{self, Capabilities, File, Options, Release, Request, SchemaFiles};
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
///     schema_files: SchemaFiles::default(),
/// };
/// let rendered = chart::template(&chart, &layers.overlaid()?, Request::new(options))?;
/// assert!(rendered.text().ends_with("{apiVersion: v1, kind: ConfigMap, metadata: {name: hi}}\n"));
/// assert_eq!(rendered.warnings[0].message, "nothing reads the value `greting`");
/// # Ok::<(), mkmanifests::problem::Failure>(())
/// ```
pub fn template(chart: &Chart, user: &Values, request: Request) -> Result<Rendered, Failure> {
    let Request { options, rendering, unread, patches, check } = request;
    let parsing = Parsing::new(chart, &options.release, rendering.deterministic).with_jobs(chart);
    let ready = OnceLock::new();
    let version = KubeVersion::parse(&options.capabilities.kube_version.normalized).ok();
    // What a patch changes is held to the rules after it.
    let fits = |node: &Node| check && self::fits(node, version);
    let look = || ready.get().map(|ready| look(chart, user, ready, unread)).unwrap_or_default();
    let (send, receive) = mpsc::channel();
    let beginning = Beginning::new();
    let (rendered, looked) = std::thread::scope(|scope| {
        let beside = || work_beside(&beginning, &parsing, receive, &look, &fits);
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, beside).ok();
        beginning.give_way();
        let prepared = self::ready(chart, user, options).inspect_err(|_| parsing.end())?;
        let values = &ready.get_or_init(|| prepared).values;
        let _ = send.send(Job::Look);
        let mut own = Vec::new();
        let parts = render::execute(values, &rendering, &parsing, &mut |made| match &thread {
            Some(_) => drop(send.send(Job::Read(made))),
            None => own.push(documents::read(made, &fits)),
        });
        drop(send);
        let (texts, looked) = match thread {
            Some(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            None => (own, look()),
        };
        Ok((parts.and_then(|parts| render::finish(parts, texts, values, &rendering)), looked))
    })?;
    let fail = |problems| Failure::new(problems, user.sources.clone());
    if !looked.refused.is_empty() {
        return Err(fail(looked.refused));
    }
    if unread == Unread::Refused && !looked.unread.keys.is_empty() {
        let error = |problem| Problem { severity: Severity::Error, ..problem };
        return Err(fail(looked.unread.keys.into_iter().map(error).collect()));
    }
    let mut rendered = rendered?;
    rendered.warnings.splice(0..0, looked.unread.into_warnings());
    let Some(ready) = ready.into_inner() else { return Ok(rendered) };
    let problems = patched::patch(&mut rendered, &patches);
    if !problems.is_empty() {
        return Err(Failure::new(problems, rendered.sources));
    }
    if check {
        let (problems, sources) = self::check(&rendered, &ready.values);
        if !problems.is_empty() {
            return Err(Failure::new(problems, sources));
        }
    }
    rendered.parts.keep(ready);
    Ok(rendered)
}

/// How large the stack of the second thread is: YAML may be nested, and so may schemas.
const STACK: usize = 16 << 20;
/// What its heap takes at once.
const HEAP: usize = 1 << 20;

/// What the second thread is to do, when the templates are parsed.
enum Job {
    /// Look at what [`Looked`] says.
    Look,
    /// Read the documents of a template.
    Read(Made),
}

/// What the schemas refuse, and which values nothing reads.
#[derive(Default)]
struct Looked {
    refused: Vec<Problem>,
    unread: Unused,
}

/// All that the second thread does. `look` does [`Job::Look`], `fits` says whether nothing is wrong with an object.
fn work_beside(
    beginning: &Beginning,
    parsing: &Parsing,
    jobs: Receiver<Job>,
    look: &dyn Fn() -> Looked,
    fits: &dyn Fn(&Node) -> bool,
) -> (Vec<Text>, Looked) {
    beginning.begin();
    heap::widen(HEAP);
    parsing.ahead();
    let (mut texts, mut looked) = (Vec::new(), Looked::default());
    for job in jobs {
        match job {
            Job::Look => looked = look(),
            Job::Read(made) => texts.push(documents::read(made, fits)),
        }
    }
    (texts, looked)
}

fn look(chart: &Chart, user: &Values, ready: &Ready, unread: Unread) -> Looked {
    let check = |instance| schema::check(&ready.values.chart, instance, &ready.schema_files, &user.root);
    let refused = ready.instance.as_ref().and_then(check).into_iter().collect();
    let unread = if unread == Unread::Ignored { Unused::default() } else { unused(chart, &user.root) };
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
    let Prepared { values, mut problems } = prepare::compute(chart, &user.root, &user.sources, options);
    match values {
        Some(values) if problems.is_empty() => {
            let map = values.values.as_map().filter(|_| !skip_schema);
            let instance = map.and_then(|map| Instance::of(&values.chart, &map));
            Ok(Ready { values, instance, schema_files })
        }
        values => {
            if let (Some(values), false) = (&values, skip_schema) {
                problems.extend(prepare::validate(values, &schema_files, &user.root));
            }
            Err(Failure::new(problems, user.sources.clone()))
        }
    }
}
