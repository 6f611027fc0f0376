//! The container of the Ray autoscaler.

use k8s_openapi::api::core::v1::{EnvFromSource, EnvVar, ResourceRequirements, SecurityContext, VolumeMount};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The container of the Ray autoscaler, which runs in the head's pod.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/configuring-autoscaling.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AutoscalerOptions {
    /// Requests and limits of the container. Default: 500m CPU and 512Mi memory, as request and limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
    /// Image of the container. Default: the head's image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// When nodes pull the image: `Always`, `IfNotPresent` or `Never`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_pull_policy: Option<String>,
    /// Security context of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_context: Option<SecurityContext>,
    /// Seconds after which an idle worker is deleted. Default: 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout_seconds: Option<i32>,
    /// How fast workers are added. `Default` and `Aggressive`: at once; `Conservative`: at most as many pending workers as the
    /// cluster has nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upscaling_mode: Option<String>,
    /// Version of the autoscaler: `v1` or `v2`. Default: `v2` from Ray 2.47.0 on, `v1` before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Environment of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<Vec<EnvVar>>,
    /// ConfigMaps and Secrets whose keys are environment of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_from: Option<Vec<EnvFromSource>>,
    /// Volumes of the head's pod that the container mounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_mounts: Option<Vec<VolumeMount>>,
    /// Replaces the command of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    /// Replaces the arguments of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<String>>,
}
