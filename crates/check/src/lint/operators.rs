//! What the operator of Ray creates for its objects: pods with more labels than their templates have, and objects that others
//! refer to by name.
//!
//! Source: ray-operator/controllers/ray/common of <https://github.com/ray-project/kuberay>, v1.7.0.

use mkmanifests_kuberay::names::{self, annotation, label, port};
use mkmanifests_yaml::tree::{Kind, Map, Node};

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
    /// Whether the operator creates the pods also without a spec in the object.
    pub is_own: bool,
}

/// Where a kind has the parts of a Ray cluster.
struct Layout {
    kind: &'static str,
    cluster: &'static str,
    head: &'static str,
    workers: &'static str,
    /// The spec of the job, if the kind has one.
    job: Option<&'static str>,
}

const LAYOUTS: [Layout; 4] = [
    Layout {
        kind: "RayCluster",
        cluster: "spec",
        head: "spec.headGroupSpec",
        workers: "spec.workerGroupSpecs",
        job: None,
    },
    Layout {
        kind: "RayJob",
        cluster: "spec.rayClusterSpec",
        head: "spec.rayClusterSpec.headGroupSpec",
        workers: "spec.rayClusterSpec.workerGroupSpecs",
        job: Some("spec"),
    },
    Layout {
        kind: "RayService",
        cluster: "spec.rayClusterConfig",
        head: "spec.rayClusterConfig.headGroupSpec",
        workers: "spec.rayClusterConfig.workerGroupSpecs",
        job: None,
    },
    Layout {
        kind: "RayCronJob",
        cluster: "spec.jobTemplate.rayClusterSpec",
        head: "spec.jobTemplate.rayClusterSpec.headGroupSpec",
        workers: "spec.jobTemplate.rayClusterSpec.workerGroupSpecs",
        job: Some("spec.jobTemplate"),
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
        let place = Place::within(layout.head, TEMPLATE);
        pods.push(OperatorPods { place, labels, ports: &[port::METRICS_NAME], is_own: false });
    }
    for (index, group) in object.items(layout.workers).iter().enumerate() {
        let name = group.get("groupName").and_then(Node::as_str).unwrap_or_default();
        let labels = labels(object, group, label::NODE_TYPE_WORKER, name);
        let place = Place::item(layout.workers, index, TEMPLATE);
        pods.push(OperatorPods { place, labels, ports: &[port::METRICS_NAME], is_own: false });
    }
    pods.extend(layout.job.and_then(|path| submitter(object, path)));
    pods
}

/// Returns the pods that submit a job whose spec is at `path`: in `K8sJobMode`, the default.
fn submitter(object: &Object<'_>, path: &'static str) -> Option<OperatorPods> {
    let job = object.at(path)?;
    let mode = job.get("submissionMode").and_then(Node::as_str).unwrap_or("K8sJobMode");
    let template = job.find(["submitterPodTemplate", "metadata", "labels"]).and_then(Node::as_map);
    let mut labels = template.cloned().unwrap_or_default();
    let name = match object.kind {
        "RayCronJob" => random(object.name),
        _ => object.name.to_owned(),
    };
    for (key, value) in [
        (label::ORIGINATED_FROM_NAME, name.as_str()),
        (label::ORIGINATED_FROM_KIND, "RayJob"),
        ("app.kubernetes.io/created-by", "kuberay-operator"),
        ("batch.kubernetes.io/job-name", &name),
        ("job-name", &name),
    ] {
        labels.set(key, value);
    }
    let place = Place::within(path, "submitterPodTemplate.spec");
    (mode == "K8sJobMode").then_some(OperatorPods { place, labels, ports: &[], is_own: true })
}

/// Returns a name like those that the operator completes with random characters.
fn random(name: &str) -> String {
    format!("{name}-xxxxx")
}

/// Returns the labels of the pods of a group. The clusters of a RayJob and a RayService have generated names, so that no selector
/// can name them.
fn labels(object: &Object<'_>, group: &Node, node_type: &str, name: &str) -> Map {
    let mut labels = Map::new();
    let mut set = |key: &str, value: &str| labels.set(key.to_owned(), Node::from(value));
    set(label::IS_RAY_NODE, "yes");
    set("app.kubernetes.io/name", "kuberay");
    set("app.kubernetes.io/created-by", "kuberay-operator");
    let cluster = if object.kind == "RayCluster" { object.name.to_owned() } else { random(object.name) };
    set(label::IDENTIFIER, &format!("{cluster}-{node_type}"));
    let own = [group.find(["template", "metadata", "labels"]), group.get("labels")];
    for entry in own.into_iter().flatten().filter_map(Node::as_map).flat_map(Map::entries) {
        set(&entry.key, entry.value.as_str().unwrap_or_default());
    }
    set(label::NODE_TYPE, node_type);
    set(label::GROUP, name);
    set(label::CLUSTER, &cluster);
    if node_type == label::NODE_TYPE_WORKER {
        set(label::REPLICA_INDEX, "0");
    }
    if object.kind == "RayService" {
        let is_excluded = node_type == label::NODE_TYPE_HEAD && is_true(object.at("spec.excludeHeadPodFromServeSvc"));
        set(label::SERVE, if is_excluded { "false" } else { "true" });
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
        (Some(_), "RayJob") => {
            vec![("Service", names::head_service(object.name)), ("Job", object.name.to_owned())]
        }
        _ => Vec::new(),
    }
}

fn is_true(value: Option<&Node>) -> bool {
    value.is_some_and(|value| value.kind == Kind::Bool(true))
}

fn of_cluster(object: &Object<'_>, layout: &Layout) -> Vec<(&'static str, String)> {
    let name = object.name;
    let cluster = object.at(layout.cluster);
    let at = |path: &str| cluster.and_then(|cluster| cluster.find(path.split('.')));
    let text = |path: &str| at(path).and_then(Node::as_str).filter(|text| !text.is_empty());
    let mut created =
        vec![("Service", named(object, "spec.headGroupSpec.headService.metadata.name", names::head_service))];
    let serves = object.node.find(["metadata", "annotations", annotation::ENABLE_SERVE_SERVICE]).and_then(Node::as_str);
    if serves == Some("true") {
        created.push(("Service", names::serve_service(name)));
    }
    let hosts = object.items(layout.workers).iter().filter_map(|group| group.get("numOfHosts"));
    if hosts.into_iter().any(|hosts| matches!(hosts.kind, Kind::Int(2..))) {
        created.push(("Service", names::headless_service(name)));
    }
    if is_true(at("enableInTreeAutoscaling")) {
        if text("headGroupSpec.template.spec.serviceAccountName").is_none() {
            created.push(("ServiceAccount", names::autoscaler_service_account(name)));
        }
        created.push(("Role", names::autoscaler_service_account(name)));
    }
    if text("authOptions.mode") == Some("token") && text("authOptions.secretName").is_none() {
        created.push(("Secret", names::auth_secret(name)));
    }
    if is_true(at("tlsOptions.enabled")) {
        created.push(("Secret", format!("ray-head-secret-{name}")));
        created.push(("Secret", format!("ray-worker-secret-{name}")));
    }
    if text("gcsFaultToleranceOptions.backend") == Some("rocksdb")
        && text("gcsFaultToleranceOptions.storage.claimName").is_none()
    {
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
