//! `RayService`: applications of Ray Serve and the Ray cluster that serves them.

use k8s_openapi::api::core::v1::Service;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object::kind;
use crate::{RayClusterSpec, RayServiceStatuses};

/// Applications of Ray Serve that the operator keeps running and upgrades.
///
/// Its name is limited: see [`names::MAX_SERVICE_NAME`](crate::names::MAX_SERVICE_NAME).
/// <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/rayservice-quick-start.html>
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
pub struct RayService {
    /// Name, namespace, labels and annotations.
    pub metadata: ObjectMeta,
    /// The applications and the cluster to run.
    pub spec: RayServiceSpec,
    /// What the operator has observed.
    pub status: Option<RayServiceStatuses>,
}

kind!(RayService, "RayServiceList", "rayservices", RayServiceSpec, RayServiceStatuses);

/// The applications and the cluster to run.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/rayservice-quick-start.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RayServiceSpec {
    /// Seconds for which the old cluster runs after an upgrade. At least 0. Default: 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ray_cluster_deletion_delay_seconds: Option<i32>,
    /// Deprecated and without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_unhealthy_second_threshold: Option<i32>,
    /// Deprecated and without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_unhealthy_second_threshold: Option<i32>,
    /// The Service for requests to the applications, to change its name, labels, annotations, type or ports. The operator sets the
    /// selector.
    #[serde(default, serialize_with = "crate::object::embedded_service", skip_serializing_if = "Option::is_none")]
    pub serve_service: Option<Service>,
    /// What a change of the cluster does. Default: a new cluster replaces the old one when it is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_strategy: Option<RayServiceUpgradeStrategy>,
    /// The controller that is responsible for the object: `ray.io/kuberay-operator` (the default) or
    /// `kueue.x-k8s.io/multikueue`. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
    /// The applications as YAML text: [`ServeConfig`](crate::ServeConfig). A change is applied to the running cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serve_config_v2: Option<String>,
    /// The cluster.
    pub ray_cluster_config: RayClusterSpec,
    /// Whether the head gets no requests. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude_head_pod_from_serve_svc: Option<bool>,
    /// `true` deletes all that belongs to the RayService. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
}

/// What a change of the cluster does.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RayServiceUpgradeStrategy {
    /// `NewCluster` (the default; all requests move at once), `NewClusterWithIncrementalUpgrade` (they move in steps, by the
    /// Gateway API) or `None` (nothing happens).
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
    /// The steps of `NewClusterWithIncrementalUpgrade`. Needs the gate `RayServiceIncrementalUpgrade`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_upgrade_options: Option<ClusterUpgradeOptions>,
}

/// The steps in which requests move to a new cluster.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/rayservice-incremental-upgrade.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterUpgradeOptions {
    /// Percentage of the capacity by which the new cluster grows before each step. Default: 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_surge_percent: Option<i32>,
    /// Percentage of the requests that move in a step; at most `maxSurgePercent`.
    pub step_size_percent: i32,
    /// Seconds between the steps.
    pub interval_seconds: i32,
    /// The GatewayClass of the Gateway that the operator creates.
    pub gateway_class_name: String,
}
