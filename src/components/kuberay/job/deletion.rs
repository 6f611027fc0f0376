//! Rules for `deletionRules`: what the operator deletes after the job, and when.

use std::collections::BTreeMap;

use super::super::values::OperatorValues;
use super::rules::at_least;
use super::values::{DeletionCondition, DeletionPolicy, EndOfJob, JobPart};
use crate::check::diagnostics::Diagnostics;

/// How a job has ended, as `jobStatus` or `jobDeploymentStatus` names it.
type End = (&'static str, &'static str);

/// Runs every rule.
pub(super) fn check(job: &JobPart, operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    let mut seen: BTreeMap<(End, DeletionPolicy), (usize, i32)> = BTreeMap::new();
    for (index, rule) in job.deletion_rules.iter().enumerate() {
        let at = index.to_string();
        let seconds = rule.condition.ttl_seconds.unwrap_or(0);
        at_least(0, rule.condition.ttl_seconds, &["deletionRules", &at, "condition", "ttlSeconds"], diagnostics);
        if rule.policy == DeletionPolicy::DeleteWorkers && operator.autoscaling.enabled {
            let message = "must not be `DeleteWorkers` with `autoscaling.enabled: true`";
            diagnostics.error(&["deletionRules", &at, "policy"], message);
        }
        let Some(end) = end(&rule.condition, &at, diagnostics) else { continue };
        if let Some((first, _)) = seen.get(&(end, rule.policy)) {
            let message = format!("repeats rule {first}: `{}` for `{}: {}`", rule.policy.as_str(), end.0, end.1);
            diagnostics.error(&["deletionRules", &at], message);
        } else {
            seen.insert((end, rule.policy), (index, seconds));
        }
    }
    order(&seen, diagnostics);
    if !job.deletion_rules.is_empty() && job.cluster_selector.is_none() {
        ends_without_rule(job, diagnostics);
    }
}

/// Warns if the cluster stays after one of the ways in which a job ends.
fn ends_without_rule(job: &JobPart, diagnostics: &mut Diagnostics<'_>) {
    let conditions = || job.deletion_rules.iter().map(|rule| &rule.condition);
    let has = |end: EndOfJob| conditions().any(|condition| condition.job_status == Some(end));
    let has_failure = conditions().any(|condition| condition.job_deployment_status.is_some());
    // `jobStatus` is not `FAILED` then.
    let when = if has(EndOfJob::Failed) { "misses a deadline or cannot be submitted" } else { "fails" };
    let missing = [
        (has(EndOfJob::Succeeded), "jobStatus: SUCCEEDED", "succeeds"),
        (has_failure, "jobDeploymentStatus: Failed", when),
    ];
    for (_, condition, when) in missing.iter().filter(|(has_rule, ..)| !has_rule) {
        let message = format!("no rule has the condition `{condition}`: the Ray cluster stays if the job {when}");
        let help = "add a rule with `DeleteCluster`, or with `DeleteNone` to keep the cluster".to_owned();
        diagnostics.warning(&["deletionRules"], message, Some(help));
    }
}

/// Returns how the job has ended, if the condition says it in one way.
fn end(condition: &DeletionCondition, at: &str, diagnostics: &mut Diagnostics<'_>) -> Option<End> {
    let path = &["deletionRules", at, "condition"];
    match (condition.job_status, condition.job_deployment_status) {
        (Some(status), None) => Some(("jobStatus", status.as_str())),
        (None, Some(_)) => Some(("jobDeploymentStatus", "Failed")),
        (Some(_), Some(_)) => {
            diagnostics.error(path, "`jobStatus` and `jobDeploymentStatus` are mutually exclusive");
            None
        }
        (None, None) => {
            diagnostics.error(path, "`jobStatus` or `jobDeploymentStatus` is required");
            None
        }
    }
}

/// Checks that what contains more is not deleted earlier: the workers, then the cluster, then the RayJob.
fn order(rules: &BTreeMap<(End, DeletionPolicy), (usize, i32)>, diagnostics: &mut Diagnostics<'_>) {
    let mut earlier: Option<(End, DeletionPolicy, i32)> = None;
    for ((end, policy), (index, seconds)) in rules {
        if *policy == DeletionPolicy::DeleteNone {
            continue;
        }
        if let Some((before, smaller, least)) = earlier
            && before == *end
            && *seconds < least
        {
            let message = format!(
                "must be at least {least}, as `ttlSeconds` of `{}`, which `{}` includes; found {seconds}",
                smaller.as_str(),
                policy.as_str()
            );
            diagnostics.error(&["deletionRules", &index.to_string(), "condition", "ttlSeconds"], message);
        }
        earlier = Some((*end, *policy, *seconds));
    }
}
