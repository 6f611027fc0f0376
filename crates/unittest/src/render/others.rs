//! What renders jobs, if it is not a chart: another program part turns values into texts, and this module reads them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use mkmanifests_chart::OutputFile;
use mkmanifests_gotmpl::Value;

use super::choice::{self, Choice};
use super::{Harness, KubeNumbers, RenderedJob, Scope, documents, objects_of};
use crate::assertion::Rendered;
use crate::suite::{Job, Suite};

/// Renders the jobs of suites.
pub trait Render: Sync {
    /// Renders a job. `kube` is the version of Kubernetes that a chart sees.
    fn render(&self, suite: &Suite, job: &Job, scope: Scope<'_>, kube: &KubeNumbers) -> RenderedJob;

    /// Returns the chart, if it renders one.
    fn as_chart(&self) -> Option<&Harness> {
        None
    }
}

impl Render for Harness {
    fn render(&self, suite: &Suite, job: &Job, scope: Scope<'_>, kube: &KubeNumbers) -> RenderedJob {
        match not_of_chart(suite, job) {
            Some(key) => RenderedJob::failed(format!("`{key}` is not for charts; `mkmanifests test` runs the suite")),
            None => Harness::render(self, suite, job, scope, kube),
        }
    }

    fn as_chart(&self) -> Option<&Harness> {
        Some(self)
    }
}

/// Returns a key of a suite that is not about a chart.
fn not_of_chart(suite: &Suite, job: &Job) -> Option<&'static str> {
    let keys = [("component", &suite.component), ("folder", &suite.folder), ("cluster", &job.cluster)];
    keys.into_iter().find(|(_, value)| !value.is_empty()).map(|(key, _)| key)
}

/// Renders the jobs of suites that are not about charts: [`run`](crate::run::run) gets it with its options.
#[derive(Clone)]
pub struct Others(Arc<dyn Render + Send>);

impl Others {
    /// Takes what renders the jobs.
    pub fn new(render: impl Render + Send + 'static) -> Others {
        Others(Arc::new(render))
    }

    /// Returns what renders the jobs.
    pub fn as_render(&self) -> &dyn Render {
        &*self.0
    }
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Others")
    }
}

/// What was rendered, and how its parts are named.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// The name, with which all paths begin: `ray`, or that of a folder.
    pub name: &'s str,
    /// Whether its parts are templates, so that `web.yaml` stands for `templates/web.yaml`.
    pub has_templates: bool,
}

impl RenderedJob {
    /// Returns the result of a job that cannot be rendered.
    pub fn failed(error: impl Into<String>) -> RenderedJob {
        RenderedJob { error: Some(error.into()), ..RenderedJob::default() }
    }

    /// Returns what assertions see of rendered texts, whose paths begin with the name of the source. An assertion that names
    /// no text is about those with documents.
    pub fn of_texts(source: Source<'_>, texts: Vec<OutputFile>, suite: &Suite, job: &Job) -> RenderedJob {
        let texts: Vec<OutputFile> = texts.into_iter().filter(is_chosen(source, suite)).collect();
        let read = texts.iter().map(|file| Ok((file.path.clone(), documents::manifests(&file.text)?)));
        let read: BTreeMap<_, _> = match read.collect::<Result<_, String>>() {
            Ok(read) => read,
            Err(error) => return RenderedJob::failed(error),
        };
        let mut rendered = Rendered { is_successful: true, ..rendered(source, suite) };
        if job.validates() {
            rendered.objects = objects_of(job);
            for file in &texts {
                rendered.objects.add(
                    &file.path,
                    &file.text,
                    read.get(&file.path).map(Vec::as_slice).unwrap_or_default(),
                );
            }
        }
        let has_documents = |(_, documents): &(&String, &Vec<Value>)| !documents.is_empty();
        rendered.outputs = read.iter().filter(has_documents).map(|(path, _)| path.clone()).collect();
        rendered.documents = read;
        RenderedJob { files: texts, rendered: Some(rendered), ..RenderedJob::default() }
    }

    /// Returns what assertions see of an error: `reason` if the job expects one; otherwise it ends with `report`.
    pub fn of_error(source: Source<'_>, reason: &str, report: String, suite: &Suite, job: &Job) -> RenderedJob {
        let mut rendered = rendered(source, suite);
        if job.requires_success() {
            rendered.error = Some(report.clone());
            return RenderedJob { error: Some(report), rendered: Some(rendered), ..RenderedJob::default() };
        }
        rendered.selected = vec![choice::ALL.to_owned()];
        rendered.outputs = vec![source.name.to_owned()];
        rendered.documents = BTreeMap::from([(source.name.to_owned(), vec![documents::raw(reason)])]);
        RenderedJob { rendered: Some(rendered), ..RenderedJob::default() }
    }
}

fn rendered(source: Source<'_>, suite: &Suite) -> Rendered {
    let selected = if suite.templates.is_empty() { vec![choice::ALL.to_owned()] } else { suite.templates.clone() };
    let names_are_paths = !source.has_templates;
    let route = source.name.to_owned();
    Rendered { selected, route, names_are_paths, selects_across_templates: true, ..Rendered::default() }
}

/// Returns whether a suite selects a text.
fn is_chosen(source: Source<'_>, suite: &Suite) -> impl Fn(&OutputFile) -> bool {
    let all = [choice::ALL.to_owned()];
    let selected = if suite.templates.is_empty() { &all[..] } else { &suite.templates };
    let choice = Choice::of_source(source.name, source.has_templates, selected, &suite.exclude_templates);
    move |file| choice.selects(&file.path)
}
