//! Pods and templates of pods that stand alone.

use k8s_openapi::api::core::v1::{Pod, PodSpec, PodTemplate, PodTemplateSpec};

use super::common::{list, text};
use super::meta;
use super::names::Name;
use super::pod::{self, Owner};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Everything about a Pod.
pub(crate) fn validate(object: &Pod, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = PodSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    pod::annotations_of(report, &object.metadata, &at, spec);
    pod::spec(report, &at, spec, Owner { pod: Some(&object.metadata), claims: &[], names_pods: false });
    made_as_pods_are(report, &at, spec);
}

/// Everything about a PodTemplate.
pub(crate) fn validate_template(object: &PodTemplate, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let default = PodTemplateSpec::default();
    let template = object.template.as_ref().unwrap_or(&default);
    pod::template(report, &Path::ROOT.field("template"), template, Owner::TEMPLATE);
}

rules!(
    /// A pod is made without ephemeral containers, which are added to one that runs, and on no node while gates hold it
    /// back.
    ///
    /// Source: `ValidatePodCreate`, pkg/apis/core/validation/validation.go
    fn made_as_pods_are(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        if !list(&spec.ephemeral_containers).is_empty() {
            report.forbidden(&at.field("ephemeralContainers"), "ephemeral containers are added to a pod that runs");
        }
        if !text(&spec.node_name).is_empty() && !list(&spec.scheduling_gates).is_empty() {
            report.forbidden(&at.field("nodeName"), "`schedulingGates` hold the pod back from any node");
        }
    }
);
