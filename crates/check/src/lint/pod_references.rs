//! Lint rules of what pods refer to by name: ConfigMaps, Secrets, ServiceAccounts, claims, PriorityClasses.

use super::index::{Index, Lookup, Object};
use super::pods::Pods;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::diagnostic::did_you_mean;
use mkmanifests_yaml::tree::{Kind, Map, Node};

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    for pods in index.pods_of(object) {
        pods.place.visit(|spec| of_pods(report, index, object, spec, pods));
    }
}

fn of_pods(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, spec: &Path<'_>, pods: &Pods<'_>) {
    let text = |key| pods.spec.get(key).and_then(Node::as_str).unwrap_or_default();
    serviceaccount_exists(report, index, object, &spec.field("serviceAccountName"), text("serviceAccountName"));
    priorityclass_exists(report, index, object, &spec.field("priorityClassName"), text("priorityClassName"));
    let secrets = pods.spec.get("imagePullSecrets").and_then(Node::as_seq).unwrap_or_default();
    for (position, secret) in secrets.iter().enumerate() {
        secret_exists(report, index, object, &spec.field("imagePullSecrets").index(position), secret, "name");
    }
    let volumes = pods.spec.get("volumes").and_then(Node::as_seq).unwrap_or_default();
    for (position, volume) in volumes.iter().enumerate() {
        of_volume(report, index, object, &spec.field("volumes").index(position), volume);
    }
    pods.containers(report, &mut |report, at, container, _| of_container(report, index, object, at, container));
}

fn of_volume(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, volume: &Node) {
    if let Some(source) = volume.get("configMap") {
        let at = at.field("configMap");
        configmap_exists(report, index, object, &at, source);
        of_items(report, index, object, &at, source, "ConfigMap", "name");
    }
    if let Some(source) = volume.get("secret") {
        let at = at.field("secret");
        secret_exists(report, index, object, &at, source, "secretName");
        of_items(report, index, object, &at, source, "Secret", "secretName");
    }
    if let Some(claim) = volume.find(["persistentVolumeClaim", "claimName"]).and_then(Node::as_str) {
        persistentvolumeclaim_exists(report, index, object, &at.field("persistentVolumeClaim.claimName"), claim);
    }
    let sources = volume.find(["projected", "sources"]).and_then(Node::as_seq).unwrap_or_default();
    let projected = at.field("projected.sources");
    for (position, source) in sources.iter().enumerate() {
        let at = projected.index(position);
        if let Some(source) = source.get("configMap") {
            configmap_exists(report, index, object, &at.field("configMap"), source);
            of_items(report, index, object, &at.field("configMap"), source, "ConfigMap", "name");
        }
        if let Some(source) = source.get("secret") {
            secret_exists(report, index, object, &at.field("secret"), source, "name");
            of_items(report, index, object, &at.field("secret"), source, "Secret", "name");
        }
    }
}

/// Checks the keys that a volume projects as files.
fn of_items(
    report: &mut Report<'_>,
    index: &Index<'_>,
    object: &Object<'_>,
    at: &Path<'_>,
    source: &Node,
    kind: &str,
    name: &str,
) {
    let name = source.get(name).and_then(Node::as_str).unwrap_or_default();
    if is_optional(source) {
        return;
    }
    let items = at.field("items");
    for (position, item) in source.get("items").and_then(Node::as_seq).unwrap_or_default().iter().enumerate() {
        if let Some(key) = item.get("key").and_then(Node::as_str) {
            referenced_key_exists(report, index, object, &items.index(position).field("key"), kind, name, key);
        }
    }
}

fn of_container(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, container: &Node) {
    let list = |key| container.get(key).and_then(Node::as_seq).unwrap_or_default();
    let all = at.field("envFrom");
    for (position, source) in list("envFrom").iter().enumerate() {
        let at = all.index(position);
        if let Some(source) = source.get("configMapRef") {
            configmap_exists(report, index, object, &at.field("configMapRef"), source);
        }
        if let Some(source) = source.get("secretRef") {
            secret_exists(report, index, object, &at.field("secretRef"), source, "name");
        }
    }
    let env = at.field("env");
    for (position, variable) in list("env").iter().enumerate() {
        let at = env.index(position);
        let Some(from) = variable.get("valueFrom") else { continue };
        if let Some(source) = from.get("configMapKeyRef") {
            let at = at.field("valueFrom.configMapKeyRef");
            configmap_exists(report, index, object, &at, source);
            of_key(report, index, object, &at, "ConfigMap", source);
        }
        if let Some(source) = from.get("secretKeyRef") {
            let at = at.field("valueFrom.secretKeyRef");
            secret_exists(report, index, object, &at, source, "name");
            of_key(report, index, object, &at, "Secret", source);
        }
    }
}

