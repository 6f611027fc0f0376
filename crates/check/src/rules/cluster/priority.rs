//! PriorityClasses.

use k8s_openapi::api::scheduling::v1::PriorityClass;

use super::super::common::text;
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const HIGHEST: i32 = 1_000_000_000;

/// The classes that a cluster has from the start.
const SYSTEM: [(&str, i32); 2] =
    [("system-cluster-critical", 2 * HIGHEST), ("system-node-critical", 2 * HIGHEST + 1000)];

pub(crate) fn validate(object: &PriorityClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let name = text(&object.metadata.name);
    let value = object.value.unwrap_or_default();
    if name.starts_with("system-") {
        let is_known = SYSTEM.contains(&(name, value)) && object.global_default != Some(true);
        system_class(report, &Path::ROOT.field("metadata.name"), name, is_known);
    } else {
        highest_priority(report, &Path::ROOT.field("value"), value);
    }
    if let Some(policy) = &object.preemption_policy {
        preemption(report, &Path::ROOT.field("preemptionPolicy"), policy);
    }
}

rules!(
    /// Names that begin with `system-` are the system's.
    ///
    /// Source: `ValidatePriorityClass`, pkg/apis/scheduling/validation/validation.go
    fn system_class(report: &mut Report<'_>, at: &Path<'_>, name: &str, is_known: bool) {
        if !is_known {
            report.forbidden(at, format_args!("{name:?} begins with `system-`, which is the system's"));
        }
    },

    /// A priority is 1000000000 at most.
    ///
    /// Source: `ValidatePriorityClass`, pkg/apis/scheduling/validation/validation.go
    fn highest_priority(report: &mut Report<'_>, at: &Path<'_>, value: i32) {
        if value > HIGHEST {
            report.forbidden(at, format_args!("{value} is above {HIGHEST}, the highest that is not the system's"));
        }
    },

    /// What a pod of the class drives away is a choice that there is.
    ///
    /// Source: `ValidatePriorityClass`, pkg/apis/scheduling/validation/validation.go
    fn preemption(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["Never", "PreemptLowerPriority"]);
    }
);
