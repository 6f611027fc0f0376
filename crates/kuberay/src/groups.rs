//! The head and the worker groups of a Ray cluster.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PodTemplateSpec, Service};
use k8s_openapi::api::networking::v1::IngressTLS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The head of a Ray cluster: one pod and its Service.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeadGroupSpec {
    /// The pod. Its first container runs Ray; the operator adds the command, ports, probes, environment and `/dev/shm`.
    pub template: PodTemplateSpec,
    /// The head's Service, to change its name, labels, annotations, type or ports. The operator sets the selector.
    #[serde(default, serialize_with = "crate::object::embedded_service", skip_serializing_if = "Option::is_none")]
    pub head_service: Option<Service>,
    /// Whether the operator creates an Ingress for the dashboard. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_ingress: Option<bool>,
    /// Host, path and certificates of the Ingress. Ignored without `enableIngress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress_options: Option<IngressOptions>,
    /// Resources that Ray schedules by, such as `CPU: "4"` or `custom: "2"`. They replace those in `rayStartParams` and do
    /// not change the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<BTreeMap<String, String>>,
    /// Labels of the Ray node, by which Ray schedules. They replace `labels` in `rayStartParams` and are labels of the pod,
    /// too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Flags of `ray start` without the dashes. A flag without a value has an empty string.
    /// <https://docs.ray.io/en/latest/cluster/cli.html#ray-start>
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ray_start_params: Option<BTreeMap<String, String>>,
    /// Type of the head's Service: `ClusterIP` (the default), `NodePort` or `LoadBalancer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_type: Option<String>,
}

/// The Ingress of the dashboard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IngressOptions {
    /// The DNS name of the dashboard. By default any host matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The path of the dashboard. Default: `/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How `path` matches: `Exact`, `Prefix` (the default) or `ImplementationSpecific`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_type: Option<String>,
    /// Certificates by host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Vec<IngressTLS>>,
}

/// Workers with the same pod template.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkerGroupSpec {
    /// `true` deletes the pods of the group. The operator sets it for `DeleteWorkers` of a RayJob; it needs the gate
    /// `RayJobDeletionPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
    /// Name of the group, unique in the cluster.
    pub group_name: String,
    /// Number of replicas; each has `numOfHosts` pods. Default: 0. The autoscaler changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    /// The least replicas, for the autoscaler. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<i32>,
    /// The most replicas, for the autoscaler. Default: 2147483647.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_replicas: Option<i32>,
    /// Seconds after which version 2 of the autoscaler deletes an idle worker. Default: that of `autoscalerOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout_seconds: Option<i32>,
    /// Which group the autoscaler prefers if several would do; the highest wins. Default: 0. Needs version 2 of the
    /// autoscaler and Ray 2.56.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Resources that Ray schedules by; as for the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<BTreeMap<String, String>>,
    /// Labels of the Ray nodes; as for the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Flags of `ray start`; as for the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ray_start_params: Option<BTreeMap<String, String>>,
    /// The pod; as for the head.
    pub template: PodTemplateSpec,
    /// Which workers to delete next. The autoscaler sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_strategy: Option<ScaleStrategy>,
    /// Pods per replica, for accelerators that span several machines (TPU slices). Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_of_hosts: Option<i32>,
}

/// Which workers to delete next.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScaleStrategy {
    /// Names of pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers_to_delete: Option<Vec<String>>,
}
