//! Renders the pods of the head and the workers.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Container, ContainerPort, EmptyDirVolumeSource, EnvVar, EnvVarSource, PodSpec, ResourceRequirements,
    SecretKeySelector, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::cluster::Cluster;
use super::command::{Redis, Start};
use super::monitor::METRICS_PORT;
use super::values::{NodeGroup, PullPolicy, RayValues, SecretKey};
use crate::check::syntax::quantity;

/// The volume for shared memory, where Ray keeps its object store. On disk, which is Ray's fallback, it is slow.
pub(super) const SHARED_MEMORY: &str = "dshm";
/// The variable with the machine's CPUs, for `ray start`.
pub(super) const CPU_VARIABLE: &str = "MY_CPU_REQUEST";
/// The variable with the password of the external Redis.
pub(super) const REDIS_PASSWORD_VARIABLE: &str = "REDIS_PASSWORD";
/// The resource that NVIDIA's device plugin offers.
pub(in crate::components) const NVIDIA_GPU: &str = "nvidia.com/gpu";

/// What the pods are for.
#[derive(Clone, Copy)]
pub(in crate::components) enum Role<'a> {
    Head,
    Worker,
    /// A worker group: its name and values.
    Group(&'a str, &'a NodeGroup),
}

impl<'a> Role<'a> {
    pub fn group(&self, cluster: &Cluster<'a>) -> &'a NodeGroup {
        match self {
            Role::Head => &cluster.values.head,
            Role::Worker => &cluster.values.worker,
            Role::Group(_, group) => group,
        }
    }

    pub fn name(&self, cluster: &Cluster<'_>) -> String {
        match self {
            Role::Head => cluster.head(),
            Role::Worker => cluster.worker(None),
            Role::Group(name, _) => cluster.worker(Some(name)),
        }
    }

    pub fn component(&self) -> &'static str {
        if self.is_head() { "head" } else { "worker" }
    }

    pub fn replicas(&self, cluster: &Cluster<'_>) -> i32 {
        let replicas = match self {
            // Ray supports one head per cluster.
            Role::Head => 1,
            Role::Worker => cluster.values.worker_replica_count.unwrap_or_default(),
            Role::Group(_, group) => group.replicas.unwrap_or(1),
        };
        i32::try_from(replicas).unwrap_or(i32::MAX)
    }

    pub fn is_head(&self) -> bool {
        matches!(self, Role::Head)
    }
}

pub(super) fn spec(cluster: &Cluster<'_>, role: &Role<'_>) -> Result<PodSpec, minijinja::Error> {
    let values = cluster.values;
    let volumes = vec![Volume {
        name: SHARED_MEMORY.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource {
            medium: Some("Memory".to_owned()),
            size_limit: values.object_store_memory.clone(),
        }),
        ..Volume::default()
    }];
    let restart_policy = Some("Always".to_owned());
    Ok(PodSpec { restart_policy, ..pod(cluster, role.group(cluster), ray_container(cluster, role)?, volumes) })
}

/// Returns a pod of a group with the Ray container, and with `volumes` before those of the group. It has no restart policy.
pub(in crate::components) fn pod(
    cluster: &Cluster<'_>,
    group: &NodeGroup,
    ray_container: Container,
    mut volumes: Vec<Volume>,
) -> PodSpec {
    let mut containers = vec![ray_container];
    containers.extend(group.sidecars.iter().cloned());
    volumes.extend(group.volumes.iter().cloned());
    PodSpec {
        service_account_name: Some(cluster.service_account()),
        image_pull_secrets: list(&cluster.values.image_pull_secrets),
        init_containers: list(&group.init_containers),
        containers,
        volumes: Some(volumes).filter(|volumes| !volumes.is_empty()),
        node_selector: Some(group.node_selector.clone()).filter(|labels| !labels.is_empty()),
        tolerations: list(&group.tolerations),
        affinity: group.affinity.clone(),
        topology_spread_constraints: list(&group.topology_spread_constraints),
        security_context: group.pod_security_context.clone(),
        priority_class_name: group.priority_class_name.clone(),
        termination_grace_period_seconds: group.termination_grace_period_seconds,
        ..PodSpec::default()
    }
}

pub(in crate::components) fn list<T: Clone>(items: &[T]) -> Option<Vec<T>> {
    (!items.is_empty()).then(|| items.to_vec())
}

fn ray_container(cluster: &Cluster<'_>, role: &Role<'_>) -> Result<Container, minijinja::Error> {
    let group = role.group(cluster);
    let mut mounts = vec![VolumeMount {
        mount_path: "/dev/shm".to_owned(),
        name: SHARED_MEMORY.to_owned(),
        ..VolumeMount::default()
    }];
    mounts.extend(group.volume_mounts.iter().cloned());
    Ok(Container {
        command: Some(["/bin/bash", "-c", "--"].map(str::to_owned).to_vec()),
        args: Some(vec![start(cluster, role).render()?]),
        ports: Some(container_ports(cluster, role)).filter(|ports| !ports.is_empty()),
        env: Some(environment(cluster, role)),
        volume_mounts: Some(mounts),
        ..container(cluster, role)
    })
}

/// Returns the Ray container without its command, its ports, its variables and its volume mounts.
pub(in crate::components) fn container(cluster: &Cluster<'_>, role: &Role<'_>) -> Container {
    let values = cluster.values;
    let group = role.group(cluster);
    Container {
        name: format!("ray-{}", role.component()),
        image: Some(values.ray_image.clone()),
        image_pull_policy: values.image_pull_policy.map(PullPolicy::as_str).map(str::to_owned),
        env_from: list(&group.env_from),
        resources: resources(values, group),
        security_context: group.security_context.clone(),
        liveness_probe: group.liveness_probe.clone(),
        readiness_probe: group.readiness_probe.clone(),
        startup_probe: group.startup_probe.clone(),
        lifecycle: group.lifecycle.clone(),
        ..Container::default()
    }
}

