//! The pod templates and the options of `ray start`, from which the operator builds the pods of the head and the workers.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ContainerPort, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::OperatedCluster;
use super::values::PodOptions;
use crate::check::syntax::quantity;
use crate::components::ray::command::shell_word;
use crate::components::ray::monitor::METRICS_PORT;
use crate::components::ray::params::is_switch;
use crate::components::ray::pods::{Role, container, list, pod};
use crate::components::ray::values::{FlagValue, NodeGroup};
use crate::kuberay::names::port;

/// Returns the pod template of a role.
pub(super) fn template(operated: &OperatedCluster<'_>, role: &Role<'_>) -> PodTemplateSpec {
    let cluster = &operated.cluster;
    let group = role.group(cluster);
    let mut labels = operated.kind.template_labels(cluster.name);
    labels.extend(group.pod_labels.iter().map(|(key, value)| (key.clone(), value.clone())));
    let metadata =
        ObjectMeta { labels: map(&labels), annotations: map(&group.pod_annotations), ..ObjectMeta::default() };
    let options = operated.pod_options(role);
    let spec = PodSpec {
        service_account_name: operated.service_account(),
        runtime_class_name: options.runtime_class_name.clone(),
        scheduler_name: options.scheduler_name.clone(),
        host_network: options.host_network,
        dns_policy: options.dns_policy.clone(),
        ..pod(cluster, group, ray_container(operated, role), Vec::new())
    };
    PodTemplateSpec { metadata: (metadata != ObjectMeta::default()).then_some(metadata), spec: Some(spec) }
}

/// Returns a copy of a mapping, or `None` if it is empty.
pub(super) fn map(map: &BTreeMap<String, String>) -> Option<BTreeMap<String, String>> {
    (!map.is_empty()).then(|| map.clone())
}

fn ray_container(operated: &OperatedCluster<'_>, role: &Role<'_>) -> Container {
    let cluster = &operated.cluster;
    let group = role.group(cluster);
    let options = operated.pod_options(role);
    let common = container(cluster, role);
    Container {
        image: options.image.clone().or(common.image),
        command: list(&options.command),
        args: list(&options.args),
        ports: list(&ports(operated, role, options)),
        env: list(&group.env),
        volume_mounts: list(&group.volume_mounts),
        ..common
    }
}

/// Returns the ports of the Ray container. The operator adds its default ports only if the head has none.
fn ports(operated: &OperatedCluster<'_>, role: &Role<'_>, options: &PodOptions) -> Vec<ContainerPort> {
    if !options.ports.is_empty() {
        return options.ports.clone();
    }
    let named = |name: &str, port: u16| ContainerPort {
        name: Some(name.to_owned()),
        container_port: port.into(),
        ..ContainerPort::default()
    };
    let values = &operated.cluster.values;
    let metrics = values.metrics.port.filter(|port| values.metrics.enabled && *port != port::METRICS);
    let metrics = metrics.map(|port| named(METRICS_PORT, port));
    let is_default = |port: &ContainerPort| {
        port.name.as_deref() == Some(port::SERVE_NAME) && port.container_port == i32::from(port::SERVE)
    };
    let serve = &operated.serve_ports;
    let other_serve = serve.iter().filter(|port| !is_default(port)).cloned();
    if !role.is_head() {
        return other_serve.chain(metrics).collect();
    }
    let head = [
        (port::GCS_NAME, values.ports.gcs, port::GCS),
        (port::DASHBOARD_NAME, values.ports.dashboard, port::DASHBOARD),
        (port::CLIENT_NAME, values.ports.client, port::CLIENT),
    ];
    let differs = head.iter().any(|(_, port, default)| port.unwrap_or(*default) != *default);
    if !differs && metrics.is_none() && serve.iter().all(is_default) {
        return Vec::new();
    }
    let serve = if serve.is_empty() { vec![named(port::SERVE_NAME, port::SERVE)] } else { serve.clone() };
    let head = head.into_iter().map(|(name, port, default)| named(name, port.unwrap_or(default)));
    head.chain(serve).chain(metrics).collect()
}

