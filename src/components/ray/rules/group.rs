//! Validation rules for the pods of the head, of the workers, or of one worker group.

use k8s_openapi::api::core::v1::{Container, ResourceRequirements};

use super::super::params;
use super::super::pods::{self, CPU_VARIABLE, REDIS_PASSWORD_VARIABLE, SHARED_MEMORY};
use super::super::values::{NodeGroup, RayValues};
use super::{annotations, labels};
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{dns_label, dns_subdomain, image, quantity};

/// Checks the values of one group of pods; `path` is where they are.
pub(super) fn check(path: &[&str], group: &NodeGroup, values: &RayValues, diagnostics: &mut Diagnostics<'_>) {
    let at = |step: &'static str| -> Vec<&str> { path.iter().copied().chain([step]).collect() };
    let mut require = |steps: &[&str], result: Result<(), String>| {
        let full: Vec<&str> = path.iter().chain(steps).copied().collect();
        diagnostics.require(&full, result);
    };
    if group.cpu.is_some_and(|cpu| cpu < 2) {
        require(&["cpu"], Err("must be at least 2: Ray's pods request one CPU less than the machine has".to_owned()));
    }
    if let Some(memory) = &group.memory {
        require(&["memory"], positive(&memory.0));
    }
    let raw = group.resources.as_ref();
    for (key, map) in
        [("requests", raw.and_then(|raw| raw.requests.as_ref())), ("limits", raw.and_then(|raw| raw.limits.as_ref()))]
    {
        for (name, amount) in map.into_iter().flatten() {
            require(&["resources", key, name], quantity(&amount.0).map(drop));
        }
    }
    for (name, reason) in requests_above_limits(&pods::resources(values, group)) {
        require(&["resources", "requests", &name], Err(reason));
    }
    for (name, amount) in &group.ray_resources {
        require(&["rayResources", name], ray_resource(name, *amount));
    }
    for (index, variable) in group.env.iter().enumerate() {
        require(&["env", &index.to_string(), "name"], environment_variable(&variable.name));
    }
    for (index, volume) in group.volumes.iter().enumerate() {
        require(&["volumes", &index.to_string(), "name"], volume_name(&volume.name));
    }
    for (key, containers) in [("initContainers", &group.init_containers), ("sidecars", &group.sidecars)] {
        for (index, container) in containers.iter().enumerate() {
            let index = index.to_string();
            require(&[key, &index, "name"], container_name(&container.name, containers));
            if let Some(reference) = &container.image {
                require(&[key, &index, "image"], image(reference));
            }
        }
    }
    if let Some(class) = &group.priority_class_name {
        require(&["priorityClassName"], dns_subdomain(class));
    }
    for key in RESERVED_LABELS.iter().filter(|key| group.pod_labels.contains_key(**key)) {
        let reason = format!("`{key}` is reserved: the Deployment selects its pods by it");
        diagnostics.require_key(&[&at("podLabels")[..], &[key]].concat(), Err(reason));
    }
    labels(&at("nodeSelector"), &group.node_selector, diagnostics);
    labels(&at("podLabels"), &group.pod_labels, diagnostics);
    annotations(&at("podAnnotations"), &group.pod_annotations, diagnostics);
    params::check(&at("rayStartParams"), &group.ray_start_params, diagnostics);
}

/// Returns each request that exceeds its limit, by resource. The limit may come from `cpu`, `memory` or `gpus`.
fn requests_above_limits(resources: &ResourceRequirements) -> Vec<(String, String)> {
    let limits = resources.limits.iter().flatten();
    let pairs = limits.filter_map(|(name, limit)| Some((name, resources.requests.as_ref()?.get(name)?, limit)));
    let above = pairs.filter(|(_, request, limit)| match (quantity(&request.0), quantity(&limit.0)) {
        (Ok(request), Ok(limit)) => request > limit,
        _ => false,
    });
    above
        .map(|(name, request, limit)| {
            (name.clone(), format!("must be at most the limit of {}, found {}", limit.0, request.0))
        })
        .collect()
}

/// Labels of every pod here, which the Deployments select by.
const RESERVED_LABELS: [&str; 2] = ["component", "type"];

fn positive(text: &str) -> Result<(), String> {
    if quantity(text)?.milli > 0 { Ok(()) } else { Err("must be greater than 0".to_owned()) }
}

fn ray_resource(name: &str, amount: f64) -> Result<(), String> {
    // `ray start` has separate options for these.
    let separate =
        [("CPU", "cpu"), ("GPU", "gpus"), ("memory", "memory"), ("object_store_memory", "objectStoreMemory")];
    if let Some((_, key)) = separate.iter().find(|(resource, _)| *resource == name) {
        return Err(format!("may not be set here: use `{key}`"));
    }
    if amount >= 0.0 { Ok(()) } else { Err(format!("must be 0 or more, found {amount}")) }
}

fn environment_variable(name: &str) -> Result<(), String> {
    crate::check::syntax::env_name(name)?;
    match name {
        CPU_VARIABLE => Err(format!("`{CPU_VARIABLE}` is reserved: `cpu` or `workerCPURequest` sets it")),
        REDIS_PASSWORD_VARIABLE => {
            Err(format!("`{REDIS_PASSWORD_VARIABLE}` is reserved: `gcsFaultTolerance.redisPassword` sets it"))
        }
        _ => Ok(()),
    }
}

fn volume_name(name: &str) -> Result<(), String> {
    if name == SHARED_MEMORY {
        return Err(format!("`{SHARED_MEMORY}` is reserved for /dev/shm; `objectStoreMemory` sets its size"));
    }
    dns_label(name)
}

fn container_name(name: &str, all: &[Container]) -> Result<(), String> {
    if ["ray-head", "ray-worker"].contains(&name) {
        return Err(format!("`{name}` is reserved for Ray's own container"));
    }
    if all.iter().filter(|container| container.name == name).count() > 1 {
        return Err(format!("must be unique: two containers are named `{name}`"));
    }
    dns_label(name)
}
