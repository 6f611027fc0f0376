//! Renders what suites of unit tests assert on, if they are not about a chart: components and template folders.
//!
//! [`Sources`] goes into the options of [`unittest::run`](crate::unittest::run); it takes the place of a chart.

mod component;
mod folder;
mod layers;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::chart::OutputFile;
use crate::diagnostic::{Diagnostic, Failure};
use crate::manifest::Rendered;
use crate::release::Release;
use crate::template::Folder;
use crate::tree::write::{Style, write};
use crate::unittest::render::{KubeNumbers, Render, RenderedJob, Scope, Source, kube_version};
use crate::unittest::suite::{Job, Suite};

/// Renders the components and template folders of suites. Folders are read once.
#[derive(Debug, Default)]
pub struct Sources {
    folders: Mutex<HashMap<String, Arc<Result<Folder, Failure>>>>,
}

impl Render for Sources {
    fn render(&self, suite: &Suite, job: &Job, _: Scope<'_>, _: &KubeNumbers) -> RenderedJob {
        if let Some(key) = only_of_charts(suite, job) {
            return RenderedJob::failed(format!("`{key}` is only for charts"));
        }
        match suite.component.as_str() {
            "" => self.folder(suite, job),
            _ if !suite.folder.is_empty() => RenderedJob::failed("`component` and `folder` exclude each other"),
            name => component::render(name, suite, job),
        }
    }
}

/// Returns a setting that has a meaning only for charts.
fn only_of_charts(suite: &Suite, job: &Job) -> Option<&'static str> {
    let settings = [
        ("includeCrds", suite.include_crds),
        ("include", job.include.is_some()),
        ("chart", !job.chart.version.is_empty() || !job.chart.app_version.is_empty()),
        ("capabilities.apiVersions", !job.capabilities.api_versions.is_empty()),
        ("kubernetesProvider", !job.kubernetes_provider.objects.is_empty()),
        ("postRenderer", job.post_renderer.is_some()),
        ("release.revision", job.release.revision != 0),
        ("release.upgrade", job.release.is_upgrade),
    ];
    settings.into_iter().find(|(_, is_set)| *is_set).map(|(key, _)| key)
}

/// Returns the release of a job. `name` and `namespace` are the defaults.
fn release(job: &Job, name: &str, namespace: &str) -> Release {
    let or = |given: &str, default: &str| if given.is_empty() { default.to_owned() } else { given.to_owned() };
    Release {
        name: or(&job.release.name, name),
        namespace: or(&job.release.namespace, namespace),
        cluster: job.cluster.clone(),
        kube_version: kube_version(job),
        ..Release::default()
    }
}

/// Returns what assertions see of objects, or of the errors in their place. `ids` are the objects that the source can render;
/// the values may add others.
fn outcome<'i>(
    source: Source<'_>,
    ids: impl Iterator<Item = &'i str>,
    rendered: Result<Rendered, Failure>,
    (suite, job): (&Suite, &Job),
) -> RenderedJob {
    match rendered {
        Ok(rendered) => RenderedJob::of_texts(source, texts(source.name, ids, &rendered), suite, job),
        Err(failure) => {
            let reasons: Vec<String> = failure.diagnostics.iter().map(Diagnostic::message).collect();
            let located = failure.diagnostics.iter().map(|diagnostic| located(diagnostic, &failure));
            let report = located.collect::<Vec<_>>().join("\n");
            RenderedJob::of_error(source, &reasons.join("\n"), report, suite, job)
        }
    }
}

/// Returns the message of a diagnostic with its help and location.
fn located(diagnostic: &Diagnostic, failure: &Failure) -> String {
    let (mut message, location) = (diagnostic.message(), diagnostic.location);
    for help in &diagnostic.help {
        message.push_str(&format!("; {help}"));
    }
    match failure.sources.get(location.source).filter(|_| location.is_known()) {
        Some(source) => format!("{message} ({}:{}:{})", source.name, location.line, location.column),
        None => message,
    }
}

/// Returns the texts of objects: one per id, below the name of their source. It is empty for an id without objects.
fn texts<'i>(source: &str, ids: impl Iterator<Item = &'i str>, rendered: &Rendered) -> Vec<OutputFile> {
    let empty = |id: &str| OutputFile { path: format!("{source}/{id}"), text: String::new() };
    let mut texts: Vec<OutputFile> = ids.map(empty).collect();
    for manifest in &rendered.manifests {
        let path = format!("{source}/{}", manifest.id);
        let mut bytes = Vec::new();
        // Writing to memory never fails.
        let _ = write(&mut bytes, &manifest.node, Style::MANIFEST);
        let text = String::from_utf8_lossy(&bytes);
        match texts.iter_mut().find(|file| file.path == path) {
            Some(file) if file.text.is_empty() => file.text = text.into_owned(),
            Some(file) => file.text.push_str(&format!("---\n{text}")),
            None => texts.push(OutputFile { path, text: text.into_owned() }),
        }
    }
    texts
}