fn start<'a>(cluster: &Cluster<'a>, role: &Role<'a>) -> Start<'a> {
    let values = cluster.values;
    let group = role.group(cluster);
    let redis = &values.gcs_fault_tolerance;
    let external = role.is_head() && redis.redis_address.is_some();
    Start {
        head: role.is_head(),
        address: format!("{}:{}", cluster.head_service(), values.ports.gcs.unwrap_or_default()),
        ports: &values.ports,
        gpus: group.gpus,
        memory: values.object_store_memory.as_ref().and_then(|size| quantity(&size.0).ok()).map(|size| size.ceil()),
        resources: (!group.ray_resources.is_empty())
            .then(|| serde_json::to_string(&group.ray_resources).unwrap_or_default()),
        metrics: values.metrics.port.filter(|_| values.metrics.enabled),
        redis: Redis {
            username: redis.redis_username.as_deref().filter(|_| external),
            password: (external && redis.redis_password.secret_name.is_some()).then_some("$REDIS_PASSWORD"),
        },
        params: &group.ray_start_params,
    }
}

fn container_ports(cluster: &Cluster<'_>, role: &Role<'_>) -> Vec<ContainerPort> {
    let ports = &cluster.values.ports;
    let metrics = &cluster.values.metrics;
    let unnamed = |port: u16| ContainerPort { container_port: port.into(), ..ContainerPort::default() };
    let head = [ports.gcs, ports.client, ports.dashboard];
    let of_role = head.into_iter().flatten().filter(|_| role.is_head()).map(unnamed);
    let of_all = metrics
        .port
        .filter(|_| metrics.enabled)
        .map(|port| ContainerPort { name: Some(METRICS_PORT.to_owned()), ..unnamed(port) });
    of_role.chain(of_all).collect()
}

fn environment(cluster: &Cluster<'_>, role: &Role<'_>) -> Vec<EnvVar> {
    let values = cluster.values;
    let group = role.group(cluster);
    let cpu = group.cpu.or(values.worker_cpu_request);
    let mut list: Vec<EnvVar> = cpu.map(|cpu| plain(CPU_VARIABLE, cpu.to_string())).into_iter().collect();
    if values.auth.token.secret_name.is_some() {
        list.push(plain("RAY_AUTH_MODE", "token".to_owned()));
        list.push(from_secret("RAY_AUTH_TOKEN", &values.auth.token, "auth_token"));
    }
    let redis = &values.gcs_fault_tolerance;
    if let Some(address) = &redis.redis_address {
        if role.is_head() {
            let namespace = redis.storage_namespace.as_deref().unwrap_or(cluster.name);
            list.push(plain("RAY_REDIS_ADDRESS", address.clone()));
            list.push(plain("RAY_external_storage_namespace", namespace.to_owned()));
            if redis.redis_password.secret_name.is_some() {
                list.push(from_secret(REDIS_PASSWORD_VARIABLE, &redis.redis_password, "password"));
            }
        } else {
            // By default a worker exits if the head is gone for a minute; a new head may take longer to start.
            list.push(plain("RAY_gcs_rpc_server_reconnect_timeout_s", "600".to_owned()));
        }
    }
    list.extend(group.env.iter().cloned());
    list
}

fn plain(name: &str, value: String) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value), value_from: None }
}

pub(in crate::components) fn from_secret(name: &str, secret: &SecretKey, default_key: &str) -> EnvVar {
    let key = secret.secret_key.clone().unwrap_or_else(|| default_key.to_owned());
    let reference =
        SecretKeySelector { name: secret.secret_name.clone().unwrap_or_default(), key, ..SecretKeySelector::default() };
    EnvVar {
        name: name.to_owned(),
        value: None,
        value_from: Some(EnvVarSource { secret_key_ref: Some(reference), ..EnvVarSource::default() }),
    }
}

/// Computes requests and limits. A pod requests one CPU less than the machine has, which is left to the machine's own pods: so
/// each Ray pod fills a machine, and the cluster autoscaler adds one per pod. It would not do so for a pod anti-affinity.
///
/// Returns `None` if neither the group nor the values have a size.
pub(in crate::components) fn resources(values: &RayValues, group: &NodeGroup) -> Option<ResourceRequirements> {
    let cpu = group.cpu.or(values.worker_cpu_request).map(|cpu| Quantity(cpu.saturating_sub(1).to_string()));
    let shared = || values.worker_mem_request_g.map(|gigabytes| Quantity(format!("{gigabytes}G")));
    let memory = group.memory.clone().or_else(shared);
    let gpus = group.gpus.map(|gpus| Quantity(gpus.to_string()));
    let amounts = [("cpu", cpu), ("memory", memory), (NVIDIA_GPU, gpus)];
    let computed: BTreeMap<String, Quantity> =
        amounts.into_iter().filter_map(|(name, amount)| Some((name.to_owned(), amount?))).collect();
    if computed.is_empty() && group.resources.is_none() {
        return None;
    }
    let raw = group.resources.clone().unwrap_or_default();
    let merged = |mut all: BTreeMap<String, Quantity>, over: Option<BTreeMap<String, Quantity>>| {
        all.extend(over.unwrap_or_default());
        Some(all).filter(|all| !all.is_empty())
    };
    let requests = merged(computed.clone(), raw.requests);
    Some(ResourceRequirements { requests, limits: merged(computed, raw.limits), claims: raw.claims })
}
