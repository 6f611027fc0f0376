//! Prepares the objects of an app for files: splits lists, and sets missing namespaces.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::FleetCode;
use super::app::RenderedApp;
use super::object::{Change, Object};
use super::scope::{Scope, Scopes};
use crate::check::types::list_items;
use crate::diagnostic::Diagnostic;
use crate::manifest::api_group;
use crate::tree::{Map, Node};

/// The identity of an object for an API server.
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

    /// Returns kind, namespace and name as in messages: ``Deployment `ray/foo-head` ``.
    pub fn title(&self) -> String {
        let slash = if self.namespace.is_empty() { "" } else { "/" };
        format!("{} `{}{slash}{}`", self.kind, self.namespace, self.name)
    }
}

/// Splits `v1` Lists, as kubectl does.
pub(super) fn without_lists(objects: Vec<Object>) -> Vec<Object> {
    if !objects.iter().any(|object| list_items(object.node()).is_some()) {
        return objects;
    }
    let mut flat = Vec::with_capacity(objects.len());
    for object in objects {
        match list_items(object.node()) {
            None => flat.push(object),
            Some(items) => {
                let source: &Cow<'static, str> = &object.source;
                let items = items.iter().map(|node| Object::new(source.clone(), node.clone()));
                flat.extend(without_lists(items.collect()));
            }
        }
    }
    flat
}

/// Reports objects without a name: kustomize cannot build the app, and each apply from Git would create a new object.
pub(super) fn without_names(app: &str, objects: &[Object]) -> Vec<Diagnostic> {
    let text = |node: &Node, path: [&str; 2]| node.find(path).and_then(Node::as_str).unwrap_or_default().to_owned();
    let nameless = objects.iter().filter(|object| text(object.node(), ["metadata", "name"]).is_empty());
    let diagnostic = |object: &Object| {
        let kind = object.node().get("kind").and_then(Node::as_str).unwrap_or("object");
        let generated = match text(object.node(), ["metadata", "generateName"]).as_str() {
            "" => String::new(),
            prefix => format!(", only `generateName: {prefix}`"),
        };
        let message = format!("`{}`: {kind} in the app `{app}` has no `metadata.name`{generated}", object.source);
        Diagnostic::error(FleetCode::UnnamedObject, message)
            .help("kustomize requires a name; set `/metadata/name` with `patches` in the app's file")
    };
    nameless.map(diagnostic).collect()
}

/// Sets the app's namespace in objects without one, as `helm install` and `kubectl apply -n` do: applied from Git, they would be
/// created in `default`. Returns a warning for each kind whose scope is unknown.
pub(super) fn fill_namespaces(app: &mut RenderedApp, scopes: &Scopes) -> Vec<Diagnostic> {
    let mut unknown = BTreeSet::new();
    for object in &mut app.objects {
        let text = |path: &[&str]| object.node().find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default();
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
        object.change(Change::Namespace(app.namespace.clone()), |node| set_namespace(node, &app.namespace));
    }
    unknown.iter().map(|(guess, group, kind)| unknown_scope(*guess, group, kind, &app.namespace)).collect()
}

fn set_namespace(node: &mut Node, namespace: &str) {
    let Some(root) = node.as_map_mut() else { return };
    if root.get("metadata").is_none_or(|metadata| metadata.as_map().is_none()) {
        root.set("metadata", Map::new());
    }
    let Some(metadata) = root.get_mut("metadata").and_then(Node::as_map_mut) else { return };
    let has_none = metadata.get("namespace").is_none_or(|it| it.as_str().is_none_or(str::is_empty));
    if has_none {
        metadata.set("namespace", namespace);
    }
}

fn unknown_scope(guess: Scope, group: &str, kind: &str, namespace: &str) -> Diagnostic {
    let written = match guess {
        Scope::Namespaced => format!("`namespace: {namespace}` is set"),
        Scope::Cluster => "no namespace is set".to_owned(),
    };
    let diagnostic = Diagnostic::warning(
        FleetCode::UnknownScope,
        format!("the scope of the kind {kind} in `{group}` is unknown: {written}"),
    );
    diagnostic.help(format!("set the scope in `cluster.yaml`: `scopes: {{{kind}.{group}: Cluster}}`, or `Namespaced`"))
}
