//! RayJobs: what KubeRay's operator and the custom resource definition refuse.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::PodSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mkmanifests_go::semver::{Constraints, Version};
use mkmanifests_kuberay::{RayClusterSpec, RayJob, RayJobSpec};

use super::super::common::{not_negative, text};
use super::super::meta;
use super::super::pod::{self, Owner};
use super::cluster::{ClusterContext, cluster_spec};
use super::{deletion, runtime_env, shared};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The label of `clusterSelector` that names a RayCluster. The operator ignores all others.
const CLUSTER: &str = "ray.io/cluster";

/// The name of the container that the operator adds to the head in `SidecarMode`.
const SUBMITTER: &str = "ray-job-submitter";

/// Validates a RayJob.
pub(crate) fn validate(object: &RayJob, report: &mut Report<'_>) {
    let at = Path::ROOT.field("metadata");
    name(report, &at, &object.metadata);
    meta::common(report, &at, &object.metadata);
    spec(report, &Path::ROOT.field("spec"), &object.spec, object.metadata.annotations.as_ref());
}

/// Validates the spec of a RayJob, also in a RayCronJob, whose jobs have no annotations of their own.
pub(super) fn spec(
    report: &mut Report<'_>,
    at: &Path<'_>,
    spec: &RayJobSpec,
    annotations: Option<&BTreeMap<String, String>>,
) {
    suspend(report, &at.field("suspend"), spec);
    ttl_seconds_after_finished(report, &at.field("ttlSecondsAfterFinished"), spec);
    deletion::strategy(report, &at.field("deletionStrategy"), spec);
    cluster_or_selector(report, at, spec);
    cluster_selector(report, at, spec);
    submission_mode(report, &at.field("submissionMode"), spec);
    interactive_backoff_limit(report, &at.field("backoffLimit"), spec);
    deadlines(report, at, spec);
    backoff_limit(report, &at.field("backoffLimit"), spec);
    managed_by(report, &at.field("managedBy"), spec.managed_by.as_deref());
    runtime_env::job(report, &at.field("runtimeEnvYAML"), text(&spec.runtime_env_yaml));
    if let Some(cluster) = &spec.ray_cluster_spec {
        let at = at.field("rayClusterSpec");
        no_kubernetes_auth(report, &at.field("authOptions.enableK8sTokenAuth"), cluster);
        cluster_spec(report, &at, cluster, &ClusterContext { annotations, creator: Some("RayJob") });
    }
    submission(report, at, spec);
}

/// Validates what submits the job.
fn submission(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
    match mode(spec) {
        "K8sJobMode" => {
            if let Some(template) = &spec.submitter_pod_template {
                let at = at.field("submitterPodTemplate");
                pod::template(report, &at, template, Owner::TEMPLATE);
                let restart_policy = template.spec.as_ref().map_or("", |pod| text(&pod.restart_policy));
                submitter_restart_policy(report, &at.field("spec.restartPolicy"), restart_policy);
            }
            submitter_backoff_limit(report, &at.field("submitterConfig.backoffLimit"), spec);
        }
        "SidecarMode" => {
            sidecar_submitter(report, at, spec);
            if let Some(pod) = spec.ray_cluster_spec.as_ref().and_then(head) {
                let at = at.field("rayClusterSpec.headGroupSpec.template.spec");
                sidecar_restart_policy(report, &at.field("restartPolicy"), text(&pod.restart_policy));
                sidecar_container(report, &at.field("containers"), pod);
            }
        }
        _ => {}
    }
    metadata_version(report, &at.field("metadata"), spec);
    if runs_ray_job_submit(spec) {
        entrypoint(report, &at.field("entrypoint"), text(&spec.entrypoint));
    }
    if runs_ray_job_submit(spec) || mode(spec) == "HTTPMode" {
        entrypoint_resources(report, &at.field("entrypointResources"), text(&spec.entrypoint_resources));
    }
}

/// Returns the submission mode. The custom resource definition has a default for it.
fn mode(spec: &RayJobSpec) -> &str {
    spec.submission_mode.as_deref().unwrap_or("K8sJobMode")
}

/// Returns the pod of the head.
fn head(cluster: &RayClusterSpec) -> Option<&PodSpec> {
    cluster.head_group_spec.template.spec.as_ref()
}

