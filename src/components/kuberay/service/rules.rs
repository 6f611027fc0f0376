//! Validation rules for the values of `ray-service` that their types cannot express: one function per rule.
//!
//! The KubeRay operator has most of them, in `ValidateRayServiceSpec` of
//! <https://github.com/ray-project/kuberay/blob/v1.7.0/ray-operator/controllers/ray/utils/validation.go>.

use super::super::OperatedCluster;
use super::super::job::at_least;
use super::super::text;
use super::super::values::OperatorValues;
use super::objects::ServePorts;
use super::values::{RayServicePart, ServeService, UpgradeStrategy, UpgradeType};
use k8s_openapi::api::core::v1::ServiceSpec;

use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{annotation_key, service_name};

/// Runs every rule.
pub(super) fn check(
    service: &RayServicePart,
    operated: &OperatedCluster<'_>,
    ports: ServePorts,
    diagnostics: &mut Diagnostics<'_>,
) {
    let operator = operated.operator;
    serve_config(service, diagnostics);
    serve_service(&service.serve_service, diagnostics);
    unique_ports(service, operated, ports, diagnostics);
    if let Some(spec) = &service.serve_service.spec {
        service_ports(spec, ports, diagnostics);
    }
    upgrade(service, operator, diagnostics);
    let path = &["rayClusterDeletionDelaySeconds"];
    at_least(0, service.ray_cluster_deletion_delay_seconds, path, diagnostics);
    cluster(operator, diagnostics);
    head_ports(operated, ports, diagnostics);
}

fn serve_config(service: &RayServicePart, diagnostics: &mut Diagnostics<'_>) {
    let Some(written) = &service.serve_config_v2 else {
        if service.serve_config.is_none() {
            let help = "set `serveConfig.applications`, or `serveConfigV2` with the text of a file for `serve deploy`";
            diagnostics.error_with_help(&["serveConfig"], "required: Ray Serve has no application without it", help);
        }
        return;
    };
    let path = &["serveConfigV2"];
    if service.serve_config.is_some() {
        diagnostics.error(path, "`serveConfig` and `serveConfigV2` are mutually exclusive");
    }
    diagnostics.require(path, text::read(written).map(drop));
}

fn serve_service(service: &ServeService, diagnostics: &mut Diagnostics<'_>) {
    if let Some(name) = &service.name {
        diagnostics.require(&["serveService", "name"], service_name(name));
    }
    for (key, value) in &service.labels {
        diagnostics.require_label(&["serveService", "labels", key], key, value);
    }
    for key in service.annotations.keys() {
        diagnostics.require_key(&["serveService", "annotations", key], annotation_key(key));
    }
    let Some(spec) = &service.spec else { return };
    if spec.selector.as_ref().is_some_and(|selector| !selector.is_empty()) {
        diagnostics.error(&["serveService", "spec", "selector"], "has no effect: the operator sets the selector");
    }
    if spec.type_.is_some() && service.kind.is_some() {
        let message = "`serveService.type` and `serveService.spec.type` are mutually exclusive";
        diagnostics.error(&["serveService", "spec", "type"], message);
    }
}

/// Checks that Ray Serve has ports of its own.
fn unique_ports(
    service: &RayServicePart,
    operated: &OperatedCluster<'_>,
    serve: ServePorts,
    diagnostics: &mut Diagnostics<'_>,
) {
    let values = operated.cluster.values;
    let others = [
        ("ports.gcs", values.ports.gcs),
        ("ports.client", values.ports.client),
        ("ports.dashboard", values.ports.dashboard),
        ("ports.objectManager", values.ports.object_manager),
        ("ports.nodeManager", values.ports.node_manager),
        ("ports.dashboardAgent", values.ports.dashboard_agent),
        ("metrics.port", values.metrics.port.filter(|_| values.metrics.enabled)),
    ];
    let options = [("http_options", Some(serve.http)), ("grpc_options", serve.grpc)];
    for (options, port) in options {
        let Some((other, port)) =
            port.and_then(|port| others.iter().find(|(_, other)| *other == Some(port)).map(|it| (it.0, port)))
        else {
            continue;
        };
        let message = format!("must be unique: `{other}` is also {port}");
        match service.serve_config_v2 {
            Some(_) => diagnostics.error(&["serveConfigV2"], format!("`{options}.port` {message}")),
            None => diagnostics.error(&["serveConfig", options, "port"], message),
        }
    }
}

