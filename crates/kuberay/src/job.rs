//! `RayJob`: a job and the Ray cluster that runs it.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object::kind;
use crate::{DeletionStrategy, RayClusterSpec, RayJobStatus};

/// A job that the operator submits to a Ray cluster, which it creates for the job or which exists.
///
/// Its name is limited: see [`names::MAX_JOB_NAME`](crate::names::MAX_JOB_NAME).
/// <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/rayjob-quick-start.html>
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
pub struct RayJob {
    /// Name, namespace, labels and annotations.
    pub metadata: ObjectMeta,
    /// The job to run.
    pub spec: RayJobSpec,
    /// What the operator has observed.
    pub status: Option<RayJobStatus>,
}

kind!(RayJob, "RayJobList", "rayjobs", RayJobSpec, RayJobStatus);

/// The job to run. RayCronJob has one, too.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/rayjob-quick-start.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RayJobSpec {
    /// Seconds after the start at which the job is stopped and has failed. Positive. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_deadline_seconds: Option<i32>,
    /// Number of retries, each with a new cluster. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_limit: Option<i32>,
    /// The cluster to create. Required without `clusterSelector`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ray_cluster_spec: Option<RayClusterSpec>,
    /// The pod that runs `ray job submit`, with the mode `K8sJobMode`. By default the operator makes one with the head's
    /// image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitter_pod_template: Option<PodTemplateSpec>,
    /// Data that Ray stores with the job and shows in its dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Labels of an existing RayCluster to submit to. `ray.io/cluster` with a name is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_selector: Option<BTreeMap<String, String>>,
    /// Retries of the submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitter_config: Option<SubmitterConfig>,
    /// The controller that is responsible for the object: `ray.io/kuberay-operator` (the default) or
    /// `kueue.x-k8s.io/multikueue`. Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
    /// What to delete when the job has ended. Needs the gate `RayJobDeletionPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_strategy: Option<DeletionStrategy>,
    /// The command of the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<String>,
    /// The runtime environment of the job as YAML text: [`RuntimeEnv`](crate::RuntimeEnv).
    #[serde(rename = "runtimeEnvYAML", skip_serializing_if = "Option::is_none")]
    pub runtime_env_yaml: Option<String>,
    /// The submission ID in Ray. By default the operator generates one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// Who submits the job: `K8sJobMode` (the default; a Kubernetes Job), `HTTPMode` (the operator), `InteractiveMode` (you) or
    /// `SidecarMode` (a container in the head's pod).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission_mode: Option<String>,
    /// Custom resources to reserve for the command, as JSON text: `{"custom": 1}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint_resources: Option<String>,
    /// CPUs to reserve for the command. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint_num_cpus: Option<f64>,
    /// GPUs to reserve for the command. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint_num_gpus: Option<f64>,
    /// Seconds between the end of the job and the deletion of its cluster, with `shutdownAfterJobFinishes`. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds_after_finished: Option<i32>,
    /// Seconds in which the job has to start running; otherwise it has failed. Positive. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_running_deadline_seconds: Option<i32>,
    /// Whether the cluster is deleted when the job has ended. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shutdown_after_job_finishes: Option<bool>,
    /// `true` deletes the cluster and starts nothing. Default: `false`. Kueue sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
}

/// Retries of the submission.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmitterConfig {
    /// Retries of the Kubernetes Job that submits (`K8sJobMode`). With `SidecarMode` and the gate `SidecarSubmitterRestart`:
    /// restarts of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_limit: Option<i32>,
}