/// Returns whether the job is submitted by the operator's command, `ray job submit`: not if the submitter's container
/// has its own command.
fn runs_ray_job_submit(spec: &RayJobSpec) -> bool {
    let submitter =
        spec.submitter_pod_template.as_ref().and_then(|template| template.spec.as_ref()?.containers.first());
    let own_command = submitter.is_some_and(|container| container.command.as_ref().is_some_and(|it| !it.is_empty()));
    match mode(spec) {
        "K8sJobMode" => !own_command,
        mode => mode == "SidecarMode",
    }
}

/// Returns whether the job runs in an existing cluster.
pub(super) fn selects_cluster(spec: &RayJobSpec) -> bool {
    spec.cluster_selector.as_ref().is_some_and(|selector| !selector.is_empty())
}

/// The area of the rules below.
const AREA: &str = "rayjob";

rules!(
    /// `metadata.name` must be a DNS label that begins with a letter, of at most 47 characters, since the name of the
    /// cluster is 6 characters longer.
    ///
    /// Example: `metadata: {name: 2-nightly}`
    ///
    /// Source: `ValidateRayJobMetadata`, ray-operator/controllers/ray/utils/validation.go
    fn name(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
        shared::name(report, at, metadata, 47, "the operator appends 6 characters for the name of the cluster");
    },

    /// `suspend: true` requires `shutdownAfterJobFinishes: true`, and may not be combined with `clusterSelector`.
    ///
    /// Example: `spec: {suspend: true}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn suspend(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        if spec.suspend != Some(true) {
            return;
        }
        if spec.shutdown_after_job_finishes != Some(true) {
            report.error(at, "requires `shutdownAfterJobFinishes: true`, since suspending deletes the cluster");
        }
        if selects_cluster(spec) {
            report.error(at, "may not be `true` with `clusterSelector`: the job does not own the cluster");
        }
    },

    /// `ttlSecondsAfterFinished` must be 0 or more, and more than 0 only with `shutdownAfterJobFinishes: true`.
    ///
    /// Example: `spec: {ttlSecondsAfterFinished: 60}`
    ///
    /// Source: `ValidateRayJobSpec`, `validateDeletionConfiguration`,
    /// ray-operator/controllers/ray/utils/validation.go
    fn ttl_seconds_after_finished(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        let seconds = spec.ttl_seconds_after_finished.unwrap_or_default();
        not_negative(report, at, seconds);
        if seconds > 0 && spec.shutdown_after_job_finishes != Some(true) {
            report.error(at, "requires `shutdownAfterJobFinishes: true`: without it, the cluster is never deleted");
        }
    },

    /// A RayJob must have a `rayClusterSpec`, or a `clusterSelector` that names an existing cluster.
    ///
    /// Example: `spec: {rayClusterSpec: null}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn cluster_or_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        if spec.ray_cluster_spec.is_none() && !selects_cluster(spec) {
            report.required(
                &at.field("rayClusterSpec"),
                "set the cluster that the job creates, or `clusterSelector` for an existing one",
            );
        }
    },

    /// `clusterSelector` must have the label `ray.io/cluster` with the name of a RayCluster, and may not be combined with
    /// `SidecarMode` or a `backoffLimit` above 0.
    ///
    /// Example: `spec: {clusterSelector: {app: training}}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn cluster_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        let Some(selector) = spec.cluster_selector.as_ref().filter(|selector| !selector.is_empty()) else { return };
        if selector.get(CLUSTER).is_none_or(String::is_empty) {
            let message = format_args!("must have the label `{CLUSTER}` with the name of the RayCluster");
            report.error_with_help(&at.field("clusterSelector"), message, "the operator ignores all other labels");
        }
        if mode(spec) == "SidecarMode" {
            report.error(
                &at.field("submissionMode"),
                "may not be `SidecarMode` with `clusterSelector`: the head of an existing cluster gets no sidecar",
            );
        }
        if spec.backoff_limit.unwrap_or_default() > 0 {
            report.error(
                &at.field("backoffLimit"),
                "must be 0 with `clusterSelector`: each retry would need a new cluster",
            );
        }
    },

    /// `submissionMode` must be `K8sJobMode`, `HTTPMode`, `InteractiveMode` or `SidecarMode`. The operator accepts any
    /// other text, and then never submits the job.
    ///
    /// Example: `spec: {submissionMode: KubernetesJob}`
    ///
    /// Source: `JobSubmissionMode`, ray-operator/apis/ray/v1/rayjob_types.go; `Reconcile`,
    /// ray-operator/controllers/ray/rayjob_controller.go
    fn submission_mode(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        report.one_of(at, mode(spec), &["K8sJobMode", "HTTPMode", "InteractiveMode", "SidecarMode"]);
    },

    /// `backoffLimit` must be 0 in `InteractiveMode`.
    ///
    /// Example: `spec: {submissionMode: InteractiveMode, backoffLimit: 1}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn interactive_backoff_limit(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        if mode(spec) == "InteractiveMode" && spec.backoff_limit.unwrap_or_default() > 0 {
            report.error(at, "must be 0 with `submissionMode: InteractiveMode`: the operator cannot submit again");
        }
    },

    /// `activeDeadlineSeconds` and `preRunningDeadlineSeconds` must be 1 or more.
    ///
    /// Example: `spec: {activeDeadlineSeconds: 0}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn deadlines(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        let deadlines = [
            ("activeDeadlineSeconds", spec.active_deadline_seconds),
            ("preRunningDeadlineSeconds", spec.pre_running_deadline_seconds),
        ];
        for (field, seconds) in deadlines {
            if let Some(seconds) = seconds.filter(|seconds| *seconds < 1) {
                report.error(&at.field(field), format_args!("must be 1 or more, found {seconds}"));
            }
        }
    },

    /// `backoffLimit` must be 0 or more.
    ///
    /// Example: `spec: {backoffLimit: -1}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn backoff_limit(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        not_negative(report, at, spec.backoff_limit.unwrap_or_default());
    },

    /// `managedBy` must be `ray.io/kuberay-operator` or `kueue.x-k8s.io/multikueue`.
    ///
    /// Example: `spec: {managedBy: kueue}`
    ///
    /// Source: `managedBy`, ray-operator/config/crd/bases/ray.io_rayjobs.yaml
    fn managed_by(report: &mut Report<'_>, at: &Path<'_>, manager: Option<&str>) {
        shared::manager(report, at, manager);
    },

    /// The cluster of a RayJob may not use `authOptions.enableK8sTokenAuth`.
    ///
    /// Example: `spec: {rayClusterSpec: {rayVersion: 2.60.0, authOptions: {mode: token, enableK8sTokenAuth: true}}}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn no_kubernetes_auth(report: &mut Report<'_>, at: &Path<'_>, cluster: &RayClusterSpec) {
        if shared::has_kubernetes_auth(cluster) {
            report.error(at, "may not be `true` in a RayJob: the operator does not support it");
        }
    },

    /// `submitterPodTemplate` and `submitterConfig` may not be set in `SidecarMode`.
    ///
    /// Example: `spec: {submissionMode: SidecarMode, submitterConfig: {backoffLimit: 1}}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn sidecar_submitter(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        let fields = [
            ("submitterPodTemplate", spec.submitter_pod_template.is_some()),
            ("submitterConfig", spec.submitter_config.is_some()),
        ];
        for (field, is_set) in fields {
            if is_set {
                report.forbidden(&at.field(field), "in `SidecarMode`, the job is submitted by a container of the head");
            }
        }
    },

    /// `restartPolicy` of the head must be `Never`, or not set, in `SidecarMode`.
    ///
    /// Example: `spec: {submissionMode: SidecarMode, rayClusterSpec: {headGroupSpec: {template: {spec: {restartPolicy:
    /// Always}}}}}`
    ///
    /// Source: `ValidateRayJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn sidecar_restart_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if !policy.is_empty() && policy != "Never" {
            report.error(at, format_args!("must be `Never` or not set in `SidecarMode`, found {policy:?}"));
        }
    },

    /// No container of the head may be named `ray-job-submitter` in `SidecarMode`: the operator adds a container of this
    /// name.
    ///
    /// Source: `getSubmitterContainer`, ray-operator/controllers/ray/rayjob_controller.go
    fn sidecar_container(report: &mut Report<'_>, at: &Path<'_>, pod: &PodSpec) {
        for (index, container) in pod.containers.iter().enumerate() {
            if container.name == SUBMITTER {
                report.error(
                    &at.index(index).field("name"),
                    format_args!(
                        "may not be `{SUBMITTER}`: in `SidecarMode`, the operator adds a container of this name"
                    ),
                );
            }
        }
    },

    /// `restartPolicy` of `submitterPodTemplate` must be `OnFailure` or `Never`, since the operator creates a Job from it.
    ///
    /// Source: `createNewK8sJob`, ray-operator/controllers/ray/rayjob_controller.go; `validateJobSpec`, Kubernetes
    /// pkg/apis/batch/validation/validation.go
    fn submitter_restart_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        match policy {
            "" => report.required(at, "set `OnFailure` or `Never`; the default, `Always`, is not allowed in a Job"),
            policy => report.one_of(at, policy, &["OnFailure", "Never"]),
        }
    },

    /// `submitterConfig.backoffLimit` must be 0 or more, since the operator creates a Job with it.
    ///
    /// Example: `spec: {submitterConfig: {backoffLimit: -1}}`
    ///
    /// Source: `createNewK8sJob`, ray-operator/controllers/ray/rayjob_controller.go; `validateJobSpec`, Kubernetes
    /// pkg/apis/batch/validation/validation.go
    fn submitter_backoff_limit(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        let limit = spec.submitter_config.as_ref().and_then(|config| config.backoff_limit);
        not_negative(report, at, limit.unwrap_or_default());
    },

    /// `entrypoint` is required, unless you submit the job yourself: in `InteractiveMode`, or with a command in
    /// `submitterPodTemplate`. Otherwise `ray job submit` fails.
    ///
    /// Example: `spec: {entrypoint: null}`
    ///
    /// Source: `BuildJobSubmitCommand`, ray-operator/controllers/ray/common/job.go; `submit`, Ray
    /// dashboard/modules/job/cli.py
    fn entrypoint(report: &mut Report<'_>, at: &Path<'_>, entrypoint: &str) {
        if entrypoint.trim().is_empty() {
            report.required(at, "set the command of the job, such as `python train.py`");
        }
    },

    /// `entrypointResources` must be a JSON object with a number for each custom resource.
    ///
    /// Example: `spec: {entrypointResources: "accelerator: 1"}`
    ///
    /// Source: `ConvertRayJobToReq`, ray-operator/controllers/ray/utils/dashboardclient/dashboard_httpclient.go;
    /// `parse_resources_json`, Ray _private/utils.py
    fn entrypoint_resources(report: &mut Report<'_>, at: &Path<'_>, resources: &str) {
        if resources.is_empty() {
            return;
        }
        let numbers = serde_json::from_str::<BTreeMap<String, f64>>(resources);
        if let Err(error) = numbers {
            report.error_with_help(
                at,
                format_args!("must be a JSON object with numbers: {error}"),
                r#"for example: `'{"accelerator": 1}'`"#,
            );
        }
    },

    /// `metadata` requires Ray 2.6.0 or later, if `rayClusterSpec.rayVersion` is set.
    ///
    /// Example: `spec: {metadata: {team: search}, rayClusterSpec: {rayVersion: 2.5.1}}`
    ///
    /// Source: `getMetadataJSONForSubmitCommand`, ray-operator/controllers/ray/common/job.go
    fn metadata_version(report: &mut Report<'_>, at: &Path<'_>, spec: &RayJobSpec) {
        let version = spec.ray_cluster_spec.as_ref().and_then(|cluster| cluster.ray_version.as_deref());
        let version = version.filter(|version| !version.is_empty());
        let has_metadata = spec.metadata.as_ref().is_some_and(|metadata| !metadata.is_empty());
        let is_submitted = matches!(mode(spec), "K8sJobMode" | "SidecarMode");
        let Some(version) = version.filter(|_| has_metadata && is_submitted) else { return };
        match Version::parse(version) {
            Ok(parsed) if is_at_least_2_6(&parsed) => {}
            Ok(_) => report.error(at, format_args!("requires Ray 2.6.0 or later, but `rayVersion` is {version:?}")),
            Err(_) => report.error(at, format_args!("requires a `rayVersion` such as `2.6.0`, found {version:?}")),
        }
    }
);

/// Returns whether a version satisfies `>= 2.6.0`. Like in the operator's constraint, a prerelease never does.
fn is_at_least_2_6(version: &Version) -> bool {
    Constraints::parse(">= 2.6.0").is_ok_and(|constraint| constraint.check(version))
}
