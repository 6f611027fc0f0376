//! RayServices: what KubeRay's operator and the custom resource definition refuse.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Service, ServicePort};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mkmanifests_kuberay::{ClusterUpgradeOptions, RayClusterSpec, RayService, RayServiceSpec};

use super::super::common::{list, not_negative, required_text, text, within};
use super::super::meta;
use super::super::network::service_inside;
use super::cluster::{ClusterContext, cluster_spec};
use super::head::SERVICE_TYPES;
use super::read::{has_autoscaler, head_container};
use super::{serve, shared};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, go_duration};

/// The annotation that limits how long a RayService may need until it serves.
const TIMEOUT: &str = "ray.io/initializing-timeout";

/// The upgrade that moves requests in steps.
const INCREMENTAL: &str = "NewClusterWithIncrementalUpgrade";

/// Validates a RayService.
pub(crate) fn validate(object: &RayService, report: &mut Report<'_>) {
    let at = Path::ROOT.field("metadata");
    let annotations = object.metadata.annotations.as_ref();
    name(report, &at, &object.metadata);
    meta::common(report, &at, &object.metadata);
    initializing_timeout(report, &at.field("annotations").key(TIMEOUT), annotations);
    spec(report, &Path::ROOT.field("spec"), &object.spec, annotations);
}

fn spec(report: &mut Report<'_>, at: &Path<'_>, spec: &RayServiceSpec, annotations: Option<&BTreeMap<String, String>>) {
    let cluster = &spec.ray_cluster_config;
    managed_by(report, &at.field("managedBy"), spec.managed_by.as_deref());
    deletion_delay(report, &at.field("rayClusterDeletionDelaySeconds"), spec);
    upgrade(report, &at.field("upgradeStrategy"), spec);
    let at_cluster = at.field("rayClusterConfig");
    no_kubernetes_auth(report, &at_cluster.field("authOptions.enableK8sTokenAuth"), cluster);
    no_head_service_name(report, &at_cluster.field("headGroupSpec.headService.metadata.name"), cluster);
    let context = ClusterContext { annotations, creator: Some("RayService") };
    cluster_spec(report, &at_cluster, cluster, &context);
    serve_port(report, &at_cluster.field("headGroupSpec.template.spec.containers").index(0).field("ports"), spec);
    if let Some(service) = &spec.serve_service {
        serve_service(report, &at.field("serveService"), service, cluster);
    }
    serve::check(report, &at.field("serveConfigV2"), text(&spec.serve_config_v2));
}

/// Validates the Service that the operator creates from `serveService`: with its own selector, the ports of the head if there
/// are none, and the type of the head's Service.
fn serve_service(report: &mut Report<'_>, at: &Path<'_>, service: &Service, cluster: &RayClusterSpec) {
    let at_metadata = at.field("metadata");
    serve_service_name(report, &at_metadata.field("name"), text(&service.metadata.name));
    meta::labels(report, &at_metadata.field("labels"), service.metadata.labels.as_ref());
    meta::annotations(report, &at_metadata.field("annotations"), service.metadata.annotations.as_ref());
    let mut service = service.clone();
    let spec = service.spec.get_or_insert_default();
    spec.selector = None;
    if list(&spec.ports).is_empty() {
        spec.ports = Some(vec![ServicePort { name: Some("serve".to_owned()), port: 8000, ..ServicePort::default() }]);
    }
    if text(&spec.type_).is_empty() {
        spec.type_ = cluster.head_group_spec.service_type.clone().filter(|kind| SERVICE_TYPES.contains(&kind.as_str()));
    }
    service_inside(report, at, &service);
}

/// Validates the upgrade strategy.
fn upgrade(report: &mut Report<'_>, at: &Path<'_>, spec: &RayServiceSpec) {
    let Some(strategy) = &spec.upgrade_strategy else { return };
    let Some(kind) = &strategy.type_ else { return };
    upgrade_type(report, &at.field("type"), kind);
    if kind == INCREMENTAL {
        incremental_upgrade(report, at, strategy.cluster_upgrade_options.is_some(), &spec.ray_cluster_config);
        if let Some(options) = &strategy.cluster_upgrade_options {
            upgrade_options(report, &at.field("clusterUpgradeOptions"), options);
        }
    }
}

/// Returns whether the operator takes a port of the head for the applications.
fn is_serve_port(name: &str) -> bool {
    name == "serve" || name.starts_with("serve-")
}

