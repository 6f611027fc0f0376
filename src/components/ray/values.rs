//! The typed values of `ray`, which the components of the KubeRay operator have too. `values/ray.yaml` documents them with
//! their defaults.

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

/// A Ray cluster: one head and any number of workers that join it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RayValues {
    /// Name of the Ray cluster, with which the names of its objects start. `--cluster` sets it.
    #[serde(default)]
    pub cluster_name: Option<String>,
    /// Image of the head and the workers. Clients need the same version of Ray.
    pub ray_image: String,
    /// Number of workers, without the head.
    #[serde(default)]
    pub worker_replica_count: Option<u32>,
    /// CPUs of the machines that the head and the workers run on. Each pod requests one CPU less, so that it fills a machine.
    #[serde(default, rename = "workerCPURequest")]
    pub worker_cpu_request: Option<u32>,
    /// Memory request and limit of the head and of each worker, in gigabytes (10^9 bytes).
    #[serde(default)]
    pub worker_mem_request_g: Option<u32>,
    /// When nodes pull the image: `Always`, `IfNotPresent` or `Never`.
    #[serde(default)]
    pub image_pull_policy: Option<PullPolicy>,
    /// Secrets with the credentials of the image's registry, in the release's namespace.
    #[serde(default)]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    /// The service account of the head and the workers.
    #[serde(default)]
    pub service_account: ServiceAccountValues,
    /// The head node of the Ray cluster.
    #[serde(default)]
    pub head: NodeGroup,
    /// The default workers; `workerReplicaCount` sets their number.
    #[serde(default)]
    pub worker: NodeGroup,
    /// Additional worker groups by name, for example on GPU or spot nodes. They do not inherit from `worker`.
    #[serde(default)]
    pub worker_groups: BTreeMap<String, NodeGroup>,
    /// Memory of the object store on each node. It is also the size limit of `/dev/shm`, where the object store is.
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
    /// Disruption budgets: how many pods node upgrades and scale-down may evict.
    #[serde(default)]
    pub pod_disruption_budget: Budgets,
    /// Network policies for the head and the workers.
    #[serde(default)]
    pub network_policy: NetworkPolicyValues,
    /// Authentication of clients.
    #[serde(default)]
    pub auth: Auth,
    /// Keeps the state of the Ray cluster in an external Redis, so that it survives a restart of the head.
    #[serde(default)]
    pub gcs_fault_tolerance: GcsFaultTolerance,
}

/// When nodes pull an image: <https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum PullPolicy {
    /// Whenever a pod starts.
    Always,
    /// If the node does not have the image yet.
    IfNotPresent,
    /// Never: the image must already be on the node.
    Never,
}

impl PullPolicy {
    /// Returns the name that the Kubernetes API uses.
    pub fn as_str(self) -> &'static str {
        match self {
            PullPolicy::Always => "Always",
            PullPolicy::IfNotPresent => "IfNotPresent",
            PullPolicy::Never => "Never",
        }
    }
}

/// The service account of the head and the workers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceAccountValues {
    /// Whether to create the service account. If not, it must already exist.
    pub create: bool,
    /// Name of the service account. Default: `<clusterName>-daft`.
    pub name: Option<String>,
    /// ARN of the IAM role that the pods assume (IRSA).
    pub role_arn: Option<String>,
    /// Additional annotations.
    pub annotations: BTreeMap<String, String>,
}

/// The pods of the head, of the workers, or of one worker group.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NodeGroup {
    /// Number of pods of a worker group. Default: 1. Not for `head`, nor for `worker` (see `workerReplicaCount`).
    pub replicas: Option<u32>,
    /// CPUs of the machine. Default: `workerCPURequest`.
    pub cpu: Option<u32>,
    /// Memory request and limit. Default: `workerMemRequestG`.
    pub memory: Option<Quantity>,
    /// Number of NVIDIA GPUs per pod.
    pub gpus: Option<u32>,
    /// Requests and limits. Each entry overrides the one computed from `cpu`, `memory` and `gpus`.
    pub resources: Option<ResourceRequirements>,
    /// Ray's custom resources of each node: amount by name.
    pub ray_resources: BTreeMap<String, f64>,
    /// Additional options of `ray start`, without `--`. They override the computed ones. A value may use environment variables
    /// (`$NAME`). An option that takes no value is set to `""`.
    pub ray_start_params: BTreeMap<String, FlagValue>,
    /// Environment variables of the Ray container.
    pub env: Vec<EnvVar>,
    /// ConfigMaps and Secrets whose entries become environment variables of the Ray container.
    pub env_from: Vec<EnvFromSource>,
    /// Labels that a node needs to run the pods.
    pub node_selector: BTreeMap<String, String>,
    /// Taints that the pods tolerate.
    pub tolerations: Vec<Toleration>,
    /// Affinity to nodes and to other pods.
    pub affinity: Option<Affinity>,
    /// How the pods spread over zones and nodes.
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// Additional labels of the pods.
    pub pod_labels: BTreeMap<String, String>,
    /// Annotations of the pods.
    pub pod_annotations: BTreeMap<String, String>,
    /// Additional volumes of the pods.
    pub volumes: Vec<Volume>,
    /// Additional volume mounts of the Ray container.
    pub volume_mounts: Vec<VolumeMount>,
    /// Init containers, which must finish before Ray starts.
    pub init_containers: Vec<Container>,
    /// Additional containers in the pods.
    pub sidecars: Vec<Container>,
    /// Security context of the pods.
    pub pod_security_context: Option<PodSecurityContext>,
    /// Security context of the Ray container.
    pub security_context: Option<SecurityContext>,
    /// Priority class of the pods.
    pub priority_class_name: Option<String>,
    /// Liveness probe of the Ray container: if it fails, the container is restarted.
    pub liveness_probe: Option<Probe>,
    /// Readiness probe of the Ray container: the Service sends no traffic to a head that is not ready.
    pub readiness_probe: Option<Probe>,
    /// Startup probe of the Ray container: the other probes wait until it succeeds.
    pub startup_probe: Option<Probe>,
    /// Hooks that run after the Ray container starts and before it stops.
    pub lifecycle: Option<Lifecycle>,
    /// How many seconds a pod has to shut down.
    pub termination_grace_period_seconds: Option<i64>,
}

