//! The values that `ray-service` adds to those of the Ray cluster. `values/ray-service.yaml` documents them.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServiceSpec;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Deserializer;
use serde::{Deserialize, Serialize};

use super::super::job::ManagedBy;
use crate::components::ray::values::ServiceType;
use crate::components::scalar::{Written, as_written};
use crate::go::duration::Duration;
use crate::kuberay::ServeConfig;
use crate::kuberay::names::port::SERVE_NAME;

/// Applications of Ray Serve: <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/rayservice-quick-start.html>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RayServicePart {
    /// The applications, as `serve deploy` reads them. A change does not restart the cluster.
    pub serve_config: Option<ServeConfig>,
    /// The applications as text in YAML, instead of `serveConfig`.
    pub serve_config_v2: Option<String>,
    /// The Service for clients of the applications.
    pub serve_service: ServeService,
    /// What the operator does when the values of the cluster change.
    pub upgrade_strategy: UpgradeStrategy,
    /// How many seconds after an upgrade the operator deletes the old cluster. Default: 60, KubeRay's own.
    pub ray_cluster_deletion_delay_seconds: Option<i32>,
    /// Whether the head's pod gets no requests of clients.
    pub exclude_head_pod_from_serve: bool,
    /// How long the service may take to become ready, before the operator gives up. Default: no limit.
    pub initializing_timeout: Option<Timeout>,
    /// Whether the operator deletes the cluster and all Services, until it is `false` again.
    pub suspend: bool,
    /// The controller of the RayService. Default: the operator.
    pub managed_by: Option<ManagedBy>,
}

impl RayServicePart {
    /// Returns whether clients move step by step to a new cluster.
    pub fn is_incremental(&self) -> bool {
        self.upgrade_strategy.kind == Some(UpgradeType::NewClusterWithIncrementalUpgrade)
    }

    /// Returns whether the operator never replaces the cluster.
    pub fn keeps_its_cluster(&self) -> bool {
        self.upgrade_strategy.kind == Some(UpgradeType::None)
    }
}

/// The Service for clients of the applications.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServeService {
    /// Name of the Service. Default: `<clusterName>-serve-svc`.
    pub name: Option<String>,
    /// Type of the Service. Default: `service.type`.
    #[serde(rename = "type")]
    pub kind: Option<ServiceType>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations, for example to configure a load balancer.
    pub annotations: BTreeMap<String, String>,
    /// Further fields of a Service's spec. The operator sets the selector, and the ports unless one here has the same name.
    pub spec: Option<ServiceSpec>,
}

impl ServeService {
    /// Returns whether the operator's Service is changed in any way.
    pub fn is_set(&self) -> bool {
        *self != ServeService::default()
    }

    /// Returns the port of HTTP, if it is set here.
    pub fn port(&self) -> Option<i32> {
        let ports = self.spec.as_ref().and_then(|spec| spec.ports.as_ref())?;
        ports.iter().find(|port| port.name.as_deref() == Some(SERVE_NAME)).map(|port| port.port)
    }
}

/// What the operator does when the values of the cluster change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct UpgradeStrategy {
    /// How the operator replaces the cluster. Default: `NewCluster`.
    #[serde(rename = "type")]
    pub kind: Option<UpgradeType>,
    /// How many percent of the capacity the new cluster gains at a time. Default: 100.
    pub max_surge_percent: Option<i32>,
    /// How many percent of the clients move at a time.
    pub step_size_percent: Option<i32>,
    /// Seconds between two steps.
    pub interval_seconds: Option<i32>,
    /// The GatewayClass of the Gateway that the operator creates.
    pub gateway_class_name: Option<String>,
}

/// How the operator replaces the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum UpgradeType {
    /// It starts a second cluster, and switches to it when it is ready.
    NewCluster,
    /// It starts a second cluster, and moves clients to it step by step, by the Gateway API.
    NewClusterWithIncrementalUpgrade,
    /// It does nothing.
    None,
}

impl UpgradeType {
    /// Returns the name that KubeRay uses.
    pub fn as_str(self) -> &'static str {
        match self {
            UpgradeType::NewCluster => "NewCluster",
            UpgradeType::NewClusterWithIncrementalUpgrade => "NewClusterWithIncrementalUpgrade",
            UpgradeType::None => "None",
        }
    }
}

/// A positive duration of Go (`30m`) or number of seconds, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Timeout(pub String);

impl Timeout {
    /// Parses a timeout as `validateInitializingTimeout` of the operator does.
    fn parse(text: &str) -> Result<Self, String> {
        let is_positive = match Duration::parse(text.as_bytes()) {
            Ok(duration) => duration.0 > 0,
            Err(_) => text.parse::<i64>().is_ok_and(|seconds| seconds > 0),
        };
        if is_positive {
            Ok(Timeout(text.to_owned()))
        } else {
            Err(format!("must be a positive duration such as `30m` or `1h30m`, or a number of seconds, found {text:?}"))
        }
    }
}

impl<'de> Deserialize<'de> for Timeout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        as_written(deserializer, "a duration such as `30m`, or a number of seconds", |written| match written {
            Written::Text(text) => Some(Timeout::parse(text)),
            Written::Integer(seconds) => Some(Timeout::parse(&seconds.to_string())),
            _ => None,
        })
    }
}

impl JsonSchema for Timeout {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timeout".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "minimum": 1 })
    }
}
