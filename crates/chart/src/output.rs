//! The output of `helm template`: its text, its files, JSON, and the objects for the pipeline.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use super::ChartCode;
use super::behaviour::Behaviour;
use super::documents::Document;
use super::model::Crd;
use super::split;
use mkmanifests_check::manifest::{Manifest, Manifests, Rendered};
use mkmanifests_go::glob::Glob;
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Sources, did_you_mean};
use mkmanifests_yaml::tree::{Kind, Map, Node};

/// The output of Helm for a chart: the text of each document byte for byte, and the object that it describes.
///
/// [`HelmOutput::into_rendered`] converts it to what every source renders.
#[derive(Debug, Clone, Default)]
pub struct HelmOutput {
    /// The name of the chart, which is the first step of each template's path.
    pub chart: String,
    /// All templates of the chart and its subcharts, also those that rendered nothing:
    /// `chart/charts/sub/templates/service.yaml`.
    pub templates: Vec<String>,
    /// The files below `crds/`; empty without [`RenderOptions::include_crds`](super::RenderOptions::include_crds).
    pub crds: Vec<Crd>,
    /// The objects of the release, in the order in which Helm installs them.
    pub objects: Vec<Document>,
    /// The hooks, in the order in which Helm installs objects of their kinds.
    pub hooks: Vec<Document>,
    /// The rendered `NOTES.txt` of the root chart.
    pub notes: Option<String>,
    /// The warnings.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the locations in warnings and documents point into.
    pub sources: Sources,
    /// How Helm behaves, for [`HelmOutput::show_only`].
    pub helm: Behaviour,
}

/// A file that `--output-dir` writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// The path relative to the folder: `chart/templates/service.yaml`.
    pub path: String,
    /// The content.
    pub text: String,
}

