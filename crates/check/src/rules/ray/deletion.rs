//! What a RayJob deletes when it has ended: `deletionStrategy`.

use std::collections::BTreeMap;

use mkmanifests_kuberay::{DeletionCondition, DeletionPolicy, DeletionRule, DeletionStrategy, RayJobSpec};

use super::super::common::{list, not_negative};
use super::job::selects_cluster;
use super::read::has_autoscaler;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The policies of a deletion rule, in the order in which they may come into effect.
const ORDER: [&str; 3] = ["DeleteWorkers", "DeleteCluster", "DeleteSelf"];

/// Validates the deletion strategy of a job.
pub(super) fn strategy(report: &mut Report<'_>, at: &Path<'_>, job: &RayJobSpec) {
    let Some(strategy) = &job.deletion_strategy else { return };
    deletion_strategy(report, at, strategy, job.shutdown_after_job_finishes == Some(true));
    for (field, policy) in [("onSuccess", &strategy.on_success), ("onFailure", &strategy.on_failure)] {
        if let Some(policy) = policy {
            legacy_policy(report, &at.field(field).field("policy"), policy, job);
        }
    }
    let at = at.field("deletionRules");
    let rules = list(&strategy.deletion_rules);
    for (index, rule) in rules.iter().enumerate() {
        let at = at.index(index);
        deletion_condition(report, &at.field("condition"), &rule.condition);
        deletion_policy(report, &at.field("policy"), &rule.policy);
        supported_policy(report, &at.field("policy"), &rule.policy, job);
    }
    unique_deletion_rules(report, &at, rules);
    deletion_order(report, &at, rules);
}

/// Reports a policy that cannot be applied to the cluster of the job, on behalf of the rule that calls it.
fn applies(report: &mut Report<'_>, at: &Path<'_>, policy: &str, job: &RayJobSpec) {
    if selects_cluster(job) && matches!(policy, "DeleteCluster" | "DeleteWorkers") {
        report
            .error(at, format_args!("may not be `{policy}` with `clusterSelector`: the job does not own the cluster"));
    }
    if policy == "DeleteWorkers" && job.ray_cluster_spec.as_ref().is_some_and(has_autoscaler) {
        report.error(at, "may not be `DeleteWorkers` with `enableInTreeAutoscaling: true`: the autoscaler sets the number of workers");
    }
}

/// Returns what triggers a rule: the field and its value. `None` unless exactly one of both is set.
fn trigger(condition: &DeletionCondition) -> Option<(&'static str, &str)> {
    match (&condition.job_status, &condition.job_deployment_status) {
        (Some(status), None) => Some(("jobStatus", status)),
        (None, Some(status)) => Some(("jobDeploymentStatus", status)),
        _ => None,
    }
}

/// The area of the rules below.
const AREA: &str = "rayjob";

