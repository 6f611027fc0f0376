//! Validation rules for the values of `ray` that their types cannot express: one function per rule.

mod group;
mod reserved;

use std::collections::BTreeMap;

pub(in crate::components) use self::reserved::{Limits, Reserved};
use super::cluster::Cluster;
use super::values::{Budget, SecretKey, ServiceType};
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{annotation_key, dns_label, dns_subdomain, image, quantity, service_name};
use crate::components::irsa;
use crate::diagnostic::{Location, Sources};

/// Runs every rule; `sources` tell where the name of the cluster comes from.
pub(in crate::components) fn check(
    cluster: &Cluster<'_>,
    limits: &Limits,
    sources: &Sources,
    diagnostics: &mut Diagnostics<'_>,
) {
    cluster_name(cluster, limits, sources, diagnostics);
    diagnostics.require(&["rayImage"], image(&cluster.values.ray_image));
    machine_size(cluster, diagnostics);
    service_account(cluster, limits.reserved, diagnostics);
    ports(cluster, diagnostics);
    service(cluster, diagnostics);
    object_store(cluster, diagnostics);
    budgets(cluster, diagnostics);
    secrets(cluster, diagnostics);
    redis(cluster, diagnostics);
    metrics(cluster, diagnostics);
    let values = cluster.values;
    for (index, secret) in values.image_pull_secrets.iter().enumerate() {
        diagnostics.require(&["imagePullSecrets", &index.to_string(), "name"], dns_subdomain(&secret.name));
    }
    if values.head.replicas.is_some_and(|replicas| replicas != 1) {
        diagnostics.error(&["head", "replicas"], "must be 1: a Ray cluster has one head");
    }
    if values.worker.replicas.is_some() {
        diagnostics.error_with_help(&["worker", "replicas"], "may not be set here", "use `workerReplicaCount`");
    }
    let reserved = limits.reserved;
    group::check(&["head"], &values.head, values, reserved, diagnostics);
    group::check(&["worker"], &values.worker, values, reserved, diagnostics);
    for (name, settings) in &values.worker_groups {
        diagnostics.require(&["workerGroups", name], dns_label(name));
        group::check(&["workerGroups", name], settings, values, reserved, diagnostics);
    }
}

/// Checks the name and those derived from it: names of Services are DNS labels, and names of Deployments are values of labels.
fn cluster_name(cluster: &Cluster<'_>, limits: &Limits, sources: &Sources, diagnostics: &mut Diagnostics<'_>) {
    let path = &["clusterName"];
    if cluster.name.is_empty() {
        let help = "use `--cluster NAME`, or set `clusterName: NAME` in the values";
        return diagnostics.error_with_help(path, "the Ray cluster has no name", help);
    }
    if let Err(reason) = service_name(cluster.name) {
        return match name_help(cluster.name, diagnostics.location(path), sources) {
            Some(help) => diagnostics.error_with_help(path, reason, help),
            None => diagnostics.error(path, reason),
        };
    }
    if let Some((most, why)) = limits.longest_name
        && cluster.name.len() > most
    {
        return diagnostics.error(path, format!("must have at most {most} characters: {why}"));
    }
    let derived = limits.derived_names.iter();
    if let Some(longest) = derived.max_by_key(|name| name.len()).filter(|name| name.len() > 63) {
        let room = cluster.name.len().saturating_sub(longest.len() - 63);
        diagnostics.error(
            path,
            format!("must have at most {room} characters: the derived name {longest:?} is longer than 63 characters"),
        );
    }
}

/// Says where an invalid name comes from if it is a default: the name of the EKS cluster, which allows more characters.
fn name_help(name: &str, location: Location, sources: &Sources) -> Option<String> {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let valid: String = name.chars().map(letter).collect();
    let valid = valid.trim_matches('-');
    let valid = if service_name(valid).is_ok() { valid } else { "NAME" };
    match sources.get(location.source).map(|source| source.name.as_str()) {
        Some("--cluster") => {
            Some(format!("`--cluster` also names the Ray cluster; set `clusterName: {valid}` in the values instead"))
        }
        Some(_) => None,
        None => Some(format!("the cluster's name is the default; set `release: {valid}` or `clusterName: {valid}`")),
    }
}

/// Checks the size of the machines: pods leave one CPU to the machine, so Ray needs a second one.
fn machine_size(cluster: &Cluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let rule = "must be at least 2: Ray's pods request one CPU less than the machine has";
    if cluster.values.worker_cpu_request.is_some_and(|cpus| cpus < 2) {
        diagnostics.error(&["workerCPURequest"], rule);
    }
    if cluster.values.worker_mem_request_g == Some(0) {
        diagnostics.error(&["workerMemRequestG"], "must be at least 1 (gigabyte)");
    }
    if cluster.values.worker_replica_count.is_some_and(|count| i32::try_from(count).is_err()) {
        diagnostics.error(&["workerReplicaCount"], "must be at most 2147483647");
    }
}

