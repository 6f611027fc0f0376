//! A deployment of an application of Ray Serve.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ServeAutoscalingConfig, ServeLoggingConfig};
use crate::RuntimeEnv;

/// Options of a deployment, which replace those in the code.
/// <https://docs.ray.io/en/latest/serve/configure-serve-deployment.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeDeployment {
    /// Name of the deployment in the code.
    pub name: String,
    /// Number of replicas, or `auto` for autoscaling. A number excludes `autoscaling_config`. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_replicas: Option<IntOrString>,
    /// Requests that a replica works on at the same time. Default: 5.
    #[schemars(range(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ongoing_requests: Option<i64>,
    /// Requests that wait at each caller; more are refused. Default: -1, no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_queued_requests: Option<i64>,
    /// The HTTP response for refused requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backpressure_config: Option<BackpressureConfig>,
    /// What the code gets in `reconfigure`. A change does not restart the replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_config: Option<Map<String, Value>>,
    /// Autoscaling of the replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscaling_config: Option<ServeAutoscalingConfig>,
    /// Seconds between checks whether a replica that stops has no more requests. Default: 2.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graceful_shutdown_wait_loop_s: Option<f64>,
    /// Seconds after which a replica that stops is killed. Default: 20.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graceful_shutdown_timeout_s: Option<f64>,
    /// Seconds between health checks. More than 0. Default: 10.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check_period_s: Option<f64>,
    /// Seconds that a health check may take. More than 0. Default: 30.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check_timeout_s: Option<f64>,
    /// Resources and runtime environment of each replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ray_actor_options: Option<RayActorOptions>,
    /// Resources of a placement group for each replica, such as `- {CPU: 1}`; the replica is in the first bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_group_bundles: Option<Vec<BTreeMap<String, f64>>>,
    /// How the bundles are placed: `PACK` (the default), `SPREAD`, `STRICT_PACK` or `STRICT_SPREAD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_group_strategy: Option<String>,
    /// Labels of the nodes for the bundles: one item for all, or one per bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_group_bundle_label_selector: Option<Vec<BTreeMap<String, String>>>,
    /// The most replicas on a node, 1 to 100. Excludes `placement_group_bundles`. Default: no limit.
    #[schemars(range(min = 1, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_replicas_per_node: Option<i64>,
    /// Logs of the deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging_config: Option<ServeLoggingConfig>,
    /// Which replica gets a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_router_config: Option<RequestRouterConfig>,
    /// Groups of replicas that start and stop together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gang_scheduling_config: Option<GangSchedulingConfig>,
    /// Actors that all replicas share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_actors: Option<Vec<DeploymentActor>>,
    /// Part of the replicas that an update replaces at the same time: more than 0, at most 1. Default: 0.2.
    #[schemars(range(max = 1), extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_update_percentage: Option<f64>,
    /// Percentage of replicas that an update may add, 0 to 100. Default: 0.
    #[schemars(range(min = 0, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_surge_percent: Option<i64>,
}

/// Resources and runtime environment of each replica.
/// <https://docs.ray.io/en/latest/serve/resource-allocation.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RayActorOptions {
    /// The runtime environment. `working_dir` and `py_modules` are remote URIs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_env: Option<RuntimeEnv>,
    /// CPUs. Default: 1.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_cpus: Option<f64>,
    /// GPUs. Default: 0.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_gpus: Option<f64>,
    /// Memory in bytes. Default: not reserved.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<f64>,
    /// Custom resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<BTreeMap<String, f64>>,
    /// Accelerator of the node, such as `A100`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator_type: Option<String>,
    /// Labels of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<BTreeMap<String, String>>,
    /// Other options, tried in order if no node matches: each item has a `label_selector`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_strategy: Option<Vec<Map<String, Value>>>,
}

/// The HTTP response for requests that are refused because too many wait.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackpressureConfig {
    /// 503 (the default) or 429.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<i64>,
    /// Seconds in the header `Retry-After`. Default: no header.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<f64>,
}

/// Which replica gets a request.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestRouterConfig {
    /// The Python class: `module:class`. Default: the less busy of two random replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_router_class: Option<String>,
    /// Arguments of the class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_router_kwargs: Option<Map<String, Value>>,
    /// Seconds between measurements. More than 0. Default: 10.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_routing_stats_period_s: Option<f64>,
    /// Seconds that a measurement may take. More than 0. Default: 30.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_routing_stats_timeout_s: Option<f64>,
    /// Seconds before the first retry. More than 0. Default: 0.025.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_backoff_s: Option<f64>,
    /// Multiplies the time before each retry. More than 0. Default: 2.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_multiplier: Option<f64>,
    /// The most seconds before a retry. More than 0. Default: 0.5.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_backoff_s: Option<f64>,
}

/// Groups of replicas that start and stop together.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GangSchedulingConfig {
    /// Replicas per group; the number of replicas is a multiple of it.
    #[schemars(range(min = 1))]
    pub gang_size: i64,
    /// `PACK` (the default; few nodes) or `SPREAD` (many nodes).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gang_placement_strategy: Option<String>,
    /// What the failure of a replica does: `RESTART_GANG`, the default. Ray 2.60 does not implement `RESTART_REPLICA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_failure_policy: Option<String>,
}

/// An actor that all replicas of a deployment share.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeploymentActor {
    /// Name of the actor, unique in the deployment.
    pub name: String,
    /// The Python class: `module:class`.
    pub actor_class: String,
    /// Positional arguments of the class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_args: Option<Vec<Value>>,
    /// Named arguments of the class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_kwargs: Option<Map<String, Value>>,
    /// Options of the actor, such as `num_cpus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_options: Option<Map<String, Value>>,
}
