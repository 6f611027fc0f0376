//! PodDisruptionBudgets.

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn validate(object: &PodDisruptionBudget, report: &mut Report<'_>) {
    meta::any(report, &object.metadata);
    let Some(spec) = &object.spec else { return };
    let at = Path::ROOT.field("spec");
    single_bound(report, &at, spec);
    if let Some(labels) = &spec.selector {
        selector::label_selector(report, &at.field("selector"), labels);
    }
    if let Some(policy) = &spec.unhealthy_pod_eviction_policy {
        unhealthy_pod_eviction_policy(report, &at.field("unhealthyPodEvictionPolicy"), policy);
    }
}

/// The area of the rules below.
const AREA: &str = "poddisruptionbudget";

rules!(
    /// `minAvailable` and `maxUnavailable` are mutually exclusive; each must be a number of 0 or more, or a percentage
    /// from `0%` to `100%`.
    ///
    /// Example: `spec: {minAvailable: 1, maxUnavailable: 1}`
    ///
    /// Source: `ValidatePodDisruptionBudgetSpec`, pkg/apis/policy/validation/validation.go
    fn single_bound(report: &mut Report<'_>, at: &Path<'_>, spec: &PodDisruptionBudgetSpec) {
        if spec.min_available.is_some() && spec.max_unavailable.is_some() {
            report.error(at, "`minAvailable` and `maxUnavailable` are mutually exclusive");
        }
        for (field, bound) in [("minAvailable", &spec.min_available), ("maxUnavailable", &spec.max_unavailable)] {
            bound.iter().for_each(|bound| number_or_percentage(report, &at.field(field), bound));
        }
    },

    /// `unhealthyPodEvictionPolicy` must be `AlwaysAllow` or `IfHealthyBudget`.
    ///
    /// Example: `spec: {unhealthyPodEvictionPolicy: Never}`
    ///
    /// Source: `ValidatePodDisruptionBudgetSpec`, pkg/apis/policy/validation/validation.go
    fn unhealthy_pod_eviction_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["AlwaysAllow", "IfHealthyBudget"]);
    }
);

/// Validates a number such as `3`, or a percentage such as `50%`.
fn number_or_percentage(report: &mut Report<'_>, at: &Path<'_>, bound: &IntOrString) {
    match bound {
        IntOrString::Int(number) if *number < 0 => report.error(at, format_args!("must be 0 or more, found {number}")),
        IntOrString::Int(_) => {}
        IntOrString::String(text) => {
            let digits = text.strip_suffix('%').filter(|digits| !digits.is_empty());
            match digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
                None => report.error(at, format_args!("{text:?} must be a number, or a percentage such as `50%`")),
                Some(digits) if digits.parse::<u32>().is_ok_and(|percent| percent <= 100) => {}
                Some(_) => report.error(at, format_args!("must be at most `100%`, found {text:?}")),
            }
        }
    }
}
