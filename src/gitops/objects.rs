//! The objects of an app on their way into files: lists taken apart, namespaces filled in, secrets seen to.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::FleetCode;
use super::app::{Made, Object};
use super::scope::{Scope, Scopes};
use crate::check::types::list_items;
use crate::diagnostic::Diagnostic;
use crate::manifest::api_group;
use crate::tree::{Map, Node};

/// What an API server knows an object by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    pub group: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

impl Identity {
    pub fn of(node: &Node) -> Identity {
        let text = |path: &[&str]| node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default();
        Identity {
            group: api_group(text(&["apiVersion"])).to_owned(),
            kind: text(&["kind"]).to_owned(),
            namespace: text(&["metadata", "namespace"]).to_owned(),
            name: text(&["metadata", "name"]).to_owned(),
        }
    }

    /// ``Deployment `ray/foo-head` ``.
    pub fn title(&self) -> String {
        let slash = if self.namespace.is_empty() { "" } else { "/" };
        format!("{} `{}{slash}{}`", self.kind, self.namespace, self.name)
    }
}

/// Takes `v1` Lists apart, as kubectl does.
pub(super) fn without_lists(objects: Vec<Object>) -> Vec<Object> {
    if !objects.iter().any(|object| list_items(&object.node).is_some()) {
        return objects;
    }
    let mut flat = Vec::with_capacity(objects.len());
    for object in objects {
        match list_items(&object.node) {
            None => flat.push(object),
            Some(items) => {
                let source: &Cow<'static, str> = &object.source;
                let items = items.iter().map(|node| Object { source: source.clone(), node: node.clone() });
                flat.extend(without_lists(items.collect()));
            }
        }
    }
    flat
}

/// An error for each object without a name: kustomize cannot build the app, and what is applied from Git would be made
/// anew each time.
pub(super) fn without_names(app: &str, objects: &[Object]) -> Vec<Diagnostic> {
    let text = |node: &Node, path: [&str; 2]| node.find(path).and_then(Node::as_str).unwrap_or_default().to_owned();
    let nameless = objects.iter().filter(|object| text(&object.node, ["metadata", "name"]).is_empty());
    let diagnostic = |object: &Object| {
        let kind = object.node.get("kind").and_then(Node::as_str).unwrap_or("object");
        let generated = match text(&object.node, ["metadata", "generateName"]).as_str() {
            "" => String::new(),
            prefix => format!(", only `generateName: {prefix}`"),
        };
        let message = format!("`{}`: {kind} of `{app}` has no `metadata.name`{generated}", object.source);
        Diagnostic::error(FleetCode::UnnamedObject, message)
            .help("kustomize cannot build the app; `patches` of the app can set `/metadata/name`")
    };
    nameless.map(diagnostic).collect()
}

/// Puts the app's namespace into objects that name none, as `helm install` and `kubectl apply -n` do: what applies a
/// folder of Git would put them into `default`. Returns a warning for each kind whose scope is unknown.
pub(super) fn fill_namespaces(made: &mut Made, scopes: &Scopes) -> Vec<Diagnostic> {
    let mut unknown = BTreeSet::new();
    for object in &mut made.objects {
        let text = |path: &[&str]| object.node.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default();
        if !text(&["metadata", "namespace"]).is_empty() {
            continue;
        }
        let (group, kind) = (api_group(text(&["apiVersion"])), text(&["kind"]));
        let scope = scopes.of(group, kind).unwrap_or_else(|| {
            let guess = Scope::guess(kind);
            unknown.insert((guess, group.to_owned(), kind.to_owned()));
            guess
        });
        if scope == Scope::Cluster {
            continue;
        }
        let Some(root) = object.node.as_map_mut() else { continue };
        if root.get("metadata").is_none_or(|metadata| metadata.as_map().is_none()) {
            root.set("metadata", Map::new());
        }
        let Some(metadata) = root.get_mut("metadata").and_then(Node::as_map_mut) else { continue };
        let has_none = metadata.get("namespace").is_none_or(|it| it.as_str().is_none_or(str::is_empty));
        if has_none {
            metadata.set("namespace", made.namespace.as_str());
        }
    }
    unknown.iter().map(|(guess, group, kind)| unknown_scope(*guess, group, kind, &made.namespace)).collect()
}

fn unknown_scope(guess: Scope, group: &str, kind: &str, namespace: &str) -> Diagnostic {
    let given = match guess {
        Scope::Namespaced => format!("is written with `namespace: {namespace}`"),
        Scope::Cluster => "is written without a namespace".to_owned(),
    };
    let diagnostic = Diagnostic::warning(
        FleetCode::UnknownScope,
        format!("the scope of {kind} in `{group}` is unknown: it {given}"),
    );
    diagnostic.help(format!("set it in `cluster.yaml`: `scopes: {{{kind}.{group}: Cluster}}`, or `Namespaced`"))
}