/// The area of the rules below.
const AREA: &str = "rayservice";

rules!(
    /// `serveService.metadata.name` must be a DNS label, as the name of any Service.
    ///
    /// Example: `spec: {serveService: {metadata: {name: ray.serve}}}`
    ///
    /// Source: `BuildServeService`, ray-operator/controllers/ray/common/service.go; `ValidateService`, pkg/apis/core/validation/validation.go
    fn serve_service_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if !name.is_empty() {
            report.require(at, dns_label(name));
        }
    },

    /// `metadata.name` must be a DNS label that begins with a letter, of at most 47 characters, since the names of the
    /// clusters are 6 characters longer.
    ///
    /// Example: `metadata: {name: 2-serve}`
    ///
    /// Source: `ValidateRayServiceMetadata`, ray-operator/controllers/ray/utils/validation.go
    fn name(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
        shared::name(report, at, metadata, 47, "the operator appends 6 characters for the names of the clusters");
    },

    /// The annotation `ray.io/initializing-timeout` must be a positive duration such as `30m`, or a positive number of
    /// seconds.
    ///
    /// Example: `metadata: {annotations: {ray.io/initializing-timeout: 1d}}`
    ///
    /// Source: `validateInitializingTimeout`, ray-operator/controllers/ray/utils/validation.go
    fn initializing_timeout(report: &mut Report<'_>, at: &Path<'_>, annotations: Option<&BTreeMap<String, String>>) {
        let timeout = annotations.and_then(|annotations| annotations.get(TIMEOUT)).filter(|text| !text.is_empty());
        let Some(timeout) = timeout else { return };
        match go_duration(timeout).or_else(|| timeout.parse().ok()) {
            Some(1..) => {}
            Some(_) => report.error(at, format_args!("must be more than 0, found {timeout:?}")),
            None => {
                report.error(
                    at,
                    format_args!("must be a duration such as `30m` or a number of seconds, found {timeout:?}"),
                );
            }
        }
    },

    /// `managedBy` must be `ray.io/kuberay-operator` or `kueue.x-k8s.io/multikueue`.
    ///
    /// Example: `spec: {managedBy: kueue}`
    ///
    /// Source: `managedBy`, ray-operator/config/crd/bases/ray.io_rayservices.yaml
    fn managed_by(report: &mut Report<'_>, at: &Path<'_>, manager: Option<&str>) {
        shared::manager(report, at, manager);
    },

    /// `rayClusterDeletionDelaySeconds` must be 0 or more.
    ///
    /// Example: `spec: {rayClusterDeletionDelaySeconds: -1}`
    ///
    /// Source: `ValidateRayServiceSpec`, ray-operator/controllers/ray/utils/validation.go
    fn deletion_delay(report: &mut Report<'_>, at: &Path<'_>, spec: &RayServiceSpec) {
        not_negative(report, at, spec.ray_cluster_deletion_delay_seconds.unwrap_or_default());
    },

    /// `upgradeStrategy.type` must be `NewCluster`, `NewClusterWithIncrementalUpgrade` or `None`.
    ///
    /// Example: `spec: {upgradeStrategy: {type: Rolling}}`
    ///
    /// Source: `ValidateRayServiceSpec`, ray-operator/controllers/ray/utils/validation.go
    fn upgrade_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        report.one_of(at, kind, &["NewCluster", INCREMENTAL, "None"]);
    },

    /// `NewClusterWithIncrementalUpgrade` requires `clusterUpgradeOptions`, and an autoscaler
    /// (`enableInTreeAutoscaling: true`).
    ///
    /// Example: `spec: {upgradeStrategy: {type: NewClusterWithIncrementalUpgrade}}`
    ///
    /// Source: `ValidateClusterUpgradeOptions`, ray-operator/controllers/ray/utils/validation.go
    fn incremental_upgrade(report: &mut Report<'_>, at: &Path<'_>, has_options: bool, cluster: &RayClusterSpec) {
        if !has_autoscaler(cluster) {
            let message = format_args!("`{INCREMENTAL}` requires `rayClusterConfig.enableInTreeAutoscaling: true`");
            report.error(&at.field("type"), message);
        }
        if !has_options {
            report.required(
                &at.field("clusterUpgradeOptions"),
                "set `stepSizePercent`, `intervalSeconds` and `gatewayClassName`",
            );
        }
    },

    /// In `clusterUpgradeOptions`, `maxSurgePercent` and `stepSizePercent` must be between 0 and 100, `stepSizePercent` at
    /// most `maxSurgePercent`, `intervalSeconds` 1 or more, and `gatewayClassName` is required.
    ///
    /// Example: `spec: {rayClusterConfig: {enableInTreeAutoscaling: true}, upgradeStrategy: {type:
    /// NewClusterWithIncrementalUpgrade, clusterUpgradeOptions: {stepSizePercent: 50, maxSurgePercent: 25,
    /// intervalSeconds: 10, gatewayClassName: istio}}}`
    ///
    /// Source: `ValidateClusterUpgradeOptions`, ray-operator/controllers/ray/utils/validation.go
    fn upgrade_options(report: &mut Report<'_>, at: &Path<'_>, options: &ClusterUpgradeOptions) {
        // The custom resource definition has this default; the operator relies on it.
        let surge = options.max_surge_percent.unwrap_or(100);
        let step = options.step_size_percent;
        within(report, &at.field("maxSurgePercent"), surge, 0, 100);
        within(report, &at.field("stepSizePercent"), step, 0, 100);
        if (0..=100).contains(&step) && (0..=100).contains(&surge) && step > surge {
            let message = format_args!("must be at most `maxSurgePercent` ({surge}), found {step}");
            report.error(&at.field("stepSizePercent"), message);
        }
        if options.interval_seconds < 1 {
            let message = format_args!("must be 1 or more, found {}", options.interval_seconds);
            report.error(&at.field("intervalSeconds"), message);
        }
        required_text(
            report,
            &at.field("gatewayClassName"),
            &options.gateway_class_name,
            "set the GatewayClass of the Gateway that the operator creates",
        );
    },

    /// The cluster of a RayService may not use `authOptions.enableK8sTokenAuth`.
    ///
    /// Example: `spec: {rayClusterConfig: {rayVersion: 2.60.0, authOptions: {mode: token, enableK8sTokenAuth: true}}}`
    ///
    /// Source: `ValidateRayServiceSpec`, ray-operator/controllers/ray/utils/validation.go
    fn no_kubernetes_auth(report: &mut Report<'_>, at: &Path<'_>, cluster: &RayClusterSpec) {
        if shared::has_kubernetes_auth(cluster) {
            report.error(at, "may not be `true` in a RayService: the operator does not support it");
        }
    },

    /// `headService.metadata.name` may not be set in a RayService, since two clusters exist during an upgrade.
    ///
    /// Example: `spec: {rayClusterConfig: {headGroupSpec: {headService: {metadata: {name: head}}}}}`
    ///
    /// Source: `ValidateRayServiceSpec`, ray-operator/controllers/ray/utils/validation.go
    fn no_head_service_name(report: &mut Report<'_>, at: &Path<'_>, cluster: &RayClusterSpec) {
        let service = cluster.head_group_spec.head_service.as_ref();
        if service.is_some_and(|service| !text(&service.metadata.name).is_empty()) {
            report.forbidden(at, "two clusters exist during an upgrade, each with its own Service");
        }
    },

    /// If the first container of the head has ports, one must be named `serve` or begin with `serve-`, unless
    /// `serveService` is set. Otherwise the operator creates no Service for the applications.
    ///
    /// Example: `spec: {rayClusterConfig: {headGroupSpec: {template: {spec: {containers: [{name: head, image:
    /// "rayproject/ray:2.60.0", ports: [{name: client, containerPort: 10001}]}]}}}}}`
    ///
    /// Source: `BuildServeService`, ray-operator/controllers/ray/common/service.go
    fn serve_port(report: &mut Report<'_>, at: &Path<'_>, spec: &RayServiceSpec) {
        let strategy = spec.upgrade_strategy.as_ref().and_then(|strategy| strategy.type_.as_deref());
        let ports = head_container(&spec.ray_cluster_config).map(|head| list(&head.ports)).unwrap_or_default();
        let has_port = ports.iter().any(|port| is_serve_port(text(&port.name)));
        // An incremental upgrade does not use `serveService`.
        let has_service = spec.serve_service.is_some() && strategy != Some(INCREMENTAL);
        if !ports.is_empty() && !has_port && !has_service {
            report.error_with_help(
                at,
                "no port is named `serve`: the operator creates no Service for the applications",
                "add `{name: serve, containerPort: 8000}`",
            );
        }
    }
);
