//! The values that `ray-job` and `ray-cron-job` add to those of the Ray cluster. `values/ray-job.yaml` documents them.

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::api::core::v1::PodTemplateSpec;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::kuberay::RuntimeEnv;
use crate::kuberay::names::label::CLUSTER;
use crate::kuberay::names::{MANAGED_BY_MULTIKUEUE, MANAGED_BY_OPERATOR};

/// The keys of `ray-job` that `ray-cron-job` does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RayJobPart {
    /// Whether the job waits without a cluster. A running job is stopped, and its cluster deleted.
    pub suspend: bool,
}

/// A job of Ray: <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/rayjob-quick-start.html>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct JobPart {
    /// The command that Ray runs on the head: `python train.py`.
    pub entrypoint: Option<String>,
    /// The runtime environment of the job: packages, files and environment variables.
    pub runtime_env: Option<RuntimeEnv>,
    /// The runtime environment as text in YAML, instead of `runtimeEnv`.
    #[serde(rename = "runtimeEnvYAML")]
    pub runtime_env_yaml: Option<String>,
    /// Who submits the job. Default: `K8sJobMode`.
    pub submission_mode: Option<SubmissionMode>,
    /// How often the operator tries again after a failure, each time with a new cluster.
    pub backoff_limit: Option<i32>,
    /// After how many seconds a job that has not finished fails. Default: no limit.
    pub active_deadline_seconds: Option<i32>,
    /// After how many seconds a job that does not run fails. Default: no limit.
    pub pre_running_deadline_seconds: Option<i32>,
    /// Whether the operator deletes the cluster when the job has finished or failed. Default: `true`, unless
    /// `deletionRules` or `clusterSelector` is set.
    pub shutdown_after_job_finishes: Option<bool>,
    /// How many seconds after the end of the job the operator deletes the cluster.
    pub ttl_seconds_after_finished: Option<i32>,
    /// What the operator deletes after the job, and when; instead of `shutdownAfterJobFinishes`.
    pub deletion_rules: Vec<DeletionRule>,
    /// An existing RayCluster in the same namespace, by its name or by labels with `ray.io/cluster`.
    pub cluster_selector: Option<ClusterSelector>,
    /// CPUs that Ray reserves for the entrypoint. Default: none.
    pub entrypoint_num_cpus: Option<f64>,
    /// GPUs that Ray reserves for the entrypoint. Default: none.
    pub entrypoint_num_gpus: Option<f64>,
    /// Custom resources that Ray reserves for the entrypoint.
    pub entrypoint_resources: BTreeMap<String, f64>,
    /// Data that Ray stores with the job.
    pub metadata: BTreeMap<String, String>,
    /// The job's id in Ray. Default: the operator generates one.
    pub job_id: Option<String>,
    /// The Kubernetes Job that submits the job.
    pub submitter: Submitter,
    /// The controller of the RayJob. Default: the operator.
    pub managed_by: Option<ManagedBy>,
}

impl JobPart {
    /// Returns who submits the job.
    pub fn mode(&self) -> SubmissionMode {
        self.submission_mode.unwrap_or_default()
    }

    /// Returns whether the operator deletes the cluster after the job by `shutdownAfterJobFinishes`.
    pub fn shuts_down(&self) -> bool {
        self.shutdown_after_job_finishes.unwrap_or(self.deletion_rules.is_empty() && self.cluster_selector.is_none())
    }

    /// Returns whether the submitter runs a command of the user's, which replaces that of the operator.
    pub fn has_submitter_command(&self) -> bool {
        let spec = self.submitter.pod_template.as_ref().and_then(|template| template.spec.as_ref());
        // The operator completes the first container only.
        let first = spec.and_then(|spec| spec.containers.first());
        first.and_then(|container| container.command.as_ref()).is_some_and(|command| !command.is_empty())
    }
}

/// Who submits the job to Ray.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum SubmissionMode {
    /// A Kubernetes Job, whose log is the job's.
    #[default]
    K8sJobMode,
    /// The operator, through the dashboard.
    #[serde(rename = "HTTPMode")]
    HttpMode,
    /// A container in the head's pod.
    SidecarMode,
    /// The user: the operator waits until `jobId` names a job.
    InteractiveMode,
}

