//! Policies of Jobs: pod failure, success and pod replacement.

use std::collections::BTreeSet;

use k8s_openapi::api::batch::v1::{
    JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyOnPodConditionsPattern,
    PodFailurePolicyRule, SuccessPolicy, SuccessPolicyRule,
};

use super::common::{list, not_negative, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::qualified_name;

/// Validates the policies of a Job.
pub(super) fn policies(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
    if let Some(policy) = &spec.pod_failure_policy {
        pod_failure_policy(report, &at.field("podFailurePolicy.rules"), spec, policy);
    }
    if let Some(policy) = &spec.success_policy
        && spec.completion_mode.as_deref() == Some("Indexed")
    {
        success_policy(report, &at.field("successPolicy.rules"), spec, policy);
    }
    pod_replacement_policy(report, &at.field("podReplacementPolicy"), spec);
}

/// The area of the rules below.
const AREA: &str = "job";

rules!(
    /// `podFailurePolicy` may have at most 20 rules.
    ///
    /// Source: `validatePodFailurePolicy`, pkg/apis/batch/validation/validation.go
    fn pod_failure_policy(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec, policy: &PodFailurePolicy) {
        if policy.rules.len() > 20 {
            report.error(at, format_args!("may have at most 20 rules, found {}", policy.rules.len()));
        }
        for (index, rule) in policy.rules.iter().enumerate() {
            pod_failure_policy_rule(report, &at.index(index), spec, rule);
        }
    },

    /// A rule of `podFailurePolicy` requires an `action` of `Count`, `FailIndex`, `FailJob` or `Ignore`, and exactly
    /// one of `onExitCodes` and `onPodConditions`. `FailIndex` requires `backoffLimitPerIndex`.
    ///
    /// Example: `spec: {podFailurePolicy: {rules: [{action: Ignore}]}}`
    ///
    /// Source: `validatePodFailurePolicyRule`, pkg/apis/batch/validation/validation.go
    fn pod_failure_policy_rule(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec, rule: &PodFailurePolicyRule) {
        let at_action = at.field("action");
        let conditions = list(&rule.on_pod_conditions);
        match rule.action.as_str() {
            "" => report.required(&at_action, "set `Count`, `FailIndex`, `FailJob` or `Ignore`"),
            "FailIndex" if spec.backoff_limit_per_index.is_none() => {
                report.error(&at_action, "`FailIndex` requires `backoffLimitPerIndex`");
            }
            action => report.one_of(&at_action, action, &["Count", "FailIndex", "FailJob", "Ignore"]),
        }
        if let Some(codes) = &rule.on_exit_codes {
            pod_failure_policy_exit_codes(report, &at.field("onExitCodes"), spec, codes);
        }
        pod_failure_policy_conditions(report, &at.field("onPodConditions"), conditions);
        match (rule.on_exit_codes.is_some(), !conditions.is_empty()) {
            (true, true) => report.error(at, "`onExitCodes` and `onPodConditions` are mutually exclusive"),
            (false, false) => report.error(at, "set one of `onExitCodes` and `onPodConditions`"),
            _ => {}
        }
    },

    /// `onExitCodes` requires an `operator` of `In` or `NotIn` and 1 to 255 unique `values` in ascending order, without
    /// 0 for `In`. `containerName` must be a container of the template.
    ///
    /// Example: `spec: {podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [0]}}]}}`
    ///
    /// Source: `validatePodFailurePolicyRuleOnExitCodes`, pkg/apis/batch/validation/validation.go
    fn pod_failure_policy_exit_codes(
        report: &mut Report<'_>,
        at: &Path<'_>,
        spec: &JobSpec,
        codes: &PodFailurePolicyOnExitCodesRequirement,
    ) {
        let (at_operator, at_values) = (at.field("operator"), at.field("values"));
        if codes.operator.is_empty() {
            report.required(&at_operator, "set `In` or `NotIn`");
        } else {
            report.one_of(&at_operator, &codes.operator, &["In", "NotIn"]);
        }
        let pod = spec.template.spec.as_ref();
        let mut containers = pod.into_iter().flat_map(|pod| pod.containers.iter().chain(list(&pod.init_containers)));
        if let Some(name) = &codes.container_name
            && !containers.any(|container| container.name == *name)
        {
            report.error(&at.field("containerName"), format_args!("the pod template has no container `{name}`"));
        }
        match codes.values.len() {
            0 => report.error(&at_values, "must have at least one exit code"),
            count if count > 255 => {
                report.error(&at_values, format_args!("may have at most 255 exit codes, found {count}"))
            }
            _ => {}
        }
        let mut seen = BTreeSet::new();
        for (index, code) in codes.values.iter().enumerate() {
            if *code == 0 && codes.operator == "In" {
                report.error(
                    &at_values.index(index),
                    "must not be 0 for operator `In`, since exit code 0 is not a failure",
                );
            }
            if !seen.insert(*code) {
                report.duplicate(&at_values.index(index), format_args!("the exit code {code}"));
            }
        }
        if !codes.values.is_sorted() {
            report.error(&at_values, "must be in ascending order");
        }
    },

    /// `onPodConditions` may have at most 20 entries. `type` must be a qualified name, and `status` `True`, `False` or
    /// `Unknown`.
    ///
    /// Example: `spec: {podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: a b}]}]}}`
    ///
    /// Source: `validatePodFailurePolicyRuleOnPodConditions`, pkg/apis/batch/validation/validation.go
    fn pod_failure_policy_conditions(
        report: &mut Report<'_>,
        at: &Path<'_>,
        conditions: &[PodFailurePolicyOnPodConditionsPattern],
    ) {
        if conditions.len() > 20 {
            report.error(at, format_args!("may have at most 20 conditions, found {}", conditions.len()));
        }
        for (index, condition) in conditions.iter().enumerate() {
            let at = at.index(index);
            report.require(&at.field("type"), qualified_name(&condition.type_));
            let status = text(&condition.status);
            if !status.is_empty() {
                report.one_of(&at.field("status"), status, &["False", "True", "Unknown"]);
            }
        }
    },

    /// `successPolicy` must have 1 to 20 rules.
    ///
    /// Example: `spec: {completionMode: Indexed, completions: 2, successPolicy: {rules: []}}`
    ///
    /// Source: `validateSuccessPolicy`, pkg/apis/batch/validation/validation.go
    fn success_policy(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec, policy: &SuccessPolicy) {
        match policy.rules.len() {
            0 => report.required(at, "list at least one rule"),
            count if count > 20 => report.error(at, format_args!("may have at most 20 rules, found {count}")),
            _ => {}
        }
        for (index, rule) in policy.rules.iter().enumerate() {
            success_policy_rule(report, &at.index(index), spec.completions.unwrap_or_default(), rule);
        }
    },

    /// A rule of `successPolicy` requires `succeededIndexes`, ordered indexes below `completions` such as `0,2-4`, or
    /// `succeededCount`, at most the number of those indexes or of `completions`.
    ///
    /// Example: `spec: {completionMode: Indexed, completions: 2, successPolicy: {rules: [{succeededCount: 3}]}}`
    ///
    /// Source: `validateSuccessPolicyRule`, pkg/apis/batch/validation/validation.go
    fn success_policy_rule(report: &mut Report<'_>, at: &Path<'_>, completions: i32, rule: &SuccessPolicyRule) {
        let at_count = at.field("succeededCount");
        if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
            report.required(at, "set `succeededCount` or `succeededIndexes`");
        }
        let mut listed = 0;
        if let Some(indexes) = &rule.succeeded_indexes {
            let at = at.field("succeededIndexes");
            if indexes.len() > 64 << 10 {
                report.error(&at, format_args!("must be at most 65536 characters, found {}", indexes.len()));
            }
            match count_indexes(indexes, completions) {
                Ok(count) => listed = count,
                Err(why) => report.error(&at, why),
            }
        }
        let Some(count) = rule.succeeded_count else { return };
        not_negative(report, &at_count, count);
        if count > completions {
            report.error(&at_count, format_args!("must be at most `completions` ({completions}), found {count}"));
        }
        if rule.succeeded_indexes.is_some() && count > listed {
            report.error(
                &at_count,
                format_args!("must be at most the number of `succeededIndexes` ({listed}), found {count}"),
            );
        }
    },

    /// `podReplacementPolicy` must be `Failed` or `TerminatingOrFailed`, and `Failed` with `podFailurePolicy`.
    ///
    /// Example: `spec: {podReplacementPolicy: Always}`
    ///
    /// Source: `validatePodReplacementPolicy`, pkg/apis/batch/validation/validation.go
    fn pod_replacement_policy(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        let Some(policy) = &spec.pod_replacement_policy else { return };
        let allowed: &[&str] =
            if spec.pod_failure_policy.is_some() { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
        report.one_of(at, policy, allowed);
    }
);

/// Counts the indexes of a list such as `1,3-5`, which must be in order and below `completions`.
fn count_indexes(indexes: &str, completions: i32) -> Result<i32, String> {
    if indexes.is_empty() {
        return Ok(0);
    }
    let (mut last, mut count) = (None, 0);
    for interval in indexes.split(',') {
        let (low, high) = interval.split_once('-').unwrap_or((interval, interval));
        let number = |text: &str| {
            text.parse::<i32>().map_err(|_| format!("{interval:?} must be a number or a range such as `2-4`"))
        };
        let (low, high) = (number(low)?, number(high)?);
        let is_range = interval.contains('-');
        if low >= completions || high >= completions || low < 0 {
            return Err(format!("{interval:?} must be between 0 and {}", completions - 1));
        }
        if last.is_some_and(|last| low <= last) || (is_range && high <= low) {
            return Err(format!("{interval:?} must be in ascending order and not overlap"));
        }
        count += high - low + 1;
        last = Some(high);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::count_indexes;

    #[test]
    fn indexes_are_numbers_and_ranges_in_order() {
        assert_eq!(count_indexes("0,2-4", 5), Ok(4));
        assert_eq!(count_indexes("", 5), Ok(0));
        for bad in ["5", "3-5", "2,1", "1-1", "a", "1-", "1,", "0-2,2"] {
            assert!(count_indexes(bad, 5).is_err(), "{bad}");
        }
    }
}
