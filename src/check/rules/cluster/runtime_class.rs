//! RuntimeClasses.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Toleration;
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::common::list;
use super::super::names::Name;
use super::super::pod::scheduling;
use super::super::{meta, quota};
use crate::check::path::Path;
use crate::check::report::Report;
use crate::check::rule::rules;
use crate::check::syntax::dns_label;

pub(in crate::check) fn validate(object: &RuntimeClass, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    runtime_handler(report, &Path::ROOT.field("handler"), &object.handler);
    if let Some(fixed) = object.overhead.as_ref().and_then(|overhead| overhead.pod_fixed.as_ref()) {
        runtime_overhead(report, &Path::ROOT.field("overhead.podFixed.limits"), fixed);
    }
    if let Some(scheduling) = &object.scheduling {
        let at = Path::ROOT.field("scheduling");
        meta::labels(report, &at.field("nodeSelector"), scheduling.node_selector.as_ref());
        let at = at.field("tolerations");
        scheduling::tolerations(report, &at, list(&scheduling.tolerations));
        runtime_tolerations(report, &at, list(&scheduling.tolerations));
    }
}

rules! {
    /// The handler of a class is named by a DNS label.
    ///
    /// Source: `ValidateRuntimeClass`, pkg/apis/node/validation/validation.go
    fn runtime_handler(report: &mut Report<'_>, at: &Path<'_>, handler: &str) {
        if handler.is_empty() {
            report.required(at, "what the container runtime calls it");
        } else {
            report.require(at, dns_label(handler));
        }
    }

    /// What a runtime takes for itself is something that a container is given, and is not negative.
    ///
    /// Source: `validateOverhead`, pkg/apis/node/validation/validation.go
    fn runtime_overhead(report: &mut Report<'_>, at: &Path<'_>, fixed: &BTreeMap<String, Quantity>) {
        for (name, quantity) in fixed {
            let at = at.key(name);
            quota::given_resource(report, &at, name);
            quota::resource_amount(report, &at, name, quantity);
        }
    }

    /// Tolerations of a class differ.
    ///
    /// Source: `validateScheduling`, pkg/apis/node/validation/validation.go
    fn runtime_tolerations(report: &mut Report<'_>, at: &Path<'_>, tolerations: &[Toleration]) {
        for (index, toleration) in tolerations.iter().enumerate() {
            if tolerations[..index].contains(toleration) {
                report.duplicate(&at.index(index), "the toleration");
            }
        }
    }
}
