//! Reads manifests from files, streams and folders of YAML and JSON, which may contain other files.

mod clusters;
mod folder;
mod text;

use std::ops::Range;
use std::path::Path;

use self::clusters::Clusters;
pub use self::clusters::TREE_INDEX;
use self::folder::walk;
use super::reading::{KUBERNETES_OBJECT, UNIQUE_KEYS};
use mkmanifests_yaml::diagnostic::{Code, Diagnostic, Sources, io_reason};
use mkmanifests_yaml::files::{self, FileCode, MAX_TEXT};
use mkmanifests_yaml::tree::{Kind, Map, Node};

/// How a file was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// By its name: all its documents must be objects.
    ByName,
    /// As part of a folder: documents that are not objects are skipped.
    InFolder,
}

/// Manifests that were read, with the errors of reading.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The texts that the locations point into.
    pub sources: Sources,
    /// The objects in the order of reading, with the items of lists as separate objects.
    pub objects: Vec<Node>,
    /// Errors of documents that an API server or kubectl would reject, such as duplicate keys.
    pub diagnostics: Vec<Diagnostic>,
    /// Errors of files and documents that could not be read.
    pub failures: Vec<Diagnostic>,
    /// The files and folders that were skipped, each with the reason, such as "a Helm chart".
    pub skipped: Vec<(String, &'static str)>,
    /// The cluster of each object, from the folders of a rendered tree.
    clusters: Vec<usize>,
    known_clusters: Clusters,
}

impl Input {
    /// Reads a file, or all files in a folder and its subfolders that end in `.yaml`, `.yml` or `.json`. In a folder, hidden
    /// files, Helm charts, kustomizations and everything that is not a Kubernetes object are skipped. Errors go to
    /// `diagnostics` and `failures`.
    pub fn add_path(&mut self, path: &Path) {
        if path.is_dir() {
            return walk(path, self);
        }
        self.add_file(path, Request::ByName);
    }

    /// Reads one text of YAML or JSON; `name` is its name in messages.
    pub fn add(&mut self, name: &str, bytes: &[u8], request: Request) {
        let text::Read { documents, duplicates, failures } = text::read(&mut self.sources, name, bytes);
        self.diagnostics.extend(duplicates.into_iter().map(|diagnostic| diagnostic.coded(Code::Rule(UNIQUE_KEYS))));
        self.failures.extend(failures);
        let mut is_empty = true;
        for document in documents {
            is_empty &= !self.add_document(document, request);
        }
        if is_empty && request == Request::InFolder {
            self.skipped.push((name.to_owned(), "no Kubernetes object"));
        }
        let cluster = self.known_clusters.of(Path::new(name));
        self.clusters.resize(self.objects.len(), cluster);
    }

    /// Sorts the objects by cluster, and returns the range of indices of each cluster. Objects of different clusters are checked
    /// separately. Outside of rendered trees, all objects belong to one cluster.
    pub fn by_cluster(&mut self) -> Vec<Range<usize>> {
        let objects = std::mem::take(&mut self.objects);
        let mut pairs: Vec<(usize, Node)> = std::mem::take(&mut self.clusters).into_iter().zip(objects).collect();
        pairs.sort_by_key(|(cluster, _)| *cluster);
        (self.clusters, self.objects) = pairs.into_iter().unzip();
        let mut start = 0;
        let lengths = self.clusters.chunk_by(|a, b| a == b).map(<[usize]>::len);
        let range = |length| {
            start += length;
            start - length..start
        };
        lengths.map(range).collect()
    }

    fn add_file(&mut self, path: &Path, request: Request) {
        let name = path.display().to_string();
        match files::read(path, MAX_TEXT) {
            Ok(bytes) => self.add(&name, &bytes, request),
            Err(error) => {
                self.failures.push(
                    Diagnostic::error(
                        FileCode::of_reading(&error),
                        format!("cannot read `{name}`: {}", io_reason(&error)),
                    )
                    .names_file(name),
                );
            }
        }
    }

