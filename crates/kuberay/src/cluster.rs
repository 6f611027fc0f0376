//! `RayCluster`: a head, worker groups and what the operator runs around them.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object::kind;
use crate::{
    AutoscalerOptions, GcsFaultToleranceOptions, HeadGroupSpec, HistoryServerOptions, NetworkPolicyConfig,
    RayClusterStatus, WorkerGroupSpec,
};

/// A Ray cluster that the operator creates and repairs.
///
/// Its name is limited: see [`names::MAX_CLUSTER_NAME`](crate::names::MAX_CLUSTER_NAME).
/// <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/raycluster-quick-start.html>
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
pub struct RayCluster {
    /// Name, namespace, labels and annotations. The operator reads some annotations: [`names`](crate::names).
    pub metadata: ObjectMeta,
    /// The cluster to run.
    pub spec: RayClusterSpec,
    /// What the operator has observed.
    pub status: Option<RayClusterStatus>,
}

kind!(RayCluster, "RayClusterList", "rayclusters", RayClusterSpec, RayClusterStatus);

/// The cluster to run. RayJob and RayService have one, too.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RayClusterSpec {
    /// Whether a change of this spec replaces the pods. By default it does not: only a change of replicas has an effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_strategy: Option<RayClusterUpgradeStrategy>,
    /// Authentication between the processes of Ray and of their clients. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_options: Option<AuthOptions>,
    /// `true` deletes all pods of the cluster and keeps the object. Default: `false`. Kueue sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
    /// The controller that is responsible for the object: `ray.io/kuberay-operator` (the default) or
    /// `kueue.x-k8s.io/multikueue`. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
    /// The container of the Ray autoscaler. Ignored without `enableInTreeAutoscaling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscaler_options: Option<AutoscalerOptions>,
    /// Annotations of the head's Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_service_annotations: Option<BTreeMap<String, String>>,
    /// Whether the Ray autoscaler runs beside the head and sets the replicas of the groups. Default: `false`.
    /// <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/configuring-autoscaling.html>
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_in_tree_autoscaling: Option<bool>,
    /// Where the Global Control Store keeps its state, so that it survives a restart of the head. Default: in memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gcs_fault_tolerance_options: Option<GcsFaultToleranceOptions>,
    /// What the history server collects. Needs the gate `RayClusterHistoryServer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_server_options: Option<HistoryServerOptions>,
    /// NetworkPolicy objects that the operator creates. Needs the gate `RayClusterNetworkPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_policy: Option<NetworkPolicyConfig>,
    /// TLS between the processes of Ray. Needs the gate `RayClusterMTLS` and cert-manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_options: Option<TLSOptions>,
    /// The head.
    pub head_group_spec: HeadGroupSpec,
    /// The version of Ray in the images, such as `2.60.0`. The operator does not read it from the image. It decides the
    /// command that submits jobs, the version of the autoscaler and which options are allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ray_version: Option<String>,
    /// The worker groups. A cluster without workers is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_group_specs: Option<Vec<WorkerGroupSpec>>,
}

/// TLS between the processes of Ray.
/// <https://docs.ray.io/en/latest/ray-core/configure.html#tls-authentication>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TLSOptions {
    /// `true` lets the operator create a certificate authority and certificates for the head and the workers with
    /// cert-manager, and mount them. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What a change of the spec does to running pods.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RayClusterUpgradeStrategy {
    /// `Recreate` deletes all pods and creates new ones; `None`, the default, leaves them.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
}

/// Authentication by token.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/kuberay-auth.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthOptions {
    /// `true` lets Ray ask the API server whether a token may be used (`RAY_ENABLE_K8S_TOKEN_AUTH`). The service account
    /// of the pods needs the verb `ray:write`. Not supported in RayJob and RayService. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_k8s_token_auth: Option<bool>,
    /// The Secret with the token in its key `auth_token`. By default the operator creates one with the name of the
    /// cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_name: Option<String>,
    /// `token` (the default) or `disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}
