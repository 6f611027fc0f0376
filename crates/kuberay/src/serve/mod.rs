//! The configuration of Ray Serve: applications and their deployments.

mod application;
mod autoscaling;
mod deployment;
mod options;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use application::ServeApplication;
pub use autoscaling::{ServeAutoscalingConfig, ServeAutoscalingPolicy};
pub use deployment::{
    BackpressureConfig, DeploymentActor, GangSchedulingConfig, RayActorOptions, RequestRouterConfig, ServeDeployment,
};
pub use options::{
    ServeControllerOptions, ServeGrpcOptions, ServeHttpOptions, ServeLoggingConfig, ServeRuntimeEnv, ServeTracingConfig,
};

/// The configuration of Ray Serve, as `serveConfigV2` of a RayService has it: the fields of Ray 2.60, with Ray's names.
///
/// Ray ignores unknown fields in most places, so that a typo has no effect.
/// <https://docs.ray.io/en/latest/serve/api/doc/ray.serve.schema.ServeDeploySchema.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeConfig {
    /// Which nodes get requests: `EveryNode` (the default; those with a replica), `HeadOnly` or `Disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_location: Option<String>,
    /// The HTTP server. The operator's Service and probes expect its port in the container port `serve`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_options: Option<ServeHttpOptions>,
    /// The gRPC server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grpc_options: Option<ServeGrpcOptions>,
    /// Experimental: the controller of Serve. Only applies when Serve starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller_options: Option<ServeControllerOptions>,
    /// Logs of Serve's own processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging_config: Option<ServeLoggingConfig>,
    /// Traces of requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracing_config: Option<ServeTracingConfig>,
    /// The applications. Names and route prefixes are unique.
    pub applications: Vec<ServeApplication>,
    /// Percentage of the replicas to run, 0 to 100. An incremental upgrade of the RayService sets it.
    #[schemars(range(min = 0, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_capacity: Option<f64>,
}
