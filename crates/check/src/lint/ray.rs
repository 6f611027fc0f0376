//! Lint rules of Ray clusters: what the KubeRay operator accepts and silently ignores.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::PodTemplateSpec;
use mkmanifests_kuberay::names::annotation::OVERWRITE_CONTAINER_COMMAND;
use mkmanifests_kuberay::names::container::WAIT_GCS_READY;
use mkmanifests_kuberay::{RayClusterSpec, WorkerGroupSpec};

use super::index::Object;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::rules::ray::read::{self, Group};
use crate::rules::ray::version::Version;
use crate::schema_fields;
use crate::syntax::quantity;
use mkmanifests_yaml::tree::from_object;

pub(super) fn check(report: &mut Report<'_>, object: &Object<'_>) {
    let field = match (object.group, object.kind) {
        ("ray.io", "RayCluster") => "spec",
        ("ray.io", "RayJob") => "spec.rayClusterSpec",
        ("ray.io", "RayService") => "spec.rayClusterConfig",
        ("ray.io", "RayCronJob") => "spec.jobTemplate.rayClusterSpec",
        _ => return,
    };
    let Some(node) = object.at(field) else { return };
    // Wrong types are reported elsewhere.
    let Some(spec) = from_object::<RayClusterSpec>(node, schema_fields::all, &mut Vec::new()) else { return };
    let overwrites =
        object.node.find(["metadata", "annotations", OVERWRITE_CONTAINER_COMMAND]).and_then(|value| value.as_str());
    cluster(report, &Path::ROOT.field(field), &spec, overwrites.is_some_and(is_true));
}

fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

fn cluster(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec, overwrites_command: bool) {
    autoscaler_options_apply(report, &at.field("autoscalerOptions"), spec);
    ingress_options_apply(report, &at.field("headGroupSpec.ingressOptions"), spec);
    auth_mode_is_set(report, &at.field("authOptions"), spec);
    unique_group_names(report, &at.field("workerGroupSpecs"), read::workers(spec));
    read::each_group(spec, at, |at, group| {
        resource_quantities(report, &at.field("resources"), group);
        let at_container = at.field("template.spec.containers");
        let at_container = at_container.index(0);
        ray_version_matches_image(report, &at_container.field("image"), group, spec);
        if !overwrites_command && !overwrites(group.template) {
            start_parameters_apply(report, &at_container, group);
        }
        if let Some(worker) = group.worker {
            replicas_within_limits(report, &at.field("replicas"), worker);
            hosts_per_replica(report, &at.field("numOfHosts"), worker);
            init_container_name(report, &at.field("template.spec.initContainers"), worker);
            if read::has_autoscaler(spec) && read::autoscaler_version(spec) == "v1" {
                restart_policy_with_version_1(report, &at.field("template.spec.restartPolicy"), worker);
            }
        }
    });
}

/// Returns whether the pod template itself has the annotation that keeps its command.
fn overwrites(template: &PodTemplateSpec) -> bool {
    let annotations = template.metadata.as_ref().and_then(|metadata| metadata.annotations.as_ref());
    annotations.and_then(|annotations| annotations.get(OVERWRITE_CONTAINER_COMMAND)).is_some_and(|value| is_true(value))
}

