//! The custom resources of KubeRay 1.7, the operator that runs Ray in Kubernetes, as Rust types.
//!
//! - [`RayCluster`], [`RayJob`], [`RayService`] and [`RayCronJob`] of `ray.io/v1`, with all fields. They implement the traits of
//!   k8s-openapi's types, whose pod templates they contain. A field is `None` if it is absent. Values that the custom
//!   resource definitions enumerate are strings, as in k8s-openapi; `mkmanifests-check` validates them.
//! - [`ServeConfig`] and [`RuntimeEnv`]: what these objects contain as text.
//! - [`names`]: labels, annotations, containers, volumes, ports and the names that the operator derives.
//! - [`FeatureGates`]: which features of the operator are on.

mod autoscaler;
mod cluster;
mod cron_job;
mod deletion;
mod fault_tolerance;
mod features;
mod groups;
mod history_server;
mod job;
pub mod names;
mod network_policy;
mod object;
mod runtime_env;
mod serve;
mod service;
mod status;

pub use autoscaler::AutoscalerOptions;
pub use cluster::{AuthOptions, RayCluster, RayClusterSpec, RayClusterUpgradeStrategy, TLSOptions};
pub use cron_job::{RayCronJob, RayCronJobSpec};
pub use deletion::{DeletionCondition, DeletionPolicy, DeletionRule, DeletionStrategy};
pub use fault_tolerance::{GcsEmbeddedStorage, GcsFaultToleranceOptions, RedisCredential};
pub use features::{FeatureGates, Gate, GateError, Stage};
pub use groups::{HeadGroupSpec, IngressOptions, ScaleStrategy, WorkerGroupSpec};
pub use history_server::{CollectorOptions, HistoryServerOptions};
pub use job::{RayJob, RayJobSpec, SubmitterConfig};
pub use network_policy::{NetworkPolicyConfig, NetworkPolicyRules, WorkerGroupNetworkPolicyRules};
pub use runtime_env::{
    Conda, ContainerEnv, PackageList, Packages, PipOptions, RuntimeEnv, RuntimeEnvConfig, UvOptions,
};
pub use serve::{
    BackpressureConfig, DeploymentActor, GangSchedulingConfig, RayActorOptions, RequestRouterConfig, ServeApplication,
    ServeAutoscalingConfig, ServeAutoscalingPolicy, ServeConfig, ServeControllerOptions, ServeDeployment,
    ServeGrpcOptions, ServeHttpOptions, ServeLoggingConfig, ServeRuntimeEnv, ServeTracingConfig,
};
pub use service::{ClusterUpgradeOptions, RayService, RayServiceSpec, RayServiceUpgradeStrategy};
pub use status::{
    AppStatus, HeadInfo, RayClusterStatus, RayCronJobStatus, RayJobStatus, RayJobStatusInfo, RayServiceStatus,
    RayServiceStatuses, ServeDeploymentStatus,
};

/// The API group of the kinds.
pub const GROUP: &str = "ray.io";

/// The version of the API.
pub const VERSION: &str = "v1";

/// `apiVersion` of the kinds.
pub const API_VERSION: &str = "ray.io/v1";

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