/// Returns Ray's resources of each node if the group names any. They exclude the options of `ray start` for CPUs, GPUs and
/// memory, so those are here, too.
pub(super) fn resources(operated: &OperatedCluster<'_>, role: &Role<'_>) -> Option<BTreeMap<String, String>> {
    let group = role.group(&operated.cluster);
    if group.ray_resources.is_empty() || group.ray_start_params.contains_key("resources") {
        return None;
    }
    let options = [("CPU", "num-cpus"), ("GPU", "num-gpus"), ("memory", "memory")];
    let computed = computed_params(operated, role);
    let amounts = options.into_iter().filter_map(|(resource, option)| {
        let amount = match group.ray_start_params.get(option) {
            Some(FlagValue(amount)) => amount.clone(),
            None => computed.get(option).cloned(),
        };
        Some((resource.to_owned(), amount?))
    });
    let mut resources: BTreeMap<String, String> = amounts.collect();
    resources.extend(group.ray_resources.iter().map(|(name, amount)| (name.clone(), amount.to_string())));
    Some(resources)
}

/// Returns the options of `ray start`: those that the operator does not derive itself, and the user's.
pub(super) fn start_params(operated: &OperatedCluster<'_>, role: &Role<'_>) -> BTreeMap<String, String> {
    let group = role.group(&operated.cluster);
    let mut params = computed_params(operated, role);
    params.extend(group.ray_start_params.iter().map(|(name, value)| (name.clone(), param(name, value))));
    if resources(operated, role).is_some() {
        for option in ["num-cpus", "num-gpus", "memory"] {
            params.remove(option);
        }
    }
    params
}

fn computed_params(operated: &OperatedCluster<'_>, role: &Role<'_>) -> BTreeMap<String, String> {
    let values = operated.cluster.values;
    let ports = &values.ports;
    let number = |port: Option<u16>| port.map(|port| port.to_string());
    let on_head = |port: Option<u16>, default: u16| number(port.filter(|port| role.is_head() && *port != default));
    let metrics = values.metrics.port.filter(|port| values.metrics.enabled && *port != port::METRICS);
    let store = values.object_store_memory.as_ref().and_then(|size| quantity(&size.0).ok());
    let params = [
        ("port", on_head(ports.gcs, port::GCS)),
        ("ray-client-server-port", on_head(ports.client, port::CLIENT)),
        ("dashboard-port", on_head(ports.dashboard, port::DASHBOARD)),
        ("object-manager-port", number(ports.object_manager)),
        ("node-manager-port", number(ports.node_manager)),
        ("dashboard-agent-listen-port", number(ports.dashboard_agent)),
        ("min-worker-port", number(ports.worker_min)),
        ("max-worker-port", number(ports.worker_max)),
        ("metrics-export-port", number(metrics)),
        ("object-store-memory", store.map(|size| size.ceil().to_string())),
        ("num-cpus", cpus(operated, role.group(&operated.cluster))),
    ];
    params.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Returns the CPUs of the machine, all of which Ray uses, although the pod requests one less.
fn cpus(operated: &OperatedCluster<'_>, group: &NodeGroup) -> Option<String> {
    group.cpu.or(operated.cluster.values.worker_cpu_request).map(|cpus| cpus.to_string())
}

/// Returns the value of an option as the operator writes it into a shell command: `--NAME=VALUE`, or `--NAME` for `true`.
fn param(name: &str, value: &FlagValue) -> String {
    match &value.0 {
        None => "true".to_owned(),
        Some(value) if is_switch(name) => value.clone(),
        // The operator and Ray's autoscaler read the JSON, and remove only quotes around it.
        Some(json) if name == "resources" && json.starts_with(['\'', '"']) => json.clone(),
        Some(json) if name == "resources" && !json.contains('\'') => format!("'{json}'"),
        Some(value) => shell_word(value),
    }
}
