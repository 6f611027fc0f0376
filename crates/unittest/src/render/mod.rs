//! Renders what a job asserts on.
//!
//! A [`Harness`] has one chart. [`Harness::render`] computes the values of a job, renders the templates that its suite
//! selects, runs the post-renderer, and reads the documents. The result is what helm-unittest's assertions see.

mod choice;
mod cluster;
mod cover;
mod documents;
mod error;
mod post_render;
mod trace;
mod user_values;
mod versions;

use std::collections::BTreeMap;
use std::sync::Mutex;

use mkmanifests_chart::release::Release;
use mkmanifests_chart::{Behaviour, Capabilities, Chart, ChartRenderer, Crd, OutputFile, RenderValues, Setting};
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::Sources;

use self::choice::Choice;
use self::user_values::ValuesFiles;
pub use self::versions::{KubeNumbers, helm_version};
use crate::assertion::Rendered;
use crate::suite::{Job, PostRenderer, Suite};

/// A chart whose jobs are rendered. Jobs share parsed templates, and values files that were read.
pub struct Harness {
    renderer: ChartRenderer,
    helm: Behaviour,
    patterns: choice::Patterns,
    files: Mutex<ValuesFiles>,
    /// The texts that the chart was read from.
    sources: Sources,
    /// What jobs cover, if it is recorded.
    recorded: Option<cover::Recorded>,
}

/// Where a suite belongs to, and what the command line says about all suites.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'s> {
    /// The path of the chart of the suite below the root chart: `parent/charts/child`.
    pub route: &'s str,
    /// Whether values are not validated against `values.schema.json`.
    pub skip_schema: bool,
    /// Whether the result has the rendered files.
    pub keeps_files: bool,
}

/// What a job rendered.
#[derive(Debug, Clone, Default)]
pub struct RenderedJob {
    /// The rendered files, before the post-renderer, if they are asked for.
    pub files: Vec<OutputFile>,
    /// The error that the job reports, if it does not pass.
    pub error: Option<String>,
    /// What assertions are about; `None` if the job ends with the error before.
    pub rendered: Option<Rendered>,
}

/// Why a chart is not rendered.
struct Failure {
    /// Helm's text.
    text: String,
    /// Whether a template failed. A job can expect that.
    is_of_templates: bool,
}

impl Failure {
    fn of_values(text: String) -> Failure {
        Failure { text, is_of_templates: false }
    }

    fn of_templates(text: String) -> Failure {
        Failure { text, is_of_templates: true }
    }
}

impl Harness {
    /// Creates a harness for a loaded chart, which renders as a release of Helm.
    pub fn new(chart: Chart, helm: Behaviour) -> Harness {
        Harness {
            renderer: ChartRenderer::new(without_deprecation(chart), helm),
            helm,
            patterns: choice::Patterns::default(),
            files: Mutex::default(),
            sources: Sources::default(),
            recorded: None,
        }
    }

    /// Sets the texts that the chart was read from, so that failures show where its values have their defaults.
    #[must_use]
    pub fn read_from(self, sources: Sources) -> Harness {
        Harness { sources, ..self }
    }

    /// Returns the texts that the chart was read from.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns the chart.
    pub fn chart(&self) -> &Chart {
        self.renderer.chart()
    }

    /// Renders a job. `kube` is the version of Kubernetes that it sees.
    pub fn render(&self, suite: &Suite, job: &Job, scope: Scope<'_>, kube: &KubeNumbers) -> RenderedJob {
        match self.user_values(suite, job, scope.route) {
            Ok(user) => {
                if let Some(recorded) = &self.recorded {
                    recorded.set(&user);
                }
                self.render_with(&user, suite, job, scope, kube)
            }
            Err(error) => RenderedJob { error: Some(error), ..RenderedJob::default() },
        }
    }

    fn render_with(&self, user: &Map, suite: &Suite, job: &Job, scope: Scope<'_>, kube: &KubeNumbers) -> RenderedJob {
        let mut rendered =
            Rendered { selected: suite.templates.clone(), route: scope.route.to_owned(), ..Rendered::default() };
        let mut crds = Vec::new();
        let values = self.values(user, job, scope, kube);
        let result = values.map_err(Failure::of_values).and_then(|values| {
            if rendered.selected.is_empty() {
                rendered.selected = vec![choice::ALL.to_owned()];
            }
            crds = if suite.include_crds { values.chart.crds() } else { Vec::new() };
            self.files(values, suite, job, scope).map_err(Failure::of_templates)
        });
        let (files, error) = outcome(result, job, &mut rendered);
        rendered.error.clone_from(&error);
        rendered.outputs = files.iter().map(|file| file.path.clone()).collect();
        rendered.crds = crds.iter().map(|crd| crd.full_name.clone()).collect();
        let renderer = [&job.post_renderer, &suite.post_renderer].into_iter().flatten();
        let renderer = renderer.into_iter().find(|renderer| !renderer.command.is_empty());
        rendered.is_post_rendered = renderer.is_some();
        let read = self.documents(&files, &crds, renderer, rendered.is_successful);
        let files = if scope.keeps_files { files } else { Vec::new() };
        match read {
            Ok(documents) => RenderedJob { files, error, rendered: Some(Rendered { documents, ..rendered }) },
            Err(error) => RenderedJob { files, error: Some(error), rendered: None },
        }
    }