fn of_key(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, kind: &str, source: &Node) {
    let text = |key| source.get(key).and_then(Node::as_str).unwrap_or_default();
    if !is_optional(source) {
        referenced_key_exists(report, index, object, &at.field("key"), kind, text("name"), text("key"));
    }
}

fn is_optional(source: &Node) -> bool {
    source.get("optional").is_some_and(|optional| optional.kind == Kind::Bool(true))
}

/// Returns the keys of a ConfigMap or Secret.
fn keys<'n>(source_object: &Object<'n>) -> impl Iterator<Item = &'n str> {
    maps(source_object).flat_map(|map| map.entries()).map(|entry| entry.key.as_ref())
}

fn maps<'n>(source_object: &Object<'n>) -> impl Iterator<Item = &'n Map> {
    ["data", "stringData", "binaryData"].into_iter().filter_map(|key| source_object.at(key)?.as_map())
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// A ConfigMap that a pod uses must exist, unless the reference is `optional`. Otherwise the pod does not start.
    ///
    /// Source: https://kubernetes.io/docs/concepts/configuration/configmap/
    fn configmap_exists(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, source: &Node) {
        let name = source.get("name").and_then(Node::as_str).unwrap_or_default();
        let is_required = !name.is_empty() && !is_optional(source);
        if is_required && matches!(index.look_up(object, "ConfigMap", object.namespace, name), Lookup::Missing) {
            super::not_found(report, index, &at.field("name"), "ConfigMap", object.namespace, name);
        }
    },

    /// A Secret that a pod uses must exist, unless the reference is `optional`. Otherwise the pod does not start.
    ///
    /// Source: https://kubernetes.io/docs/concepts/configuration/secret/
    fn secret_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        source: &Node,
        key: &str,
    ) {
        let name = source.get(key).and_then(Node::as_str).unwrap_or_default();
        let is_required = !name.is_empty() && !is_optional(source);
        if is_required && matches!(index.look_up(object, "Secret", object.namespace, name), Lookup::Missing) {
            super::not_found(report, index, &at.field(key), "Secret", object.namespace, name);
        }
    },

    /// A key that a pod takes from a ConfigMap or Secret must exist in it, unless the reference is `optional`.
    ///
    /// Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/
    fn referenced_key_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        kind: &str,
        name: &str,
        key: &str,
    ) {
        let Lookup::Found(source_object) = index.look_up(object, kind, object.namespace, name) else { return };
        let has_key = maps(source_object).any(|map| map.get(key).is_some());
        if key.is_empty()
            || has_key
            || kind == "Secret" && source_object.text("type").starts_with("kubernetes.io/service-account")
        {
            return;
        }
        let message = format!("{kind} `{name}` has no key `{key}`");
        match index.nearest_of(key, keys(source_object)) {
            Some(near) => report.error_with_help(at, message, did_you_mean(near)),
            None => {
                let keys = keys(source_object).take(20).map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
                report.error_with_help(
                    at,
                    message,
                    if keys.is_empty() {
                        format!("the {kind} is empty")
                    } else {
                        format!("keys of the {kind}: {keys}")
                    },
                );
            }
        }
    },

    /// The ServiceAccount that `serviceAccountName` names must exist. Otherwise no pod is created.
    ///
    /// Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
    fn serviceaccount_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        name: &str,
    ) {
        let namespace = object.namespace;
        if !name.is_empty() && matches!(index.look_up(object, "ServiceAccount", namespace, name), Lookup::Missing) {
            super::not_found(report, index, at, "ServiceAccount", namespace, name);
        }
    },

    /// A PersistentVolumeClaim that a volume of a pod names must exist, or be created by a StatefulSet.
    ///
    /// Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes
    fn persistentvolumeclaim_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        name: &str,
    ) {
        let kind = "PersistentVolumeClaim";
        if matches!(index.look_up(object, kind, object.namespace, name), Lookup::Missing) {
            super::not_found(report, index, at, kind, object.namespace, name);
        }
    },

    /// The PriorityClass that `priorityClassName` names must exist. Otherwise the API server rejects the pods.
    ///
    /// Source: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
    fn priorityclass_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        name: &str,
    ) {
        if !name.is_empty() && matches!(index.look_up(object, "PriorityClass", "", name), Lookup::Missing) {
            super::not_found(report, index, at, "PriorityClass", "", name);
        }
    }
);