impl SubmissionMode {
    /// Returns the name that KubeRay uses.
    pub fn as_str(self) -> &'static str {
        match self {
            SubmissionMode::K8sJobMode => "K8sJobMode",
            SubmissionMode::HttpMode => "HTTPMode",
            SubmissionMode::SidecarMode => "SidecarMode",
            SubmissionMode::InteractiveMode => "InteractiveMode",
        }
    }
}

/// The controller of a RayJob or a RayService.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum ManagedBy {
    /// The KubeRay operator.
    #[serde(rename = "ray.io/kuberay-operator")]
    KubeRay,
    /// MultiKueue, which runs it in another cluster.
    #[serde(rename = "kueue.x-k8s.io/multikueue")]
    MultiKueue,
}

impl ManagedBy {
    /// Returns the name that KubeRay uses.
    pub fn as_str(self) -> &'static str {
        match self {
            ManagedBy::KubeRay => MANAGED_BY_OPERATOR,
            ManagedBy::MultiKueue => MANAGED_BY_MULTIKUEUE,
        }
    }
}

/// What the operator deletes after the job, and when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeletionRule {
    /// What the operator deletes.
    pub policy: DeletionPolicy,
    /// When it deletes that.
    pub condition: DeletionCondition,
}

/// What the operator deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
pub enum DeletionPolicy {
    /// The workers, but not the head.
    DeleteWorkers,
    /// The RayCluster.
    DeleteCluster,
    /// The RayJob with all that it owns.
    DeleteSelf,
    /// Nothing.
    DeleteNone,
}

impl DeletionPolicy {
    /// Returns the name that KubeRay uses.
    pub fn as_str(self) -> &'static str {
        match self {
            DeletionPolicy::DeleteWorkers => "DeleteWorkers",
            DeletionPolicy::DeleteCluster => "DeleteCluster",
            DeletionPolicy::DeleteSelf => "DeleteSelf",
            DeletionPolicy::DeleteNone => "DeleteNone",
        }
    }
}

/// When the operator deletes something: after the job in Ray, or the RayJob as a whole, has come to an end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DeletionCondition {
    /// How the job in Ray has ended.
    pub job_status: Option<EndOfJob>,
    /// How the RayJob has ended: `Failed`, also if the job was never submitted.
    pub job_deployment_status: Option<EndOfDeployment>,
    /// How many seconds after that.
    pub ttl_seconds: Option<i32>,
}

/// How a job in Ray has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
pub enum EndOfJob {
    /// The entrypoint has succeeded.
    #[serde(rename = "SUCCEEDED")]
    Succeeded,
    /// The entrypoint has failed.
    #[serde(rename = "FAILED")]
    Failed,
}

impl EndOfJob {
    /// Returns the name that Ray uses.
    pub fn as_str(self) -> &'static str {
        match self {
            EndOfJob::Succeeded => "SUCCEEDED",
            EndOfJob::Failed => "FAILED",
        }
    }
}

/// How a RayJob has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
pub enum EndOfDeployment {
    /// The RayJob has failed.
    Failed,
}

/// The Kubernetes Job that submits the job to Ray.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Submitter {
    /// How often a failed submission is repeated. Default: 2, KubeRay's own.
    pub backoff_limit: Option<i32>,
    /// The pod. Default: a container with the image of the head.
    pub pod_template: Option<PodTemplateSpec>,
}

/// The labels of an existing RayCluster. A name stands for the label `ray.io/cluster`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ClusterSelector(pub BTreeMap<String, String>);

impl<'de> Deserialize<'de> for ClusterSelector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrLabels;

        impl<'de> Visitor<'de> for NameOrLabels {
            type Value = ClusterSelector;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a RayCluster, or labels")
            }

            fn visit_str<E>(self, name: &str) -> Result<ClusterSelector, E> {
                Ok(ClusterSelector(BTreeMap::from([(CLUSTER.to_owned(), name.to_owned())])))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ClusterSelector, A::Error> {
                let mut labels = BTreeMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    labels.insert(key, value);
                }
                Ok(ClusterSelector(labels))
            }
        }

        deserializer.deserialize_any(NameOrLabels)
    }
}

impl JsonSchema for ClusterSelector {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ClusterSelector".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{ "type": "string" }, { "type": "object", "additionalProperties": { "type": "string" } }]
        })
    }
}
