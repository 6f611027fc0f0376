//! How fast an autoscaler scales.

use k8s_openapi::api::autoscaling::v2::{HPAScalingPolicy, HPAScalingRules};

use super::super::amount::Amount;
use super::super::common::{list, within};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

rules!(
    /// Scaling waits for an hour at most, and follows one of some policies.
    ///
    /// Source: `validateScalingRules`, pkg/apis/autoscaling/validation/validation.go
    pub(super) fn scaling_rules(report: &mut Report<'_>, at: &Path<'_>, rules: &HPAScalingRules) {
        if let Some(seconds) = rules.stabilization_window_seconds {
            within(report, &at.field("stabilizationWindowSeconds"), seconds, 0, 3600);
        }
        if let Some(policy) = &rules.select_policy {
            report.one_of(&at.field("selectPolicy"), policy, &["Disabled", "Max", "Min"]);
        }
        if let Some(tolerance) = rules.tolerance.as_ref().filter(|tolerance| Amount::of(tolerance).milli < 0) {
            report.error(&at.field("tolerance"), format_args!("{:?} is negative", tolerance.0));
        }
        let at = at.field("policies");
        if rules.policies.as_ref().is_some_and(Vec::is_empty) {
            report.required(&at, "at least one; left out, there are defaults");
        }
        for (index, policy) in list(&rules.policies).iter().enumerate() {
            scaling_policy(report, &at.index(index), policy);
        }
    },

    /// A policy changes a number or a part of the pods within half an hour.
    ///
    /// Source: `validateScalingPolicy`, pkg/apis/autoscaling/validation/validation.go
    fn scaling_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &HPAScalingPolicy) {
        report.one_of(&at.field("type"), &policy.type_, &["Percent", "Pods"]);
        if policy.value < 1 {
            report.error(&at.field("value"), format_args!("{} is too little: at least 1", policy.value));
        }
        within(report, &at.field("periodSeconds"), policy.period_seconds, 1, 1800);
    }
);
