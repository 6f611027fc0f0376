//! The note on which nodes the pods need: most clusters have none that fit the defaults.

use k8s_openapi::api::core::v1::Toleration;

use super::cluster::Cluster;
use super::pods::{NVIDIA_GPU, Role, resources};
use super::values::NodeGroup;

/// Returns which nodes the pods need, and the flags with which they run on any node.
pub(super) fn note(cluster: &Cluster<'_>) -> Option<String> {
    let groups = cluster.values.worker_groups.iter().map(|(name, group)| Role::Group(name, group));
    let roles = [Role::Head, Role::Worker].into_iter().chain(groups);
    let roles: Vec<Role<'_>> = roles.filter(|role| role.replicas(cluster) > 0).collect();
    note_about(cluster, &roles, |role| role.name(cluster))
}

/// Returns [`note`] about the pods of some roles, each with its name.
pub(in crate::components) fn note_about<'a>(
    cluster: &Cluster<'a>,
    roles: &[Role<'a>],
    name: impl Fn(&Role<'a>) -> String,
) -> Option<String> {
    let needs: Vec<String> = roles.iter().map(|role| need(cluster, role)).collect();
    let (first, others) = needs.split_first()?;
    let mut note = match others.iter().all(|need| need == first) {
        true if first.is_empty() => return None,
        true => format!("each pod needs a node with {first}"),
        false => {
            let lines = roles.iter().zip(&needs).filter(|(_, need)| !need.is_empty());
            let lines = lines.map(|(role, need)| format!("\n  - {}: {need}", name(role)));
            format!("each pod needs a node with:{}", lines.collect::<String>())
        }
    };
    let (labels, sizes) = (without_labels(cluster, roles), smaller(cluster, roles));
    let aim = match (labels.is_empty(), sizes.is_empty()) {
        (true, true) => return Some(note),
        (true, false) => "to run on smaller nodes",
        (false, true) => "to run on nodes without the labels",
        (false, false) => "to run on any node",
    };
    let flags: Vec<String> = [labels, sizes].concat().iter().map(|setting| format!("--set {setting}")).collect();
    note.push_str(&format!("\n  = help: {aim}, add `{}`", flags.join(" ")));
    Some(note)
}

/// Returns what a node must have for the pods of a role.
fn need(cluster: &Cluster<'_>, role: &Role<'_>) -> String {
    let group = role.group(cluster);
    let mut parts: Vec<String> =
        group.node_selector.iter().map(|(key, value)| format!("the label `{key}={value}`")).collect();
    let resources = resources(cluster.values, group).unwrap_or_default();
    // A limit without a request is a request, too.
    let mut requests = resources.limits.unwrap_or_default();
    requests.extend(resources.requests.unwrap_or_default());
    let amounts =
        [("cpu", "CPU"), ("memory", "of memory"), (NVIDIA_GPU, "GPU")].into_iter().filter_map(|(key, unit)| {
            let amount = requests.get(key)?.0.as_str();
            match (amount, unit) {
                ("0", _) => None,
                ("1", _) | (_, "of memory") => Some(format!("{amount} {unit}")),
                _ => Some(format!("{amount} {unit}s")),
            }
        });
    parts.extend(amounts);
    let mut text = match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => return String::new(),
    };
    let taints: Vec<String> = group.tolerations.iter().map(taint).collect();
    if !taints.is_empty() {
        text.push_str(&format!(" (tolerated taints: {})", taints.join(", ")));
    }
    text
}

/// Returns the taint that a toleration matches, as `kubectl taint` takes it.
fn taint(toleration: &Toleration) -> String {
    let mut text = toleration.key.clone().unwrap_or_else(|| "*".to_owned());
    if let Some(value) = toleration.value.as_deref().filter(|value| !value.is_empty()) {
        text.push_str(&format!("={value}"));
    }
    if let Some(effect) = &toleration.effect {
        text.push_str(&format!(":{effect}"));
    }
    format!("`{text}`")
}

/// Returns the settings that remove the node selectors.
fn without_labels(cluster: &Cluster<'_>, roles: &[Role<'_>]) -> Vec<String> {
    let selecting = roles.iter().filter(|role| !role.group(cluster).node_selector.is_empty());
    let settings = selecting.map(|role| match role {
        Role::Head => "head.nodeSelector=null".to_owned(),
        Role::Worker => "worker.nodeSelector=null".to_owned(),
        Role::Group(name, _) => format!("workerGroups.{name}.nodeSelector=null"),
    });
    settings.collect()
}

/// Returns the settings that make all pods small, unless a role sets its own size.
fn smaller(cluster: &Cluster<'_>, roles: &[Role<'_>]) -> Vec<String> {
    let has_size = |group: &NodeGroup| group.cpu.is_some() || group.memory.is_some() || group.resources.is_some();
    if roles.iter().any(|role| has_size(role.group(cluster))) {
        return Vec::new();
    }
    let values = cluster.values;
    let is_large = |size: Option<u32>, small: u32| size.is_some_and(|size| size > small);
    let cpus = is_large(values.worker_cpu_request, SMALL_CPUS).then(|| format!("workerCPURequest={SMALL_CPUS}"));
    let memory =
        is_large(values.worker_mem_request_g, SMALL_GIGABYTES).then(|| format!("workerMemRequestG={SMALL_GIGABYTES}"));
    cpus.into_iter().chain(memory).collect()
}

/// The CPUs of a small node; a pod requests one less.
const SMALL_CPUS: u32 = 2;
/// The memory of a small node in gigabytes, which is enough for Ray's head.
const SMALL_GIGABYTES: u32 = 4;
