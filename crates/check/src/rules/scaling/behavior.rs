//! The scaling behavior of a HorizontalPodAutoscaler.

use k8s_openapi::api::autoscaling::v2::{HPAScalingPolicy, HPAScalingRules};

use super::super::amount::Amount;
use super::super::common::{list, within};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The area of the rules below.
const AREA: &str = "horizontalpodautoscaler";

rules!(
    /// `stabilizationWindowSeconds` must be between 0 and 3600, `selectPolicy` must be `Max`, `Min` or `Disabled`,
    /// `tolerance` may not be negative, and `policies` may not be an empty list.
    ///
    /// Example: `spec: {behavior: {scaleDown: {stabilizationWindowSeconds: 7200}}}`
    ///
    /// Source: `validateScalingRules`, pkg/apis/autoscaling/validation/validation.go
    pub(super) fn behavior_rules(report: &mut Report<'_>, at: &Path<'_>, rules: &HPAScalingRules) {
        if let Some(seconds) = rules.stabilization_window_seconds {
            within(report, &at.field("stabilizationWindowSeconds"), seconds, 0, 3600);
        }
        if let Some(policy) = &rules.select_policy {
            report.one_of(&at.field("selectPolicy"), policy, &["Disabled", "Max", "Min"]);
        }
        if let Some(tolerance) = rules.tolerance.as_ref().filter(|tolerance| Amount::of(tolerance).milli < 0) {
            report.error(&at.field("tolerance"), format_args!("must be 0 or more, found {:?}", tolerance.0));
        }
        let at = at.field("policies");
        if rules.policies.as_ref().is_some_and(Vec::is_empty) {
            report.required(&at, "at least one policy; omit the field to use the defaults");
        }
        for (index, policy) in list(&rules.policies).iter().enumerate() {
            behavior_policy(report, &at.index(index), policy);
        }
    },

    /// A scaling policy must have `type` `Pods` or `Percent`, a `value` of at least 1, and `periodSeconds` between 1
    /// and 1800.
    ///
    /// Example: `spec: {behavior: {scaleUp: {policies: [{type: Pods, value: 0, periodSeconds: 60}]}}}`
    ///
    /// Source: `validateScalingPolicy`, pkg/apis/autoscaling/validation/validation.go
    fn behavior_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &HPAScalingPolicy) {
        report.one_of(&at.field("type"), &policy.type_, &["Percent", "Pods"]);
        if policy.value < 1 {
            report.error(&at.field("value"), format_args!("must be at least 1, found {}", policy.value));
        }
        within(report, &at.field("periodSeconds"), policy.period_seconds, 1, 1800);
    }
);
