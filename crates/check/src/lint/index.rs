//! An index of the objects that are checked together, for looking up what they refer to.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::built_in::is_built_in;
use super::generated;
use super::operators::created;
use super::pods::{Pods, pods};
use crate::external::External;
use crate::manifest::Selector;
use crate::manifest::api_group;
use crate::options::Options;
use mkmanifests_yaml::diagnostic::Suggestions;
use mkmanifests_yaml::tree::{Entry, Node};

/// A label of pods: namespace, key and value.
type Label<'n> = (&'n str, Cow<'n, str>, Cow<'n, str>);

/// An object and its identity.
#[derive(Debug)]
pub(super) struct Object<'n> {
    pub index: usize,
    pub node: &'n Node,
    /// The API group; empty for `v1`.
    pub group: &'n str,
    pub kind: &'n str,
    /// Its own, or the default namespace; empty for the cluster-scoped kinds of [`is_cluster_scoped`].
    pub namespace: &'n str,
    /// Empty if the API server generates it.
    pub name: &'n str,
    external: External,
}

/// All objects, with indexes by identity, labels and scale target.
pub(super) struct Index<'n> {
    pub objects: Vec<Object<'n>>,
    /// By kind, namespace and name. The group is left out: references by kind alone mean the built-in kind.
    named: HashMap<(&'n str, &'n str, &'n str), Vec<usize>>,
    /// The pod templates of the objects.
    pub pods: Vec<Pods<'n>>,
    pods_by_label: HashMap<Label<'n>, Vec<usize>>,
    /// The range of `pods` of each object.
    pods_by_object: HashMap<usize, Range<usize>>,
    /// Objects that controllers of these objects create: kind, namespace, name.
    generated: HashMap<(&'n str, &'n str, &'n str), usize>,
    /// The claims that StatefulSets create: namespace, and the name without the ordinal.
    claims: HashSet<(&'n str, String)>,
    /// Objects that operators create, with derived names: kind, namespace, name.
    created: HashSet<(&'n str, &'n str, String)>,
    /// The first HorizontalPodAutoscaler of a target: namespace, kind, name.
    autoscalers: HashMap<(&'n str, &'n str, &'n str), usize>,
    /// The names of the objects, by kind and namespace.
    names: HashMap<(&'n str, &'n str), Vec<&'n str>>,
    external: &'n External,
    suggestions: Suggestions,
    /// How many more pods may be compared with selectors.
    comparisons: Cell<usize>,
}

/// At most this many names are compared for "did you mean".
const MOST_SUGGESTIONS: usize = 300_000;

/// At most this many pods are compared with selectors. Beyond that the rules report nothing, see [`Index::compared_all`].
const MOST_COMPARISONS: usize = 20_000_000;

/// The result of looking up a referenced object.
pub(super) enum Lookup<'w, 'n> {
    /// One of the checked objects.
    Found(&'w Object<'n>),
    /// Exists, but is not one of the checked objects: built into clusters, created by a controller, or declared external.
    External,
    /// Does not exist.
    Missing,
}

impl<'n> Index<'n> {
    pub fn new(nodes: &'n [Node], external: Vec<External>, options: &'n Options) -> Self {
        let objects = nodes.iter().zip(external).enumerate();
        let objects: Vec<Object<'n>> =
            objects.map(|(index, (node, external))| Object::new(index, node, external, &options.namespace)).collect();
        let mut index = Index {
            objects: Vec::new(),
            named: HashMap::new(),
            pods: Vec::new(),
            pods_by_label: HashMap::new(),
            pods_by_object: HashMap::new(),
            generated: HashMap::new(),
            claims: HashSet::new(),
            created: HashSet::new(),
            autoscalers: HashMap::new(),
            names: HashMap::new(),
            external: &options.external,
            suggestions: Suggestions::up_to(MOST_SUGGESTIONS),
            comparisons: Cell::new(MOST_COMPARISONS),
        };
        for object in &objects {
            index.add(object);
        }
        index.objects = objects;
        index
    }

    fn add(&mut self, object: &Object<'n>) {
        self.named.entry((object.kind, object.namespace, object.name)).or_default().push(object.index);
        self.names.entry((object.kind, object.namespace)).or_default().push(object.name);
        if object.kind == "HorizontalPodAutoscaler" {
            let target = |key| object.text(key);
            let (kind, name) = (target("spec.scaleTargetRef.kind"), target("spec.scaleTargetRef.name"));
            self.autoscalers.entry((object.namespace, kind, name)).or_insert(object.index);
        }
        if object.kind == "StatefulSet" {
            self.claims.extend(generated::claims(object).map(|name| (object.namespace, name)));
        }
        if let Some((kind, name)) = generated::by(object) {
            self.generated.insert((kind, object.namespace, name), object.index);
        }
        self.created.extend(created(object).into_iter().map(|(kind, name)| (kind, object.namespace, name)));
        let first = self.pods.len();
        for pods in pods(object) {
            let at = self.pods.len();
            for (key, value) in labels(&pods) {
                self.pods_by_label.entry((object.namespace, key, value)).or_default().push(at);
            }
            self.pods.push(pods);
        }
        if first < self.pods.len() {
            self.pods_by_object.insert(object.index, first..self.pods.len());
        }
    }

    /// Finds an object by kind, namespace (empty for cluster-scoped kinds) and name.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&Object<'n>> {
        let found = self.named.get(&(kind, namespace, name))?;
        found.first().and_then(|index| self.objects.get(*index))
    }

    /// Returns all objects with the kind, namespace and name of `object`, of any API group.
    pub fn all_named(&self, object: &Object<'n>) -> impl Iterator<Item = &Object<'n>> {
        let found = self.named.get(&(object.kind, object.namespace, object.name));
        found.into_iter().flatten().filter_map(|index| self.objects.get(*index))
    }

    /// Looks up the object that `from` refers to.
    pub fn look_up(&self, from: &Object<'n>, kind: &str, namespace: &str, name: &str) -> Lookup<'_, 'n> {
        let namespace = if is_cluster_scoped(kind) { "" } else { namespace };
        let here = self.find(kind, namespace, name);
        if let Some(object) = here {
            return Lookup::Found(object);
        }
        let is_generated = self.generated.contains_key(&(kind, namespace, name))
            || (kind == "PersistentVolumeClaim" && self.generates_claim(namespace, name))
            || (!self.created.is_empty() && self.created.contains(&(kind, namespace, name.to_owned())));
        if is_generated || is_built_in(kind, name) || self.is_external(from, kind, namespace, name) {
            return Lookup::External;
        }
        Lookup::Missing
    }

    /// Returns whether the options, or an annotation of `from`, declare an object as external.
    pub fn is_external(&self, from: &Object<'n>, kind: &str, namespace: &str, name: &str) -> bool {
        self.external.has(kind, namespace, name) || from.external.has(kind, namespace, name)
    }

    /// Returns whether a StatefulSet creates a claim: `TEMPLATE-NAME-ORDINAL`.
    fn generates_claim(&self, namespace: &str, name: &str) -> bool {
        let Some((before, number)) = name.rsplit_once('-') else { return false };
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        is_number && !self.claims.is_empty() && self.claims.contains(&(namespace, before.to_owned()))
    }

    /// Returns the most similar name among the objects of a kind in a namespace.
    pub fn nearest(&self, name: &str, kind: &str, namespace: &str) -> Option<&'n str> {
        let namespace = if is_cluster_scoped(kind) { "" } else { namespace };
        let known = self.names.get(&(kind, namespace));
        self.suggestions.nearest(name, known.into_iter().flatten().copied())
    }

    /// Returns the most similar of the `known` names.
    pub fn nearest_of<'a>(&self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        self.suggestions.nearest(wrong, known)
    }

    /// Returns the pods of a namespace that a selector matches, in the order of their objects.
    pub fn selected<'s>(
        &'s self,
        namespace: &'s str,
        selector: &'s Selector,
    ) -> impl Iterator<Item = &'s Pods<'n>> + Clone {
        let of_label = selector
            .exact()
            .map(|(key, value)| self.pods_by_label.get(&(namespace, Cow::Borrowed(key), Cow::Borrowed(value))));
        let all = of_label.is_none().then_some(&self.pods).into_iter().flatten();
        let labelled = of_label.flatten().into_iter().flatten().filter_map(|at| self.pods.get(*at));
        let compared = labelled.chain(all).take_while(|_| self.may_compare());
        compared.filter(move |pods| pods.namespace == namespace && selector.matches(pods.labels.as_deref()))
    }

    /// Returns whether the limit of comparisons was not reached. Otherwise "no match" means nothing.
    pub fn compared_all(&self) -> bool {
        self.comparisons.get() > 0
    }

    fn may_compare(&self) -> bool {
        let left = self.comparisons.get();
        self.comparisons.set(left.saturating_sub(1));
        left > 0
    }

    /// Returns the first HorizontalPodAutoscaler that scales an object.
    pub fn autoscaler(&self, object: &Object<'n>) -> Option<&Object<'n>> {
        let index = self.autoscalers.get(&(object.namespace, object.kind, object.name))?;
        self.objects.get(*index)
    }

    /// Returns the pod templates of an object.
    pub fn pods_of(&self, object: &Object<'n>) -> &[Pods<'n>] {
        self.pods_by_object.get(&object.index).and_then(|range| self.pods.get(range.clone())).unwrap_or_default()
    }
}

/// Returns the labels of pods.
fn labels<'n>(pods: &Pods<'n>) -> Vec<(Cow<'n, str>, Cow<'n, str>)> {
    match &pods.labels {
        None => Vec::new(),
        Some(Cow::Borrowed(labels)) => {
            let of = |entry: &'n Entry| (entry.key.as_ref().into(), entry.value.as_str().unwrap_or_default().into());
            labels.entries().iter().map(of).collect()
        }
        Some(Cow::Owned(labels)) => {
            let text = |text: &str| Cow::Owned(text.to_owned());
            let entries = labels.entries().iter();
            entries.map(|entry| (text(&entry.key), text(entry.value.as_str().unwrap_or_default()))).collect()
        }
    }
}