fn service_account(cluster: &Cluster<'_>, reserved: &Reserved, diagnostics: &mut Diagnostics<'_>) {
    let account = &cluster.values.service_account;
    let is_default = |name: &&String| reserved.is_operated && !account.create && name.is_empty();
    if let Some(name) = account.name.as_ref().filter(|name| !is_default(name)) {
        diagnostics.require(&["serviceAccount", "name"], dns_subdomain(name));
    }
    if let Some(arn) = &account.role_arn {
        diagnostics.require(&["serviceAccount", "roleArn"], irsa::role_arn(arn).map(drop));
        if !account.create {
            let message = "has no effect when `serviceAccount.create` is `false`";
            let help = "annotate the existing service account with the role, or set `serviceAccount.create: true`";
            diagnostics.error_with_help(&["serviceAccount", "roleArn"], message, help);
        }
    }
    annotations(&["serviceAccount", "annotations"], &account.annotations, diagnostics);
}

fn ports(cluster: &Cluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let ports = &cluster.values.ports;
    let metrics = cluster.values.metrics.port.filter(|_| cluster.values.metrics.enabled);
    let named = [
        ("gcs", ports.gcs),
        ("client", ports.client),
        ("dashboard", ports.dashboard),
        ("objectManager", ports.object_manager),
        ("nodeManager", ports.node_manager),
        ("dashboardAgent", ports.dashboard_agent),
        ("metrics.port", metrics),
    ];
    let path = |name: &'static str| if name == "metrics.port" { ["metrics", "port"] } else { ["ports", name] };
    for (name, _) in named.iter().filter(|(_, port)| *port == Some(0)) {
        diagnostics.error(&path(name), "must be between 1 and 65535");
    }
    for (name, _) in named.iter().take(3).filter(|(_, port)| port.is_none()) {
        diagnostics.error(&path(name), "required: the head listens on this port");
    }
    let set: Vec<_> = named.iter().filter_map(|(name, port)| Some((*name, (*port)?))).collect();
    for (index, (name, port)) in set.iter().enumerate() {
        if let Some((first, _)) = set[..index].iter().find(|(_, earlier)| earlier == port) {
            diagnostics.error(&path(name), format!("must be unique: `{}` is also {port}", path(first).join(".")));
        }
    }
    worker_ports(cluster, &set, diagnostics);
}

/// Checks the ports of worker processes. A worker may use any port in the range, also one of a Ray process that starts later.
fn worker_ports(cluster: &Cluster<'_>, others: &[(&str, u16)], diagnostics: &mut Diagnostics<'_>) {
    let ports = &cluster.values.ports;
    let (Some(low), Some(high)) = (ports.worker_min, ports.worker_max) else {
        if ports.worker_max.is_some() {
            diagnostics.error(&["ports", "workerMin"], "required when `ports.workerMax` is set");
        }
        return;
    };
    if low == 0 {
        diagnostics.error(&["ports", "workerMin"], "must be between 1 and 65535");
    } else if low > high {
        diagnostics.error(&["ports", "workerMin"], format!("must be at most `ports.workerMax` ({high}), found {low}"));
    }
    for (name, port) in others.iter().filter(|(_, port)| (low..=high).contains(port)) {
        diagnostics.error(&["ports", "workerMin"], format!("the range {low} to {high} overlaps `{name}` ({port})"));
    }
}

fn service(cluster: &Cluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let service = &cluster.values.service;
    if service.headless == Some(true) && service.kind.is_some_and(|kind| kind != ServiceType::ClusterIp) {
        let message = "may be `true` only when `service.type` is `ClusterIP`";
        diagnostics.error(&["service", "headless"], message);
    }
    annotations(&["service", "annotations"], &service.annotations, diagnostics);
}

fn object_store(cluster: &Cluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let Some(size) = &cluster.values.object_store_memory else { return };
    let path = &["objectStoreMemory"];
    let bytes = match quantity(&size.0) {
        Ok(size) => size.ceil(),
        Err(reason) => return diagnostics.error(path, reason),
    };
    // https://docs.ray.io/en/latest/ray-core/scheduling/memory-management.html: `ray start` refuses less.
    if bytes < 78_643_200 {
        diagnostics.error(path, format!("must be at least 75Mi, found {}", size.0));
    }
    let values = cluster.values;
    let shared = values.worker_mem_request_g.map(|gigabytes| i128::from(gigabytes) * 1_000_000_000);
    let groups = [("head", &values.head), ("worker", &values.worker)].into_iter();
    for (name, group) in groups.chain(values.worker_groups.iter().map(|(name, group)| (name.as_str(), group))) {
        let memory = group.memory.as_ref().map_or(shared, |memory| quantity(&memory.0).ok().map(|size| size.ceil()));
        if memory.is_some_and(|memory| bytes >= memory) {
            let message = format!(
                "must be less than the memory of `{name}`, since Ray's processes also need memory; found {}",
                size.0
            );
            diagnostics.error(path, message);
        }
    }
}

