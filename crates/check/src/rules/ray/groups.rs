//! The head group and the worker groups: replicas, resources, labels, idle timeout and priority.

use std::collections::BTreeMap;

use mkmanifests_kuberay::{RayClusterSpec, WorkerGroupSpec};

use super::super::common::not_negative;
use super::read::{self, Group};
use super::version::Version;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_subdomain, label_key, label_value};

/// Validates the groups; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
    read::each_group(spec, at, |at, group| {
        ray_container(report, &at.field("template.spec.containers"), group);
        resources_in_one_field(report, at, group);
        no_labels_parameter(report, &at.field("rayStartParams").key("labels"), group);
        group_labels(report, &at.field("labels"), group.labels);
        if let Some(worker) = group.worker {
            check_worker(report, at, worker, spec);
        }
    });
}

fn check_worker(report: &mut Report<'_>, at: &Path<'_>, worker: &WorkerGroupSpec, spec: &RayClusterSpec) {
    group_name(report, &at.field("groupName"), &worker.group_name);
    replicas(report, at, worker);
    group_idle_timeout(report, &at.field("idleTimeoutSeconds"), worker, spec);
    priority(report, &at.field("priority"), worker, spec);
    no_suspend_with_autoscaler(report, &at.field("suspend"), worker, spec);
}

/// How to turn on version 2 of the autoscaler.
const TURN_ON_V2: &str = "set `autoscalerOptions.version: v2`";