/// Warns of ports that the operator drops: it keeps only those with the name of a port of Ray Serve.
fn service_ports(spec: &ServiceSpec, ports: ServePorts, diagnostics: &mut Diagnostics<'_>) {
    let known: Vec<String> = ports.named().map(|(name, _)| format!("`{name}`")).collect();
    for (index, port) in spec.ports.iter().flatten().enumerate() {
        let name = port.name.as_deref().unwrap_or_default();
        if !ports.named().any(|(known, _)| known == name) {
            let message = format!(
                "has no effect: the operator keeps only ports with a name of Ray Serve's, {}",
                known.join(", ")
            );
            let path = &["serveService", "spec", "ports", &index.to_string()];
            diagnostics.warning(path, message, None);
        }
    }
}

/// Checks the head's own ports, by which the operator finds those of Ray Serve.
fn head_ports(operated: &OperatedCluster<'_>, ports: ServePorts, diagnostics: &mut Diagnostics<'_>) {
    let head = &operated.pods.head.ports;
    if head.is_empty() {
        return;
    }
    for (name, number) in ports.named() {
        let found = head.iter().find(|port| port.name.as_deref() == Some(name));
        if found.is_none_or(|port| port.container_port != i32::from(number)) {
            let message =
                format!("must have the port {number} with the name `{name}`, by which the operator finds Ray Serve");
            diagnostics.error(&["head", "ports"], message);
        }
    }
}

fn upgrade(service: &RayServicePart, operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    let strategy = &service.upgrade_strategy;
    if strategy.kind == Some(UpgradeType::NewClusterWithIncrementalUpgrade) {
        incremental_upgrade(service, operator, diagnostics);
        return;
    }
    for (_, key) in options(strategy).into_iter().filter(|(is_set, _)| *is_set) {
        let message = "requires `upgradeStrategy.type: NewClusterWithIncrementalUpgrade`";
        diagnostics.error(&["upgradeStrategy", key], message);
    }
}

fn options(strategy: &UpgradeStrategy) -> [(bool, &'static str); 4] {
    [
        (strategy.max_surge_percent.is_some(), "maxSurgePercent"),
        (strategy.step_size_percent.is_some(), "stepSizePercent"),
        (strategy.interval_seconds.is_some(), "intervalSeconds"),
        (strategy.gateway_class_name.is_some(), "gatewayClassName"),
    ]
}

fn incremental_upgrade(service: &RayServicePart, operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    let strategy = &service.upgrade_strategy;
    if !operator.autoscaling.enabled {
        let message = "`NewClusterWithIncrementalUpgrade` requires `autoscaling.enabled: true`, so that the new cluster grows \
                       with its clients";
        diagnostics.error(&["upgradeStrategy", "type"], message);
    }
    for (_, key) in options(strategy).into_iter().skip(1).filter(|(is_set, _)| !is_set) {
        let message = "required with `upgradeStrategy.type: NewClusterWithIncrementalUpgrade`";
        diagnostics.error(&["upgradeStrategy", key], message);
    }
    // The API server sets 100 by default.
    let surge = strategy.max_surge_percent.unwrap_or(100);
    percent(surge, "maxSurgePercent", diagnostics);
    if let Some(step) = strategy.step_size_percent {
        percent(step, "stepSizePercent", diagnostics);
        if (0..=100).contains(&surge) && (surge + 1..=100).contains(&step) {
            let message = format!("must be at most `upgradeStrategy.maxSurgePercent` ({surge}), found {step}");
            diagnostics.error(&["upgradeStrategy", "stepSizePercent"], message);
        }
    }
    at_least(1, strategy.interval_seconds, &["upgradeStrategy", "intervalSeconds"], diagnostics);
    if service.serve_service.is_set() {
        let message = "has no effect with `upgradeStrategy.type: NewClusterWithIncrementalUpgrade`, which has a Service for \
                       each cluster";
        diagnostics.error(&["serveService"], message);
    }
}

fn percent(number: i32, key: &'static str, diagnostics: &mut Diagnostics<'_>) {
    if !(0..=100).contains(&number) {
        diagnostics.error(&["upgradeStrategy", key], format!("must be between 0 and 100, found {number}"));
    }
}

/// Checks values of the cluster that a RayService cannot have.
fn cluster(operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    if operator.service.name.is_some() {
        let message = "may not be set: each cluster of a RayService has its own Service, and the operator moves \
                       `<clusterName>-head-svc` to the newest";
        diagnostics.error(&["service", "name"], message);
    }
    if operator.auth.kubernetes {
        diagnostics.error(&["auth", "kubernetes"], "must be `false`: KubeRay cannot deploy applications with it");
    }
}
