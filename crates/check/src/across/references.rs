//! What pods and others refer to by name, and is not there.

use super::pods::Pods;
use super::world::{Object, There, World};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::diagnostic::did_you_mean;
use mkmanifests_yaml::tree::{Kind, Map, Node};

pub(super) fn check(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    if let Some(pods) = world.pods_of(object) {
        of_pods(report, world, object, pods);
    }
    match (object.group, object.kind) {
        ("networking.k8s.io", "Ingress") => of_ingress(report, world, object),
        ("", "PersistentVolumeClaim") => {
            let class = object.text("spec.storageClassName");
            storage_class_is_there(report, world, object, &Path::ROOT.field("spec.storageClassName"), class);
        }
        ("apps", "StatefulSet") => {
            let templates = Path::ROOT.field("spec.volumeClaimTemplates");
            for (index, template) in object.items("spec.volumeClaimTemplates").iter().enumerate() {
                let class = template.find(["spec", "storageClassName"]).and_then(Node::as_str).unwrap_or_default();
                let at = templates.index(index);
                storage_class_is_there(report, world, object, &at.field("spec.storageClassName"), class);
            }
        }
        _ => {}
    }
}

fn of_pods(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>, pods: &Pods<'_>) {
    let spec = Path::ROOT.field(pods.path);
    let text = |key| pods.spec.get(key).and_then(Node::as_str).unwrap_or_default();
    service_account_is_there(report, world, object, &spec.field("serviceAccountName"), "", text("serviceAccountName"));
    priority_class_is_there(report, world, object, &spec.field("priorityClassName"), text("priorityClassName"));
    let secrets = pods.spec.get("imagePullSecrets").and_then(Node::as_seq).unwrap_or_default();
    for (index, secret) in secrets.iter().enumerate() {
        secret_is_there(report, world, object, &spec.field("imagePullSecrets").index(index), secret, "name");
    }
    let volumes = pods.spec.get("volumes").and_then(Node::as_seq).unwrap_or_default();
    for (index, volume) in volumes.iter().enumerate() {
        of_volume(report, world, object, &spec.field("volumes").index(index), volume);
    }
    pods.containers(report, &mut |report, at, container, _| of_container(report, world, object, at, container));
}

fn of_volume(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>, at: &Path<'_>, volume: &Node) {
    if let Some(source) = volume.get("configMap") {
        let at = at.field("configMap");
        config_map_is_there(report, world, object, &at, source);
        of_items(report, world, object, &at, source, "ConfigMap", "name");
    }
    if let Some(source) = volume.get("secret") {
        let at = at.field("secret");
        secret_is_there(report, world, object, &at, source, "secretName");
        of_items(report, world, object, &at, source, "Secret", "secretName");
    }
    if let Some(claim) = volume.find(["persistentVolumeClaim", "claimName"]).and_then(Node::as_str) {
        claim_is_there(report, world, object, &at.field("persistentVolumeClaim.claimName"), claim);
    }
    let sources = volume.find(["projected", "sources"]).and_then(Node::as_seq).unwrap_or_default();
    let projected = at.field("projected.sources");
    for (index, source) in sources.iter().enumerate() {
        let at = projected.index(index);
        if let Some(source) = source.get("configMap") {
            config_map_is_there(report, world, object, &at.field("configMap"), source);
            of_items(report, world, object, &at.field("configMap"), source, "ConfigMap", "name");
        }
        if let Some(source) = source.get("secret") {
            secret_is_there(report, world, object, &at.field("secret"), source, "name");
            of_items(report, world, object, &at.field("secret"), source, "Secret", "name");
        }
    }
}

/// The keys that a volume takes files from.
fn of_items(
    report: &mut Report<'_>,
    world: &World<'_>,
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
    for (index, item) in source.get("items").and_then(Node::as_seq).unwrap_or_default().iter().enumerate() {
        if let Some(key) = item.get("key").and_then(Node::as_str) {
            key_is_there(report, world, object, &items.index(index).field("key"), kind, name, key);
        }
    }
}

