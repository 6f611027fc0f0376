//! Autoscaling of a deployment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How many replicas a deployment has, by the number of requests.
/// <https://docs.ray.io/en/latest/serve/autoscaling-guide.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeAutoscalingConfig {
    /// The least replicas; 0 scales to zero without requests. Default: 1.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<i64>,
    /// Replicas at the start. Default: `min_replicas`.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_replicas: Option<i64>,
    /// The most replicas. Default: 1; with `num_replicas: auto`: 100.
    #[schemars(range(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_replicas: Option<i64>,
    /// Requests in work or queued per replica that the autoscaler aims at. More than 0. Default: 2.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ongoing_requests: Option<f64>,
    /// Deprecated: seconds between measurements. Default: 10.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_interval_s: Option<f64>,
    /// Seconds of measurements that a decision takes into account. Longer than `metrics_interval_s`. Default: 30.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look_back_period_s: Option<f64>,
    /// Deprecated: the factor of both directions. Default: 1.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smoothing_factor: Option<f64>,
    /// Deprecated: see `upscaling_factor`.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upscale_smoothing_factor: Option<f64>,
    /// Deprecated: see `downscaling_factor`.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downscale_smoothing_factor: Option<f64>,
    /// Multiplies each increase: below 1 slower, above 1 faster. Default: 1.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upscaling_factor: Option<f64>,
    /// Multiplies each decrease: below 1 slower, above 1 faster. Default: 1.
    #[schemars(extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downscaling_factor: Option<f64>,
    /// Seconds of low load before replicas are removed. Default: 600.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downscale_delay_s: Option<f64>,
    /// Seconds of no load before the last replica is removed. Default: `downscale_delay_s`.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downscale_to_zero_delay_s: Option<f64>,
    /// Seconds of high load before replicas are added. Default: 30.
    #[schemars(range(min = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upscale_delay_s: Option<f64>,
    /// How measurements are combined: `mean` (the default), `max` or `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregation_function: Option<String>,
    /// A policy of your own instead of the number of requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<ServeAutoscalingPolicy>,
}

/// A function or class of Python that decides the number of replicas.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeAutoscalingPolicy {
    /// The Python object: `module:object`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_function: Option<String>,
    /// Arguments of the class. A function gets none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_kwargs: Option<Map<String, Value>>,
}
