//! What several rules read from the spec of a Ray cluster, as the operator reads it.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, EnvVar, PodTemplateSpec};
use mkmanifests_kuberay::names::env;
use mkmanifests_kuberay::{RayClusterSpec, WorkerGroupSpec};

use super::super::common::{list, text};
use crate::path::Path;

/// The head group or a worker group.
#[derive(Clone, Copy)]
pub(crate) struct Group<'a> {
    /// The worker group; `None` for the head.
    pub(crate) worker: Option<&'a WorkerGroupSpec>,
    pub(crate) template: &'a PodTemplateSpec,
    pub(crate) start_params: Option<&'a BTreeMap<String, String>>,
    pub(crate) resources: Option<&'a BTreeMap<String, String>>,
    pub(crate) labels: Option<&'a BTreeMap<String, String>>,
}

impl<'a> Group<'a> {
    /// The head group.
    pub(crate) fn head(spec: &'a RayClusterSpec) -> Self {
        let head = &spec.head_group_spec;
        Group {
            worker: None,
            template: &head.template,
            start_params: head.ray_start_params.as_ref(),
            resources: head.resources.as_ref(),
            labels: head.labels.as_ref(),
        }
    }

    fn worker(worker: &'a WorkerGroupSpec) -> Self {
        Group {
            worker: Some(worker),
            template: &worker.template,
            start_params: worker.ray_start_params.as_ref(),
            resources: worker.resources.as_ref(),
            labels: worker.labels.as_ref(),
        }
    }

    /// Returns a parameter of `ray start`, if it is set and not empty.
    pub(crate) fn start_param(&self, name: &str) -> Option<&'a str> {
        self.start_params?.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns the container that runs Ray.
    pub(crate) fn ray_container(&self) -> Option<&'a Container> {
        ray_container(self.template)
    }
}

/// Returns the worker groups.
pub(crate) fn workers(spec: &RayClusterSpec) -> &[WorkerGroupSpec] {
    list(&spec.worker_group_specs)
}

/// Visits the head group and then the worker groups, each with its path.
pub(crate) fn each_group<'a>(spec: &'a RayClusterSpec, at: &Path<'_>, mut visit: impl FnMut(&Path<'_>, Group<'a>)) {
    visit(&at.field("headGroupSpec"), Group::head(spec));
    let at = at.field("workerGroupSpecs");
    for (index, worker) in workers(spec).iter().enumerate() {
        visit(&at.index(index), Group::worker(worker));
    }
}

/// Returns the containers of a pod template.
pub(crate) fn containers(template: &PodTemplateSpec) -> &[Container] {
    template.spec.as_ref().map(|spec| spec.containers.as_slice()).unwrap_or_default()
}

/// Returns the container that runs Ray: the first one.
pub(crate) fn ray_container(template: &PodTemplateSpec) -> Option<&Container> {
    containers(template).first()
}

/// Returns the container of the head that runs Ray.
pub(crate) fn head_container(spec: &RayClusterSpec) -> Option<&Container> {
    ray_container(&spec.head_group_spec.template)
}

/// Looks up an environment variable: the first one of this name, with its index.
pub(crate) fn variable<'a>(variables: &'a Option<Vec<EnvVar>>, name: &str) -> Option<(usize, &'a EnvVar)> {
    list(variables).iter().enumerate().find(|(_, variable)| variable.name == name)
}

/// Looks up an environment variable of the container that runs Ray in the head.
pub(crate) fn head_variable<'a>(spec: &'a RayClusterSpec, name: &str) -> Option<(usize, &'a EnvVar)> {
    head_container(spec).and_then(|container| variable(&container.env, name))
}

/// Returns whether `enableInTreeAutoscaling` is true.
pub(crate) fn has_autoscaler(spec: &RayClusterSpec) -> bool {
    spec.enable_in_tree_autoscaling == Some(true)
}

/// Returns `autoscalerOptions.version`; empty if it is not set.
pub(crate) fn autoscaler_version(spec: &RayClusterSpec) -> &str {
    spec.autoscaler_options.as_ref().map_or("", |options| text(&options.version))
}

/// Returns whether version 2 of the autoscaler was chosen, by `autoscalerOptions.version` or by the variable of the head.
pub(crate) fn chooses_autoscaler_v2(spec: &RayClusterSpec) -> bool {
    let variable = head_variable(spec, env::ENABLE_AUTOSCALER_V2);
    autoscaler_version(spec) == "v2" || variable.is_some_and(|(_, variable)| is_on(variable))
}

/// Returns whether the value of a variable is `1` or `true`.
pub(crate) fn is_on(variable: &EnvVar) -> bool {
    matches!(text(&variable.value), "1" | "true")
}

/// Returns an annotation, if it is set and not empty.
pub(crate) fn annotation<'a>(annotations: Option<&'a BTreeMap<String, String>>, key: &str) -> Option<&'a str> {
    annotations?.get(key).map(String::as_str).filter(|value| !value.is_empty())
}
