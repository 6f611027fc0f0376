//! The pods of a cluster: the pod templates with what the operator adds to them.

use std::collections::HashSet;

use k8s_openapi::api::core::v1::{
    Container, EmptyDirVolumeSource, LocalObjectReference, PodSpec, PodTemplateSpec, Volume,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mkmanifests_kuberay::names::container::{AUTOSCALER, COLLECTOR};
use mkmanifests_kuberay::names::volume;
use mkmanifests_kuberay::{AutoscalerOptions, CollectorOptions, RayClusterSpec};

use super::super::common::{list, text};
use super::super::pod::{self, Owner};
use super::read::{self, Group};
use super::{fault_tolerance, tls};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Where the operator mounts the volumes of the object store and of the logs, unless something is mounted there.
const SHARED_MEMORY_PATH: &str = "/dev/shm";
const LOGS_PATH: &str = "/tmp/ray";

/// The image of an added container whose image is missing, which another rule reports.
const ANY_IMAGE: &str = "rayproject/ray";

/// Validates the pods; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
    let (at_autoscaler, at_collector) =
        (at.field("autoscalerOptions"), at.field("historyServerOptions.collectorOptions"));
    let collector = spec.history_server_options.as_ref().and_then(|options| options.collector_options.as_ref());
    let mut added = Vec::new();
    if read::has_autoscaler(spec)
        && let Some(options) = &spec.autoscaler_options
    {
        added.push((&at_autoscaler, autoscaler(options, read::head_container(spec))));
    }
    added.extend(collector.map(|options| (&at_collector, collector_container(options))));
    read::each_group(spec, at, |at, group| {
        let is_head = group.worker.is_none();
        if is_head && read::has_autoscaler(spec) {
            no_autoscaler_container(report, &at.field("template.spec"), group.template);
        }
        let at = at.field("template");
        unique_template_keys(report, &at.field("spec"), group.template);
        // A template without containers has been reported.
        if group.ray_container().is_some() {
            let added: &[_] = if is_head { &added } else { &[] };
            pod::template(report, &at, &completed(spec, group), Owner { added, ..Owner::TEMPLATE });
        }
    });
}

/// Returns the container of the autoscaler, with what `autoscalerOptions` sets.
fn autoscaler(options: &AutoscalerOptions, head: Option<&Container>) -> Container {
    let of_head = head.and_then(|head| head.image.clone()).unwrap_or_else(|| ANY_IMAGE.to_owned());
    Container {
        name: AUTOSCALER.to_owned(),
        image: Some(options.image.clone().unwrap_or(of_head)),
        image_pull_policy: options.image_pull_policy.clone(),
        resources: options.resources.clone(),
        security_context: options.security_context.clone(),
        env: options.env.clone(),
        env_from: options.env_from.clone(),
        volume_mounts: options.volume_mounts.clone(),
        ..Container::default()
    }
}

/// Returns the container of the collector, with what `collectorOptions` sets.
fn collector_container(options: &CollectorOptions) -> Container {
    let image = options.image.clone().filter(|image| !image.is_empty());
    Container {
        name: COLLECTOR.to_owned(),
        image: Some(image.unwrap_or_else(|| ANY_IMAGE.to_owned())),
        image_pull_policy: options.image_pull_policy.clone(),
        resources: options.resources.clone(),
        env: options.env.clone(),
        ..Container::default()
    }
}

/// Returns the template of a group with the volumes and the restart policy that the operator sets.
fn completed(spec: &RayClusterSpec, group: Group<'_>) -> PodTemplateSpec {
    let mut template = group.template.clone();
    let Some(pod) = template.spec.as_mut() else { return template };
    let volumes = added_volumes(spec, group, pod);
    let own = pod.volumes.get_or_insert_default();
    own.iter_mut().for_each(prune_claim_template);
    for name in volumes {
        if own.iter().all(|written| written.name != name) {
            let empty_dir = Some(EmptyDirVolumeSource::default());
            own.push(Volume { name: name.to_owned(), empty_dir, ..Volume::default() });
        }
    }
    if read::has_autoscaler(spec) && read::autoscaler_version(spec) == "v2" {
        pod.restart_policy = Some("Never".to_owned());
    }
    template
}

/// Removes the metadata of a claim template that an API server drops, since the CRD does not have it.
fn prune_claim_template(volume: &mut Volume) {
    let template = volume.ephemeral.as_mut().and_then(|source| source.volume_claim_template.as_mut());
    if let Some(metadata) = template.and_then(|template| template.metadata.as_mut()) {
        let ObjectMeta { annotations, finalizers, labels, name, namespace, .. } = std::mem::take(metadata);
        *metadata = ObjectMeta { annotations, finalizers, labels, name, namespace, ..ObjectMeta::default() };
    }
}

