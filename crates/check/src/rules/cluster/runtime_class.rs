//! RuntimeClasses.

use k8s_openapi::api::core::v1::Toleration;
use k8s_openapi::api::node::v1::RuntimeClass;

use super::super::common::list;
use super::super::meta;
use super::super::names::Name;
use super::super::pod::{resources, scheduling};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

pub(crate) fn validate(object: &RuntimeClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    handler(report, &Path::ROOT.field("handler"), &object.handler);
    if let Some(fixed) = object.overhead.as_ref().and_then(|overhead| overhead.pod_fixed.as_ref()) {
        // An API server reports it as limits.
        let written = Path::ROOT.field("overhead.podFixed");
        resources::overhead(report, &Path::moved("overhead", &written), fixed);
    }
    if let Some(scheduling) = &object.scheduling {
        let at = Path::ROOT.field("scheduling");
        meta::labels(report, &at.field("nodeSelector"), scheduling.node_selector.as_ref());
        let at = at.field("tolerations");
        scheduling::tolerations(report, &at, list(&scheduling.tolerations));
        unique_tolerations(report, &at, list(&scheduling.tolerations));
    }
}

/// The area of the rules below.
const AREA: &str = "runtimeclass";

rules!(
    /// `handler` is required and must be a DNS label.
    ///
    /// Example: `handler: My_Handler`
    ///
    /// Source: `ValidateRuntimeClass`, pkg/apis/node/validation/validation.go
    fn handler(report: &mut Report<'_>, at: &Path<'_>, handler: &str) {
        if handler.is_empty() {
            report.required(at, "the name of the handler in the container runtime");
        } else {
            report.require(at, dns_label(handler));
        }
    },

    /// `scheduling.tolerations` must be unique.
    ///
    /// Example: `scheduling: {tolerations: [{key: a, operator: Exists}, {key: a, operator: Exists}]}`
    ///
    /// Source: `validateScheduling`, pkg/apis/node/validation/validation.go
    fn unique_tolerations(report: &mut Report<'_>, at: &Path<'_>, tolerations: &[Toleration]) {
        for (index, toleration) in tolerations.iter().enumerate() {
            if tolerations[..index].contains(toleration) {
                report.duplicate(&at.index(index), "the toleration");
            }
        }
    }
);
