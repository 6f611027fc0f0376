//! Manifests: Kubernetes objects in apply order, each with the id of the part that made it.

mod code;
mod json;
mod order;
mod selector;

pub use self::code::ManifestCode;
pub use self::selector::Selector;

use std::borrow::Cow;
use std::io;

use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, nearest};
use mkmanifests_yaml::tree::write::{Documents, Style};
use mkmanifests_yaml::tree::{Map, Node, SerializeError, to_node};

/// One Kubernetes object.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The part that made it (`head-deployment`): what `--show-only` takes and the `# Source:` comment prints.
    pub id: Cow<'static, str>,
    /// The object.
    pub node: Node,
}

impl Manifest {
    /// An object that is a node already.
    pub fn new(id: impl Into<Cow<'static, str>>, node: Node) -> Self {
        Manifest { id: id.into(), node }
    }

    /// An object of a type: k8s-openapi's, or a small struct for a custom resource.
    ///
    /// # Errors
    ///
    /// What [`to_node`] refuses; k8s-openapi's types serialize always.
    pub fn of<T: serde::Serialize>(id: impl Into<Cow<'static, str>>, object: &T) -> Result<Self, SerializeError> {
        Ok(Manifest::new(id, to_node(object)?))
    }

    /// `apps/v1`; empty if the object has none.
    pub fn api_version(&self) -> &str {
        self.text(&["apiVersion"])
    }

    /// `Deployment`; empty if the object has none.
    pub fn kind(&self) -> &str {
        self.text(&["kind"])
    }

    /// `metadata.name`; empty if the object has none.
    pub fn name(&self) -> &str {
        self.text(&["metadata", "name"])
    }

    /// `metadata.namespace`; empty for cluster-wide objects.
    pub fn namespace(&self) -> &str {
        self.text(&["metadata", "namespace"])
    }

    fn text(&self, path: &[&str]) -> &str {
        self.node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default()
    }
}

/// The objects of one rendering.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifests {
    /// The component, chart or folder that they are of: the first half of the `# Source:` comment.
    pub source: String,
    list: Vec<Manifest>,
}

impl Manifests {
    /// The objects of `source`, put into apply order: what others need comes first (namespaces, definitions,
    /// accounts, configuration, services, workloads), and objects of one kind stay in the order given.
    pub fn new(source: impl Into<String>, mut list: Vec<Manifest>) -> Self {
        list.sort_by_key(|manifest| order::rank(manifest.kind()));
        Manifests { source: source.into(), list }
    }

    /// The objects of `source` in the order given, which is another program's apply order: Helm's.
    pub fn in_order(source: impl Into<String>, list: Vec<Manifest>) -> Self {
        Manifests { source: source.into(), list }
    }

    /// The objects in apply order.
    pub fn iter(&self) -> std::slice::Iter<'_, Manifest> {
        self.list.iter()
    }

    /// The objects themselves, to change.
    pub fn nodes_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.list.iter_mut().map(|manifest| &mut manifest.node)
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Keeps the objects that `keep` says yes to.
    pub fn retain(&mut self, keep: impl FnMut(&Manifest) -> bool) {
        self.list.retain(keep);
    }

    /// The namespaces that the objects are in and that have to be made: all but those that every cluster has, and those
    /// among the objects.
    pub fn namespaces(&self) -> Vec<String> {
        let made = |name: &str| self.list.iter().any(|it| it.kind() == "Namespace" && it.name() == name);
        let mut names: Vec<String> = Vec::new();
        for name in self.list.iter().map(Manifest::namespace) {
            if !name.is_empty() && !BUILT_IN_NAMESPACES.contains(&name) && !made(name) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// Adds the [`Manifests::namespaces`] as objects, in front.
    pub fn create_namespaces(&mut self) {
        let names = self.namespaces();
        let id = |name: &str| if names.len() == 1 { "namespace".to_owned() } else { format!("namespace-{name}") };
        let made: Vec<Manifest> = names.iter().map(|name| Manifest::new(id(name), namespace(name))).collect();
        self.list.splice(0..0, made);
    }

    /// Keeps the objects of the given ids, in apply order.
    ///
    /// # Errors
    ///
    /// Every id that no object has, with the nearest one that is there.
    pub fn show_only(&mut self, ids: &[String]) -> Result<(), Failure> {
        let unknown: Vec<Diagnostic> =
            ids.iter().filter(|id| !self.list.iter().any(|it| it.id == **id)).map(|id| self.unknown_id(id)).collect();
        if !unknown.is_empty() {
            return Err(Failure::new(unknown, Sources::default()));
        }
        self.list.retain(|manifest| ids.iter().any(|id| manifest.id == *id));
        Ok(())
    }

    fn unknown_id(&self, id: &str) -> Diagnostic {
        let diagnostic =
            Diagnostic::error(ManifestCode::UnknownId, format!("nothing has the id `{id}`")).in_field("--show-only");
        match nearest(id, self.list.iter().map(|manifest| manifest.id.as_ref())) {
            Some(near) => diagnostic.help(did_you_mean(near)),
            None => {
                let ids: Vec<String> = self.list.iter().map(|manifest| format!("`{}`", manifest.id)).collect();
                diagnostic.help(format!("ids here: {}", ids.join(", ")))
            }
        }
    }

    /// Writes a YAML stream, a `# Source: ray/head-deployment` comment above each object as Helm has it.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_yaml<W: io::Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        let mut documents = Documents::new(Style::MANIFEST);
        for manifest in &self.list {
            write_source_comment(out, &[&self.source, &manifest.id])?;
            documents.write(out, &manifest.node)?;
        }
        Ok(())
    }

    /// Writes one JSON `List`, indented as `kubectl get -o json` does it.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_json<W: io::Write + ?Sized>(&self, out: &mut W) -> io::Result<()> {
        json::write_list(out, &self.list)
    }
}

/// What every source renders: objects, each of which says where it is from by its id and the locations of its node.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The objects.
    pub manifests: Manifests,
    /// What the user should know although it does not stop the run.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the warnings' locations are in.
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

/// Namespaces that every cluster has: <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/>.
pub const BUILT_IN_NAMESPACES: &[&str] = &["default", "kube-node-lease", "kube-public", "kube-system"];

/// A Namespace.
pub fn namespace(name: &str) -> Node {
    let mut metadata = Map::new();
    metadata.set("name", name);
    let mut object = Map::new();
    object.set("apiVersion", "v1");
    object.set("kind", "Namespace");
    object.set("metadata", metadata);
    object.into()
}

/// What stands above each object of a stream.
pub fn write_source_comment<W: io::Write + ?Sized>(out: &mut W, parts: &[&str]) -> io::Result<()> {
    out.write_all(b"---\n# Source: ")?;
    for (index, part) in parts.iter().enumerate() {
        out.write_all(if index == 0 { b"" } else { b"/" })?;
        out.write_all(comment_text(part).as_bytes())?;
    }
    out.write_all(b"\n")
}

/// The group of an `apiVersion`; empty for the core group (`v1`).
pub fn api_group(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// A name that cannot end its comment line.
fn comment_text(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) { text.replace(char::is_control, " ").into() } else { text.into() }
}