impl HelmOutput {
    /// Returns the text that `helm template` prints.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.length());
        self.pieces(|piece| text.push_str(piece));
        text
    }

    /// Writes the text that `helm template` prints, without a copy of the whole in memory.
    ///
    /// # Errors
    /// An error of `out`.
    pub fn write_to(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut result = Ok(());
        self.pieces(|piece| {
            if result.is_ok() {
                result = out.write_all(piece.as_bytes());
            }
        });
        result
    }

    /// Calls `take` with all parts of the text.
    fn pieces(&self, mut take: impl FnMut(&str)) {
        let crds = self.crds.iter().map(|crd| (&crd.full_name, crd.file.text()));
        let objects = self.objects.iter().map(|object| (&object.path, Cow::Borrowed(object.text.as_str())));
        let mut documents = crds.chain(objects).peekable();
        let mut begin = "---\n# Source: ";
        while let Some((path, text)) = documents.next() {
            // Helm trims the text of the objects, not that of the hooks.
            let text = if documents.peek().is_some() { &*text } else { text.trim_end() };
            let separator = if text.is_empty() && documents.peek().is_none() { "" } else { "\n" };
            [begin, path, separator, text].into_iter().for_each(&mut take);
            begin = "\n---\n# Source: ";
        }
        take("\n");
        for hook in &self.hooks {
            ["---\n# Source: ", &hook.path, "\n", &hook.text, "\n"].into_iter().for_each(&mut take);
        }
    }

    /// Returns the text of the CRDs and the objects: what a post-renderer of Helm 3 gets.
    pub fn manifest(&self) -> String {
        let mut text = String::with_capacity(self.length());
        for crd in &self.crds {
            push(&mut text, &crd.full_name, &crd.file.text());
        }
        self.objects.iter().for_each(|object| push(&mut text, &object.path, &object.text));
        text
    }

    /// Returns the text of the hooks, which Helm prints after the objects.
    pub fn hooks_text(&self) -> String {
        let mut text = String::new();
        self.hooks.iter().for_each(|hook| push(&mut text, &hook.path, &hook.text));
        text
    }

    fn length(&self) -> usize {
        let crds: usize = self.crds.iter().map(|crd| crd.full_name.len() + crd.file.data.len() + 20).sum();
        let documents = self.objects.iter().chain(&self.hooks);
        crds + documents.map(|document| document.path.len() + document.text.len() + 20).sum::<usize>()
    }

    /// Returns the text that `helm template --show-only PATTERN...` prints: for each pattern, the documents of the
    /// templates whose path without the chart's name matches it.
    ///
    /// # Errors
    /// One diagnostic per pattern that matches no document: the template does not exist, or it rendered nothing.
    pub fn show_only(&self, patterns: &[String]) -> Result<String, Vec<Diagnostic>> {
        self.show_only_of(&self.text(), patterns)
    }

    /// Selects documents of a text as [`HelmOutput::show_only`] does, such as that of a post-renderer.
    ///
    /// # Errors
    /// As [`HelmOutput::show_only`].
    pub fn show_only_of(&self, text: &str, patterns: &[String]) -> Result<String, Vec<Diagnostic>> {
        let documents: Vec<(&str, &str)> = split::documents(text, self.helm)
            .into_iter()
            .filter_map(|document| Some((source_path(document)?, document)))
            .collect();
        let (mut out, mut diagnostics) = (String::new(), Vec::new());
        for pattern in patterns {
            let before = out.len();
            // A malformed pattern matches nothing.
            let glob = Glob::path(pattern);
            for (_, document) in
                documents.iter().filter(|(path, _)| glob.as_ref().is_some_and(|glob| glob.matches(path)))
            {
                // Writing to a string never fails.
                let _ = writeln!(out, "---\n{document}");
            }
            if out.len() == before {
                diagnostics.push(self.nothing_shown(pattern, glob.as_ref()));
            }
        }
        if diagnostics.is_empty() { Ok(out) } else { Err(diagnostics) }
    }

    /// Returns the files that `helm template --output-dir` writes, in the order in which Helm writes them first.
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

    /// Returns the file of each document below the folder of `--output-dir`, in the order of the documents.
    pub fn document_paths(&self) -> impl Iterator<Item = &str> {
        let crds = self.crds.iter().map(|crd| crd.full_name.as_str());
        crds.chain(self.objects.iter().chain(&self.hooks).map(|document| document.path.as_str()))
    }

    /// Returns all objects and hooks as one Kubernetes `List` (`apiVersion: v1`), to be printed as JSON.
    ///
    /// # Errors
    /// A file below `crds/` that is not YAML.
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

    /// Converts the output to what every source renders: the objects in Helm's order, each with the path of its
    /// template relative to the chart as its id. `with_hooks` adds the hooks as ordinary objects.
    ///
    /// # Errors
    /// A file below `crds/` that is not YAML.
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

    /// Explains why `--show-only` finds no document for a pattern. Helm always says that the template does not exist.
    fn nothing_shown(&self, pattern: &str, glob: Option<&Glob>) -> Diagnostic {
        let paths = || self.templates.iter().filter_map(|path| Some(path.split_once('/')?.1));
        let original = format!("could not find template {pattern} in chart");
        let error = |reason| Diagnostic::error(ChartCode::UnknownTemplate, reason).original(original.as_str());
        match paths().find(|path| glob.is_some_and(|glob| glob.matches(path))) {
            Some(path) if is_partial(path) => error(format!("template `{path}` renders no objects"))
                .help("a file whose name begins with `_` only defines templates for other files"),
            Some(path) => error(format!("template `{path}` rendered nothing")).help(
                "with these values its conditions are false; `--no-hooks` and `--skip-tests` also leave out hooks",
            ),
            None => {
                let diagnostic = error(format!("could not find template {pattern} in chart"));
                let near = mkmanifests_yaml::diagnostic::nearest(pattern, paths().filter(|path| !is_partial(path)));
                let crds = pattern.starts_with("crds/") && self.crds.is_empty();
                let crds = crds.then(|| "files below `crds/` are rendered only with `--include-crds`".to_owned());
                near.map(did_you_mean).or(crds).into_iter().fold(diagnostic, Diagnostic::help)
            }
        }
    }
}

fn is_partial(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with('_'))
}

fn manifest(chart: &str, path: &str, node: Node) -> Manifest {
    let below = path.strip_prefix(chart).and_then(|path| path.strip_prefix('/'));
    Manifest::new(below.unwrap_or(path).to_owned(), node)
}

fn push(text: &mut String, path: &str, document: &str) {
    // Writing to a string never fails.
    let _ = writeln!(text, "---\n# Source: {path}\n{document}");
}

/// Returns the template of a document as Helm finds it: the path after `# Source: ` without the chart's name.
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
