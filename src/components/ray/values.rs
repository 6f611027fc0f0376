//! The typed values of `ray`; `values/ray.yaml` documents them with their defaults.

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::api::core::v1::{
    Affinity, Container, EnvFromSource, EnvVar, Lifecycle, LocalObjectReference, PodSecurityContext, Probe,
    ResourceRequirements, SecurityContext, Toleration, TopologySpreadConstraint, Volume, VolumeMount,
};
use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use schemars::JsonSchema;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// A static Ray cluster: one head and any number of workers that join it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RayValues {
    /// Names the Ray cluster and everything made for it; `--cluster` sets it.
    #[serde(default)]
    pub cluster_name: Option<String>,
    /// The image of head and workers. Its Ray must be the Ray of the clients.
    pub ray_image: String,
    /// How many workers there are beside the head.
    pub worker_replica_count: u32,
    /// CPUs of the machines that head and workers run on. The pods ask for one less, so that one fills a machine.
    #[serde(rename = "workerCPURequest")]
    pub worker_cpu_request: u32,
    /// Memory of head and workers, request and limit, in gigabytes (10^9 bytes).
    pub worker_mem_request_g: u32,
    /// When nodes pull the image.
    #[serde(default)]
    pub image_pull_policy: Option<PullPolicy>,
    /// Secrets of the image's registry, in the namespace of the release.
    #[serde(default)]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    /// The service account of head and workers.
    #[serde(default)]
    pub service_account: ServiceAccountValues,
    /// The head: driver of the cluster.
    #[serde(default)]
    pub head: NodeGroup,
    /// The workers that `workerReplicaCount` counts.
    #[serde(default)]
    pub worker: NodeGroup,
    /// Further workers by name: on GPU nodes, on spot nodes. Nothing of `worker` carries over to them.
    #[serde(default)]
    pub worker_groups: BTreeMap<String, NodeGroup>,
    /// Memory of the object store of every node. Also limits `/dev/shm`, which holds it.
    #[serde(default)]
    pub object_store_memory: Option<Quantity>,
    /// Ports of Ray's processes.
    #[serde(default)]
    pub ports: Ports,
    /// The Service through which workers and clients find the head.
    #[serde(default)]
    pub service: ServiceValues,
    /// Ray's Prometheus metrics.
    #[serde(default)]
    pub metrics: Metrics,
    /// What voluntary disruptions (node upgrades, scale-down) must leave running.
    #[serde(default)]
    pub pod_disruption_budget: Budgets,
    /// Who may reach head and workers.
    #[serde(default)]
    pub network_policy: NetworkPolicyValues,
    /// Who may use the cluster.
    #[serde(default)]
    pub auth: Auth,
    /// Keeps the cluster's state in Redis, so that a new head goes on where the old one stopped.
    #[serde(default)]
    pub gcs_fault_tolerance: GcsFaultTolerance,
}

/// When nodes pull an image: <https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum PullPolicy {
    /// At every start of a pod.
    Always,
    /// Where a node does not have it yet.
    IfNotPresent,
    /// Never: the nodes have it already.
    Never,
}

impl PullPolicy {
    /// As the API has it.
    pub fn as_str(self) -> &'static str {
        match self {
            PullPolicy::Always => "Always",
            PullPolicy::IfNotPresent => "IfNotPresent",
            PullPolicy::Never => "Never",
        }
    }
}

/// The service account of head and workers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceAccountValues {
    /// Whether the account is made here; otherwise one of that name is there already.
    pub create: bool,
    /// Its name; `<clusterName>-daft` if there is none.
    pub name: Option<String>,
    /// ARN of the IAM role that the pods assume (IRSA).
    pub role_arn: Option<String>,
    /// Further annotations.
    pub annotations: BTreeMap<String, String>,
}