fn of_container(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>, at: &Path<'_>, container: &Node) {
    let list = |key| container.get(key).and_then(Node::as_seq).unwrap_or_default();
    let all = at.field("envFrom");
    for (index, source) in list("envFrom").iter().enumerate() {
        let at = all.index(index);
        if let Some(source) = source.get("configMapRef") {
            config_map_is_there(report, world, object, &at.field("configMapRef"), source);
        }
        if let Some(source) = source.get("secretRef") {
            secret_is_there(report, world, object, &at.field("secretRef"), source, "name");
        }
    }
    let env = at.field("env");
    for (index, variable) in list("env").iter().enumerate() {
        let at = env.index(index);
        let Some(from) = variable.get("valueFrom") else { continue };
        if let Some(source) = from.get("configMapKeyRef") {
            let at = at.field("valueFrom.configMapKeyRef");
            config_map_is_there(report, world, object, &at, source);
            of_key(report, world, object, &at, "ConfigMap", source);
        }
        if let Some(source) = from.get("secretKeyRef") {
            let at = at.field("valueFrom.secretKeyRef");
            secret_is_there(report, world, object, &at, source, "name");
            of_key(report, world, object, &at, "Secret", source);
        }
    }
}

fn of_key(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>, at: &Path<'_>, kind: &str, source: &Node) {
    let text = |key| source.get(key).and_then(Node::as_str).unwrap_or_default();
    if !is_optional(source) {
        key_is_there(report, world, object, &at.field("key"), kind, text("name"), text("key"));
    }
}

fn of_ingress(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    let class = object.text("spec.ingressClassName");
    ingress_class_is_there(report, world, object, &Path::ROOT.field("spec.ingressClassName"), class);
    // cert-manager makes the certificates of Ingresses that say so:
    // https://cert-manager.io/docs/usage/ingress/#supported-annotations
    let annotations = object.at("metadata.annotations").and_then(Node::as_map);
    let is_made = annotations.is_some_and(|map| {
        let mut keys = map.entries().iter().map(|entry| entry.key.as_ref());
        keys.any(|key| {
            matches!(key, "cert-manager.io/issuer" | "cert-manager.io/cluster-issuer" | "kubernetes.io/tls-acme")
        })
    });
    let tls = Path::ROOT.field("spec.tls");
    for (index, entry) in object.items("spec.tls").iter().enumerate().filter(|_| !is_made) {
        secret_is_there(report, world, object, &tls.index(index), entry, "secretName");
    }
}

fn is_optional(source: &Node) -> bool {
    source.get("optional").is_some_and(|optional| optional.kind == Kind::Bool(true))
}

/// Says that an object is not there, with the nearest one.
pub(super) fn missing(
    report: &mut Report<'_>,
    world: &World<'_>,
    at: &Path<'_>,
    kind: &str,
    namespace: &str,
    name: &str,
) {
    let message = match super::world::is_cluster_wide(kind) {
        true => format!("there is no {kind} `{name}`"),
        false => format!("there is no {kind} `{name}` in the namespace `{namespace}`"),
    };
    match world.nearest(name, kind, namespace) {
        Some(near) => report.error_with_help(at, message, did_you_mean(near)),
        None => {
            report.error_with_help(at, message, format!("`--external {kind}/{name}` says that it is made elsewhere"))
        }
    }
}

/// The keys of a ConfigMap or Secret of the output.
fn keys<'n>(holder: &Object<'n>) -> impl Iterator<Item = &'n str> {
    maps(holder).flat_map(|map| map.entries()).map(|entry| entry.key.as_ref())
}

fn maps<'n>(holder: &Object<'n>) -> impl Iterator<Item = &'n Map> {
    ["data", "stringData", "binaryData"].into_iter().filter_map(|key| holder.at(key)?.as_map())
}

