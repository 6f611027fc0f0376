//! Validation rules for the queue of a batch scheduler.

use super::super::OperatedCluster;
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::label_value;

/// Kueue allows eight pod sets per workload; one is the head: `apis/kueue/v1beta1/workload_types.go`.
const KUEUE_GROUPS: usize = 7;
/// With the feature gate `ElasticJobsViaWorkloadSlices` of Kueue, a workload with this annotation may be scaled.
const KUEUE_ELASTIC: &str = "kueue.x-k8s.io/elastic-job";

pub(super) fn check(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let queue = &operated.operator.queue;
    let set = queue.set();
    for (name, value) in &set {
        diagnostics.require(&["queue", name], label_value(value));
        if value.is_empty() {
            diagnostics.error(&["queue", name], "must not be empty");
        }
    }
    if let [(first, _), others @ ..] = set.as_slice() {
        for (name, _) in others {
            diagnostics.error(&["queue", name], format!("at most one queue is allowed: `queue.{first}` is also set"));
        }
    }
    if let Some(class) = &queue.priority_class {
        diagnostics.require(&["queue", "priorityClass"], label_value(class));
        if queue.kueue.is_none() && queue.volcano.is_none() {
            diagnostics
                .error(&["queue", "priorityClass"], "has no effect unless `queue.kueue` or `queue.volcano` is set");
        }
    }
    if queue.gang && (queue.kueue.is_some() || queue.volcano.is_some() || queue.kai.is_some()) {
        let message = "is for YuniKorn and the scheduler plugins: this scheduler always schedules all pods together";
        diagnostics.error(&["queue", "gang"], message);
    }
    if queue.kueue.is_some() {
        kueue(operated, diagnostics);
    }
}

/// What Kueue's webhook refuses: `pkg/controller/jobs/raycluster/raycluster_webhook.go`.
fn kueue(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let is_elastic = operated.operator.annotations.get(KUEUE_ELASTIC).is_some_and(|value| value == "true");
    if operated.operator.autoscaling.enabled && !is_elastic {
        let message = "must be `false` with `queue.kueue`: Kueue reserves resources for a fixed number of workers";
        let help = format!("or set the annotation `{KUEUE_ELASTIC}: \"true\"`, which needs a feature gate of Kueue");
        diagnostics.error_with_help(&["autoscaling", "enabled"], message, help);
    }
    let groups = operated.groups();
    if groups.len() > KUEUE_GROUPS {
        let message = format!("must have at most {KUEUE_GROUPS} groups with `queue.kueue`, found {}", groups.len());
        diagnostics.error(&["workerGroups"], message);
    }
    if groups.iter().any(|(name, _)| *name == "head") {
        let reason = "choose another name: Kueue uses this one for the head".to_owned();
        diagnostics.require_key(&["workerGroups", "head"], Err(reason));
    }
}