/// Returns the version of Ray in the tag of an image of the Ray project; `None` for other images and tags.
fn version_of(image: &str) -> Option<Version> {
    let (repository, tag) = image.rsplit_once(':')?;
    let mut names = repository.rsplit('/');
    let is_ray = matches!(names.next(), Some("ray" | "ray-ml" | "ray-llm")) && names.next() == Some("rayproject");
    let is_release = tag.split('.').count() >= 3 && tag.starts_with(|first: char| first.is_ascii_digit());
    (is_ray && is_release && !tag.contains('@')).then(|| Version::parse(tag))?
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// `autoscalerOptions` has no effect without `enableInTreeAutoscaling: true`.
    ///
    /// Example: `spec: {autoscalerOptions: {idleTimeoutSeconds: 60}}`
    ///
    /// Source: `DefaultHeadPodTemplate`, ray-operator/controllers/ray/common/pod.go
    fn autoscaler_options_apply(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
        if spec.autoscaler_options.is_some() && !read::has_autoscaler(spec) {
            report.error_with_help(
                at,
                "has no effect: the cluster has no autoscaler",
                "set `enableInTreeAutoscaling: true`, or remove it",
            );
        }
    },

    /// `ingressOptions` has no effect without `enableIngress: true`.
    ///
    /// Example: `spec: {headGroupSpec: {ingressOptions: {host: ray.example.com}}}`
    ///
    /// Source: `BuildIngressForHeadService`, ray-operator/controllers/ray/common/ingress.go
    fn ingress_options_apply(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
        let head = &spec.head_group_spec;
        if head.ingress_options.is_some() && head.enable_ingress != Some(true) {
            report.error_with_help(
                at,
                "has no effect: the operator creates no Ingress",
                "set `enableIngress: true` in `headGroupSpec`, or remove it",
            );
        }
    },

    /// `authOptions` must set `mode`. The operator turns on authentication only for `mode: token`.
    ///
    /// Example: `spec: {authOptions: {secretName: ray-token}}`
    ///
    /// Source: `IsAuthEnabled`, ray-operator/controllers/ray/utils/util.go
    fn auth_mode_is_set(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
        if spec.auth_options.as_ref().is_some_and(|options| options.mode.is_none()) {
            report.error_with_help(
                at,
                "the operator does not turn on authentication without `mode`",
                "set `mode: token` or `mode: disabled`",
            );
        }
    },

    /// Each worker group must have another `groupName`. The operator and the autoscaler find the pods of a group by its
    /// name.
    ///
    /// Example: `spec: {workerGroupSpecs: [{groupName: cpu, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}, {groupName: cpu, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `RayClusterGroupPodsAssociationOptions`, ray-operator/controllers/ray/common/association.go
    fn unique_group_names(report: &mut Report<'_>, at: &Path<'_>, workers: &[WorkerGroupSpec]) {
        let mut names = BTreeSet::new();
        for (index, worker) in workers.iter().enumerate() {
            if !names.insert(worker.group_name.as_str()) {
                let message = format_args!("another worker group is named {:?} too", worker.group_name);
                let help = "rename one of them: the operator would add and delete pods of the other group";
                report.error_with_help(&at.index(index).field("groupName"), message, help);
            }
        }
    },

    /// `replicas` must be between `minReplicas` (0 by default) and `maxReplicas`. The operator uses the nearest number
    /// between them.
    ///
    /// Example: `spec: {workerGroupSpecs: [{groupName: cpu, replicas: 5, maxReplicas: 4, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `GetWorkerGroupDesiredReplicas`, ray-operator/controllers/ray/utils/util.go
    fn replicas_within_limits(report: &mut Report<'_>, at: &Path<'_>, worker: &WorkerGroupSpec) {
        let (low, high) = (worker.min_replicas.unwrap_or(0), worker.max_replicas.unwrap_or(i32::MAX));
        match worker.replicas {
            Some(replicas) if replicas < low => {
                report.error(at, format_args!("the operator uses `minReplicas` ({low}), since {replicas} is less"));
            }
            Some(replicas) if replicas > high => {
                report.error(at, format_args!("the operator uses `maxReplicas` ({high}), since {replicas} is more"));
            }
            _ => {}
        }
    },

    /// `numOfHosts` must be 1 or more. Otherwise the group has no pods.
    ///
    /// Example: `spec: {workerGroupSpecs: [{groupName: tpu, numOfHosts: 0, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `GetWorkerGroupDesiredReplicas`, ray-operator/controllers/ray/utils/util.go
    fn hosts_per_replica(report: &mut Report<'_>, at: &Path<'_>, worker: &WorkerGroupSpec) {
        if let Some(hosts) = worker.num_of_hosts.filter(|hosts| *hosts < 1) {
            report.error(at, format_args!("the group has no pods with {hosts} hosts per replica: set 1 or more"));
        }
    },

    /// The values of `resources` of a group must be quantities such as `4`, `0.5` or `8Gi`. The operator skips others.
    ///
    /// Example: `spec: {headGroupSpec: {resources: {memory: 8 GB}}}`
    ///
    /// Source: `updateRayStartParamsResources`, ray-operator/controllers/ray/common/pod.go
    fn resource_quantities(report: &mut Report<'_>, at: &Path<'_>, group: Group<'_>) {
        for (name, written) in group.resources.into_iter().flatten() {
            if quantity(written).is_err() {
                let message = format_args!("the operator skips it: {written:?} is not a quantity such as `4` or `8Gi`");
                report.error(&at.key(name), message);
            }
        }
    },

    /// `rayVersion` must be the version of Ray in the image, where an image of the Ray project has it in its tag. The
    /// operator chooses health checks by `rayVersion`.
    ///
    /// Example: `spec: {rayVersion: 2.9.0}`
    ///
    /// Source: `supportsUnifiedHealthCheck`, ray-operator/controllers/ray/common/pod.go
    fn ray_version_matches_image(report: &mut Report<'_>, at: &Path<'_>, group: Group<'_>, spec: &RayClusterSpec) {
        let written = spec.ray_version.as_deref().unwrap_or_default();
        let image = group.ray_container().and_then(|container| container.image.as_deref()).unwrap_or_default();
        let (Some(wanted), Some(found)) = (Version::parse(written), version_of(image)) else { return };
        if !found.agrees_with(&wanted) {
            report.error_with_help(
                at,
                format_args!("the image has another version of Ray than `rayVersion` ({written})"),
                "set both to one version: the operator chooses health checks by `rayVersion`",
            );
        }
    },

    /// A command of the Ray container with `ray start` must not be combined with `rayStartParams`, `resources` and
    /// `labels` of the group, which have no effect then: the operator leaves such a command as it is.
    ///
    /// Example: `spec: {headGroupSpec: {rayStartParams: {num-cpus: "0"}, template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.60.0", args: [ray start --head --block]}]}}}}`
    ///
    /// Source: `BuildPod`, ray-operator/controllers/ray/common/pod.go
    fn start_parameters_apply(report: &mut Report<'_>, at: &Path<'_>, group: Group<'_>) {
        let Some(container) = group.ray_container() else { return };
        let ignored: Vec<&str> =
            [("rayStartParams", group.start_params), ("resources", group.resources), ("labels", group.labels)]
                .into_iter()
                .filter_map(|(field, entries)| entries.is_some_and(|it| !BTreeMap::is_empty(it)).then_some(field))
                .collect();
        for (field, words) in [("command", &container.command), ("args", &container.args)] {
            let starts_ray = words.iter().flatten().any(|word| word.contains("ray start"));
            if starts_ray && !ignored.is_empty() {
                let ignored = ignored.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" and ");
                report.error_with_help(
                    &at.field(field),
                    format_args!("the operator keeps a command with `ray start`, and ignores {ignored} of the group"),
                    "leave `ray start` out: the operator appends it",
                );
            }
        }
    },

    /// With version 1 of the autoscaler, `restartPolicy` of the workers should be `Never` or unset.
    ///
    /// Example: `spec: {enableInTreeAutoscaling: true, autoscalerOptions: {version: v1}, workerGroupSpecs: [{groupName: cpu, template: {spec: {restartPolicy: Always, containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `rayClusterReconcile`, ray-operator/controllers/ray/raycluster_controller.go
    fn restart_policy_with_version_1(report: &mut Report<'_>, at: &Path<'_>, worker: &WorkerGroupSpec) {
        let policy = worker.template.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref()).unwrap_or_default();
        if !matches!(policy, "" | "Never") {
            report.error(
                at,
                format_args!("should be `Never` or unset with version 1 of the autoscaler, found {policy:?}"),
            );
        }
    },

    /// No init container of a worker may be named `wait-gcs-ready`, which the operator adds unless
    /// `ENABLE_INIT_CONTAINER_INJECTION` is `false` in its environment.
    ///
    /// Example: `spec: {workerGroupSpecs: [{groupName: cpu, template: {spec: {initContainers: [{name: wait-gcs-ready, image: "busybox:1.37"}], containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `DefaultWorkerPodTemplate`, ray-operator/controllers/ray/common/pod.go
    fn init_container_name(report: &mut Report<'_>, at: &Path<'_>, worker: &WorkerGroupSpec) {
        let containers = worker.template.spec.as_ref().and_then(|spec| spec.init_containers.as_deref());
        for (index, container) in containers.unwrap_or_default().iter().enumerate() {
            if container.name == WAIT_GCS_READY {
                let message = format_args!("the operator adds an init container `{WAIT_GCS_READY}` itself");
                report.error_with_help(&at.index(index).field("name"), message, "remove or rename this one");
            }
        }
    }
);

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn only_images_of_the_ray_project_say_their_version() {
        for image in
            ["rayproject/ray:2.60.0", "docker.io/rayproject/ray-ml:2.60.0-py311-gpu", "m:5000/rayproject/ray:2.60.0"]
        {
            assert!(version_of(image).is_some(), "{image}");
        }
        for image in ["rayproject/ray:nightly", "rayproject/ray", "example.com/ray:2.60.0", "rayproject/ray:2.60", ""] {
            assert!(version_of(image).is_none(), "{image}");
        }
    }
}