/// The pods of one kind of Ray node: of the head, of the workers, or of a further group of workers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NodeGroup {
    /// How many pods a further group has. Not for the head, which is one, nor for `worker` (`workerReplicaCount`).
    pub replicas: Option<u32>,
    /// CPUs of the machine, instead of `workerCPURequest`.
    pub cpu: Option<u32>,
    /// Memory, request and limit, instead of `workerMemRequestG`.
    pub memory: Option<Quantity>,
    /// NVIDIA GPUs of a pod.
    pub gpus: Option<u32>,
    /// Requests and limits as they are; each entry replaces the one made from `cpu`, `memory` and `gpus`.
    pub resources: Option<ResourceRequirements>,
    /// Ray's custom resources of a node: name and amount.
    pub ray_resources: BTreeMap<String, f64>,
    /// Options of `ray start`, without `--`: they replace those made here, or are added to them. A value may name
    /// environment variables (`$NAME`); no value is for an option without one.
    pub ray_start_params: BTreeMap<String, FlagValue>,
    /// Environment of the Ray container.
    pub env: Vec<EnvVar>,
    /// ConfigMaps and Secrets whose entries are in the environment.
    pub env_from: Vec<EnvFromSource>,
    /// Labels of the machines that may run the pods.
    pub node_selector: BTreeMap<String, String>,
    /// Taints that the pods put up with.
    pub tolerations: Vec<Toleration>,
    /// Finer rules on machines and neighbours.
    pub affinity: Option<Affinity>,
    /// How the pods spread over zones and machines.
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// Further labels of the pods.
    pub pod_labels: BTreeMap<String, String>,
    /// Annotations of the pods.
    pub pod_annotations: BTreeMap<String, String>,
    /// Further volumes of the pods.
    pub volumes: Vec<Volume>,
    /// Where the Ray container mounts them.
    pub volume_mounts: Vec<VolumeMount>,
    /// Containers that run to their end before Ray starts.
    pub init_containers: Vec<Container>,
    /// Containers beside Ray.
    pub sidecars: Vec<Container>,
    /// Users, groups and sysctls of the pods.
    pub pod_security_context: Option<PodSecurityContext>,
    /// Privileges of the Ray container.
    pub security_context: Option<SecurityContext>,
    /// Which pods give way when machines are full.
    pub priority_class_name: Option<String>,
    /// When the Ray container is started anew.
    pub liveness_probe: Option<Probe>,
    /// When the pod is ready; a head that is not gets no traffic from its Service.
    pub readiness_probe: Option<Probe>,
    /// Holds the other probes back until it passes.
    pub startup_probe: Option<Probe>,
    /// What runs after the start and before the stop of the Ray container.
    pub lifecycle: Option<Lifecycle>,
    /// Seconds that a pod has to stop.
    pub termination_grace_period_seconds: Option<i64>,
}

/// The value of an option of `ray start`: text, a number, a boolean, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FlagValue(pub Option<String>);

impl<'de> Deserialize<'de> for FlagValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl Visitor<'_> for Scalar {
            type Value = FlagValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text, a number, `true`, `false` or nothing")
            }

            fn visit_str<E>(self, value: &str) -> Result<FlagValue, E> {
                Ok(FlagValue(Some(value.to_owned()).filter(|value| !value.is_empty())))
            }

            fn visit_bool<E>(self, value: bool) -> Result<FlagValue, E> {
                Ok(FlagValue(Some(value.to_string())))
            }

            fn visit_i64<E>(self, value: i64) -> Result<FlagValue, E> {
                Ok(FlagValue(Some(value.to_string())))
            }

            fn visit_u64<E>(self, value: u64) -> Result<FlagValue, E> {
                Ok(FlagValue(Some(value.to_string())))
            }

            fn visit_f64<E>(self, value: f64) -> Result<FlagValue, E> {
                Ok(FlagValue(Some(value.to_string())))
            }

            fn visit_unit<E>(self) -> Result<FlagValue, E> {
                Ok(FlagValue(None))
            }
        }

        deserializer.deserialize_any(Scalar)
    }
}

impl JsonSchema for FlagValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FlagValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean", "null"] })
    }
}

