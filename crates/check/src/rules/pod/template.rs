//! Pod templates.

use k8s_openapi::api::core::v1::{PodSpec, PodTemplateSpec};

use super::super::common::list;
use super::super::meta;
use super::{Owner, annotations, spec};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates a pod template. An API server reports its labels at `template.labels`, although they are written in
/// `template.metadata`.
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
    no_ephemeral_containers(report, &at.field("spec.ephemeralContainers"), pod_spec);
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `ephemeralContainers` may not be set in a pod template or when a Pod is created; they are added to running pods.
    ///
    /// Example: `spec: {ephemeralContainers: [{name: debug, image: registry.example.com/debug:1.0}]}`
    ///
    /// Source: `ValidatePodTemplateSpec`, `ValidatePodCreate`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn no_ephemeral_containers(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        if !list(&spec.ephemeral_containers).is_empty() {
            report.forbidden(at, "ephemeral containers can only be added to a running pod (`kubectl debug`)");
        }
    }
);
