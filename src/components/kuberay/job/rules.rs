//! Validation rules for the values of a job that their types cannot express: one function per rule.
//!
//! The KubeRay operator has most of them, in `ValidateRayJobSpec` of
//! <https://github.com/ray-project/kuberay/blob/v1.7.0/ray-operator/controllers/ray/utils/validation.go>.

use super::super::values::OperatorValues;
use super::super::{defaults, text};
use super::deletion;
use super::values::{JobPart, SubmissionMode};
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{dns_1035_label, label_key, label_value};
use crate::diagnostic::{did_you_mean, nearest};
use crate::kuberay::RuntimeEnv;
use crate::kuberay::names::label::CLUSTER;
use crate::tree::Node;

/// Runs every rule for the values of a job.
pub(in super::super) fn check(job: &JobPart, operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    entrypoint(job, diagnostics);
    without_submission(job, diagnostics);
    runtime_env(job, diagnostics);
    submitter(job, diagnostics);
    retries(job, diagnostics);
    deadlines(job, diagnostics);
    resources(job, diagnostics);
    cluster_selector(job, diagnostics);
    shutdown(job, diagnostics);
    deletion::check(job, operator, diagnostics);
    queue(job, operator, diagnostics);
    if operator.auth.kubernetes {
        diagnostics.error(&["auth", "kubernetes"], "must be `false`: KubeRay cannot submit jobs with it");
    }
}

fn entrypoint(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    let is_given = job.entrypoint.as_deref().is_some_and(|command| !command.trim().is_empty());
    if is_given || job.mode() == SubmissionMode::InteractiveMode || job.has_submitter_command() {
        return;
    }
    let help = "set the command that Ray runs: `--set entrypoint='python train.py'`";
    diagnostics.error_with_help(&["entrypoint"], "required: Ray has nothing to run without it", help);
}

/// Reports what the operator ignores because it does not submit the job: the user does, or a command of the user's.
fn without_submission(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    let reason = if job.mode() == SubmissionMode::InteractiveMode {
        "with `submissionMode: InteractiveMode`, where you submit the job"
    } else if job.has_submitter_command() {
        "with a command in `submitter.podTemplate`, which submits the job instead of the operator's"
    } else {
        return;
    };
    let given = [
        (job.entrypoint.is_some(), "entrypoint"),
        (job.runtime_env.is_some(), "runtimeEnv"),
        (job.runtime_env_yaml.is_some(), "runtimeEnvYAML"),
        (job.entrypoint_num_cpus.is_some(), "entrypointNumCpus"),
        (job.entrypoint_num_gpus.is_some(), "entrypointNumGpus"),
        (!job.entrypoint_resources.is_empty(), "entrypointResources"),
        (!job.metadata.is_empty(), "metadata"),
    ];
    for (_, key) in given.iter().filter(|(is_given, _)| *is_given) {
        diagnostics.error(&[key], format!("has no effect {reason}"));
    }
}

fn runtime_env(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    if let Some(env) = &job.runtime_env {
        plugins(env, diagnostics);
    }
    let Some(written) = &job.runtime_env_yaml else { return };
    if job.runtime_env.is_some() {
        diagnostics.error(&["runtimeEnvYAML"], "`runtimeEnv` and `runtimeEnvYAML` are mutually exclusive");
    }
    diagnostics.require(&["runtimeEnvYAML"], text::read(written).map(drop));
}

/// Reports misspelt keys, which Ray would take for those of plugins.
fn plugins(env: &RuntimeEnv, diagnostics: &mut Diagnostics<'_>) {
    for key in env.plugins.keys() {
        if let Some(known) = nearest(key, KEYS) {
            let message = "unknown key, which Ray would take for that of a plugin";
            diagnostics.error_with_help(&["runtimeEnv", key], message, did_you_mean(known));
        }
    }
}

/// The keys of a runtime environment that users write.
const KEYS: [&str; 11] = [
    "working_dir",
    "py_modules",
    "py_executable",
    "excludes",
    "pip",
    "uv",
    "conda",
    "env_vars",
    "image_uri",
    "worker_process_setup_hook",
    "config",
];