fn budgets(cluster: &Cluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let budgets = &cluster.values.pod_disruption_budget;
    for (name, budget) in [("head", &budgets.head), ("worker", &budgets.worker)] {
        let path = ["podDisruptionBudget", name];
        match budget {
            Some(Budget { min_available: Some(_), max_unavailable: Some(_) }) => {
                diagnostics.error(&path, "`minAvailable` and `maxUnavailable` are mutually exclusive");
            }
            Some(Budget { min_available: None, max_unavailable: None }) => {
                diagnostics.error(&path, "`minAvailable` or `maxUnavailable` is required");
            }
            Some(budget) => {
                for (key, value) in
                    [("minAvailable", &budget.min_available), ("maxUnavailable", &budget.max_unavailable)]
                {
                    diagnostics.require(&[path[0], name, key], count_or_percentage(value.as_ref()));
                }
            }
            None => {}
        }
    }
}

fn count_or_percentage(
    value: Option<&k8s_openapi::apimachinery::pkg::util::intstr::IntOrString>,
) -> Result<(), String> {
    use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
    match value {
        None => Ok(()),
        Some(IntOrString::Int(count)) if *count >= 0 => Ok(()),
        Some(IntOrString::Int(count)) => Err(format!("must be 0 or more, found {count}")),
        Some(IntOrString::String(text)) => match text.strip_suffix('%').and_then(|number| number.parse::<u8>().ok()) {
            Some(0..=100) => Ok(()),
            _ => Err(format!("must be a number of pods or a percentage such as \"50%\", found {text:?}")),
        },
    }
}

fn secrets(cluster: &Cluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    secret(&["auth", "token"], &cluster.values.auth.token, diagnostics);
    secret(&["gcsFaultTolerance", "redisPassword"], &cluster.values.gcs_fault_tolerance.redis_password, diagnostics);
}

fn secret(path: &[&str; 2], secret: &SecretKey, diagnostics: &mut Diagnostics<'_>) {
    if let Some(name) = &secret.secret_name {
        diagnostics.require(&[path[0], path[1], "secretName"], dns_subdomain(name));
    }
    if let Some(key) = &secret.secret_key {
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if key.is_empty() || key.len() > 253 || !key.bytes().all(valid) {
            let message = format!("must have 1 to 253 letters, digits, `-`, `_` or `.`, found {key:?}");
            diagnostics.error(&[path[0], path[1], "secretKey"], message);
        }
    }
}

fn redis(cluster: &Cluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let redis = &cluster.values.gcs_fault_tolerance;
    let Some(address) = &redis.redis_address else {
        let credentials = [
            (redis.redis_username.is_some(), &["gcsFaultTolerance", "redisUsername"][..]),
            (redis.redis_password.secret_name.is_some(), &["gcsFaultTolerance", "redisPassword", "secretName"][..]),
        ];
        for (_, path) in credentials.iter().filter(|(given, _)| *given) {
            diagnostics.error(path, "has no effect unless `gcsFaultTolerance.redisAddress` is set");
        }
        return;
    };
    let host_port = ["redis://", "rediss://"].iter().find_map(|scheme| address.strip_prefix(scheme)).unwrap_or(address);
    let valid = host_port.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains([' ', '/']) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    if !valid {
        let message = format!("must be `host:port`, or `rediss://host:port` for TLS, found {address:?}");
        diagnostics.error(&["gcsFaultTolerance", "redisAddress"], message);
    }
}

fn metrics(cluster: &Cluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let metrics = &cluster.values.metrics;
    if metrics.enabled && metrics.port.is_none() {
        diagnostics.error(&["metrics", "port"], "required when `metrics.enabled` is `true`");
    }
    if metrics.pod_monitor.enabled && !metrics.enabled {
        diagnostics.error(&["metrics", "podMonitor", "enabled"], "requires `metrics.enabled: true`");
    }
    labels(&["metrics", "podMonitor", "labels"], &metrics.pod_monitor.labels, diagnostics);
    if let Some(interval) = &metrics.pod_monitor.interval
        && !is_duration(interval)
    {
        let message = format!("must be a duration such as `30s`, `1m` or `1m30s`, found {interval:?}");
        diagnostics.error(&["metrics", "podMonitor", "interval"], message);
    }
}

/// Checks a duration as Prometheus writes it: numbers with units, the largest unit first.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    for unit in ["y", "w", "d", "h", "m", "s", "ms"] {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = &rest[digits..];
        if digits > 0 && after.starts_with(unit) && !(unit == "m" && after.starts_with("ms")) {
            rest = &after[unit.len()..];
        }
    }
    !text.is_empty() && rest.is_empty()
}

pub(in crate::components) fn labels(
    path: &[&str],
    labels: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics<'_>,
) {
    for (key, value) in labels {
        diagnostics.require_label(&[path, &[key.as_str()]].concat(), key, value);
    }
}

pub(in crate::components) fn annotations(
    path: &[&str],
    annotations: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics<'_>,
) {
    for key in annotations.keys() {
        diagnostics.require_key(&[path, &[key.as_str()]].concat(), annotation_key(key));
    }
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn durations_are_those_of_prometheus() {
        assert!(["30s", "1m", "1m30s", "1h", "500ms", "1d12h"].into_iter().all(is_duration));
        assert!(!["", "30", "s", "30s1m", "1.5s", "30 s"].into_iter().any(is_duration));
    }
}
