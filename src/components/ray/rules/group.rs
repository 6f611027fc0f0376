//! Validation rules for the pods of the head, of the workers, or of one worker group.

use k8s_openapi::api::core::v1::{Container, ResourceRequirements};

use super::super::params;
use super::super::pods;
use super::super::values::{NodeGroup, RayValues};
use super::{Reserved, annotations, labels};
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{dns_label, dns_subdomain, image, quantity};

/// Checks the values of one group of pods; `path` is where they are.
pub(super) fn check(
    path: &[&str],
    group: &NodeGroup,
    values: &RayValues,
    reserved: &Reserved,
    diagnostics: &mut Diagnostics<'_>,
) {
    let at = |step: &'static str| -> Vec<&str> { path.iter().copied().chain([step]).collect() };
    let mut require = |steps: &[&str], result: Result<(), String>| {
        if let Err(reason) = result {
            diagnostics.error(&[path, steps].concat(), reason);
        }
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
    // Computed requests equal their limits.
    let resources = raw.and_then(|_| pods::resources(values, group));
    for (name, reason) in resources.iter().flat_map(requests_above_limits) {
        require(&["resources", "requests", &name], Err(reason));
    }
    for (name, amount) in &group.ray_resources {
        require(&["rayResources", name], ray_resource(name, *amount, reserved.is_operated));
    }
    for (index, variable) in group.env.iter().enumerate() {
        require(&["env", &index.to_string(), "name"], reserved.environment_variable(&variable.name));
    }
    for (index, volume) in group.volumes.iter().enumerate() {
        require(&["volumes", &index.to_string(), "name"], reserved.volume(&volume.name));
    }
    for (key, containers) in [("initContainers", &group.init_containers), ("sidecars", &group.sidecars)] {
        for (index, container) in containers.iter().enumerate() {
            let index = index.to_string();
            require(&[key, &index, "name"], container_name(&container.name, containers, reserved));
            if let Some(reference) = &container.image {
                require(&[key, &index, "image"], image(reference));
            }
        }
    }
    if let Some(class) = &group.priority_class_name {
        require(&["priorityClassName"], dns_subdomain(class));
    }
    for (key, why) in reserved.pod_labels.iter().filter(|(key, _)| group.pod_labels.contains_key(*key)) {
        let reason = format!("`{key}` is reserved: {why}");
        diagnostics.require_key(&[&at("podLabels")[..], &[key]].concat(), Err(reason));
    }
    labels(&at("nodeSelector"), &group.node_selector, diagnostics);
    labels(&at("podLabels"), &group.pod_labels, diagnostics);
    annotations(&at("podAnnotations"), &group.pod_annotations, diagnostics);
    params::check(&at("rayStartParams"), &group.ray_start_params, reserved, diagnostics);
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

fn positive(text: &str) -> Result<(), String> {
    if quantity(text)?.milli > 0 { Ok(()) } else { Err("must be greater than 0".to_owned()) }
}

fn ray_resource(name: &str, amount: f64, is_operated: bool) -> Result<(), String> {
    // `ray start` has separate options for these.
    let separate =
        [("CPU", "cpu"), ("GPU", "gpus"), ("memory", "memory"), ("object_store_memory", "objectStoreMemory")];
    let allowed = |resource: &str| is_operated && resource != "object_store_memory";
    if let Some((_, key)) = separate.iter().find(|(resource, _)| *resource == name && !allowed(resource)) {
        return Err(format!("may not be set here: use `{key}`"));
    }
    if amount >= 0.0 { Ok(()) } else { Err(format!("must be 0 or more, found {amount}")) }
}

fn container_name(name: &str, all: &[Container], reserved: &Reserved) -> Result<(), String> {
    reserved.container(name)?;
    if all.iter().filter(|container| container.name == name).count() > 1 {
        return Err(format!("must be unique: two containers are named `{name}`"));
    }
    dns_label(name)
}
