//! Reads objects from the text of a rendered template.

use std::collections::HashMap;

use super::TemplateCode;
use super::folder::File;
use crate::check::types::object_name;
use crate::diagnostic::{Diagnostic, Location, Sources};
use crate::manifest::Manifest;
use crate::manifest::api_group;
use crate::release::Release;
use crate::tree::read::{Duplicates, documents};
use crate::tree::{Kind, Node};

/// Reads the objects in a rendered text, and splits lists. The location of an error is the line in the rendered text.
pub(super) fn read(file: &File, text: &str, sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let name = format!("{} (rendered)", file.name);
    let nodes = match documents(sources, &name, text.as_bytes(), Duplicates::Refused) {
        Ok(nodes) => nodes,
        Err(errors) => {
            let help = format!("this is the rendered text of `{}`", file.name);
            diagnostics.extend(errors.into_iter().map(|diagnostic| diagnostic.help(help.clone())));
            return Vec::new();
        }
    };
    let mut objects = Vec::new();
    for node in nodes {
        flatten(node, &mut objects);
    }
    objects.into_iter().map(|object| Manifest::new(file.path.clone(), object)).collect()
}

/// Splits `kind: List` and `kind: ConfigMapList`, as kubectl does, and ignores empty documents.
fn flatten(node: Node, objects: &mut Vec<Node>) {
    let is_list = node.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    if node.is_null() {
        return;
    }
    if !is_list || node.get("items").and_then(Node::as_seq).is_none() {
        objects.push(node);
        return;
    }
    let Kind::Map(mut map) = node.kind else { return };
    if let Some(Kind::Seq(items)) = map.remove("items").map(|entry| entry.value.kind) {
        items.into_iter().for_each(|item| flatten(item, objects));
    }
}

/// Reports every object with the identity of an earlier one, which it would overwrite.
pub(super) fn check_unique(objects: &[Manifest], release: &Release, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<[&str; 4], (&str, &Node)> = HashMap::new();
    for Manifest { id, node, .. } in objects {
        let Some(identity) = identity(node, release) else { continue };
        let Some((first_id, first)) = seen.get(&identity) else {
            seen.insert(identity, (id, node));
            continue;
        };
        let message = format!("{} is rendered twice: by `{first_id}` and by `{id}`", object_name(node));
        let diagnostic =
            Diagnostic::error(TemplateCode::DuplicateObject, message).at(name_location(node)).label("again here");
        diagnostics.push(diagnostic.related(name_location(first), "first rendered here"));
    }
}

/// Returns group, kind, namespace and name. The default namespace is that of the release.
fn identity<'a>(node: &'a Node, release: &'a Release) -> Option<[&'a str; 4]> {
    let api_version = node.get("apiVersion")?.as_str()?;
    let group = api_group(api_version);
    let namespace = node.find(["metadata", "namespace"]).and_then(Node::as_str).unwrap_or(&release.namespace);
    Some([group, node.get("kind")?.as_str()?, namespace, node.find(["metadata", "name"])?.as_str()?])
}

fn name_location(node: &Node) -> Location {
    node.find(["metadata", "name"]).map_or(node.location, |name| name.location)
}
