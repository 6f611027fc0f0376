//! Renders a named template alone (`include`): a template that only includes it is added to the chart.

use std::collections::BTreeMap;

use mkmanifests_chart::{Chart, File, OutputFile, RenderValues};
use mkmanifests_gotmpl::Value;

use super::{Failure, Harness, cluster, documents, error, override_versions};
use crate::assertion::{Included, Rendered};
use crate::go_yaml;
use crate::suite::{Include, Job};

/// The template that is added; it gets another name if the chart has one of this name. It is a partial, since library charts
/// have no other templates.
const FILE: &str = "templates/_include.yaml";

impl Harness {
    /// Renders the named template of a job, as a template of the chart at `route` would include it.
    pub(super) fn included(
        &self,
        include: &Include,
        mut values: RenderValues,
        job: &Job,
        route: &str,
    ) -> Result<String, Failure> {
        let mut file = File::new(FILE, include.text().as_bytes());
        let Some(chart) = chart_at(&mut values.chart, route) else {
            return Err(Failure::of_values(format!("the subchart `{route}` is not enabled")));
        };
        while chart.templates.iter().any(|template| template.name == file.name) {
            file.name = file.name.replacen("/_", "/__", 1);
        }
        let path = format!("{route}/{}", file.name);
        chart.templates.push(file);
        override_versions(&mut values.chart, job);
        let lookup = cluster::lookup(&job.kubernetes_provider);
        let files = self.renderer.render_only(&values, lookup.as_ref(), &path).map_err(Failure::of_templates)?;
        Ok(files.into_iter().map(|file| file.text).collect())
    }
}

/// Returns the chart at a path: `parent/charts/child`.
fn chart_at<'c>(root: &'c mut Chart, route: &str) -> Option<&'c mut Chart> {
    let mut names = route.split('/').step_by(2).skip(1);
    names.try_fold(root, |chart, name| chart.dependencies.iter_mut().find(|child| child.name() == name))
}

/// Returns the name of the text for failures and for the folder of rendered files.
pub(super) fn path_of(include: &Include, route: &str) -> String {
    format!("{route}/include/{}", include.name)
}

/// Returns what assertions see of a text, or of an error that the job expects, and the error that ends the job.
pub(super) fn outcome(
    path: &str,
    result: Result<String, Failure>,
    job: &Job,
    rendered: &mut Rendered,
) -> (Vec<OutputFile>, Option<String>) {
    rendered.outputs = vec![path.to_owned()];
    rendered.selected = vec![super::choice::ALL.to_owned()];
    match result {
        Ok(text) => {
            rendered.is_successful = true;
            let (documents, error) = match read(&text) {
                Ok(documents) => (documents, None),
                Err(error) => (vec![documents::raw(&text)], Some(error)),
            };
            if job.validates() {
                rendered.objects.add(path, &text, &documents);
            }
            rendered.documents = BTreeMap::from([(path.to_owned(), documents)]);
            rendered.included = Some(Included { text: documents::raw(&text), error });
            (vec![OutputFile { path: path.to_owned(), text }], None)
        }
        Err(Failure { text, is_of_templates: true, .. }) if !job.requires_success() => {
            let reason = error::reason(&text).unwrap_or(&text);
            rendered.documents = BTreeMap::from([(path.to_owned(), vec![documents::raw(reason)])]);
            (Vec::new(), None)
        }
        Err(failure) => (Vec::new(), Some(failure.text)),
    }
}

/// Reads the documents of a text, which may be lists and scalars, too.
fn read(text: &str) -> Result<Vec<Value>, String> {
    let mut documents = go_yaml::read_documents(text).map_err(|error| error.to_string())?;
    documents.retain(|document| !document.is_nil());
    Ok(documents)
}
