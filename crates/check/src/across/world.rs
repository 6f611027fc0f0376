//! The objects of one output, found by what others call them.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::made;
use super::names::is_built_in;
use super::pods::{Pods, pods};
use crate::external::External;
use crate::manifest::Selector;
use crate::manifest::api_group;
use crate::options::Options;
use mkmanifests_yaml::diagnostic::Suggestions;
use mkmanifests_yaml::tree::Node;

/// An object, with what the others know it by.
#[derive(Debug)]
pub(super) struct Object<'n> {
    pub index: usize,
    pub node: &'n Node,
    /// The API group; empty for `v1`.
    pub group: &'n str,
    pub kind: &'n str,
    /// The one that it is in or would be put into; of no meaning for kinds without one.
    pub namespace: &'n str,
    /// Empty if the server makes one up.
    pub name: &'n str,
    external: External,
}

/// All of them.
pub(super) struct World<'n> {
    pub objects: Vec<Object<'n>>,
    /// By kind, namespace and name; group aside, since references by kind alone mean the built-in one.
    named: HashMap<(&'n str, &'n str, &'n str), Vec<usize>>,
    /// The pods that objects make.
    pub pods: Vec<Pods<'n>>,
    pods_by_label: HashMap<(&'n str, &'n str, &'n str), Vec<usize>>,
    pods_by_object: HashMap<usize, usize>,
    /// What objects of the output make when they are applied: kind, namespace, name.
    made: HashMap<(&'n str, &'n str, &'n str), usize>,
    /// The claims that StatefulSets make: namespace, and what comes before the number.
    claims: HashSet<(&'n str, String)>,
    /// The first autoscaler of a target: namespace, kind, name.
    autoscalers: HashMap<(&'n str, &'n str, &'n str), usize>,
    /// By kind and namespace.
    names: HashMap<(&'n str, &'n str), Vec<&'n str>>,
    external: &'n External,
    suggestions: Suggestions,
    /// How many pods are still compared with selectors.
    comparisons: Cell<usize>,
}

/// How many names are compared to find one that was meant.
const MOST_SUGGESTIONS: usize = 300_000;

/// How many pods are compared with selectors; those after that count as selected, so that nothing wrong is said of them.
const MOST_COMPARISONS: usize = 20_000_000;

/// Whether what is referred to is there.
pub(super) enum There<'w, 'n> {
    /// Among the objects.
    Here(&'w Object<'n>),
    /// Elsewhere: of the cluster itself, made by another object, or said to be external.
    Elsewhere,
    /// Nowhere.
    Missing,
}

impl<'n> World<'n> {
    pub fn new(nodes: &'n [Node], external: Vec<External>, options: &'n Options) -> Self {
        let objects = nodes.iter().zip(external).enumerate();
        let objects: Vec<Object<'n>> =
            objects.map(|(index, (node, external))| Object::new(index, node, external, &options.namespace)).collect();
        let mut world = World {
            objects: Vec::new(),
            named: HashMap::new(),
            pods: Vec::new(),
            pods_by_label: HashMap::new(),
            pods_by_object: HashMap::new(),
            made: HashMap::new(),
            claims: HashSet::new(),
            autoscalers: HashMap::new(),
            names: HashMap::new(),
            external: &options.external,
            suggestions: Suggestions::up_to(MOST_SUGGESTIONS),
            comparisons: Cell::new(MOST_COMPARISONS),
        };
        for object in &objects {
            world.add(object);
        }
        world.objects = objects;
        world
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
            self.claims.extend(made::claims(object).map(|name| (object.namespace, name)));
        }
        if let Some((kind, name)) = made::by(object) {
            self.made.insert((kind, object.namespace, name), object.index);
        }
        if let Some(pods) = pods(object) {
            let at = self.pods.len();
            for label in pods.labels.into_iter().flat_map(|labels| labels.entries()) {
                let value = label.value.as_str().unwrap_or_default();
                self.pods_by_label.entry((object.namespace, label.key.as_ref(), value)).or_default().push(at);
            }
            self.pods_by_object.insert(object.index, at);
            self.pods.push(pods);
        }
    }

    /// An object of a kind in a namespace; of kinds without one, in any.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&Object<'n>> {
        let found = self.named.get(&(kind, namespace, name))?;
        found.first().and_then(|index| self.objects.get(*index))
    }

    /// All objects of one kind, namespace and name, whatever their group.
    pub fn all_named(&self, object: &Object<'n>) -> impl Iterator<Item = &Object<'n>> {
        let found = self.named.get(&(object.kind, object.namespace, object.name));
        found.into_iter().flatten().filter_map(|index| self.objects.get(*index))
    }

    /// Whether what `from` refers to is there.
    pub fn look_up(&self, from: &Object<'n>, kind: &str, namespace: &str, name: &str) -> There<'_, 'n> {
        let namespace = if is_cluster_wide(kind) { "" } else { namespace };
        let here = self.find(kind, namespace, name);
        if let Some(object) = here {
            return There::Here(object);
        }
        let made = self.made.contains_key(&(kind, namespace, name))
            || (kind == "PersistentVolumeClaim" && self.makes_claim(namespace, name));
        if made || is_built_in(kind, name) || self.is_external(from, kind, namespace, name) {
            return There::Elsewhere;
        }
        There::Missing
    }

    /// Whether the flags or the object that refers to it say that an object is made elsewhere.
    pub fn is_external(&self, from: &Object<'n>, kind: &str, namespace: &str, name: &str) -> bool {
        self.external.has(kind, namespace, name) || from.external.has(kind, namespace, name)
    }

    /// Whether a StatefulSet makes a claim: `TEMPLATE-NAME-NUMBER`.
    fn makes_claim(&self, namespace: &str, name: &str) -> bool {
        let Some((before, number)) = name.rsplit_once('-') else { return false };
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        is_number && !self.claims.is_empty() && self.claims.contains(&(namespace, before.to_owned()))
    }

    /// The name of a kind in a namespace that was most likely meant.
    pub fn nearest(&self, name: &str, kind: &str, namespace: &str) -> Option<&'n str> {
        let namespace = if is_cluster_wide(kind) { "" } else { namespace };
        let known = self.names.get(&(kind, namespace));
        self.suggestions.nearest(name, known.into_iter().flatten().copied())
    }

    /// The nearest of some names.
    pub fn nearest_of<'a>(&self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        self.suggestions.nearest(wrong, known)
    }

    /// The pods of a namespace that a selector matches, in the order of their objects.
    pub fn selected<'s>(
        &'s self,
        namespace: &'s str,
        selector: &'s Selector,
    ) -> impl Iterator<Item = &'s Pods<'n>> + Clone {
        let of_label = selector.exact().map(|(key, value)| self.pods_by_label.get(&(namespace, key, value)));
        let all = of_label.is_none().then_some(&self.pods).into_iter().flatten();
        let labelled = of_label.flatten().into_iter().flatten().filter_map(|at| self.pods.get(*at));
        let compared = labelled.chain(all).take_while(|_| self.may_compare());
        compared.filter(move |pods| pods.namespace == namespace && selector.matches(pods.labels))
    }

    /// Whether all pods were compared that had to be: otherwise that none was found says nothing.
    pub fn compared_all(&self) -> bool {
        self.comparisons.get() > 0
    }

    fn may_compare(&self) -> bool {
        let left = self.comparisons.get();
        self.comparisons.set(left.saturating_sub(1));
        left > 0
    }

    /// The first HorizontalPodAutoscaler of an object.
    pub fn autoscaler(&self, object: &Object<'n>) -> Option<&Object<'n>> {
        let index = self.autoscalers.get(&(object.namespace, object.kind, object.name))?;
        self.objects.get(*index)
    }

    /// The pods that an object makes.
    pub fn pods_of(&self, object: &Object<'n>) -> Option<&Pods<'n>> {
        self.pods_by_object.get(&object.index).and_then(|at| self.pods.get(*at))
    }
}

impl<'n> Object<'n> {
    fn new(index: usize, node: &'n Node, external: External, default: &'n str) -> Self {
        let text = |path: &[&str]| node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default();
        let kind = text(&["kind"]);
        let namespace = match text(&["metadata", "namespace"]) {
            _ if is_cluster_wide(kind) => "",
            "" => default,
            namespace => namespace,
        };
        let group = api_group(text(&["apiVersion"]));
        Object { index, node, group, kind, namespace, name: text(&["metadata", "name"]), external }
    }

    /// A text in the object; empty if there is none.
    pub fn text(&self, path: &str) -> &'n str {
        self.at(path).and_then(Node::as_str).unwrap_or_default()
    }

    /// What stands at a path of fields with dots between them.
    pub fn at(&self, path: &str) -> Option<&'n Node> {
        self.node.find(path.split('.'))
    }

    /// The items of a list in the object.
    pub fn items(&self, path: &str) -> &'n [Node] {
        self.at(path).and_then(Node::as_seq).unwrap_or_default()
    }

    /// What messages call it.
    pub fn title(&self) -> String {
        format!("{} `{}`", self.kind, self.name)
    }
}

/// The kinds without a namespace that others refer to, or that charts have.
pub(super) fn is_cluster_wide(kind: &str) -> bool {
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
