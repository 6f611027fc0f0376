//! The templates that workloads make pods from.

use k8s_openapi::api::core::v1::{PodSpec, PodTemplateSpec};

use super::super::common::list;
use super::super::meta;
use super::{Owner, annotations, spec};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Everything about a template of pods. An API server tells its labels as `template.labels`, though they are written in
/// its metadata.
pub(in super::super) fn template(report: &mut Report<'_>, at: &Path<'_>, template: &PodTemplateSpec, owner: Owner<'_>) {
    let metadata = template.metadata.as_ref();
    let default = PodSpec::default();
    let pod_spec = template.spec.as_ref().unwrap_or(&default);
    if let Some(metadata) = metadata {
        meta::labels(report, &at.field("labels"), metadata.labels.as_ref());
        meta::annotations(report, &at.field("annotations"), metadata.annotations.as_ref());
        annotations::of_pod(report, &at.field("annotations"), metadata.annotations.as_ref(), pod_spec);
    }
    spec(report, &at.field("spec"), pod_spec, owner);
    if let Some(annotations) = metadata.and_then(|metadata| metadata.annotations.as_ref()) {
        annotations::match_fields(report, &at.field("spec"), annotations, pod_spec);
    }
    if !list(&pod_spec.ephemeral_containers).is_empty() {
        no_ephemeral_containers(report, &at.field("spec.ephemeralContainers"));
    }
}

rules!(
    /// A template has no ephemeral containers: they are added to pods that run.
    ///
    /// Source: `ValidatePodTemplateSpec`, pkg/apis/core/validation/validation.go
    fn no_ephemeral_containers(report: &mut Report<'_>, at: &Path<'_>) {
        report.forbidden(at, "ephemeral containers are added to a pod that runs");
    }
);
