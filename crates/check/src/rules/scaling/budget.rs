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
    one_bound(report, &at, spec);
    if let Some(wanted) = &spec.selector {
        selector::label_selector(report, &at.field("selector"), wanted);
    }
    if let Some(policy) = &spec.unhealthy_pod_eviction_policy {
        evictions_of_unhealthy(report, &at.field("unhealthyPodEvictionPolicy"), policy);
    }
}

rules!(
    /// A budget bounds what is there or what is missing, by a number or a part of at most all.
    ///
    /// Source: `ValidatePodDisruptionBudgetSpec`, pkg/apis/policy/validation/validation.go
    fn one_bound(report: &mut Report<'_>, at: &Path<'_>, spec: &PodDisruptionBudgetSpec) {
        if spec.min_available.is_some() && spec.max_unavailable.is_some() {
            report.error(at, "`minAvailable` and `maxUnavailable` exclude one another");
        }
        for (field, bound) in [("minAvailable", &spec.min_available), ("maxUnavailable", &spec.max_unavailable)] {
            bound.iter().for_each(|bound| number_or_part(report, &at.field(field), bound));
        }
    },

    /// What becomes of pods that are not healthy is a choice that there is.
    ///
    /// Source: `ValidatePodDisruptionBudgetSpec`, pkg/apis/policy/validation/validation.go
    fn evictions_of_unhealthy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["AlwaysAllow", "IfHealthyBudget"]);
    }
);

/// `3`, or `50%`: at most all.
fn number_or_part(report: &mut Report<'_>, at: &Path<'_>, bound: &IntOrString) {
    match bound {
        IntOrString::Int(number) if *number < 0 => report.error(at, format_args!("{number} is negative: at least 0")),
        IntOrString::Int(_) => {}
        IntOrString::String(text) => {
            let digits = text.strip_suffix('%').filter(|digits| !digits.is_empty());
            match digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
                None => report.error(at, format_args!("{text:?} is neither a number nor a part such as `50%`")),
                Some(digits) if digits.parse::<u32>().is_ok_and(|percent| percent <= 100) => {}
                Some(_) => report.error(at, format_args!("{text:?} is more than all: at most `100%`")),
            }
        }
    }
}
