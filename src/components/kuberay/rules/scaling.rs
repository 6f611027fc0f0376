//! Validation rules for the number of workers, and for what the autoscaler reads.

use super::super::values::WorkerOptions;
use super::super::{DEFAULT_GROUP, OperatedCluster};
use crate::check::diagnostics::Diagnostics;
use crate::components::ray::pods::Role;
use crate::kuberay::names::label;

/// Options of `ray start` that Ray's autoscaler reads from the custom resource, as numbers:
/// `python/ray/autoscaler/_private/kuberay/autoscaling_config.py`.
const NUMBERS: [&str; 3] = ["memory", "num-cpus", "num-gpus"];

pub(super) fn check(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let values = operated.cluster.values;
    for (name, why) in
        [(DEFAULT_GROUP, "the default workers have this name"), (label::GROUP_HEAD, "it is that of the head")]
    {
        let is_taken = name != DEFAULT_GROUP || values.worker_replica_count.is_some();
        if is_taken && values.worker_groups.contains_key(name) {
            diagnostics.require_key(&["workerGroups", name], Err(format!("choose another name: {why}")));
        }
    }
    if values.worker_replica_count.is_none() && operated.operator.worker != WorkerOptions::default() {
        for (key, _) in numbers(&operated.operator.worker).into_iter().filter(|(_, number)| number.is_some()) {
            diagnostics
                .error(&["worker", key], "has no effect without `workerReplicaCount`: there are no default workers");
        }
    }
    let head = [(vec!["head"], Role::Head)];
    let groups = operated.groups().into_iter().map(|(_, role)| (path(&role), role));
    for (path, role) in head.into_iter().chain(groups) {
        replicas(&path, operated, &role, diagnostics);
        start_params(&path, operated, &role, diagnostics);
    }
}

fn path<'a>(role: &Role<'a>) -> Vec<&'a str> {
    match role {
        Role::Head => vec!["head"],
        Role::Worker => vec!["worker"],
        Role::Group(name, _) => vec!["workerGroups", name],
    }
}

fn numbers(options: &WorkerOptions) -> [(&'static str, Option<i32>); 5] {
    [
        ("minReplicas", options.min_replicas),
        ("maxReplicas", options.max_replicas),
        ("idleTimeoutSeconds", options.idle_timeout_seconds),
        ("priority", options.priority),
        ("numOfHosts", options.num_of_hosts),
    ]
}

fn replicas(path: &[&str], operated: &OperatedCluster<'_>, role: &Role<'_>, diagnostics: &mut Diagnostics<'_>) {
    let options = operated.worker_options(role);
    let at = |key: &'static str| -> Vec<&str> { path.iter().copied().chain([key]).collect() };
    let is_autoscaled = operated.operator.autoscaling.enabled;
    for (key, number) in numbers(options) {
        let least = if key == "numOfHosts" { 1 } else { 0 };
        if let Some(number) = number.filter(|number| *number < least && key != "priority") {
            diagnostics.error(&at(key), format!("must be {least} or more, found {number}"));
        }
    }
    for (key, number) in [("idleTimeoutSeconds", options.idle_timeout_seconds), ("priority", options.priority)] {
        if number.is_some() && !is_autoscaled {
            diagnostics.error(&at(key), "has no effect unless `autoscaling.enabled` is `true`");
        }
    }
    if matches!(role, Role::Head) {
        return;
    }
    let replicas = role.replicas(&operated.cluster);
    let (count, count_path) = match role {
        Role::Group(..) => ("replicas", at("replicas")),
        _ => ("workerReplicaCount", vec!["workerReplicaCount"]),
    };
    let most = options.max_replicas.or(is_autoscaled.then_some(replicas));
    let named = if options.max_replicas.is_some() { "maxReplicas" } else { count };
    if let (Some(least), Some(most)) = (options.min_replicas, most)
        && least > most
    {
        let message = format!("must be at most `{named}` ({most}), found {least}");
        diagnostics.error(&at("minReplicas"), message);
    } else if is_autoscaled {
        // The autoscaler decides.
    } else if let Some(most) = options.max_replicas.filter(|most| replicas > *most) {
        diagnostics.error(&count_path, format!("must be at most `maxReplicas` ({most}), found {replicas}"));
    } else if let Some(least) = options.min_replicas.filter(|least| replicas < *least) {
        diagnostics.error(&count_path, format!("must be at least `minReplicas` ({least}), found {replicas}"));
    }
}

fn start_params(path: &[&str], operated: &OperatedCluster<'_>, role: &Role<'_>, diagnostics: &mut Diagnostics<'_>) {
    for (name, value) in &role.group(&operated.cluster).ray_start_params {
        let Some(value) = value.0.as_deref() else { continue };
        let full: Vec<&str> = path.iter().copied().chain(["rayStartParams", name.as_str()]).collect();
        if value.contains("MY_CPU_REQUEST") {
            let help = "write the number";
            diagnostics.error_with_help(&full, "`MY_CPU_REQUEST` is only set by `ray`", help);
        } else if operated.operator.autoscaling.enabled && NUMBERS.contains(&name.as_str()) && value.contains('$') {
            diagnostics
                .error(&full, format!("must be a number: the autoscaler does not expand variables, found {value:?}"));
        }
    }
}
