//! Patches on what a chart gives: documents that one changes are written anew, the others stay as Helm prints them.

use super::documents::Document;
use super::model::Crd;
use super::output::HelmOutput;
use crate::diagnostic::{Diagnostic, SourceId, Sources};
use crate::patch::Patches;
use crate::tree::Node;
use crate::tree::read::{self, Duplicates};
use crate::tree::write::{Style, write};

/// Applies patches to the objects, the hooks and the files below `crds/` of a chart that was rendered; gives what is wrong.
/// The texts of the patches have to be among those of `rendered`.
pub(super) fn patch(rendered: &mut HelmOutput, patches: &Patches) -> Vec<Diagnostic> {
    if patches.is_empty() {
        return Vec::new();
    }
    let HelmOutput { crds, objects, hooks, sources, .. } = rendered;
    let mut documents: Vec<&mut Document> = objects.iter_mut().chain(hooks).collect();
    let ids: Vec<SourceId> = documents.iter_mut().map(|document| place(document, sources)).collect();
    let before: Vec<Node> = documents.iter().map(|document| document.node.clone()).collect();
    let mut files: Vec<(&mut Crd, Vec<Node>)> = crds.iter_mut().map(|crd| definitions(crd, sources)).collect();
    let unpatched: Vec<Vec<Node>> = files.iter().map(|(_, nodes)| nodes.clone()).collect();

    let of_files = files.iter_mut().flat_map(|(_, nodes)| nodes);
    let diagnostics = patches.apply(documents.iter_mut().map(|document| &mut document.node).chain(of_files));

    for ((document, source), before) in documents.into_iter().zip(ids).zip(before) {
        if document.node != before {
            rewrite(document, source);
        }
    }
    for ((crd, nodes), before) in files.into_iter().zip(unpatched) {
        if nodes != before {
            let texts: Vec<String> = nodes.iter().map(text).collect();
            crd.file.data = texts.join("---\n").into_bytes().into();
        }
    }
    diagnostics
}

/// Reads a document again, with places in a text among the sources.
fn place(document: &mut Document, sources: &mut Sources) -> SourceId {
    let source = sources.add(format!("{} (rendered)", document.path), document.text.as_str());
    if let Ok(node) = read::first_document(source, &document.text, Duplicates::LastWins) {
        document.node = node;
    }
    source
}

/// The definitions in a file; none if it is no YAML, which is told where it matters.
fn definitions<'c>(crd: &'c mut Crd, sources: &mut Sources) -> (&'c mut Crd, Vec<Node>) {
    let nodes = read::documents(sources, &crd.full_name, &crd.file.data, Duplicates::LastWins).unwrap_or_default();
    (crd, nodes)
}

fn rewrite(document: &mut Document, source: SourceId) {
    let text_of =
        |path: &[&str]| document.node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default().to_owned();
    document.api_version = text_of(&["apiVersion"]);
    document.kind = text_of(&["kind"]);
    document.name = text_of(&["metadata", "name"]);
    document.text = text(&document.node).trim_end().to_owned();
    document.patched = Some(source);
}

fn text(node: &Node) -> String {
    let mut out = Vec::new();
    // Writing to memory never fails.
    let _ = write(&mut out, node, Style::MANIFEST);
    String::from_utf8(out).unwrap_or_default()
}