/// The value of an option of `ray start`: a string, a number, a boolean, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FlagValue(pub Option<String>);

impl<'de> Deserialize<'de> for FlagValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl Visitor<'_> for Scalar {
            type Value = FlagValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, `true`, `false` or null")
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
    /// The head's global control service (GCS), which workers connect to.
    #[schemars(range(min = 1, max = 65535))]
    pub gcs: Option<u16>,
    /// The head's server for Ray clients: `ray.init("ray://...")`.
    #[schemars(range(min = 1, max = 65535))]
    pub client: Option<u16>,
    /// The head's dashboard and job server.
    #[schemars(range(min = 1, max = 65535))]
    pub dashboard: Option<u16>,
    /// The object manager, on every node.
    #[schemars(range(min = 1, max = 65535))]
    pub object_manager: Option<u16>,
    /// The node manager (raylet), on every node.
    #[schemars(range(min = 1, max = 65535))]
    pub node_manager: Option<u16>,
    /// The dashboard agent, on every node. Default: 52365, Ray's own.
    #[schemars(range(min = 1, max = 65535))]
    pub dashboard_agent: Option<u16>,
    /// Lowest port of worker processes. Default: any free port.
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
    /// Type of the Service. Default: `ClusterIP`.
    #[serde(rename = "type")]
    pub kind: Option<ServiceType>,
    /// Whether the Service is headless: its name resolves to the head's pod instead of a virtual IP.
    pub headless: Option<bool>,
    /// Annotations, for example to configure a load balancer.
    pub annotations: BTreeMap<String, String>,
}

/// Types of a Service: <https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum ServiceType {
    /// Reachable from inside the cluster.
    #[serde(rename = "ClusterIP")]
    ClusterIp,
    /// Reachable on a port of every node.
    NodePort,
    /// Reachable through a load balancer of the cloud.
    LoadBalancer,
}

impl ServiceType {
    /// Returns the name that the Kubernetes API uses.
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
    /// Whether each node serves its metrics on a fixed port.
    pub enabled: bool,
    /// Port of the metrics.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<u16>,
    /// A PodMonitor for the Prometheus operator.
    pub pod_monitor: PodMonitorValues,
}

/// A PodMonitor: <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodMonitorValues {
    /// Whether to create a PodMonitor.
    pub enabled: bool,
    /// Labels that the Prometheus operator selects it by.
    pub labels: BTreeMap<String, String>,
    /// Scrape interval, such as `30s`. Default: that of Prometheus.
    pub interval: Option<String>,
}

/// Disruption budgets of the head and the workers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Budgets {
    /// Disruption budget of the head. `maxUnavailable: 0` keeps node upgrades from evicting it.
    pub head: Option<Budget>,
    /// Disruption budget of all workers together.
    pub worker: Option<Budget>,
}

/// A disruption budget: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Budget {
    /// How many pods must stay available: a number or a percentage.
    pub min_available: Option<IntOrString>,
    /// How many pods may be unavailable: a number or a percentage.
    pub max_unavailable: Option<IntOrString>,
}

/// Network policies for the head and the workers: <https://kubernetes.io/docs/concepts/services-networking/network-policies/>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NetworkPolicyValues {
    /// Whether the head and the workers accept traffic only from each other, and from `clients` and `monitoring`.
    pub enabled: bool,
    /// Peers that may reach the head's client port and dashboard.
    pub clients: Vec<NetworkPolicyPeer>,
    /// Peers that may reach the metrics port of each node.
    pub monitoring: Vec<NetworkPolicyPeer>,
}

/// Authentication of clients.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Auth {
    /// The token of Ray's token authentication (Ray 2.52 and later): whoever has it may use the Ray cluster.
    pub token: SecretKey,
}

/// One entry of a Secret in the release's namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecretKey {
    /// Name of the Secret. Without a name, no Secret is used.
    pub secret_name: Option<String>,
    /// Key of the entry.
    pub secret_key: Option<String>,
}

/// External Redis: <https://docs.ray.io/en/latest/ray-core/fault_tolerance/gcs.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GcsFaultTolerance {
    /// Address of Redis: `host:port`, or `rediss://host:port` for TLS. Without it, no Redis is used.
    pub redis_address: Option<String>,
    /// User name for Redis.
    pub redis_username: Option<String>,
    /// Password for Redis.
    pub redis_password: SecretKey,
    /// Separates several Ray clusters in one Redis. Default: the name of the Ray cluster.
    pub storage_namespace: Option<String>,
}
