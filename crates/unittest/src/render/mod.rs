//! Renders what a job asserts on.
//!
//! A [`Harness`] has one chart. [`Harness::render`] computes the values of a job, renders the templates that its suite
//! selects, runs the post-renderer, and reads the documents. The result is what helm-unittest's assertions see.

mod choice;
mod cluster;
mod cover;
mod documents;
mod error;
mod include;
mod others;
mod post_render;
mod trace;
mod user_values;
mod versions;

use std::collections::BTreeMap;
use std::sync::Mutex;

use mkmanifests_chart::release::Release;
use mkmanifests_chart::{
    Behaviour, Capabilities, Chart, ChartRenderer, Crd, OutputFile, RenderError, RenderValues, Setting,
};
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::Sources;

use self::choice::Choice;
pub use self::others::{Others, Render, Source};
use self::user_values::ValuesFiles;
pub use self::versions::{KubeNumbers, helm_version};
use crate::assertion::{Objects, Rendered};
use crate::suite::{Include, Job, Suite};

/// The name of the release of a job that sets none.
const RELEASE_NAME: &str = "RELEASE-NAME";
/// The namespace of a job that sets none.
const NAMESPACE: &str = "NAMESPACE";

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
    /// The name of a template that a template calls, and that does not exist, if that is the error.
    pub unknown_template: Option<String>,
    /// What assertions are about; `None` if the job ends with the error before.
    pub rendered: Option<Rendered>,
}

/// Why a chart is not rendered.
struct Failure {
    /// Helm's text.
    text: String,
    /// Whether a template failed. A job can expect that.
    is_of_templates: bool,
    /// The name of a template that does not exist.
    unknown_template: Option<String>,
}

impl Failure {
    fn of_values(text: String) -> Failure {
        Failure { text, is_of_templates: false, unknown_template: None }
    }

