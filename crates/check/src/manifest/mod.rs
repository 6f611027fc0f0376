//! Manifests: Kubernetes objects in apply order, each with the id of the part of the source that rendered it.

mod code;
mod json;
mod order;
mod selector;

pub use self::code::ManifestCode;
pub use self::selector::Selector;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, nearest};
use mkmanifests_yaml::tree::write::{Documents, Style};
use mkmanifests_yaml::tree::{Map, Node, SerializeError, to_node};

/// A Kubernetes object with its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The part of the source that rendered it, such as `head-deployment`: the argument of `--show-only`, and a part of the
    /// `# Source:` comment.
    pub id: Cow<'static, str>,
    /// The object.
    pub node: Node,
}

impl Manifest {
    /// Creates a manifest from a node.
    pub fn new(id: impl Into<Cow<'static, str>>, node: Node) -> Self {
        Manifest { id: id.into(), node }
    }

    /// Creates a manifest from a Rust value: a type of k8s-openapi, or a struct for a custom resource.
    ///
    /// # Errors
    ///
    /// The errors of [`to_node`]. The types of k8s-openapi always serialize.
    pub fn of<T: serde::Serialize>(id: impl Into<Cow<'static, str>>, object: &T) -> Result<Self, SerializeError> {
        Ok(Manifest::new(id, to_node(object)?))
    }

    /// Returns the `apiVersion`, such as `apps/v1`; empty if there is none.
    pub fn api_version(&self) -> &str {
        self.text(&["apiVersion"])
    }

    /// Returns the `kind`, such as `Deployment`; empty if there is none.
    pub fn kind(&self) -> &str {
        self.text(&["kind"])
    }

    /// Returns `metadata.name`; empty if there is none.
    pub fn name(&self) -> &str {
        self.text(&["metadata", "name"])
    }

    /// Returns `metadata.namespace`; empty for cluster-scoped objects.
    pub fn namespace(&self) -> &str {
        self.text(&["metadata", "namespace"])
    }

    fn text(&self, path: &[&str]) -> &str {
        self.node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default()
    }
}

/// The rendered objects of one source, in apply order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifests {
    /// The component, chart or template folder: the first half of the `# Source:` comment.
    pub source: String,
    list: Vec<Manifest>,
}

impl Manifests {
    /// Creates manifests and sorts them into apply order: dependencies first (namespaces, CustomResourceDefinitions,
    /// ServiceAccounts, configuration, Services, workloads). Objects of the same kind keep their order.
    pub fn new(source: impl Into<String>, mut list: Vec<Manifest>) -> Self {
        list.sort_by_key(|manifest| order::rank(manifest.kind()));
        Manifests { source: source.into(), list }
    }

    /// Creates manifests that are already in apply order, such as those of Helm.
    pub fn in_order(source: impl Into<String>, list: Vec<Manifest>) -> Self {
        Manifests { source: source.into(), list }
    }