    /// Reads the documents of CRDs, and of rendered files after the post-renderer.
    fn documents(
        &self,
        files: &[OutputFile],
        crds: &[Crd],
        renderer: Option<&PostRenderer>,
        is_successful: bool,
    ) -> Result<BTreeMap<String, Vec<Value>>, String> {
        let changed = renderer.map(|renderer| post_render::run(renderer, files)).transpose()?;
        let mut documents = documents::of_crds(crds)?;
        documents::read(changed.as_deref().unwrap_or(files), self.chart().name(), is_successful, &mut documents)?;
        Ok(documents)
    }

    /// Computes what templates see.
    fn values(&self, user: &Map, job: &Job, scope: Scope<'_>, kube: &KubeNumbers) -> Result<RenderValues, String> {
        if !job.release.name.is_empty() {
            mkmanifests_chart::check_name(&job.release.name)
                .map_err(|diagnostic| error::of_name(&diagnostic.message()))?;
        }
        let setting = Setting {
            release: release(job),
            revision: job.release.revision,
            capabilities: self.capabilities(job, kube),
            skip_schema: scope.skip_schema,
        };
        self.renderer.values(user, setting)
    }

    fn capabilities(&self, job: &Job, kube: &KubeNumbers) -> Capabilities {
        Capabilities {
            kube_version: kube.version(),
            api_versions: job.capabilities.api_versions.clone(),
            helm_version: helm_version(self.helm.release()),
        }
    }

    /// Renders the templates that the suite selects.
    fn files(
        &self,
        mut values: RenderValues,
        suite: &Suite,
        job: &Job,
        scope: Scope<'_>,
    ) -> Result<Vec<OutputFile>, String> {
        self.choose(&mut values, suite, job, scope);
        let lookup = cluster::lookup(&job.kubernetes_provider);
        self.renderer.render(&values, lookup.as_ref())
    }

    /// Removes the templates that the suite does not select.
    fn choose(&self, values: &mut RenderValues, suite: &Suite, job: &Job, scope: Scope<'_>) {
        let selected = if suite.templates.is_empty() { &[choice::ALL.to_owned()][..] } else { &suite.templates };
        let choice = Choice::new(&self.patterns, scope.route, selected, &suite.exclude_templates);
        let name = values.chart.name().to_owned();
        choice.retain(&mut values.chart, &name);
        override_versions(&mut values.chart, job);
    }
}

/// Returns the files, and the error that ends the job: an error that a job expects becomes a file.
fn outcome(
    result: Result<Vec<OutputFile>, Failure>,
    job: &Job,
    rendered: &mut Rendered,
) -> (Vec<OutputFile>, Option<String>) {
    match result {
        Ok(files) => {
            rendered.is_successful = true;
            (files, None)
        }
        Err(Failure { text, is_of_templates }) if is_of_templates && !job.requires_success() => {
            match error::files(&text, &rendered.selected, &rendered.route) {
                Some(files) => (files, None),
                None => (Vec::new(), Some(text)),
            }
        }
        Err(failure) => (Vec::new(), Some(failure.text)),
    }
}

/// Returns the release of a job.
fn release(job: &Job) -> Release {
    let or = |given: &str, default: &str| if given.is_empty() { default.to_owned() } else { given.to_owned() };
    let crate::suite::Release { name, namespace, is_upgrade, .. } = &job.release;
    Release { is_upgrade: *is_upgrade, ..Release::named(or(name, "RELEASE-NAME"), or(namespace, "NAMESPACE")) }
}

/// Sets the versions that a job sets, for the chart and its direct dependencies.
fn override_versions(chart: &mut Chart, job: &Job) {
    let crate::suite::ChartVersions { version, app_version } = &job.chart;
    let set = |chart: &mut Chart| {
        if !version.is_empty() {
            chart.metadata.version.clone_from(version);
        }
        if !app_version.is_empty() {
            chart.metadata.app_version.clone_from(app_version);
        }
    };
    set(chart);
    chart.dependencies.iter_mut().for_each(set);
}

/// Returns a chart as helm-unittest copies it: without `deprecated`.
fn without_deprecation(mut chart: Chart) -> Chart {
    chart.metadata.deprecated = false;
    chart.dependencies = chart.dependencies.into_iter().map(without_deprecation).collect();
    chart
}