rules!(
    /// `deletionStrategy` must have `deletionRules` with at least one rule, or both `onSuccess` and `onFailure`, but not
    /// both forms. `deletionRules` may not be combined with `shutdownAfterJobFinishes: true`.
    ///
    /// Example: `spec: {deletionStrategy: {onSuccess: {policy: DeleteCluster}}}`
    ///
    /// Source: `validateDeletionConfiguration`, ray-operator/controllers/ray/utils/validation.go; `DeletionStrategy`,
    /// ray-operator/apis/ray/v1/rayjob_types.go
    fn deletion_strategy(report: &mut Report<'_>, at: &Path<'_>, strategy: &DeletionStrategy, shuts_down: bool) {
        let has_legacy = strategy.on_success.is_some() || strategy.on_failure.is_some();
        let at_rules = at.field("deletionRules");
        match &strategy.deletion_rules {
            Some(_) if has_legacy => {
                report.forbidden(&at_rules, "`onSuccess` or `onFailure` is set; use only `deletionRules`");
            }
            Some(rules) if rules.is_empty() => report.error(&at_rules, "must have at least one rule"),
            Some(_) if shuts_down => {
                report.error_with_help(
                    &at_rules,
                    "may not be set with `shutdownAfterJobFinishes: true`",
                    "remove `shutdownAfterJobFinishes`, and add a rule with the policy `DeleteCluster`",
                );
            }
            None if strategy.on_success.is_none() || strategy.on_failure.is_none() => {
                report.required(at, "set `deletionRules`, or both `onSuccess` and `onFailure`, which are deprecated");
            }
            _ => {}
        }
    },

    /// `policy` of `onSuccess` and `onFailure` is required, and must be `DeleteCluster`, `DeleteWorkers`, `DeleteSelf` or
    /// `DeleteNone`: not `DeleteNone` with `shutdownAfterJobFinishes: true`, not `DeleteCluster` or `DeleteWorkers` with
    /// `clusterSelector`, and not `DeleteWorkers` with an autoscaler.
    ///
    /// Example: `spec: {deletionStrategy: {onSuccess: {}, onFailure: {policy: DeleteNone}}}`
    ///
    /// Source: `validateLegacyDeletionPolicies`, ray-operator/controllers/ray/utils/validation.go
    fn legacy_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &DeletionPolicy, job: &RayJobSpec) {
        let Some(policy) = &policy.policy else {
            return report.required(at, "set what to delete, such as `DeleteCluster`");
        };
        deletion_policy(report, at, policy);
        applies(report, at, policy, job);
        if job.shutdown_after_job_finishes == Some(true) && policy == "DeleteNone" {
            report.error(at, "may not be `DeleteNone` with `shutdownAfterJobFinishes: true`");
        }
    },

    /// `policy` of a deletion rule must be `DeleteCluster`, `DeleteWorkers`, `DeleteSelf` or `DeleteNone`.
    ///
    /// Example: `spec: {deletionStrategy: {deletionRules: [{policy: Delete, condition: {jobStatus: FAILED}}]}}`
    ///
    /// Source: `DeletionRule`, ray-operator/apis/ray/v1/rayjob_types.go
    fn deletion_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["DeleteCluster", "DeleteWorkers", "DeleteSelf", "DeleteNone"]);
    },

    /// `policy` of a deletion rule may not be `DeleteCluster` or `DeleteWorkers` with `clusterSelector`, nor `DeleteWorkers`
    /// with an autoscaler.
    ///
    /// Example: `spec: {rayClusterSpec: {enableInTreeAutoscaling: true}, deletionStrategy: {deletionRules: [{policy:
    /// DeleteWorkers, condition: {jobStatus: FAILED}}]}}`
    ///
    /// Source: `validateDeletionRules`, ray-operator/controllers/ray/utils/validation.go
    fn supported_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str, job: &RayJobSpec) {
        applies(report, at, policy, job);
    },

    /// The condition of a deletion rule must have either `jobStatus` (`SUCCEEDED` or `FAILED`) or `jobDeploymentStatus`
    /// (`Failed`), and `ttlSeconds` of 0 or more.
    ///
    /// Example: `spec: {deletionStrategy: {deletionRules: [{policy: DeleteSelf, condition: {ttlSeconds: 60}}]}}`
    ///
    /// Source: `validateDeletionCondition`, ray-operator/controllers/ray/utils/validation.go; `DeletionCondition`,
    /// ray-operator/apis/ray/v1/rayjob_types.go
    fn deletion_condition(report: &mut Report<'_>, at: &Path<'_>, condition: &DeletionCondition) {
        match (&condition.job_status, &condition.job_deployment_status) {
            (Some(_), Some(_)) => report.error(at, "may have only one of `jobStatus` and `jobDeploymentStatus`"),
            (None, None) => report.required(at, "set `jobStatus` or `jobDeploymentStatus`"),
            _ => {}
        }
        if let Some(status) = &condition.job_status {
            report.one_of(&at.field("jobStatus"), status, &["SUCCEEDED", "FAILED"]);
        }
        if let Some(status) = &condition.job_deployment_status {
            report.one_of(&at.field("jobDeploymentStatus"), status, &["Failed"]);
        }
        not_negative(report, &at.field("ttlSeconds"), condition.ttl_seconds.unwrap_or_default());
    },

    /// At most one deletion rule may have the same condition and the same policy.
    ///
    /// Example: `spec: {deletionStrategy: {deletionRules: [{policy: DeleteSelf, condition: {jobStatus: FAILED}}, {policy:
    /// DeleteSelf, condition: {jobStatus: FAILED, ttlSeconds: 60}}]}}`
    ///
    /// Source: `validateDeletionRules`, ray-operator/controllers/ray/utils/validation.go
    fn unique_deletion_rules(report: &mut Report<'_>, at: &Path<'_>, rules: &[DeletionRule]) {
        let keys = rules.iter().map(|rule| trigger(&rule.condition).map(|trigger| (trigger, rule.policy.as_str())));
        let mut seen = std::collections::HashSet::new();
        for (index, key) in keys.enumerate() {
            let Some(((field, status), policy)) = key.filter(|key| !seen.insert(*key)) else { continue };
            report.duplicate(&at.index(index), format_args!("`{policy}` for `{field}: {status}`"));
        }
    },

    /// The deletion rules for one condition must come into effect in the order `DeleteWorkers`, `DeleteCluster`,
    /// `DeleteSelf`: the `ttlSeconds` of each must be at least that of the previous one.
    ///
    /// Example: `spec: {deletionStrategy: {deletionRules: [{policy: DeleteCluster, condition: {jobStatus: FAILED,
    /// ttlSeconds: 60}}, {policy: DeleteSelf, condition: {jobStatus: FAILED, ttlSeconds: 30}}]}}`
    ///
    /// Source: `validateTTLConsistency`, ray-operator/controllers/ray/utils/validation.go
    fn deletion_order(report: &mut Report<'_>, at: &Path<'_>, rules: &[DeletionRule]) {
        let mut by_trigger: BTreeMap<_, BTreeMap<usize, (usize, i32)>> = BTreeMap::new();
        for (index, rule) in rules.iter().enumerate() {
            let order = ORDER.iter().position(|policy| *policy == rule.policy);
            if let (Some(trigger), Some(order)) = (trigger(&rule.condition), order) {
                let seconds = rule.condition.ttl_seconds.unwrap_or_default();
                by_trigger.entry(trigger).or_default().entry(order).or_insert((index, seconds));
            }
        }
        for ((field, status), policies) in by_trigger {
            let steps: Vec<(&str, usize, i32)> = policies
                .into_iter()
                .filter_map(|(order, (index, seconds))| Some((*ORDER.get(order)?, index, seconds)))
                .collect();
            for pair in steps.windows(2) {
                let [(before, _, earliest), (policy, index, seconds)] = pair else { continue };
                if seconds < earliest {
                    let message = format_args!(
                        "must be at least {earliest}, as for `{before}` with `{field}: {status}`: `{policy}` cannot come first"
                    );
                    report.error(&at.index(*index).field("condition.ttlSeconds"), message);
                }
            }
        }
    }
);
