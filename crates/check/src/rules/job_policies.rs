//! When a Job has failed, and when it has succeeded.

use std::collections::BTreeSet;

use k8s_openapi::api::batch::v1::{
    JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyOnPodConditionsPattern,
    PodFailurePolicyRule, SuccessPolicy, SuccessPolicyRule,
};

use super::common::{list, not_negative, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

/// Everything about the policies of a Job.
pub(super) fn policies(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
    if let Some(policy) = &spec.pod_failure_policy {
        failure_policy(report, &at.field("podFailurePolicy.rules"), spec, policy);
    }
    if let Some(policy) = &spec.success_policy
        && spec.completion_mode.as_deref() == Some("Indexed")
    {
        success_policy(report, &at.field("successPolicy.rules"), spec, policy);
    }
    replacement_policy(report, &at.field("podReplacementPolicy"), spec);
}

rules!(
    /// At most 20 rules look at failed pods.
    ///
    /// Source: `validatePodFailurePolicy`, pkg/apis/batch/validation/validation.go
    fn failure_policy(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec, policy: &PodFailurePolicy) {
        if policy.rules.len() > 20 {
            report.error(at, format_args!("{} rules are too many: at most 20", policy.rules.len()));
        }
        for (index, rule) in policy.rules.iter().enumerate() {
            failure_rule(report, &at.index(index), spec, rule);
        }
    },

    /// A rule about failed pods has an action, and looks at exit codes or at conditions.
    ///
    /// Source: `validatePodFailurePolicyRule`, pkg/apis/batch/validation/validation.go
    fn failure_rule(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec, rule: &PodFailurePolicyRule) {
        let at_action = at.field("action");
        let conditions = list(&rule.on_pod_conditions);
        match rule.action.as_str() {
            "" => report.required(&at_action, "`Count`, `FailIndex`, `FailJob` or `Ignore`"),
            "FailIndex" if spec.backoff_limit_per_index.is_none() => {
                report.error(&at_action, "`FailIndex` needs `backoffLimitPerIndex`");
            }
            action => report.one_of(&at_action, action, &["Count", "FailIndex", "FailJob", "Ignore"]),
        }
        if let Some(codes) = &rule.on_exit_codes {
            exit_codes(report, &at.field("onExitCodes"), spec, codes);
        }
        pod_conditions(report, &at.field("onPodConditions"), conditions);
        match (rule.on_exit_codes.is_some(), !conditions.is_empty()) {
            (true, true) => report.error(at, "`onExitCodes` and `onPodConditions` exclude one another"),
            (false, false) => report.error(at, "it looks at neither `onExitCodes` nor `onPodConditions`"),
            _ => {}
        }
    },

    /// Exit codes are 1 to 255 of them, in order, each once, not 0 where they are looked for, and of a container that there
    /// is.
    ///
    /// Source: `validatePodFailurePolicyRuleOnExitCodes`, pkg/apis/batch/validation/validation.go
    fn exit_codes(
        report: &mut Report<'_>,
        at: &Path<'_>,
        spec: &JobSpec,
        codes: &PodFailurePolicyOnExitCodesRequirement,
    ) {
        let (at_operator, at_values) = (at.field("operator"), at.field("values"));
        if codes.operator.is_empty() {
            report.required(&at_operator, "`In` or `NotIn`");
        } else {
            report.one_of(&at_operator, &codes.operator, &["In", "NotIn"]);
        }
        let pod = spec.template.spec.as_ref();
        let mut containers = pod.into_iter().flat_map(|pod| pod.containers.iter().chain(list(&pod.init_containers)));
        if let Some(name) = &codes.container_name
            && !containers.any(|container| container.name == *name)
        {
            report.error(&at.field("containerName"), format_args!("the template has no container `{name}`"));
        }
        match codes.values.len() {
            0 => report.error(&at_values, "it is empty: at least one exit code"),
            count if count > 255 => {
                report.error(&at_values, format_args!("{count} exit codes are too many: at most 255"))
            }
            _ => {}
        }
        let mut seen = BTreeSet::new();
        for (index, code) in codes.values.iter().enumerate() {
            if *code == 0 && codes.operator == "In" {
                report.error(&at_values.index(index), "0 is no failure");
            }
            if !seen.insert(*code) {
                report.duplicate(&at_values.index(index), format_args!("the exit code {code}"));
            }
        }
        if !codes.values.is_sorted() {
            report.error(&at_values, "the exit codes are not in order");
        }
    },

    /// At most 20 conditions of pods are looked at, each with a name and a status.
    ///
    /// Source: `validatePodFailurePolicyRuleOnPodConditions`, pkg/apis/batch/validation/validation.go
    fn pod_conditions(report: &mut Report<'_>, at: &Path<'_>, conditions: &[PodFailurePolicyOnPodConditionsPattern]) {
        if conditions.len() > 20 {
            report.error(at, format_args!("{} conditions are too many: at most 20", conditions.len()));
        }
        for (index, condition) in conditions.iter().enumerate() {
            let at = at.index(index);
            report.require(&at.field("type"), label_key(&condition.type_));
            let status = text(&condition.status);
            if !status.is_empty() {
                report.one_of(&at.field("status"), status, &["False", "True", "Unknown"]);
            }
        }
    },

    /// Between 1 and 20 rules say when a Job has succeeded.
    ///
    /// Source: `validateSuccessPolicy`, pkg/apis/batch/validation/validation.go
    fn success_policy(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec, policy: &SuccessPolicy) {
        match policy.rules.len() {
            0 => report.required(at, "at least one rule"),
            count if count > 20 => report.error(at, format_args!("{count} rules are too many: at most 20")),
            _ => {}
        }
        for (index, rule) in policy.rules.iter().enumerate() {
            success_rule(report, &at.index(index), spec.completions.unwrap_or_default(), rule);
        }
    },

    /// A Job has succeeded with so many indexes, or with certain ones, of those that it has.
    ///
    /// Source: `validateSuccessPolicyRule`, pkg/apis/batch/validation/validation.go
    fn success_rule(report: &mut Report<'_>, at: &Path<'_>, completions: i32, rule: &SuccessPolicyRule) {
        let at_count = at.field("succeededCount");
        if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
            report.required(at, "`succeededCount` or `succeededIndexes`");
        }
        let mut named = 0;
        if let Some(indexes) = &rule.succeeded_indexes {
            let at = at.field("succeededIndexes");
            if indexes.len() > 64 << 10 {
                report.error(&at, format_args!("{} characters are too long: at most 65536", indexes.len()));
            }
            match count_indexes(indexes, completions) {
                Ok(count) => named = count,
                Err(why) => report.error(&at, why),
            }
        }
        let Some(count) = rule.succeeded_count else { return };
        not_negative(report, &at_count, count);
        if count > completions {
            report.error(&at_count, format_args!("{count} is more than there are `completions`, {completions}"));
        }
        if rule.succeeded_indexes.is_some() && count > named {
            report.error(&at_count, format_args!("{count} is more than there are `succeededIndexes`, {named}"));
        }
    },

    /// Pods of a Job are replaced when they have failed (`Failed`) or as soon as they end (`TerminatingOrFailed`), which a
    /// policy about failed pods does not go with.
    ///
    /// Source: `validatePodReplacementPolicy`, pkg/apis/batch/validation/validation.go
    fn replacement_policy(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        let Some(policy) = &spec.pod_replacement_policy else { return };
        let allowed: &[&str] =
            if spec.pod_failure_policy.is_some() { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
        report.one_of(at, policy, allowed);
    }
);

/// How many indexes `1,3-5` are, of those below `completions`.
fn count_indexes(indexes: &str, completions: i32) -> Result<i32, String> {
    if indexes.is_empty() {
        return Ok(0);
    }
    let (mut last, mut count) = (None, 0);
    for interval in indexes.split(',') {
        let (low, high) = interval.split_once('-').unwrap_or((interval, interval));
        let number =
            |text: &str| text.parse::<i32>().map_err(|_| format!("{interval:?} is neither a number nor `low-high`"));
        let (low, high) = (number(low)?, number(high)?);
        let is_range = interval.contains('-');
        if low >= completions || high >= completions || low < 0 {
            return Err(format!("{interval:?} is out of bounds: 0 to {}", completions - 1));
        }
        if last.is_some_and(|last| low <= last) || (is_range && high <= low) {
            return Err(format!("{interval:?} is out of order"));
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
