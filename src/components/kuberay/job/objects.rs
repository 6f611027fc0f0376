//! Values of a job -> `RayJobSpec`.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde_json::Value;

use super::super::{OperatedCluster, spec as cluster_spec, text};
use super::values::{JobPart, ManagedBy, SubmissionMode};
use crate::components::ray::values::{PullPolicy, RayValues};
use crate::kuberay::names::container;
use crate::kuberay::{DeletionCondition, DeletionRule, DeletionStrategy, RayJobSpec, SubmitterConfig};
use crate::tree::write;

/// Returns the spec of a job, with the cluster to create for it, unless it runs in an existing one.
pub(in super::super) fn spec(job: &JobPart, operated: &OperatedCluster<'_>) -> Result<RayJobSpec, write::Error> {
    let runtime_env = job.runtime_env.as_ref().map(text::write).transpose()?;
    let submitter = SubmitterConfig { backoff_limit: job.submitter.backoff_limit };
    Ok(RayJobSpec {
        active_deadline_seconds: job.active_deadline_seconds,
        backoff_limit: job.backoff_limit.filter(|limit| *limit > 0),
        submitter_pod_template: submitter_pod(job, operated.cluster.values),
        ray_cluster_spec: job.cluster_selector.is_none().then(|| cluster_spec(operated)),
        metadata: Some(job.metadata.clone()).filter(|metadata| !metadata.is_empty()),
        cluster_selector: job.cluster_selector.as_ref().map(|selector| selector.0.clone()),
        submitter_config: Some(submitter).filter(|submitter| submitter.backoff_limit.is_some()),
        managed_by: job.managed_by.map(ManagedBy::as_str).map(str::to_owned),
        deletion_strategy: deletion_strategy(job),
        entrypoint: job.entrypoint.clone(),
        runtime_env_yaml: runtime_env.or_else(|| job.runtime_env_yaml.clone()),
        job_id: job.job_id.clone(),
        submission_mode: job.submission_mode.map(SubmissionMode::as_str).map(str::to_owned),
        entrypoint_resources: entrypoint_resources(&job.entrypoint_resources),
        entrypoint_num_cpus: job.entrypoint_num_cpus,
        entrypoint_num_gpus: job.entrypoint_num_gpus,
        ttl_seconds_after_finished: job.ttl_seconds_after_finished.filter(|seconds| *seconds > 0),
        pre_running_deadline_seconds: job.pre_running_deadline_seconds,
        shutdown_after_job_finishes: job.shuts_down().then_some(true),
        suspend: None,
    })
}

/// Returns custom resources as the JSON text that `ray job submit` takes. Whole numbers have no fraction, as users write them.
fn entrypoint_resources(resources: &BTreeMap<String, f64>) -> Option<String> {
    let entries = resources.iter().map(|(name, amount)| format!("{}: {amount}", Value::from(name.as_str())));
    let entries: Vec<String> = entries.collect();
    (!entries.is_empty()).then(|| format!("{{{}}}", entries.join(", ")))
}

fn deletion_strategy(job: &JobPart) -> Option<DeletionStrategy> {
    let rules = job.deletion_rules.iter().map(|rule| DeletionRule {
        policy: rule.policy.as_str().to_owned(),
        condition: DeletionCondition {
            job_status: rule.condition.job_status.map(|status| status.as_str().to_owned()),
            job_deployment_status: rule.condition.job_deployment_status.map(|_| "Failed".to_owned()),
            ttl_seconds: rule.condition.ttl_seconds,
        },
    });
    let rules: Vec<DeletionRule> = rules.collect();
    (!rules.is_empty()).then(|| DeletionStrategy { deletion_rules: Some(rules), ..DeletionStrategy::default() })
}

/// Returns the pod of the submitter. The operator's default pod cannot pull images from a private registry, so the default is
/// the same pod with the pull secrets of the cluster.
fn submitter_pod(job: &JobPart, ray: &RayValues) -> Option<PodTemplateSpec> {
    if job.submitter.pod_template.is_some() {
        return job.submitter.pod_template.clone();
    }
    if job.mode() != SubmissionMode::K8sJobMode || ray.image_pull_secrets.is_empty() {
        return None;
    }
    Some(PodTemplateSpec {
        metadata: None,
        spec: Some(PodSpec {
            containers: vec![Container {
                name: container::SUBMITTER.to_owned(),
                image: Some(ray.ray_image.clone()),
                image_pull_policy: ray.image_pull_policy.map(PullPolicy::as_str).map(str::to_owned),
                resources: Some(submitter_resources()),
                ..Container::default()
            }],
            image_pull_secrets: Some(ray.image_pull_secrets.clone()),
            restart_policy: Some("Never".to_owned()),
            ..PodSpec::default()
        }),
    })
}

/// Returns the resources of the operator's container that submits a job: `GetDefaultSubmitterContainer` of
/// <https://github.com/ray-project/kuberay/blob/v1.7.0/ray-operator/controllers/ray/common/job.go>.
fn submitter_resources() -> ResourceRequirements {
    let list = |cpu: &str, memory: &str| {
        Some(BTreeMap::from([
            ("cpu".to_owned(), Quantity(cpu.to_owned())),
            ("memory".to_owned(), Quantity(memory.to_owned())),
        ]))
    };
    ResourceRequirements { limits: list("1", "1Gi"), requests: list("500m", "200Mi"), claims: None }
}