    fn of_templates(RenderError { text, unknown_template }: RenderError) -> Failure {
        Failure { text, is_of_templates: true, unknown_template }
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
                match &job.include {
                    Some(include) => self.render_include(include, &user, job, scope, kube),
                    None => self.render_with(&user, suite, job, scope, kube),
                }
            }
            Err(error) => RenderedJob { error: Some(error), ..RenderedJob::default() },
        }
    }

    /// Renders the named template of a job.
    fn render_include(
        &self,
        include: &Include,
        user: &Map,
        job: &Job,
        scope: Scope<'_>,
        kube: &KubeNumbers,
    ) -> RenderedJob {
        let mut rendered = Rendered { route: scope.route.to_owned(), objects: objects_of(job), ..Rendered::default() };
        let values = self.values(user, job, scope, kube).map_err(Failure::of_values);
        let result = values.and_then(|values| self.included(include, values, job, scope.route));
        let path = include::path_of(include, scope.route);
        let (files, error) = include::outcome(&path, result, job, &mut rendered);
        if job.validates() {
            self.define(&mut rendered.objects);
        }
        rendered.error.clone_from(&error);
        let files = if scope.keeps_files { files } else { Vec::new() };
        RenderedJob { files, error, rendered: Some(rendered), ..RenderedJob::default() }
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
        let unknown_template = result.as_ref().err().and_then(|failure| failure.unknown_template.clone());
        let (files, error) = outcome(result, job, &mut rendered);
        rendered.error.clone_from(&error);
        rendered.outputs = files.iter().map(|file| file.path.clone()).collect();
        rendered.crds = crds.iter().map(|crd| crd.full_name.clone()).collect();
        let renderer = [&job.post_renderer, &suite.post_renderer].into_iter().flatten();
        let renderer = renderer.into_iter().find(|renderer| !renderer.command.is_empty());
        rendered.is_post_rendered = renderer.is_some();
        let changed = renderer.map(|renderer| post_render::run(renderer, &files)).transpose();
        let read = changed.and_then(|changed| {
            let files = changed.as_deref().unwrap_or(&files);
            let documents = self.documents(files, &crds, rendered.is_successful)?;
            if job.validates() && rendered.is_successful {
                rendered.objects = self.objects(files, &crds, &documents, job);
            }
            Ok(documents)
        });
        let files = if scope.keeps_files { files } else { Vec::new() };
        match read {
            Ok(documents) => {
                RenderedJob { files, error, unknown_template, rendered: Some(Rendered { documents, ..rendered }) }
            }
            Err(error) => RenderedJob { files, error: Some(error), ..RenderedJob::default() },
        }
    }

    /// Reads the documents of CRDs, and of rendered files after the post-renderer.
    fn documents(
        &self,
        files: &[OutputFile],
        crds: &[Crd],
        is_successful: bool,
    ) -> Result<BTreeMap<String, Vec<Value>>, String> {
        let mut documents = documents::of_crds(crds)?;
        documents::read(files, self.chart().name(), is_successful, &mut documents)?;
        Ok(documents)
    }

    /// Reads the documents as objects, with the definitions of the chart.
    fn objects(
        &self,
        files: &[OutputFile],
        crds: &[Crd],
        documents: &BTreeMap<String, Vec<Value>>,
        job: &Job,
    ) -> Objects {
        let mut objects = objects_of(job);
        let files = files.iter().map(|file| (documents::path_of(file, self.chart().name()), file.text.as_str().into()));
        let crds = crds.iter().map(|crd| (crd.full_name.clone(), crd.file.text()));
        for (path, text) in files.chain(crds).filter(|(path, _)| !path.ends_with(".txt")) {
            objects.add(&path, &text, documents.get(&path).map(Vec::as_slice).unwrap_or_default());
        }
        self.define(&mut objects);
        objects
    }

    /// Adds the definitions below `crds/` that objects need.
    fn define(&self, objects: &mut Objects) {
        for crd in self.chart().crds() {
            objects.define(&crd.full_name, &crd.file.text());
        }
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
    ) -> Result<Vec<OutputFile>, RenderError> {
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
        Err(Failure { text, is_of_templates: true, .. }) if !job.requires_success() => {
            match error::files(&text, &rendered.selected, &rendered.route) {
                Some(files) => (files, None),
                None => (Vec::new(), Some(text)),
            }
        }
        Err(failure) => (Vec::new(), Some(failure.text)),
    }
}

/// Returns the version of Kubernetes that a job sets.
pub fn kube_version(job: &Job) -> Option<KubeVersion> {
    if job.kube_version.is_some() {
        return job.kube_version.clone();
    }
    let crate::suite::Capabilities { major_version, minor_version, .. } = &job.capabilities;
    match (major_version.as_str(), minor_version.as_str()) {
        ("", "") => None,
        ("", minor) => KubeVersion::parse(&format!("1.{minor}")).ok(),
        (major, minor) => KubeVersion::parse(&format!("{major}.{minor}")).ok(),
    }
}

/// Returns an empty list of objects for the version of Kubernetes that a job sets.
fn objects_of(job: &Job) -> Objects {
    let crate::suite::Release { name, namespace, .. } = &job.release;
    let mut objects = Objects::new(kube_version(job), release(job).namespace.to_lowercase());
    if name.is_empty() {
        objects = objects.replacing(RELEASE_NAME, "release-name");
    }
    if namespace.is_empty() {
        objects = objects.replacing(NAMESPACE, "namespace");
    }
    objects
}

/// Returns the release of a job.
fn release(job: &Job) -> Release {
    let or = |given: &str, default: &str| if given.is_empty() { default.to_owned() } else { given.to_owned() };
    let crate::suite::Release { name, namespace, is_upgrade, .. } = &job.release;
    Release { is_upgrade: *is_upgrade, ..Release::named(or(name, RELEASE_NAME), or(namespace, NAMESPACE)) }
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