rules!(
    /// A ConfigMap that pods need is there: without it they do not start.
    ///
    /// Source: https://kubernetes.io/docs/concepts/configuration/configmap/
    fn config_map_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        source: &Node,
    ) {
        let name = source.get("name").and_then(Node::as_str).unwrap_or_default();
        let wanted = !name.is_empty() && !is_optional(source);
        if wanted && matches!(world.look_up(object, "ConfigMap", object.namespace, name), There::Missing) {
            missing(report, world, &at.field("name"), "ConfigMap", object.namespace, name);
        }
    },

    /// A Secret that pods or an Ingress need is there: without it they do not start, or serve another certificate.
    ///
    /// Source: https://kubernetes.io/docs/concepts/configuration/secret/
    fn secret_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        source: &Node,
        key: &str,
    ) {
        let name = source.get(key).and_then(Node::as_str).unwrap_or_default();
        let wanted = !name.is_empty() && !is_optional(source);
        if wanted && matches!(world.look_up(object, "Secret", object.namespace, name), There::Missing) {
            missing(report, world, &at.field(key), "Secret", object.namespace, name);
        }
    },

    /// A key of a ConfigMap or Secret that pods need is in it.
    ///
    /// Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/
    fn key_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        kind: &str,
        name: &str,
        key: &str,
    ) {
        let There::Here(holder) = world.look_up(object, kind, object.namespace, name) else { return };
        let has_key = maps(holder).any(|map| map.get(key).is_some());
        if key.is_empty()
            || has_key
            || kind == "Secret" && holder.text("type").starts_with("kubernetes.io/service-account")
        {
            return;
        }
        let message = format!("{kind} `{name}` has no key `{key}`");
        match world.nearest_of(key, keys(holder)) {
            Some(near) => report.error_with_help(at, message, did_you_mean(near)),
            None => {
                let keys = keys(holder).take(20).map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
                report.error_with_help(
                    at,
                    message,
                    if keys.is_empty() { "it has none".to_owned() } else { format!("its keys: {keys}") },
                );
            }
        }
    },

    /// A ServiceAccount that pods or a binding name is there: without it no pod is made.
    ///
    /// Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
    pub(super) fn service_account_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        namespace: &str,
        name: &str,
    ) {
        let namespace = if namespace.is_empty() { object.namespace } else { namespace };
        if !name.is_empty() && matches!(world.look_up(object, "ServiceAccount", namespace, name), There::Missing) {
            missing(report, world, at, "ServiceAccount", namespace, name);
        }
    },

    /// A PersistentVolumeClaim that pods mount is there, or made by a StatefulSet.
    ///
    /// Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes
    fn claim_is_there(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>, at: &Path<'_>, name: &str) {
        let kind = "PersistentVolumeClaim";
        if matches!(world.look_up(object, kind, object.namespace, name), There::Missing) {
            missing(report, world, at, kind, object.namespace, name);
        }
    },

    /// An IngressClass that an Ingress names is there: without it nothing serves the Ingress.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class
    fn ingress_class_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        name: &str,
    ) {
        if !name.is_empty() && matches!(world.look_up(object, "IngressClass", "", name), There::Missing) {
            missing(report, world, at, "IngressClass", "", name);
        }
    },

    /// A PriorityClass that pods name is there: without it the server refuses them.
    ///
    /// Source: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
    fn priority_class_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        name: &str,
    ) {
        if !name.is_empty() && matches!(world.look_up(object, "PriorityClass", "", name), There::Missing) {
            missing(report, world, at, "PriorityClass", "", name);
        }
    },

    /// A StorageClass that a claim names is there: without it the claim waits for ever.
    ///
    /// Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1
    fn storage_class_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        name: &str,
    ) {
        if !name.is_empty() && matches!(world.look_up(object, "StorageClass", "", name), There::Missing) {
            missing(report, world, at, "StorageClass", "", name);
        }
    }
);