/// Returns the names of the volumes that the operator adds to the pods of a group.
fn added_volumes(spec: &RayClusterSpec, group: Group<'_>, pod: &PodSpec) -> Vec<&'static str> {
    let is_head = group.worker.is_none();
    let mounts = |container: Option<&Container>, path: &str| {
        container.is_some_and(|container| list(&container.volume_mounts).iter().any(|mount| mount.mount_path == path))
    };
    let has_autoscaler = is_head && read::has_autoscaler(spec);
    let has_collector = spec.history_server_options.as_ref().is_some_and(|options| options.collector_options.is_some());
    let autoscaler_mounts_logs = spec
        .autoscaler_options
        .as_ref()
        .is_some_and(|options| list(&options.volume_mounts).iter().any(|mount| mount.mount_path == LOGS_PATH));
    let ray = pod.containers.first();
    let has_plasma = group.start_params.is_some_and(|params| params.contains_key("plasma-directory"));
    let needs_logs = has_collector || (has_autoscaler && !(mounts(ray, LOGS_PATH) && autoscaler_mounts_logs));
    let uses_tokens = spec
        .auth_options
        .as_ref()
        .is_some_and(|options| text(&options.mode) == "token" && options.enable_k8s_token_auth == Some(true));
    [
        (volume::SHARED_MEMORY, !has_plasma && !mounts(ray, SHARED_MEMORY_PATH)),
        (volume::LOGS, needs_logs),
        (volume::TOKEN, uses_tokens),
        (volume::TLS, tls::is_on(spec)),
        (volume::GCS_STORAGE, is_head && fault_tolerance::is_embedded(spec)),
    ]
    .into_iter()
    .filter_map(|(name, is_added)| is_added.then_some(name))
    .collect()
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// With `enableInTreeAutoscaling: true`, no container of the head may be named `autoscaler`, which the operator
    /// adds.
    ///
    /// Example: `spec: {enableInTreeAutoscaling: true, headGroupSpec: {template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.60.0"}, {name: autoscaler, image: "rayproject/ray:2.60.0"}]}}}}`
    ///
    /// Source: `DefaultHeadPodTemplate`, ray-operator/controllers/ray/common/pod.go
    fn no_autoscaler_container(report: &mut Report<'_>, at: &Path<'_>, template: &PodTemplateSpec) {
        let Some(pod) = &template.spec else { return };
        for (field, containers) in
            [("containers", pod.containers.as_slice()), ("initContainers", list(&pod.init_containers))]
        {
            for (index, _) in containers.iter().enumerate().filter(|(_, container)| container.name == AUTOSCALER) {
                report.error_with_help(
                    &at.field(field).index(index).field("name"),
                    format_args!("the operator adds a container `{AUTOSCALER}` itself"),
                    "remove this one, and set its options in `autoscalerOptions`",
                );
            }
        }
    },

    /// In a pod template of a group, each variable of a container must have another name, each port another number or
    /// protocol, and each of `hostAliases` and `imagePullSecrets` another key. An API server accepts such duplicates in
    /// a Pod, but not in a RayCluster.
    ///
    /// Example: `spec: {headGroupSpec: {template: {spec: {imagePullSecrets: [{name: a}, {name: a}]}}}}`
    ///
    /// Source: `x-kubernetes-list-map-keys`, ray-operator/config/crd/bases/ray.io_rayclusters.yaml
    fn unique_template_keys(report: &mut Report<'_>, at: &Path<'_>, template: &PodTemplateSpec) {
        let Some(pod) = &template.spec else { return };
        for (field, containers) in
            [("containers", pod.containers.as_slice()), ("initContainers", list(&pod.init_containers))]
        {
            let at = at.field(field);
            for (index, container) in containers.iter().enumerate() {
                unique_container_keys(report, &at.index(index), container);
            }
        }
        let secret = |secret: &LocalObjectReference| secret.name.clone();
        unique(report, &at.field("imagePullSecrets"), list(&pod.image_pull_secrets).iter().map(secret));
        unique(report, &at.field("hostAliases"), list(&pod.host_aliases).iter().map(|alias| alias.ip.clone()));
    }
);

fn unique_container_keys(report: &mut Report<'_>, at: &Path<'_>, container: &Container) {
    unique(report, &at.field("env"), list(&container.env).iter().map(|variable| variable.name.clone()));
    let ports = list(&container.ports).iter().map(|port| {
        let protocol = port.protocol.as_deref().unwrap_or("TCP");
        format!("{} {protocol}", port.container_port)
    });
    unique(report, &at.field("ports"), ports);
}

/// Reports each item whose key an earlier one has.
fn unique(report: &mut Report<'_>, at: &Path<'_>, keys: impl Iterator<Item = String>) {
    let mut seen = HashSet::new();
    for (index, key) in keys.enumerate() {
        if !seen.insert(key.clone()) {
            report.duplicate(&at.index(index), format_args!("`{key}`"));
        }
    }
}