/// Ports of Ray's processes: <https://docs.ray.io/en/latest/ray-core/configure.html#ports-configurations>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ports {
    /// The head's global control service, which workers join.
    #[schemars(range(min = 1, max = 65535))]
    pub gcs: Option<u16>,
    /// The head's server for `ray.init("ray://...")`.
    #[schemars(range(min = 1, max = 65535))]
    pub client: Option<u16>,
    /// The head's dashboard and job server.
    #[schemars(range(min = 1, max = 65535))]
    pub dashboard: Option<u16>,
    /// Object transfer, on every node.
    #[schemars(range(min = 1, max = 65535))]
    pub object_manager: Option<u16>,
    /// Raylet, on every node.
    #[schemars(range(min = 1, max = 65535))]
    pub node_manager: Option<u16>,
    /// The dashboard's agent, on every node; Ray's own default (52365) if not set.
    #[schemars(range(min = 1, max = 65535))]
    pub dashboard_agent: Option<u16>,
    /// Lowest port of worker processes; any free port if not set.
    #[schemars(range(min = 1, max = 65535))]
    pub worker_min: Option<u16>,
    /// Highest port of worker processes.
    #[schemars(range(min = 1, max = 65535))]
    pub worker_max: Option<u16>,
}

/// The Service of the head.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceValues {
    /// Its type; the cluster's default (`ClusterIP`) if not set.
    #[serde(rename = "type")]
    pub kind: Option<ServiceType>,
    /// Whether its name resolves to the head's pod itself instead of a virtual IP.
    pub headless: bool,
    /// Annotations, for a load balancer's settings.
    pub annotations: BTreeMap<String, String>,
}

/// Types of a Service: <https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum ServiceType {
    /// Reached from inside the cluster.
    #[serde(rename = "ClusterIP")]
    ClusterIp,
    /// Reached on a port of every machine.
    NodePort,
    /// Reached through a load balancer of the cloud.
    LoadBalancer,
}

impl ServiceType {
    /// As the API has it.
    pub fn as_str(self) -> &'static str {
        match self {
            ServiceType::ClusterIp => "ClusterIP",
            ServiceType::NodePort => "NodePort",
            ServiceType::LoadBalancer => "LoadBalancer",
        }
    }
}

/// Ray's Prometheus metrics: <https://docs.ray.io/en/latest/cluster/metrics.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Metrics {
    /// Whether every node serves its metrics on a fixed port.
    pub enabled: bool,
    /// The port.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<u16>,
    /// A PodMonitor for the Prometheus operator.
    pub pod_monitor: PodMonitorValues,
}

/// A PodMonitor: <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodMonitorValues {
    /// Whether there is one.
    pub enabled: bool,
    /// Labels by which a Prometheus selects it.
    pub labels: BTreeMap<String, String>,
    /// How often metrics are read, `30s`; the Prometheus' own interval if not set.
    pub interval: Option<String>,
}

/// Disruption budgets of head and workers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Budgets {
    /// Of the head; `maxUnavailable: 0` keeps node upgrades from taking the cluster down.
    pub head: Option<Budget>,
    /// Of all workers together.
    pub worker: Option<Budget>,
}

/// A disruption budget: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Budget {
    /// How many pods, or what percentage, have to stay.
    pub min_available: Option<IntOrString>,
    /// How many pods, or what percentage, may be away.
    pub max_unavailable: Option<IntOrString>,
}

/// Who may reach head and workers: <https://kubernetes.io/docs/concepts/services-networking/network-policies/>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NetworkPolicyValues {
    /// Whether head and workers take traffic from one another and from `clients` only.
    pub enabled: bool,
    /// Who may reach the head's client port and dashboard.
    pub clients: Vec<NetworkPolicyPeer>,
    /// Who may reach the metrics port of every node.
    pub monitoring: Vec<NetworkPolicyPeer>,
}

/// Who may use the cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Auth {
    /// Ray's token authentication (Ray 2.52 and later): who has the token may use the cluster.
    pub token: SecretKey,
}

/// One entry of a Secret in the namespace of the release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecretKey {
    /// Name of the Secret; not used if there is none.
    pub secret_name: Option<String>,
    /// The key of the entry.
    pub secret_key: Option<String>,
}

/// External Redis: <https://docs.ray.io/en/latest/ray-core/fault_tolerance/gcs.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GcsFaultTolerance {
    /// `host:port` of the Redis; `rediss://host:port` with TLS. Not used if there is none.
    pub redis_address: Option<String>,
    /// User of the Redis.
    pub redis_username: Option<String>,
    /// Password of the Redis.
    pub redis_password: SecretKey,
    /// Keeps several Ray clusters on one Redis apart; the cluster's name if not set.
    pub storage_namespace: Option<String>,
}
