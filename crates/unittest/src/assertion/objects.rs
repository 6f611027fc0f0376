//! The rendered documents as Kubernetes objects, for [`Valid`](super::Valid).
//!
//! Assertions see documents as helm-unittest reads them. Validation needs them as Helm and kubectl read them: `yes` is a
//! boolean there.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use mkmanifests_chart::yaml_bridge;
use mkmanifests_check::input::flatten;
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_check::{self as check, is_built_in};
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{Duplicates, documents};

use super::check::Valid;

/// The objects that a job rendered, and what is known about their cluster.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    /// The objects, then definitions of custom resources that are not rendered by templates.
    nodes: Vec<Node>,
    /// The template and the index of the document of each object.
    places: Vec<(String, usize)>,
    kube_version: Option<KubeVersion>,
    namespace: String,
    /// Texts that stand for names which a job does not set, and what replaces them: helm-unittest's are no valid names.
    placeholders: Vec<(&'static str, &'static str)>,
}

/// What an API server would refuse in an object, or what lint warns about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The id of the rule: `service/ports`.
    pub rule: &'static str,
    /// The object: ``Service `web` ``.
    pub object: String,
    /// The field: `spec.ports[0].port`; empty for the whole object.
    pub field: String,
    /// What is wrong.
    pub reason: String,
    /// The line of the rendered template, counted from 1; 0 if it is unknown.
    pub line: u32,
}

impl Objects {
    /// Creates an empty list. `kube_version` is the version that the job sets, `namespace` that of objects without one.
    pub fn new(kube_version: Option<KubeVersion>, namespace: impl Into<String>) -> Objects {
        let kube_version = kube_version.filter(KubeVersion::is_known);
        Objects { kube_version, namespace: namespace.into(), ..Objects::default() }
    }

    /// Replaces a text in what is added after it.
    #[must_use]
    pub fn replacing(mut self, placeholder: &'static str, name: &'static str) -> Objects {
        self.placeholders.push((placeholder, name));
        self
    }

    /// Adds the objects of a template's text, whose documents assertions see as `seen`.
    pub fn add(&mut self, template: &str, text: &str, seen: &[Value]) {
        let replace = |text: Cow<'_, str>, (from, to): &(&str, &str)| Cow::Owned(text.replace(from, to));
        let text = self.placeholders.iter().fold(Cow::Borrowed(text), replace);
        let read = documents(&mut Sources::default(), template, text.as_bytes(), Duplicates::LastWins);
        let mut read = read.unwrap_or_default();
        read.retain(|node| node.as_map().is_none_or(|map| !map.entries().is_empty()));
        if read.len() != seen.len() {
            read = seen.iter().map(object).collect();
        }
        for (index, node) in read.into_iter().enumerate() {
            flatten(node, &mut self.nodes);
            self.places.resize(self.nodes.len(), (template.to_owned(), index));
        }
    }

    /// Adds the definitions in a file below `crds/`, as far as they may define one of the objects.
    pub fn define(&mut self, name: &str, text: &str) {
        let text_of = |node: &Node, key| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let is_defined = |node: &Node| {
            let kind = text_of(node, "kind");
            !kind.is_empty() && !is_built_in(&text_of(node, "apiVersion"), &kind) && text.contains(&kind)
        };
        if self.nodes.iter().take(self.places.len()).any(is_defined) {
            let read = documents(&mut Sources::default(), name, text.as_bytes(), Duplicates::LastWins);
            self.nodes.extend(read.unwrap_or_default());
        }
    }
}

/// Converts a document. What JSON cannot represent becomes null, which no rule accepts as an object.
fn object(document: &Value) -> Node {
    yaml_bridge::to_node(document).unwrap_or_default()
}

type ByDocument = BTreeMap<(String, usize), Vec<Invalid>>;

/// Validates all objects of a job once per assertion.
#[derive(Debug)]
pub(super) struct Validation<'r> {
    objects: &'r Objects,
    found: OnceCell<ByDocument>,
}

impl<'r> Validation<'r> {
    pub fn of(objects: &'r Objects) -> Validation<'r> {
        Validation { objects, found: OnceCell::new() }
    }

    /// Returns the version of Kubernetes of a check.
    pub fn kube_version(&self, valid: &Valid) -> Option<KubeVersion> {
        valid.options.kube_version.clone().or_else(|| self.objects.kube_version.clone())
    }

    /// Returns what is wrong with a rendered document.
    pub fn of_document(&self, valid: &Valid, template: &str, index: usize) -> Vec<Invalid> {
        let found = self.found.get_or_init(|| self.validate(valid));
        found.get(&(template.to_owned(), index)).cloned().unwrap_or_default()
    }

    /// Returns what is wrong with a document that no template rendered as such.
    pub fn of_value(&self, valid: &Valid, document: &Value) -> Vec<Invalid> {
        let mut nodes = Vec::new();
        flatten(object(document), &mut nodes);
        let definitions = self.objects.nodes.iter().skip(self.objects.places.len());
        let count = nodes.len();
        nodes.extend(definitions.cloned());
        self.run(valid, &nodes).filter(|(index, _)| *index < count).map(|(_, invalid)| invalid).collect()
    }

    fn validate(&self, valid: &Valid) -> ByDocument {
        let mut by_document = ByDocument::new();
        for (index, invalid) in self.run(valid, &self.objects.nodes) {
            if let Some(place) = self.objects.places.get(index) {
                by_document.entry(place.clone()).or_default().push(invalid);
            }
        }
        by_document
    }

    fn run<'n>(&self, valid: &Valid, nodes: &'n [Node]) -> impl Iterator<Item = (usize, Invalid)> + 'n {
        let mut options = valid.options.clone();
        options.kube_version = self.kube_version(valid);
        if !self.objects.namespace.is_empty() {
            options.namespace.clone_from(&self.objects.namespace);
        }
        let counts = |found: &check::ObjectDiagnostic| found.skipped.is_none();
        check::all(nodes, &options).into_iter().filter(counts).filter_map(|found| {
            let diagnostic = found.diagnostic;
            Some((
                found.object?,
                Invalid {
                    rule: diagnostic.rule(),
                    object: diagnostic.object().map(ToString::to_string).unwrap_or_default(),
                    field: diagnostic.field().to_string(),
                    reason: diagnostic.reason.clone(),
                    line: diagnostic.location.line,
                },
            ))
        })
    }
}
