//! What a chart gives, through the pipeline: locations for what is wrong, and the texts of what a patch has changed.

use std::collections::HashMap;

use super::documents::Document;
use super::model::File;
use super::output::HelmOutput;
use super::render_values::RenderValues;
use super::scope;
use mkmanifests_check::patch::Patches;
use mkmanifests_check::pipeline::{self, Object, Outcome, Steps};
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, SourceId, Sources};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{self, Duplicates};
use mkmanifests_yaml::tree::write::{Style, write};

/// Sends the objects, the hooks and the files below `crds/` of a chart through the [`pipeline`]. Documents that a patch
/// changes are written anew, the others stay as Helm prints them. Files below `crds/` are not validated.
///
/// Gives what is wrong, each with its line in what the template made and the line of the template that made it; the texts of
/// the locations are added to the sources of `output`, which have to hold those of the patches.
pub fn finish(output: &mut HelmOutput, values: &RenderValues, patches: &Patches, validate: bool) -> Vec<Diagnostic> {
    if patches.is_empty() && !validate {
        return Vec::new();
    }
    let mut unread = Sources::default();
    let HelmOutput { crds, objects, hooks, sources, .. } = output;
    let mut documents: Vec<&mut Document> = objects.iter_mut().chain(hooks).collect();
    if !patches.is_empty() {
        documents.iter_mut().for_each(|document| document.locate(sources));
    }
    // A file that is not YAML defines nothing here; printing it reports the error.
    let texts = if patches.is_empty() { &mut unread } else { &mut *sources };
    let mut files: Vec<Vec<Node>> = crds.iter().map(|crd| crd.read(texts).unwrap_or_default()).collect();

    // Templates accept any version; validation needs one whose APIs are known.
    let version = Some(&values.capabilities.kube_version).filter(|version| version.is_known());
    let steps = Steps { patches, validate, version, parallel: true };
    let mut outcome = pipeline::finish(&mut all(&mut documents, &mut files), &steps);
    if patches.is_empty() && !outcome.is_clean() {
        // A document has locations, and its text goes to the sources, only if something is wrong in it.
        for (document, _) in documents.iter_mut().zip(&outcome.found).filter(|(_, found)| !found.is_empty()) {
            document.locate(sources);
        }
        outcome = pipeline::finish(&mut all(&mut documents, &mut files), &steps);
    }

    let Outcome { refused, found, changed } = outcome;
    let mut diagnostics = refused;
    let mut templates = Templates { values, files: None };
    for (document, found) in documents.iter().zip(found) {
        diagnostics.extend(found.into_iter().map(|found| templates.explain(found, document, sources)));
    }
    let mut changed = changed.into_iter();
    for (document, _) in documents.into_iter().zip(&mut changed).filter(|(_, changed)| *changed) {
        document.rewrite();
    }
    for (crd, nodes) in crds.iter_mut().zip(&files) {
        if changed.by_ref().take(nodes.len()).fold(false, |any, changed| any | changed) {
            crd.file.data = nodes.iter().map(text).collect::<Vec<_>>().join("---\n").into_bytes().into();
        }
    }
    diagnostics
}

/// The documents, then what the files below `crds/` say.
fn all<'a>(documents: &'a mut [&mut Document], files: &'a mut [Vec<Node>]) -> Vec<Object<'a>> {
    let documents = documents.iter_mut().map(|document| {
        // What is no object says nothing at all: Helm refuses the rest.
        let is_validated = !document.node.is_null();
        Object { is_validated, ..Object::untyped(&mut document.node) }
    });
    let files = files.iter_mut().flatten().map(|node| Object { is_validated: false, ..Object::untyped(node) });
    documents.chain(files).collect()
}

impl Document {
    /// Reads the document again, with locations in its text, which goes to the sources.
    fn locate(&mut self, sources: &mut Sources) {
        let source = sources.add(format!("{} (rendered)", self.path), self.text.as_str());
        if let Ok(node) = read::first_document(source, &self.text, Duplicates::LastWins) {
            self.node = node;
        }
        self.source = Some(source);
    }

    /// Writes a patched document.
    fn rewrite(&mut self) {
        let text_of =
            |path: &[&str]| self.node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default().to_owned();
        self.api_version = text_of(&["apiVersion"]);
        self.kind = text_of(&["kind"]);
        self.name = text_of(&["metadata", "name"]);
        self.text = text(&self.node).trim_end().to_owned();
    }
}

fn text(node: &Node) -> String {
    let mut out = Vec::new();
    // Writing to memory never fails.
    let _ = write(&mut out, node, Style::MANIFEST);
    String::from_utf8(out).unwrap_or_default()
}

/// The templates, as origins of what is wrong.
struct Templates<'v> {
    values: &'v RenderValues,
    /// By path, each with its id once a location in it was named; not there until something is wrong.
    files: Option<HashMap<String, (Option<SourceId>, File)>>,
}

impl Templates<'_> {
    /// Adds the line of the template that made the line with the diagnostic.
    fn explain(&mut self, diagnostic: Diagnostic, document: &Document, sources: &mut Sources) -> Diagnostic {
        // A patch may have brought in what is wrong.
        if document.source != Some(diagnostic.location.source) {
            return diagnostic;
        }
        let line =
            diagnostic.location.line.checked_sub(1).and_then(|index| document.lines.get(index as usize)).copied();
        let files = self.files.get_or_insert_with(|| {
            scope::templates(self.values).into_iter().map(|template| (template.name, (None, template.file))).collect()
        });
        let (Some(line), Some((id, file))) = (line, files.get_mut(&document.path)) else { return diagnostic };
        let text = file.text();
        let id = *id.get_or_insert_with(|| sources.add(document.path.clone(), &*text));
        let written = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        let column = written.chars().take_while(|c| c.is_whitespace()).count() + 1;
        diagnostic.related(Location::new(id, line, u32::try_from(column).unwrap_or(1)), "made by this line")
    }
}