    /// Adds the objects of a document, and returns whether the document counts as a manifest.
    fn add_document(&mut self, document: Node, request: Request) -> bool {
        if let Some(tool) = tool_of(&document) {
            if request == Request::ByName {
                self.diagnostics.push(for_tool(&document, tool));
            }
            return request == Request::ByName;
        }
        if !looks_like_object(&document) {
            if request == Request::ByName {
                self.diagnostics.push(not_an_object(&document));
            }
            return request == Request::ByName;
        }
        flatten(document, &mut self.objects);
        true
    }
}

/// Returns whether a document has enough of the keys of an object, even if one is misspelt.
fn looks_like_object(document: &Node) -> bool {
    let has = |key| document.get(key).is_some();
    let is_chart = has("apiVersion") && has("name") && has("version") && !has("kind") && !has("metadata");
    !is_chart
        && (has("kind") || has("metadata") && has("spec") || has("apiVersion") && (has("metadata") || has("spec")))
}

fn not_an_object(document: &Node) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::Rule(KUBERNETES_OBJECT),
        format!("expected a Kubernetes object, found {}", described(document)),
    );
    diagnostic.at(document.location)
}

fn described(document: &Node) -> String {
    match document.as_map() {
        Some(_) => "a mapping without `apiVersion` and `kind`".to_owned(),
        None => document.describe(),
    }
}

/// API groups of configuration files: the group or its suffix, and the program that reads the file.
const TOOLS: &[(&str, &str)] = &[
    ("kustomize.config.k8s.io", "kustomize"),
    (".config.k8s.io", "a component of Kubernetes"),
    ("kubeadm.k8s.io", "kubeadm"),
    ("kind.x-k8s.io", "kind"),
    ("audit.k8s.io", "a component of Kubernetes"),
    ("k3d.io", "k3d"),
    ("skaffold", "skaffold"),
    ("eksctl.io", "eksctl"),
];

/// Returns the program that reads a document, if it is a configuration file and not an object.
fn tool_of(document: &Node) -> Option<&'static str> {
    let api_version = document.get("apiVersion")?.as_str()?;
    let (group, _) = api_version.rsplit_once('/')?;
    let is = |name: &str| group == name || name.starts_with('.') && group.ends_with(name);
    TOOLS.iter().find(|(name, _)| is(name)).map(|(_, tool)| *tool)
}

fn for_tool(document: &Node, tool: &str) -> Diagnostic {
    let kind = document.get("kind").and_then(Node::as_str).unwrap_or("this");
    let diagnostic = Diagnostic::error(
        Code::Rule(KUBERNETES_OBJECT),
        format!("{kind} is a configuration of {tool}, not a Kubernetes object"),
    );
    let diagnostic = diagnostic.at(document.location);
    match tool {
        "kustomize" => diagnostic.help("to check what it renders, run `kubectl kustomize DIR | mkmanifests check -`"),
        _ => diagnostic,
    }
}

/// Splits `kind: List` and lists such as `kind: ConfigMapList` into their items, as kubectl does, and adds the
/// objects to `objects`.
pub fn flatten(node: Node, objects: &mut Vec<Node>) {
    let text = |key| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let kind = text("kind").unwrap_or_default();
    let (Some(of), true) = (kind.strip_suffix("List"), node.get("items").and_then(Node::as_seq).is_some()) else {
        return objects.push(node);
    };
    let api_version = text("apiVersion").unwrap_or_default();
    let Kind::Map(mut map) = node.kind else { return };
    if let Some(Kind::Seq(items)) = map.remove("items").map(|entry| entry.value.kind) {
        for mut item in items {
            if let Some(item) = item.as_map_mut().filter(|item| !of.is_empty() && has_no_kind(item)) {
                item.set("apiVersion", api_version.as_str());
                item.set("kind", of);
            }
            flatten(item, objects);
        }
    }
}

/// Returns whether a list item has no kind. In a list of one kind, as from an API server, items have none.
fn has_no_kind(item: &Map) -> bool {
    item.get("kind").is_none() && item.get("apiVersion").is_none()
}

#[cfg(test)]
mod tests;
