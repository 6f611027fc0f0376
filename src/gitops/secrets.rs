//! Keeps Secrets out of Git: reports them, omits them, or replaces them by ExternalSecrets.

use std::collections::BTreeSet;

use serde::Serialize;

use super::fleet::{Cluster, SecretStore, SecretStoreKind};
use super::object::Object;
use super::objects::Identity;
use super::options::Secrets;
use super::unit::join;
use super::{FleetCode, GitopsCode};
use crate::diagnostic::Diagnostic;
use crate::tree::{Kind, Map, Node, to_node};

/// Handles the Secrets among the objects of an app.
pub(super) fn handle(
    objects: &mut Vec<Object>,
    cluster: &Cluster,
    app: &str,
    mode: Secrets,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if mode == Secrets::Plain {
        return;
    }
    let mut kept = Vec::with_capacity(objects.len());
    for object in std::mem::take(objects) {
        let keys = secret_keys(object.node());
        if keys.is_empty() {
            kept.push(object);
            continue;
        }
        let title = Identity::of(object.node()).title();
        match (mode, &cluster.values.secret_store) {
            (Secrets::Refuse, _) => diagnostics.push(in_git(&title, cluster, app)),
            (Secrets::Omit, _) => {
                let diagnostic =
                    Diagnostic::warning(FleetCode::OmittedSecret, format!("{title} in the app `{app}` is omitted"));
                diagnostics.push(diagnostic.help(format!("in {}", in_app(cluster, app))));
            }
            (Secrets::External, Some(store)) => {
                let replaced = Replacement { store, cluster, app, keys: &keys }.replace(&object);
                diagnostics.push(replaced.note);
                kept.extend(replaced.object);
            }
            (Secrets::External, None) => diagnostics.push(no_store(&title, cluster, app)),
            (Secrets::Plain, _) => {}
        }
    }
    *objects = kept;
}

/// Returns the keys of the data in a Secret.
fn secret_keys(node: &Node) -> BTreeSet<String> {
    let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
    if text("apiVersion") != "v1" || text("kind") != "Secret" {
        return BTreeSet::new();
    }
    let maps = ["data", "stringData"].into_iter().filter_map(|key| node.get(key)?.as_map());
    maps.flat_map(|map| map.entries()).map(|entry| entry.key.to_string()).collect()
}

fn in_git(title: &str, cluster: &Cluster, app: &str) -> Diagnostic {
    let shown = in_app(cluster, app);
    Diagnostic::error(
        FleetCode::SecretInGit,
        format!("{title} in the app {shown} would be written to Git in plain text"),
    )
    .help("`--secrets external` writes an ExternalSecret instead, which reads it from the cluster's secret store")
    .help("`--secrets omit` omits it, `--secrets plain` writes it unchanged")
}

fn no_store(title: &str, cluster: &Cluster, app: &str) -> Diagnostic {
    let shown = in_app(cluster, app);
    Diagnostic::error(FleetCode::NoSecretStore, format!("{title} in the app {shown}: the cluster has no secret store"))
        .help("set it in `cluster.yaml`, for example `secretStore: {name: vault}`")
}

/// Returns the path of an app in backticks: `` `us/foo/vault` ``.
fn in_app(cluster: &Cluster, app: &str) -> String {
    format!("`{}`", join(&cluster.path, app))
}

struct Replacement<'a> {
    store: &'a SecretStore,
    cluster: &'a Cluster,
    app: &'a str,
    keys: &'a BTreeSet<String>,
}

struct Replaced {
    object: Option<Object>,
    note: Diagnostic,
}

/// <https://external-secrets.io/latest/api/externalsecret/>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    refresh_interval: &'a str,
    secret_store_ref: StoreRef<'a>,
    target: Target<'a>,
    data: Vec<Data<'a>>,
}

#[derive(Serialize)]
struct StoreRef<'a> {
    kind: SecretStoreKind,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'a> {
    name: &'a str,
    creation_policy: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    immutable: bool,
    template: Node,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    secret_key: &'a str,
    remote_ref: RemoteRef<'a>,
}

#[derive(Serialize)]
struct RemoteRef<'a> {
    key: &'a str,
    property: &'a str,
}

impl Replacement<'_> {
    fn replace(&self, object: &Object) -> Replaced {
        let id = Identity::of(object.node());
        let key = self.key(&id);
        let names = self.keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let message = format!(
            "{} in the app {} is read from `{key}` of the secret store: {names}",
            id.title(),
            in_app(self.cluster, self.app)
        );
        let note = Diagnostic::warning(FleetCode::ExternalSecret, message);
        match self.object(object, &id, &key) {
            Ok(node) => Replaced { object: Some(Object::new(object.source.clone(), node)), note },
            Err(error) => {
                let message = format!("cannot render the ExternalSecret for {}: {error}", id.title());
                Replaced { object: None, note: Diagnostic::error(GitopsCode::NotSerializable, message) }
            }
        }
    }

    fn key(&self, id: &Identity) -> String {
        let key = self.store.key.replace("<cluster>", &self.cluster.name).replace("<app>", self.app);
        key.replace("<namespace>", &id.namespace).replace("<name>", &id.name)
    }

    fn object(&self, secret: &Object, id: &Identity, key: &str) -> Result<Node, crate::tree::SerializeError> {
        let data =
            self.keys.iter().map(|name| Data { secret_key: name, remote_ref: RemoteRef { key, property: name } });
        let spec = Spec {
            refresh_interval: &self.store.refresh_interval,
            secret_store_ref: StoreRef { kind: self.store.kind, name: &self.store.name },
            target: Target {
                name: &id.name,
                creation_policy: "Owner",
                immutable: secret.node().get("immutable").is_some_and(|it| it.kind == Kind::Bool(true)),
                template: template(secret.node()),
            },
            data: data.collect(),
        };
        let mut metadata = metadata(secret.node());
        metadata.set("name", id.name.as_str());
        metadata.set("namespace", id.namespace.as_str());
        let mut object = Map::new();
        object.set("apiVersion", "external-secrets.io/v1");
        object.set("kind", "ExternalSecret");
        object.set("metadata", metadata);
        object.set("spec", to_node(&spec)?);
        Ok(object.into())
    }
}

/// Returns the template of the Secret without its data: type, labels and annotations.
fn template(secret: &Node) -> Node {
    let mut template = Map::new();
    let kind = secret.get("type").and_then(Node::as_str).unwrap_or("Opaque");
    template.set("engineVersion", "v2");
    template.set("metadata", metadata(secret));
    template.set("type", kind);
    template.into()
}

/// Returns labels and annotations, without the annotation of kubectl that contains the data.
fn metadata(secret: &Node) -> Map {
    let mut metadata = Map::new();
    for key in ["labels", "annotations"] {
        let Some(mut map) = secret.find(["metadata", key]).and_then(Node::as_map).cloned() else { continue };
        map.remove("kubectl.kubernetes.io/last-applied-configuration");
        if !map.is_empty() {
            metadata.set(key, map);
        }
    }
    metadata
}