impl<'n> Object<'n> {
    fn new(index: usize, node: &'n Node, external: External, default: &'n str) -> Self {
        let text = |path: &[&str]| node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default();
        let kind = text(&["kind"]);
        let namespace = match text(&["metadata", "namespace"]) {
            _ if is_cluster_scoped(kind) => "",
            "" => default,
            namespace => namespace,
        };
        let group = api_group(text(&["apiVersion"]));
        Object { index, node, group, kind, namespace, name: text(&["metadata", "name"]), external }
    }

    /// Returns the string at a field such as `spec.type`; empty if there is none.
    pub fn text(&self, path: &str) -> &'n str {
        self.at(path).and_then(Node::as_str).unwrap_or_default()
    }

    /// Returns the value at a field such as `spec.type`.
    pub fn at(&self, path: &str) -> Option<&'n Node> {
        self.node.find(path.split('.'))
    }

    /// Returns the items of the list at a field; empty if there is none.
    pub fn items(&self, path: &str) -> &'n [Node] {
        self.at(path).and_then(Node::as_seq).unwrap_or_default()
    }

    /// Names the object in messages: ``Deployment `web` ``.
    pub fn title(&self) -> String {
        format!("{} `{}`", self.kind, self.name)
    }
}

/// Returns whether a kind is cluster-scoped: one of those that other objects refer to, or that charts contain.
pub(super) fn is_cluster_scoped(kind: &str) -> bool {
    const KINDS: [&str; 14] = [
        "APIService",
        "CSIDriver",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingWebhookConfiguration",
    ];
    KINDS.contains(&kind)
}
