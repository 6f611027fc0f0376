//! What `helm template` gives: its text, its files, JSON, and the objects as those of any source.

use std::fmt::Write as _;

use super::ChartCode;
use super::documents::Document;
use super::model::Crd;
use super::split;
use mkmanifests_check::manifest::{Manifest, Manifests, Rendered};
use mkmanifests_go::glob::Glob;
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Sources, did_you_mean};
use mkmanifests_yaml::tree::{Kind, Map, Node};

/// What Helm gives for a chart: texts byte for byte as its templates made them, beside the objects that they say.
///
/// [`HelmOutput::into_rendered`] makes of it what every source renders.
#[derive(Debug, Clone, Default)]
pub struct HelmOutput {
    /// The name of the chart, with which the paths of its templates begin.
    pub chart: String,
    /// The files below `crds/`; none unless they were asked for.
    pub crds: Vec<Crd>,
    /// The objects of the release, in the order in which Helm installs them.
    pub objects: Vec<Document>,
    /// The hooks, in the same order.
    pub hooks: Vec<Document>,
    /// The chart's notes for its user.
    pub notes: Option<String>,
    /// What does not stop the run.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the locations of the warnings are in.
    pub sources: Sources,
}

/// A file that `--output-dir` writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// The path below the folder: `chart/templates/service.yaml`.
    pub path: String,
    /// The text.
    pub text: String,
}

impl HelmOutput {
    /// The text that `helm template` prints.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.length());
        for crd in &self.crds {
            push(&mut text, &crd.full_name, &crd.file.text());
        }
        self.objects.iter().for_each(|object| push(&mut text, &object.path, &object.text));
        // Helm trims the text, which begins with dashes.
        text.truncate(text.trim_end().len());
        text.push('\n');
        self.hooks.iter().for_each(|hook| push(&mut text, &hook.path, &hook.text));
        text
    }

    fn length(&self) -> usize {
        let crds: usize = self.crds.iter().map(|crd| crd.full_name.len() + crd.file.data.len() + 20).sum();
        let documents = self.objects.iter().chain(&self.hooks);
        crds + documents.map(|document| document.path.len() + document.text.len() + 20).sum::<usize>()
    }

    /// The text that `helm template --show-only PATTERN...` prints: for each pattern, the documents of the templates
    /// whose paths without the chart's name match it.
    ///
    /// # Errors
    /// For each pattern that matches nothing.
    pub fn show_only(&self, patterns: &[String]) -> Result<String, Vec<Diagnostic>> {
        let text = self.text();
        let documents: Vec<(&str, &str)> = split::documents(&text)
            .into_iter()
            .filter_map(|document| Some((source_path(document)?, document)))
            .collect();
        let (mut out, mut diagnostics) = (String::new(), Vec::new());
        for pattern in patterns {
            let before = out.len();
            // A malformed pattern matches nothing.
            let glob = Glob::path(pattern);
            for (_, document) in documents.iter().filter(|(path, _)| glob.as_ref().is_some_and(|it| it.matches(path))) {
                // Writing to a string never fails.
                let _ = writeln!(out, "---\n{document}");
            }
            if out.len() == before {
                diagnostics.push(not_found(pattern, &documents));
            }
        }
        if diagnostics.is_empty() { Ok(out) } else { Err(diagnostics) }
    }

    /// The files that `helm template --output-dir` writes, each once and in the order in which Helm says so.
    pub fn files(&self) -> Vec<OutputFile> {
        let crds = self.crds.iter().map(|crd| (&crd.full_name, crd.file.text()));
        let documents = self.objects.iter().chain(&self.hooks);
        let mut files: Vec<OutputFile> = Vec::new();
        for (path, document) in crds.chain(documents.map(|document| (&document.path, document.text.as_str().into()))) {
            let known = files.iter().position(|file| file.path == *path);
            let at = known.unwrap_or_else(|| {
                files.push(OutputFile { path: path.clone(), text: String::new() });
                files.len() - 1
            });
            push(&mut files[at].text, path, &document);
        }
        files
    }

    /// The path of the template of each document below the folder of `--output-dir`, in the order of the documents.
    pub fn document_paths(&self) -> impl Iterator<Item = &str> {
        let crds = self.crds.iter().map(|crd| crd.full_name.as_str());
        crds.chain(self.objects.iter().chain(&self.hooks).map(|document| document.path.as_str()))
    }

    /// All objects and hooks as one `List` of JSON.
    ///
    /// # Errors
    /// If a file below `crds/` is no YAML.
    pub fn json(&self) -> Result<Node, Vec<Diagnostic>> {
        let mut items = Vec::new();
        for crd in &self.crds {
            items.extend(crd.read(&mut Sources::default())?);
        }
        for document in self.objects.iter().chain(&self.hooks) {
            items.extend(Some(&document.node).filter(|node| !node.is_null()).cloned());
        }
        let mut list = Map::new();
        list.set("apiVersion", "v1");
        list.set("kind", "List");
        list.set("items", Kind::Seq(items));
        Ok(list.into())
    }

    /// The objects in Helm's order, each with the path of its template below the chart; the hooks too, if they are to be
    /// objects like others.
    ///
    /// # Errors
    /// If a file below `crds/` is no YAML.
    pub fn into_rendered(self, with_hooks: bool) -> Result<Rendered, Failure> {
        let HelmOutput { chart, crds, objects, hooks, warnings, sources, .. } = self;
        let mut list = Vec::with_capacity(objects.len());
        for crd in &crds {
            let mut sources = Sources::default();
            let nodes = crd.read(&mut sources).map_err(|diagnostics| Failure::new(diagnostics, sources))?;
            list.extend(nodes.into_iter().map(|node| manifest(&chart, &crd.full_name, node)));
        }
        let hooks = if with_hooks { hooks } else { Vec::new() };
        let documents = objects.into_iter().chain(hooks).filter(|document| document.node.as_map().is_some());
        list.extend(documents.map(|document| manifest(&chart, &document.path, document.node)));
        Ok(Rendered { manifests: Manifests::in_order(chart, list), warnings, sources })
    }
}

fn manifest(chart: &str, path: &str, node: Node) -> Manifest {
    let below = path.strip_prefix(chart).and_then(|path| path.strip_prefix('/'));
    Manifest::new(below.unwrap_or(path).to_owned(), node)
}

fn push(text: &mut String, path: &str, document: &str) {
    // Writing to a string never fails.
    let _ = writeln!(text, "---\n# Source: {path}\n{document}");
}

/// What Helm takes for the template of a document: behind `# Source: ` and the chart's name.
fn source_path(document: &str) -> Option<&str> {
    let mut rest = document;
    loop {
        rest = rest.split_once("# Source: ")?.1;
        if let Some((chart, path)) = rest.split_once('/') {
            let path = path.split('\n').next().unwrap_or_default();
            if !chart.is_empty() && !path.is_empty() {
                return Some(path);
            }
        }
    }
}

fn not_found(pattern: &str, documents: &[(&str, &str)]) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(ChartCode::UnknownTemplate, format!("could not find template {pattern} in chart"));
    let paths = documents.iter().map(|(path, _)| *path);
    match mkmanifests_yaml::diagnostic::nearest(pattern, paths) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic.help("a template that renders nothing is not found either"),
    }
}