/// Checks who configures the submitter: only `K8sJobMode` has one.
fn submitter(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    let submitter = &job.submitter;
    if job.mode() != SubmissionMode::K8sJobMode {
        let mode = job.mode().as_str();
        for (is_given, key) in
            [(submitter.backoff_limit.is_some(), "backoffLimit"), (submitter.pod_template.is_some(), "podTemplate")]
        {
            if is_given {
                let message = format!("requires `submissionMode: K8sJobMode`: `{mode}` has no Kubernetes Job");
                diagnostics.error(&["submitter", key], message);
            }
        }
        return;
    }
    at_least(0, submitter.backoff_limit, &["submitter", "backoffLimit"], diagnostics);
    let Some(template) = &submitter.pod_template else { return };
    if template.spec.as_ref().is_none_or(|spec| spec.containers.is_empty()) {
        let help = "add `spec.containers` with the container that submits the job";
        diagnostics.error_with_help(&["submitter", "podTemplate"], "must have a container", help);
    }
}

fn retries(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    at_least(0, job.backoff_limit, &["backoffLimit"], diagnostics);
    if job.backoff_limit.is_none_or(|limit| limit <= 0) {
        return;
    }
    if job.mode() == SubmissionMode::InteractiveMode {
        diagnostics.error(&["backoffLimit"], "must be 0 with `submissionMode: InteractiveMode`");
    }
    if job.cluster_selector.is_some() {
        diagnostics.error(&["backoffLimit"], "must be 0 with `clusterSelector`: each retry needs a new cluster");
    }
}

fn deadlines(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    at_least(1, job.active_deadline_seconds, &["activeDeadlineSeconds"], diagnostics);
    at_least(1, job.pre_running_deadline_seconds, &["preRunningDeadlineSeconds"], diagnostics);
    at_least(0, job.ttl_seconds_after_finished, &["ttlSecondsAfterFinished"], diagnostics);
}

/// Reports a number below `least`.
pub(in super::super) fn at_least(least: i32, number: Option<i32>, path: &[&str], diagnostics: &mut Diagnostics<'_>) {
    if let Some(number) = number.filter(|number| *number < least) {
        diagnostics.error(path, format!("must be {least} or more, found {number}"));
    }
}

fn resources(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    let amounts = [("entrypointNumCpus", job.entrypoint_num_cpus), ("entrypointNumGpus", job.entrypoint_num_gpus)];
    for (key, amount) in amounts {
        amount_of(amount, &[key], diagnostics);
    }
    for (name, amount) in &job.entrypoint_resources {
        amount_of(Some(*amount), &["entrypointResources", name], diagnostics);
        // https://docs.ray.io/en/latest/ray-core/scheduling/resources.html#custom-resources
        let own = [("CPU", "entrypointNumCpus"), ("GPU", "entrypointNumGpus")];
        if let Some((_, key)) = own.iter().find(|(resource, _)| resource == name) {
            let message = format!("is not a custom resource: use `{key}`");
            diagnostics.require_key(&["entrypointResources", name], Err(message));
        }
    }
}

fn amount_of(amount: Option<f64>, path: &[&str], diagnostics: &mut Diagnostics<'_>) {
    if let Some(amount) = amount.filter(|amount| !amount.is_finite() || *amount < 0.0) {
        diagnostics.error(path, format!("must be 0 or more, found {amount}"));
    }
}

fn cluster_selector(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    let Some(selector) = &job.cluster_selector else { return };
    let path = &["clusterSelector"];
    match selector.0.get(CLUSTER) {
        Some(name) => diagnostics.require(path, dns_1035_label(name)),
        None => {
            let help = format!("add `{CLUSTER}: NAME`, or write only the name: `clusterSelector: NAME`");
            diagnostics.error_with_help(path, format!("must have the label `{CLUSTER}`"), help);
        }
    }
    for (key, value) in selector.0.iter().filter(|(key, _)| *key != CLUSTER) {
        diagnostics.require_key(&["clusterSelector", key], label_key(key));
        diagnostics.require(&["clusterSelector", key], label_value(value));
    }
    if job.mode() == SubmissionMode::SidecarMode {
        let message = "must not be `SidecarMode` with `clusterSelector`: the head's pod exists";
        diagnostics.error(&["submissionMode"], message);
    }
}

