//! What the operator of Ray creates for its objects: pods with more labels than their templates have, and objects that others
//! refer to by name.
//!
//! Source: ray-operator/controllers/ray/common of <https://github.com/ray-project/kuberay>, v1.7.0.

use mkmanifests_kuberay::names::{self, label, port};
use mkmanifests_yaml::tree::{Map, Node};

use super::index::Object;
use super::pods::Place;

/// Pods that an operator creates from a pod template inside an object.
#[derive(Debug)]
pub(super) struct OperatorPods {
    /// Where the pod spec is.
    pub place: Place,
    /// The labels that the pods will have.
    pub labels: Map,
    /// The named ports that the operator adds.
    pub ports: &'static [&'static str],
}

/// Where a kind has the parts of a Ray cluster.
struct Layout {
    kind: &'static str,
    cluster: &'static str,
    head: &'static str,
    workers: &'static str,
    /// The pod template of a Job that submits, if the kind has one.
    submitter: Option<&'static str>,
}

const LAYOUTS: [Layout; 4] = [
    Layout {
        kind: "RayCluster",
        cluster: "spec",
        head: "spec.headGroupSpec",
        workers: "spec.workerGroupSpecs",
        submitter: None,
    },
    Layout {
        kind: "RayJob",
        cluster: "spec.rayClusterSpec",
        head: "spec.rayClusterSpec.headGroupSpec",
        workers: "spec.rayClusterSpec.workerGroupSpecs",
        submitter: Some("spec.submitterPodTemplate"),
    },
    Layout {
        kind: "RayService",
        cluster: "spec.rayClusterConfig",
        head: "spec.rayClusterConfig.headGroupSpec",
        workers: "spec.rayClusterConfig.workerGroupSpecs",
        submitter: None,
    },
    Layout {
        kind: "RayCronJob",
        cluster: "spec.jobTemplate.rayClusterSpec",
        head: "spec.jobTemplate.rayClusterSpec.headGroupSpec",
        workers: "spec.jobTemplate.rayClusterSpec.workerGroupSpecs",
        submitter: Some("spec.jobTemplate.submitterPodTemplate"),
    },
];

/// The field of a group with its pod template.
const TEMPLATE: &str = "template.spec";

fn layout(object: &Object<'_>) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|layout| object.group == mkmanifests_kuberay::GROUP && object.kind == layout.kind)
}

/// Returns the pods that an operator creates for an object, head first.
pub(super) fn pods(object: &Object<'_>) -> Vec<OperatorPods> {
    let Some(layout) = layout(object) else { return Vec::new() };
    let mut pods = Vec::new();
    if let Some(head) = object.at(layout.head) {
        let labels = labels(object, head, label::NODE_TYPE_HEAD, label::GROUP_HEAD);
        pods.push(OperatorPods { place: Place::within(layout.head, TEMPLATE), labels, ports: &[port::METRICS_NAME] });
    }
    for (index, group) in object.items(layout.workers).iter().enumerate() {
        let name = group.get("groupName").and_then(Node::as_str).unwrap_or_default();
        let labels = labels(object, group, label::NODE_TYPE_WORKER, name);
        let place = Place::item(layout.workers, index, TEMPLATE);
        pods.push(OperatorPods { place, labels, ports: &[port::METRICS_NAME] });
    }
    if let Some((path, template)) = layout.submitter.and_then(|path| Some((path, object.at(path)?))) {
        let labels = template.find(["metadata", "labels"]).and_then(Node::as_map).cloned().unwrap_or_default();
        pods.push(OperatorPods { place: Place::within(path, "spec"), labels, ports: &[] });
    }
    pods
}

/// Returns the labels of the pods of a group. The clusters of a RayJob and a RayService have generated names, so that no selector
/// can name them.
fn labels(object: &Object<'_>, group: &Node, node_type: &str, name: &str) -> Map {
    let mut labels = Map::new();
    let mut set = |key: &str, value: &str| labels.set(key.to_owned(), Node::from(value));
    set(label::IS_RAY_NODE, "yes");
    set("app.kubernetes.io/name", "kuberay");
    set("app.kubernetes.io/created-by", "kuberay-operator");
    match object.kind {
        "RayCluster" => set(label::IDENTIFIER, &format!("{}-{node_type}", object.name)),
        "RayService" => set(label::SERVE, "true"),
        _ => {}
    }
    let own = [group.find(["template", "metadata", "labels"]), group.get("labels")];
    for entry in own.into_iter().flatten().filter_map(Node::as_map).flat_map(Map::entries) {
        set(&entry.key, entry.value.as_str().unwrap_or_default());
    }
    set(label::NODE_TYPE, node_type);
    set(label::GROUP, name);
    if object.kind == "RayCluster" {
        set(label::CLUSTER, object.name);
    }
    labels
}

/// Returns the kind and name of each object that an operator creates for an object, if its name can be known.
pub(super) fn created(object: &Object<'_>) -> Vec<(&'static str, String)> {
    if object.name.is_empty() {
        return Vec::new();
    }
    match (layout(object), object.kind) {
        (Some(layout), "RayCluster") => of_cluster(object, layout),
        (Some(_), "RayService") => {
            let serve = named(object, "spec.serveService.metadata.name", names::serve_service);
            vec![("Service", names::head_service(object.name)), ("Service", serve)]
        }
        _ => Vec::new(),
    }
}

fn of_cluster(object: &Object<'_>, layout: &Layout) -> Vec<(&'static str, String)> {
    let name = object.name;
    let cluster = object.at(layout.cluster);
    let has = |path: &[&str]| cluster.is_some_and(|cluster| cluster.find(path.iter().copied()).is_some());
    let mut created = vec![
        ("Service", named(object, "spec.headGroupSpec.headService.metadata.name", names::head_service)),
        ("Service", names::headless_service(name)),
    ];
    if has(&["enableInTreeAutoscaling"]) && !has(&["headGroupSpec", "template", "spec", "serviceAccountName"]) {
        created.push(("ServiceAccount", names::autoscaler_service_account(name)));
    }
    if has(&["authOptions"]) {
        created.push(("Secret", names::auth_secret(name)));
    }
    if has(&["tlsOptions"]) {
        created.push(("Secret", format!("ray-head-secret-{name}")));
        created.push(("Secret", format!("ray-worker-secret-{name}")));
    }
    if has(&["gcsFaultToleranceOptions", "storage"]) {
        created.push(("PersistentVolumeClaim", names::gcs_storage_claim(name)));
    }
    created
}

/// Returns the name in a field, or the derived one.
fn named(object: &Object<'_>, path: &str, derived: fn(&str) -> String) -> String {
    match object.text(path) {
        "" => derived(object.name),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
