//! Holds what a chart makes to the rules of an API server, as `template` does.

use std::collections::HashMap;

use super::documents::Document;
use super::model::{Crd, File};
use super::output::HelmOutput;
use super::render_values::RenderValues;
use super::{parallel, scope};
use crate::check::{Definitions, types};
use crate::diagnostic::{Diagnostic, Location, SourceId, Sources};
use crate::kube_version::KubeVersion;
use crate::tree::Node;
use crate::tree::read::{self, Duplicates};

/// What does not fit, each with its line in what the template made and the line of the template that made it; and the
/// texts that the locations are in.
///
/// Custom resources are held to their definitions where those are among the objects; others pass, as do documents that are no objects (Helm has told them already, if they are no YAML).
pub fn check(rendered: &HelmOutput, values: &RenderValues) -> (Vec<Diagnostic>, Sources) {
    let version = Some(&values.capabilities.kube_version).filter(|version| version.is_known());
    let sources = rendered.sources.clone();
    let documents = || rendered.objects.iter().chain(&rendered.hooks);
    let of_files = definitions(rendered);
    let definitions = Definitions::of(of_files.iter().chain(documents().map(|document| &document.node)));
    let documents: Vec<&Document> = documents().collect();
    let found = parallel::map(&documents, |document| object(&document.node, version, &definitions));
    let mut checker = Checker { sources, version, definitions, values, templates: None, diagnostics: Vec::new() };
    for (document, found) in documents.into_iter().zip(found) {
        checker.document(document, found);
    }
    (checker.diagnostics, checker.sources)
}

/// What the files below `crds/` say; one that is no YAML says nothing here.
fn definitions(rendered: &HelmOutput) -> Vec<Node> {
    let read = |crd: &Crd| read::documents(&mut Sources::default(), "", &crd.file.data, Duplicates::LastWins).ok();
    rendered.crds.iter().filter_map(read).flatten().collect()
}

struct Checker<'v> {
    sources: Sources,
    /// The cluster that the chart is told of.
    version: Option<&'v KubeVersion>,
    definitions: Definitions<'v>,
    values: &'v RenderValues,
    /// Templates by path, each with its id once a location in it was named; not there until something is wrong.
    templates: Option<HashMap<String, (Option<SourceId>, File)>>,
    diagnostics: Vec<Diagnostic>,
}

/// What is wrong with an object.
fn object(node: &Node, version: Option<&KubeVersion>, definitions: &Definitions<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    types::check_on(node, version, &mut found);
    definitions.check(node, &mut found);
    found
}

impl Checker<'_> {
    /// Says where in the texts that is what was `found` in a document.
    fn document(&mut self, document: &Document, found: Vec<Diagnostic>) {
        if let Some(source) = document.patched {
            let placed = found.into_iter().map(|diagnostic| match diagnostic.location.source == source {
                true => self.with_template(diagnostic, document),
                false => diagnostic,
            });
            let placed: Vec<Diagnostic> = placed.collect();
            return self.diagnostics.extend(placed);
        }
        if document.node.as_map().is_none() || found.is_empty() {
            return;
        }
        // The document goes to the sources only if something is wrong in it; then it is read again for its locations.
        let source = self.sources.add(format!("{} (rendered)", document.path), document.text.as_str());
        let mut found = Vec::new();
        if let Ok(node) = read::first_document(source, &document.text, Duplicates::LastWins) {
            found = object(&node, self.version, &self.definitions);
        }
        for diagnostic in found {
            let diagnostic = self.with_template(diagnostic, document);
            self.diagnostics.push(diagnostic);
        }
    }

    fn with_template(&mut self, diagnostic: Diagnostic, document: &Document) -> Diagnostic {
        let line =
            diagnostic.location.line.checked_sub(1).and_then(|index| document.lines.get(index as usize)).copied();
        let templates = self.templates.get_or_insert_with(|| {
            scope::templates(self.values).into_iter().map(|template| (template.name, (None, template.file))).collect()
        });
        let (Some(line), Some((id, file))) = (line, templates.get_mut(&document.path)) else { return diagnostic };
        let text = file.text();
        let sources = &mut self.sources;
        let id = *id.get_or_insert_with(|| sources.add(document.path.clone(), &*text));
        let written = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        let column = written.chars().take_while(|c| c.is_whitespace()).count() + 1;
        diagnostic.related(Location::new(id, line, u32::try_from(column).unwrap_or(1)), "made by this line")
    }
}
