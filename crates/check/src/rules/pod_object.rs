//! Pods and PodTemplates.

use k8s_openapi::api::core::v1::{Pod, PodSpec, PodTemplate, PodTemplateSpec};

use super::common::{list, text};
use super::meta;
use super::names::Name;
use super::pod::{self, Owner};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates a Pod.
pub(crate) fn validate(object: &Pod, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = PodSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    pod::annotations_of(report, &object.metadata, &at, spec);
    pod::spec(report, &at, spec, Owner { pod: Some(&object.metadata), ..Owner::TEMPLATE });
    pod::no_ephemeral_containers(report, &at.field("ephemeralContainers"), spec);
    node_name_without_scheduling_gates(report, &at.field("nodeName"), spec);
}

/// Validates a PodTemplate.
pub(crate) fn validate_template(object: &PodTemplate, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let default = PodTemplateSpec::default();
    let template = object.template.as_ref().unwrap_or(&default);
    pod::template(report, &Path::ROOT.field("template"), template, Owner::TEMPLATE);
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `nodeName` may not be set together with `schedulingGates`.
    ///
    /// Example: `spec: {nodeName: node-1, schedulingGates: [{name: example.com/quota}]}`
    ///
    /// Source: `ValidatePodCreate`, pkg/apis/core/validation/validation.go
    fn node_name_without_scheduling_gates(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        if !text(&spec.node_name).is_empty() && !list(&spec.scheduling_gates).is_empty() {
            report.forbidden(at, "`nodeName` and `schedulingGates` are mutually exclusive");
        }
    }
);