    /// Iterates over the objects in apply order.
    pub fn iter(&self) -> std::slice::Iter<'_, Manifest> {
        self.list.iter()
    }

    /// Iterates over the nodes of the objects for changes.
    pub fn nodes_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.list.iter_mut().map(|manifest| &mut manifest.node)
    }

    /// Returns the number of objects.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Keeps the objects for which `keep` returns true.
    pub fn retain(&mut self, keep: impl FnMut(&Manifest) -> bool) {
        self.list.retain(keep);
    }

    /// Returns the namespaces to create for the objects, sorted: without the built-in ones, and without those that are among
    /// the objects.
    pub fn namespaces(&self) -> Vec<String> {
        let mut names: BTreeSet<&str> = self.list.iter().map(Manifest::namespace).collect();
        for rendered in self.list.iter().filter(|manifest| manifest.kind() == "Namespace") {
            names.remove(rendered.name());
        }
        let is_created = |name: &&str| !name.is_empty() && !BUILT_IN_NAMESPACES.contains(name);
        names.into_iter().filter(is_created).map(str::to_owned).collect()
    }

    /// Inserts the [`Manifests::namespaces`] as Namespace objects at the start.
    pub fn create_namespaces(&mut self) {
        let names = self.namespaces();
        let id = |name: &str| if names.len() == 1 { "namespace".to_owned() } else { format!("namespace-{name}") };
        let created: Vec<Manifest> = names.iter().map(|name| Manifest::new(id(name), namespace(name))).collect();
        self.list.splice(0..0, created);
    }

    /// Keeps the objects with the given ids, in apply order.
    ///
    /// # Errors
    ///
    /// [`ManifestCode::UnknownId`] for each id that no object has, with the most similar id.
    pub fn show_only(&mut self, ids: &[String]) -> Result<(), Failure> {
        let known: BTreeSet<&str> = self.list.iter().map(|manifest| manifest.id.as_ref()).collect();
        let unknown: Vec<Diagnostic> =
            ids.iter().filter(|id| !known.contains(id.as_str())).map(|id| self.unknown_id(id)).collect();
        if !unknown.is_empty() {
            return Err(Failure::new(unknown, Sources::default()));
        }
        let ids: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        self.list.retain(|manifest| ids.contains(manifest.id.as_ref()));
        Ok(())
    }

    fn unknown_id(&self, id: &str) -> Diagnostic {
        let diagnostic =
            Diagnostic::error(ManifestCode::UnknownId, format!("no object has the id `{id}`")).in_field("--show-only");
        match nearest(id, self.list.iter().map(|manifest| manifest.id.as_ref())) {
            Some(near) => diagnostic.help(did_you_mean(near)),
            None => {
                let ids: Vec<String> = self.list.iter().map(|manifest| format!("`{}`", manifest.id)).collect();
                diagnostic.help(format!("known ids: {}", ids.join(", ")))
            }
        }
    }

    /// Writes a YAML stream, with a comment such as `# Source: ray/head-deployment` above each object, as Helm does.
    ///
    /// # Errors
    ///
    /// The errors of `out`.
    pub fn write_yaml<W: io::Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        let mut documents = Documents::new(Style::MANIFEST);
        for manifest in &self.list {
            write_source_comment(out, &[&self.source, &manifest.id])?;
            documents.write(out, &manifest.node)?;
        }
        Ok(())
    }

    /// Writes one JSON `List`, indented as `kubectl get -o json` does.
    ///
    /// # Errors
    ///
    /// The errors of `out`.
    pub fn write_json<W: io::Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        json::write_list(out, &self.list)
    }
}

/// The result of rendering a source: objects and warnings. The locations of the objects and warnings point into `sources`.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The objects.
    pub manifests: Manifests,
    /// Warnings about the values or the objects.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the locations point into.
    pub sources: Sources,
}

impl IntoIterator for Manifests {
    type Item = Manifest;
    type IntoIter = std::vec::IntoIter<Manifest>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Manifests {
    type Item = &'a Manifest;
    type IntoIter = std::slice::Iter<'a, Manifest>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The namespaces that every cluster has: <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/>.
pub const BUILT_IN_NAMESPACES: &[&str] = &["default", "kube-node-lease", "kube-public", "kube-system"];

/// Returns a Namespace object.
pub fn namespace(name: &str) -> Node {
    let mut metadata = Map::new();
    metadata.set("name", name);
    let mut object = Map::new();
    object.set("apiVersion", "v1");
    object.set("kind", "Namespace");
    object.set("metadata", metadata);
    object.into()
}

/// Writes `---` and the `# Source:` comment above an object; `parts` are joined by `/`.
///
/// # Errors
///
/// The errors of `out`.
pub fn write_source_comment<W: io::Write + ?Sized>(out: &mut W, parts: &[&str]) -> io::Result<()> {
    out.write_all(b"---\n# Source: ")?;
    for (index, part) in parts.iter().enumerate() {
        out.write_all(if index == 0 { b"" } else { b"/" })?;
        out.write_all(comment_text(part).as_bytes())?;
    }
    out.write_all(b"\n")
}

/// Returns the API group of an `apiVersion`: `apps` of `apps/v1`; empty for the core group (`v1`).
pub fn api_group(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// Replaces control characters, which could end the comment line.
fn comment_text(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) { text.replace(char::is_control, " ").into() } else { text.into() }
}
