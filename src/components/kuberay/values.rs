//! The values that the KubeRay operator adds to those of `ray`: one type for the pods, one for everything else.
//!
//! They are read from the same tree as [`RayValues`](crate::components::ray::RayValues), so `head` and `workerGroups` have the
//! keys of all of them.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    ContainerPort, EnvFromSource, EnvVar, ResourceRequirements, SecurityContext, ServicePort, VolumeMount,
};
use k8s_openapi::api::networking::v1::IngressTLS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::components::ray::values::PullPolicy;
use crate::kuberay::{CollectorOptions, GcsEmbeddedStorage, NetworkPolicyRules};

/// What the operator allows for the pods of the head and the workers, and a static cluster does not.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodValues {
    /// The head node of the Ray cluster.
    pub head: PodOptions,
    /// The default workers.
    pub worker: PodOptions,
    /// Additional worker groups by name.
    pub worker_groups: BTreeMap<String, PodOptions>,
}

/// The pods of the head, of the workers, or of one worker group.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodOptions {
    /// Image of the group. Default: `rayImage`.
    pub image: Option<String>,
    /// Ray's labels of each node, by which tasks and actors select it. The pods have them too.
    pub labels: BTreeMap<String, String>,
    /// Command that runs before `ray start`, or instead of it (see the annotation `ray.io/overwrite-container-cmd`).
    pub command: Vec<String>,
    /// Arguments of the command.
    pub args: Vec<String>,
    /// Ports of the Ray container. They replace those computed from `ports`. The operator adds the head's to its Service.
    pub ports: Vec<ContainerPort>,
    /// Runtime class of the pods.
    pub runtime_class_name: Option<String>,
    /// Scheduler of the pods.
    pub scheduler_name: Option<String>,
    /// Whether the pods use the network of their node.
    pub host_network: Option<bool>,
    /// DNS policy of the pods, such as `ClusterFirstWithHostNet`.
    pub dns_policy: Option<String>,
}

/// What the operator adds to a Ray cluster.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OperatorValues {
    /// Version of Ray. Default: from the tag of `rayImage`, if it is one of Ray's own images. `""` leaves it out.
    pub ray_version: Option<String>,
    /// Additional labels of the custom resource.
    pub labels: BTreeMap<String, String>,
    /// Annotations of the custom resource.
    pub annotations: BTreeMap<String, String>,
    /// Ray's autoscaler, which adds and removes workers.
    pub autoscaling: Autoscaling,
    /// The head node of the Ray cluster.
    pub head: HeadOptions,
    /// The default workers.
    pub worker: WorkerOptions,
    /// Additional worker groups by name.
    pub worker_groups: BTreeMap<String, WorkerOptions>,
    /// The head's Service.
    pub service: ServiceOptions,
    /// Authentication of clients.
    pub auth: AuthValues,
    /// Keeps the state of the Ray cluster, so that it survives a restart of the head.
    pub gcs_fault_tolerance: FaultTolerance,
    /// Network policies, which the operator creates.
    pub network_policy: OperatorNetworkPolicy,
    /// Mutual TLS between the nodes.
    pub tls: Tls,
    /// What the history server collects.
    pub history_server: HistoryServer,
    /// The queue of a batch scheduler.
    pub queue: Queue,
    /// The operator in the cluster.
    pub operator: OperatorSettings,
}

/// Ray's autoscaler: <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/configuring-autoscaling.html>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Autoscaling {
    /// Whether Ray's autoscaler runs beside the head.
    pub enabled: bool,
    /// Version of the autoscaler: `v1` or `v2`.
    pub version: Option<String>,
    /// How many seconds a worker may be idle before it is removed. Default: 60.
    pub idle_timeout_seconds: Option<i32>,
    /// How fast workers are added: `Default`, `Aggressive` or `Conservative`.
    pub upscaling_mode: Option<String>,
    /// Requests and limits of the autoscaler. Default: 500m CPU and 512Mi of memory.
    pub resources: Option<ResourceRequirements>,
    /// Image of the autoscaler. Default: that of the head.
    pub image: Option<String>,
    /// When nodes pull the image of the autoscaler.
    pub image_pull_policy: Option<PullPolicy>,
    /// Security context of the autoscaler.
    pub security_context: Option<SecurityContext>,
    /// Environment variables of the autoscaler.
    pub env: Vec<EnvVar>,
    /// ConfigMaps and Secrets whose entries become environment variables of the autoscaler.
    pub env_from: Vec<EnvFromSource>,
    /// Volume mounts of the autoscaler.
    pub volume_mounts: Vec<VolumeMount>,
    /// Command of the autoscaler.
    pub command: Vec<String>,
    /// Arguments of the autoscaler.
    pub args: Vec<String>,
}

