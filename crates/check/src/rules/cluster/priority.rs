//! PriorityClasses.

use k8s_openapi::api::scheduling::v1::PriorityClass;

use super::super::common::text;
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const HIGHEST: i32 = 1_000_000_000;

/// The built-in classes.
const SYSTEM: [(&str, i32); 2] =
    [("system-cluster-critical", 2 * HIGHEST), ("system-node-critical", 2 * HIGHEST + 1000)];

pub(crate) fn validate(object: &PriorityClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let name = text(&object.metadata.name);
    let value = object.value.unwrap_or_default();
    if name.starts_with("system-") {
        let is_known = SYSTEM.contains(&(name, value)) && object.global_default != Some(true);
        reserved_name(report, &Path::ROOT.field("metadata.name"), name, is_known);
    } else {
        max_value(report, &Path::ROOT.field("value"), value);
    }
    if let Some(policy) = &object.preemption_policy {
        preemption_policy(report, &Path::ROOT.field("preemptionPolicy"), policy);
    }
}

/// The area of the rules below.
const AREA: &str = "priorityclass";

rules!(
    /// Names that start with `system-` are reserved for `system-cluster-critical` and `system-node-critical`.
    ///
    /// Example: `metadata: {name: system-web}`
    ///
    /// Source: `ValidatePriorityClass`, pkg/apis/scheduling/validation/validation.go
    fn reserved_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, is_known: bool) {
        if !is_known {
            report.error(at, format_args!("{name:?} starts with `system-`, which is reserved"));
        }
    },

    /// `value` must be at most 1000000000.
    ///
    /// Example: `value: 2000000000`
    ///
    /// Source: `ValidatePriorityClass`, pkg/apis/scheduling/validation/validation.go
    fn max_value(report: &mut Report<'_>, at: &Path<'_>, value: i32) {
        if value > HIGHEST {
            report.error(at, format_args!("must be at most {HIGHEST}, found {value}"));
        }
    },

    /// `preemptionPolicy` must be `Never` or `PreemptLowerPriority`.
    ///
    /// Example: `preemptionPolicy: Always`
    ///
    /// Source: `ValidatePriorityClass`, pkg/apis/scheduling/validation/validation.go
    fn preemption_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["Never", "PreemptLowerPriority"]);
    }
);