/// Reports the values of the cluster that the user has set, although the job runs in an existing cluster.
pub(in super::super) fn unused_cluster(job: &JobPart, root: &Node, diagnostics: &mut Diagnostics<'_>) {
    if job.cluster_selector.is_none() {
        return;
    }
    let cluster = defaults::cluster();
    let entries = root.as_map().map_or(&[][..], |map| map.entries());
    for entry in entries.iter().filter(|entry| !STILL_USED.contains(&&*entry.key)) {
        if cluster.root.get(&entry.key).is_some_and(|default| *default != entry.value) {
            let message = "has no effect with `clusterSelector`: the job runs in an existing cluster";
            diagnostics.error(&[&entry.key], message);
        }
    }
}

/// The values of the cluster that a job in an existing cluster uses.
const STILL_USED: [&str; 4] = ["clusterName", "labels", "annotations", "operator"];

fn shutdown(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    let path = &["shutdownAfterJobFinishes"];
    if job.cluster_selector.is_some() {
        if job.shutdown_after_job_finishes == Some(true) {
            diagnostics.error(path, "must not be `true` with `clusterSelector`: the operator keeps that cluster");
        }
        if !job.deletion_rules.is_empty() {
            let message = "has no effect with `clusterSelector`: the operator deletes nothing then";
            diagnostics.error(&["deletionRules"], message);
        }
    } else if job.shutdown_after_job_finishes == Some(true) && !job.deletion_rules.is_empty() {
        diagnostics.error(path, "`shutdownAfterJobFinishes` and `deletionRules` are mutually exclusive");
    }
    if job.ttl_seconds_after_finished.is_some_and(|seconds| seconds > 0) && !job.shuts_down() {
        let path = &["ttlSecondsAfterFinished"];
        if job.cluster_selector.is_some() {
            diagnostics.error(path, "has no effect with `clusterSelector`: the operator keeps that cluster");
        } else if job.deletion_rules.is_empty() {
            diagnostics.error(path, "requires that the cluster is deleted: `shutdownAfterJobFinishes: true`");
        } else {
            let help = "set `condition.ttlSeconds` in each rule";
            diagnostics.error_with_help(path, "has no effect with `deletionRules`", help);
        }
    }
}

/// Checks `suspend` of a RayJob.
pub(in super::super) fn suspend(
    job: &JobPart,
    operator: &OperatorValues,
    is_suspended: bool,
    diagnostics: &mut Diagnostics<'_>,
) {
    if !is_suspended {
        return;
    }
    if job.cluster_selector.is_some() {
        diagnostics.error(&["suspend"], "must be `false` with `clusterSelector`");
    } else if operator.queue.kueue.is_some() {
        let message = "may not be set with `queue.kueue`: Kueue suspends the job until there is room for it";
        diagnostics.error(&["suspend"], message);
    } else if !job.shuts_down() {
        let message = "requires `shutdownAfterJobFinishes: true`: KubeRay suspends only jobs whose cluster it deletes";
        diagnostics.error(&["suspend"], message);
    }
}

/// Checks what the queues require of a job: <https://kueue.sigs.k8s.io/docs/tasks/run/rayjobs/>.
fn queue(job: &JobPart, operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    let queue = &operator.queue;
    if job.cluster_selector.is_some() {
        // Reported with the other values of the cluster.
        return;
    }
    if queue.kueue.is_some() && !job.shuts_down() {
        let message = "requires `shutdownAfterJobFinishes: true`, so that the cluster gives its quota back";
        diagnostics.error(&["queue", "kueue"], message);
    }
    if queue.kai.is_some() && job.mode() == SubmissionMode::K8sJobMode {
        let message = "requires another `submissionMode` than `K8sJobMode`: KubeRay refuses KAI with a Kubernetes Job";
        let help = "set `submissionMode: SidecarMode` or `submissionMode: HTTPMode`";
        diagnostics.error_with_help(&["queue", "kai"], message, help);
    }
}