/// What the operator does for the head.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HeadOptions {
    /// An Ingress for the dashboard.
    pub ingress: Ingress,
}

/// An Ingress for the dashboard.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ingress {
    /// Whether the operator creates the Ingress.
    pub enabled: bool,
    /// Host name. Default: any.
    pub host: Option<String>,
    /// Path. Default: `/`.
    pub path: Option<String>,
    /// How the path matches: `Exact`, `Prefix` or `ImplementationSpecific`. Default: `Prefix`.
    pub path_type: Option<String>,
    /// TLS of the Ingress: host names, and Secrets with their certificates.
    pub tls: Vec<IngressTLS>,
}

/// How the operator scales a group of workers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WorkerOptions {
    /// Least number of workers. Default: 0.
    pub min_replicas: Option<i32>,
    /// Most workers. Default with autoscaling: `replicas`, or `workerReplicaCount` for the default workers.
    pub max_replicas: Option<i32>,
    /// How many seconds a worker of the group may be idle. Default: `autoscaling.idleTimeoutSeconds`.
    pub idle_timeout_seconds: Option<i32>,
    /// The autoscaler prefers groups with a higher priority.
    pub priority: Option<i32>,
    /// Whether the pods of the group are deleted.
    pub suspend: Option<bool>,
    /// Number of pods per worker, for TPU slices of several hosts.
    pub num_of_hosts: Option<i32>,
}

/// The head's Service that the operator creates, and one with the name of a static cluster's.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceOptions {
    /// Name of the operator's Service. Default: `<clusterName>-head-svc`.
    pub name: Option<String>,
    /// Additional labels of the operator's Service.
    pub labels: BTreeMap<String, String>,
    /// Additional ports of the operator's Service.
    pub ports: Vec<ServicePort>,
    /// Whether to create a second Service with the name, the type and the annotations that `ray` gives it, so that clients
    /// keep their address.
    #[serde(rename = "static")]
    pub is_static: bool,
}

/// How clients prove who they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuthValues {
    /// `token`, or `disabled`. Default: `token` if `auth.token.secretName` or `auth.kubernetes` is set. Without a Secret, the
    /// operator creates one with a random token.
    pub mode: Option<AuthMode>,
    /// Whether clients authenticate with tokens of Kubernetes (Ray 2.55 and later).
    pub kubernetes: bool,
}

/// How clients prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuthMode {
    /// They need no proof.
    Disabled,
    /// They have a token.
    Token,
}

/// Where the state of the Ray cluster is kept.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaultTolerance {
    /// `redis`, or `rocksdb` for a store in the head's pod. Default: `redis` if `redisAddress` is set.
    pub backend: Option<Backend>,
    /// The volume of the store in the head's pod.
    pub storage: Option<GcsEmbeddedStorage>,
}

/// Where the state of the Ray cluster is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// In an external Redis.
    Redis,
    /// In the head's pod, on a persistent volume.
    Rocksdb,
}

/// Network policies that the operator creates. They exclude `networkPolicy.enabled`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OperatorNetworkPolicy {
    /// What the operator's policies deny: `DenyAll`, `DenyAllIngress` or `DenyAllEgress`.
    pub mode: Option<String>,
    /// What the head may do nevertheless.
    pub head: Option<NetworkPolicyRules>,
    /// What the workers may do nevertheless.
    pub worker: Option<NetworkPolicyRules>,
    /// What the workers of a group may do, instead of `worker`.
    pub worker_groups: BTreeMap<String, NetworkPolicyRules>,
}

/// Mutual TLS between the nodes, with certificates of cert-manager.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tls {
    /// Whether the nodes use TLS.
    pub enabled: bool,
}

/// The history server, which shows clusters that no longer run.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HistoryServer {
    /// The container in each pod that collects logs and events.
    pub collector: Option<CollectorOptions>,
}

/// The queue of a batch scheduler; at most one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Queue {
    /// Local queue of Kueue.
    pub kueue: Option<String>,
    /// Queue of Volcano.
    pub volcano: Option<String>,
    /// Queue of Apache YuniKorn, such as `root.default`.
    pub yunikorn: Option<String>,
    /// Queue of the KAI scheduler.
    pub kai: Option<String>,
    /// Priority class of the workload, for Kueue and Volcano.
    pub priority_class: Option<String>,
    /// Whether all pods are scheduled together, for YuniKorn, and without a queue for the scheduler plugins of Kubernetes. Volcano
    /// always does so.
    pub gang: bool,
}

/// The operator in the cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OperatorSettings {
    /// Feature gates of the operator that differ from the defaults of KubeRay 1.7.
    pub feature_gates: BTreeMap<String, bool>,
}