/// The first version of Ray with priorities of worker groups.
const PRIORITY_SINCE: [u64; 3] = [2, 56, 0];

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// The pod template of the head and of each worker group must have a container. The first one runs Ray.
    ///
    /// Example: `spec: {headGroupSpec: {template: {spec: {containers: []}}}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn ray_container(report: &mut Report<'_>, at: &Path<'_>, group: Group<'_>) {
        if group.ray_container().is_none() {
            report.required(at, "the first container runs Ray");
        }
    },

    /// A group must set its resources either in `resources` or by `num-cpus`, `num-gpus`, `memory` and `resources` in
    /// `rayStartParams`, not in both.
    ///
    /// Example: `spec: {headGroupSpec: {resources: {CPU: "2"}, rayStartParams: {num-cpus: "2"}}}`
    ///
    /// Source: `validateRayGroupResources`, ray-operator/controllers/ray/utils/validation.go
    fn resources_in_one_field(report: &mut Report<'_>, at: &Path<'_>, group: Group<'_>) {
        if group.resources.is_none_or(BTreeMap::is_empty) {
            return;
        }
        for name in ["num-cpus", "num-gpus", "memory", "resources"] {
            if group.start_param(name).is_some() {
                report.forbidden(
                    &at.field("rayStartParams").key(name),
                    "the group has `resources` too; use only one of them",
                );
            }
        }
    },

    /// `rayStartParams` may not have `labels`. Set the labels of Ray nodes in `labels` of the group.
    ///
    /// Example: `spec: {headGroupSpec: {rayStartParams: {labels: disk=ssd}}}`
    ///
    /// Source: `validateRayGroupLabels`, ray-operator/controllers/ray/utils/validation.go
    fn no_labels_parameter(report: &mut Report<'_>, at: &Path<'_>, group: Group<'_>) {
        if group.start_params.is_some_and(|params| params.contains_key("labels")) {
            report.forbidden(at, "use `labels` of the group for the labels of Ray nodes");
        }
    },

    /// `labels` of a group must be valid Kubernetes labels, since the pods of the group have them too.
    ///
    /// Example: `spec: {headGroupSpec: {labels: {disk type: ssd}}}`
    ///
    /// Source: `validateRayGroupLabels`, ray-operator/controllers/ray/utils/validation.go
    fn group_labels(report: &mut Report<'_>, at: &Path<'_>, labels: Option<&BTreeMap<String, String>>) {
        for (key, value) in labels.into_iter().flatten() {
            report.require(&at.key(key), label_key(key));
            report.require(&at.key(key), label_value(value).map_err(|why| format!("the value of `{key}`: {why}")));
        }
    },

    /// `groupName` must be a valid label value, and in lower case a part of a pod name: the operator names the pods of
    /// a group `CLUSTER-GROUP-worker-...`, and labels them with the group.
    ///
    /// Example: `spec: {workerGroupSpecs: [{groupName: gpu_workers, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `PodName`, ray-operator/controllers/ray/utils/util.go; `labelPod`, ray-operator/controllers/ray/common/pod.go
    fn group_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        let pod = format!("ray-{name}-worker-").to_lowercase();
        if label_value(name).is_err() || dns_subdomain(&format!("{pod}x")).is_err() {
            report.error_with_help(
                at,
                format_args!("no pod can be named after the group {name:?}"),
                "use at most 63 lowercase letters, digits and `-`, with a letter or digit at the start and the end",
            );
        }
    },

    /// `minReplicas` (0 by default) and `maxReplicas` (2147483647 by default) must be 0 or more, and `minReplicas` may
    /// not be greater than `maxReplicas`.
    ///
    /// Example: `spec: {workerGroupSpecs: [{groupName: cpu, minReplicas: 3, maxReplicas: 2, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn replicas(report: &mut Report<'_>, at: &Path<'_>, worker: &WorkerGroupSpec) {
        let (low, high) = (worker.min_replicas.unwrap_or(0), worker.max_replicas.unwrap_or(i32::MAX));
        not_negative(report, &at.field("minReplicas"), low);
        not_negative(report, &at.field("maxReplicas"), high);
        if low > high && high >= 0 {
            let at = at.field("minReplicas");
            report.error(&at, format_args!("must not be greater than `maxReplicas` ({high}), found {low}"));
        }
    },

    /// `idleTimeoutSeconds` of a worker group must be 0 or more, and needs version 2 of the autoscaler.
    ///
    /// Example: `spec: {workerGroupSpecs: [{groupName: cpu, idleTimeoutSeconds: 60, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `validateWorkerGroupIdleTimeout`, ray-operator/controllers/ray/utils/validation.go
    fn group_idle_timeout(report: &mut Report<'_>, at: &Path<'_>, worker: &WorkerGroupSpec, spec: &RayClusterSpec) {
        let Some(seconds) = worker.idle_timeout_seconds else { return };
        not_negative(report, at, seconds);
        if !read::chooses_autoscaler_v2(spec) {
            report.error_with_help(at, "needs version 2 of the autoscaler", TURN_ON_V2);
        }
    },

    /// `priority` of a worker group, if it is not 0, needs version 2 of the autoscaler, and a `rayVersion` of 2.56.0 or
    /// later.
    ///
    /// Example: `spec: {workerGroupSpecs: [{groupName: cpu, priority: 1, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `validateWorkerGroupPriority`, ray-operator/controllers/ray/utils/validation.go
    fn priority(report: &mut Report<'_>, at: &Path<'_>, worker: &WorkerGroupSpec, spec: &RayClusterSpec) {
        if worker.priority.unwrap_or_default() == 0 {
            return;
        }
        if let Some(why) = too_old(spec, PRIORITY_SINCE) {
            report.error(at, format_args!("needs Ray 2.56.0 or later: {why}"));
        }
        if !read::chooses_autoscaler_v2(spec) {
            report.error_with_help(at, "needs version 2 of the autoscaler", TURN_ON_V2);
        }
    },

    /// A worker group may not be suspended in a cluster with an autoscaler.
    ///
    /// Example: `spec: {enableInTreeAutoscaling: true, workerGroupSpecs: [{groupName: cpu, suspend: true, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn no_suspend_with_autoscaler(
        report: &mut Report<'_>,
        at: &Path<'_>,
        worker: &WorkerGroupSpec,
        spec: &RayClusterSpec,
    ) {
        if worker.suspend == Some(true) && read::has_autoscaler(spec) {
            report.forbidden(at, "`enableInTreeAutoscaling` is true; set `maxReplicas: 0` to run no workers");
        }
    }
);

/// Returns why a feature of Ray may be missing: `rayVersion` is not set, not a version, or before `since`.
pub(super) fn too_old(spec: &RayClusterSpec, since: [u64; 3]) -> Option<String> {
    let written = spec.ray_version.as_deref().unwrap_or_default();
    if written.is_empty() {
        return Some("set `rayVersion`".to_owned());
    }
    match Version::parse(written) {
        None => Some(format!("`rayVersion` {written:?} is not a version such as `2.60.0`")),
        Some(version) if version.is_before(since) => Some(format!("`rayVersion` is `{written}`")),
        Some(_) => None,
    }
}
