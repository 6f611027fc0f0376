//! Manifests as people have them: files, streams and folders of YAML and JSON, among files that are none.

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

/// How much of a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It was named: everything in it has to be an object.
    ByName,
    /// It is in a folder that was named: what is no object is left out.
    InFolder,
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The texts that locations are in.
    pub sources: Sources,
    /// The objects, lists taken apart, in the order in which they were read.
    pub objects: Vec<Node>,
    /// What an API server or kubectl would refuse of the documents themselves.
    pub diagnostics: Vec<Diagnostic>,
    /// What could not be read.
    pub failures: Vec<Diagnostic>,
    /// Files and folders in which nothing was looked at, each with what it is.
    pub left_out: Vec<(String, &'static str)>,
    /// The cluster of each object; the folders of a rendered tree tell it.
    clusters: Vec<usize>,
    known_clusters: Clusters,
}

impl Input {
    /// Reads a file, or all files below a folder that end in `.yaml`, `.yml` or `.json`. Hidden ones are left out, as are
    /// Helm charts, kustomizations and whatever is no Kubernetes object.
    pub fn add_path(&mut self, path: &Path) {
        if path.is_dir() {
            return walk(path, self);
        }
        self.add_file(path, Asked::ByName);
    }

    /// Reads one text; `name` is what messages call it.
    pub fn add(&mut self, name: &str, bytes: &[u8], asked: Asked) {
        let text::Read { documents, repeated, failures } = text::read(&mut self.sources, name, bytes);
        self.diagnostics.extend(repeated.into_iter().map(|diagnostic| diagnostic.coded(Code::Rule(UNIQUE_KEYS))));
        self.failures.extend(failures);
        let mut none = true;
        for document in documents {
            none &= !self.add_document(document, asked);
        }
        if none && asked == Asked::InFolder {
            self.left_out.push((name.to_owned(), "no Kubernetes object"));
        }
        let cluster = self.known_clusters.of(Path::new(name));
        self.clusters.resize(self.objects.len(), cluster);
    }

    /// Sorts the objects by cluster and returns the range of each: objects of two clusters have nothing to do with one
    /// another. Outside of rendered trees all objects are for one cluster.
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

    fn add_file(&mut self, path: &Path, asked: Asked) {
        let name = path.display().to_string();
        match files::read(path, MAX_TEXT) {
            Ok(bytes) => self.add(&name, &bytes, asked),
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

    /// Adds the objects of a document; says whether it is for a cluster.
    fn add_document(&mut self, document: Node, asked: Asked) -> bool {
        if let Some(tool) = tool_of(&document) {
            if asked == Asked::ByName {
                self.diagnostics.push(for_tool(&document, tool));
            }
            return asked == Asked::ByName;
        }
        if !looks_like_object(&document) {
            if asked == Asked::ByName {
                self.diagnostics.push(no_object(&document));
            }
            return asked == Asked::ByName;
        }
        flatten(document, &mut self.objects);
        true
    }
}

/// What has one of the three keys that every object has, or a misspelt one beside another part of objects.
fn looks_like_object(document: &Node) -> bool {
    let has = |key| document.get(key).is_some();
    let is_chart = has("apiVersion") && has("name") && has("version") && !has("kind") && !has("metadata");
    !is_chart
        && (has("kind") || has("metadata") && has("spec") || has("apiVersion") && (has("metadata") || has("spec")))
}

fn no_object(document: &Node) -> Diagnostic {
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

/// API groups of files that a program reads, and no API server: the group, or the end of it, and the program.
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

/// The program that a document is for, if it is not for an API server.
fn tool_of(document: &Node) -> Option<&'static str> {
    let api_version = document.get("apiVersion")?.as_str()?;
    let (group, _) = api_version.rsplit_once('/')?;
    let is = |name: &str| group == name || name.starts_with('.') && group.ends_with(name);
    TOOLS.iter().find(|(name, _)| is(name)).map(|(_, tool)| *tool)
}

fn for_tool(document: &Node, tool: &str) -> Diagnostic {
    let kind = document.get("kind").and_then(Node::as_str).unwrap_or("this");
    let diagnostic =
        Diagnostic::error(Code::Rule(KUBERNETES_OBJECT), format!("{kind} is for {tool}, and no object of a cluster"));
    let diagnostic = diagnostic.at(document.location);
    match tool {
        "kustomize" => diagnostic.help("`kubectl kustomize DIR | mkmanifests check -` checks what it makes"),
        _ => diagnostic,
    }
}

/// Takes `kind: List` and `kind: ConfigMapList` apart, as kubectl does.
fn flatten(node: Node, objects: &mut Vec<Node>) {
    let text = |key| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let kind = text("kind").unwrap_or_default();
    let (Some(of), true) = (kind.strip_suffix("List"), node.get("items").and_then(Node::as_seq).is_some()) else {
        return objects.push(node);
    };
    let api_version = text("apiVersion").unwrap_or_default();
    let Kind::Map(mut map) = node.kind else { return };
    if let Some(Kind::Seq(items)) = map.remove("items").map(|entry| entry.value.kind) {
        for mut item in items {
            if let Some(item) = item.as_map_mut().filter(|item| !of.is_empty() && says_no_kind(item)) {
                item.set("apiVersion", api_version.as_str());
                item.set("kind", of);
            }
            flatten(item, objects);
        }
    }
}

/// The items of a list of one kind need not say it, as those that a server gives do not.
fn says_no_kind(item: &Map) -> bool {
    item.get("kind").is_none() && item.get("apiVersion").is_none()
}

#[cfg(test)]
mod tests;
