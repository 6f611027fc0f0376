//! What values may not use, since something else sets it.

use super::super::cluster::Cluster;
use super::super::params::ELSEWHERE;
use super::super::pods::{CPU_VARIABLE, REDIS_PASSWORD_VARIABLE, SHARED_MEMORY};
use crate::check::syntax::{dns_label, env_name};

/// What the name of the cluster and its groups may be, which depends on who creates the pods.
pub(in crate::components) struct Limits {
    /// The most characters of the name, with the reason.
    pub longest_name: Option<(usize, &'static str)>,
    /// Names that are derived from it. None may be longer than 63 characters.
    pub derived_names: Vec<String>,
    /// What the groups may not use.
    pub reserved: &'static Reserved,
}

/// Names that the values of a group may not use, each with the reason.
pub(in crate::components) struct Reserved {
    /// Environment variables of the Ray container: "`NAME` is reserved: ...".
    pub variables: &'static [(&'static str, &'static str)],
    /// Volumes: "`NAME` is reserved ...".
    pub volumes: &'static [(&'static str, &'static str)],
    /// Containers: "`NAME` is reserved ...".
    pub containers: &'static [(&'static str, &'static str)],
    /// Labels of pods: "`KEY` is reserved: ...".
    pub pod_labels: &'static [(&'static str, &'static str)],
    /// Options of `ray start`: "may not be set here: ...".
    pub start_params: &'static [(&'static str, &'static str)],
    /// Whether the KubeRay operator starts Ray. Options without a value may then be `true`, `rayResources` may have CPU, GPU and
    /// memory, and the pods may run as the service account of the namespace.
    pub is_operated: bool,
}

impl Limits {
    /// Returns the limits of a static cluster.
    pub fn of_deployments(cluster: &Cluster<'_>) -> Self {
        let derived_names = [cluster.workers(), vec![cluster.head_service(), cluster.service_account()]].concat();
        Limits { longest_name: None, derived_names, reserved: &DEPLOYMENTS }
    }
}

/// What the Deployments of a static cluster set.
static DEPLOYMENTS: Reserved = Reserved {
    variables: &[
        (CPU_VARIABLE, "`cpu` or `workerCPURequest` sets it"),
        (REDIS_PASSWORD_VARIABLE, "`gcsFaultTolerance.redisPassword` sets it"),
    ],
    volumes: &[(SHARED_MEMORY, "for /dev/shm; `objectStoreMemory` sets its size")],
    containers: &[("ray-head", "for Ray's own container"), ("ray-worker", "for Ray's own container")],
    pod_labels: &[
        ("component", "the Deployment selects its pods by it"),
        ("type", "the Deployment selects its pods by it"),
    ],
    start_params: ELSEWHERE,
    is_operated: false,
};

fn reason(list: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    list.iter().find(|(reserved, _)| *reserved == name).map(|(_, why)| *why)
}

impl Reserved {
    pub(super) fn environment_variable(&self, name: &str) -> Result<(), String> {
        env_name(name)?;
        reason(self.variables, name).map_or(Ok(()), |why| Err(format!("`{name}` is reserved: {why}")))
    }

    pub(super) fn volume(&self, name: &str) -> Result<(), String> {
        reason(self.volumes, name).map_or_else(|| dns_label(name), |why| Err(format!("`{name}` is reserved {why}")))
    }

    pub(super) fn container(&self, name: &str) -> Result<(), String> {
        reason(self.containers, name).map_or(Ok(()), |why| Err(format!("`{name}` is reserved {why}")))
    }
}
