//! Validation rules for the values of `ray-cron-job` that their types cannot express: one function per rule.

use super::super::gates::feature_gates;
use super::super::values::OperatorValues;
use super::values::RayCronJobPart;
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{cron_schedule, time_zone};
use crate::kuberay::Gate;

/// Runs every rule. Those of the job run separately.
pub(super) fn check(cron_job: &RayCronJobPart, operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    schedule(cron_job, diagnostics);
    if let Some(zone) = &cron_job.time_zone {
        diagnostics.require(&["timeZone"], time_zone(zone));
    }
    feature_gate(operator, diagnostics);
    queue(operator, diagnostics);
    metadata(operator, diagnostics);
    head_service(operator, diagnostics);
}

fn schedule(cron_job: &RayCronJobPart, diagnostics: &mut Diagnostics<'_>) {
    let path = &["schedule"];
    let Some(schedule) = &cron_job.schedule else {
        let help = "set the times, for example every night at three: `--set schedule='0 3 * * *'`";
        return diagnostics.error_with_help(path, "required", help);
    };
    if schedule.contains("TZ") {
        let help = "set `timeZone: Europe/Berlin`";
        return diagnostics.error_with_help(path, format!("must not have a time zone, found {schedule:?}"), help);
    }
    diagnostics.require(path, cron_schedule(schedule));
}

/// Checks that the operator knows RayCronJob, an alpha feature: without it, the object is accepted, and nothing happens.
fn feature_gate(operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    if feature_gates(&operator.operator).is_on(Gate::RayCronJob) {
        return;
    }
    let message =
        "must be `true`: without this feature gate, which is off by default, the operator ignores RayCronJobs";
    let help =
        "start the operator with `--feature-gates=RayCronJob=true`, then set `operator.featureGates.RayCronJob: true`";
    diagnostics.error_with_help(&["operator", "featureGates", "RayCronJob"], message, help);
}

/// Refuses queues: they are labels, and the operator copies no labels of a RayCronJob to its jobs.
fn queue(operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    let queue = &operator.queue;
    let message = "has no effect: a queue is a label, and KubeRay copies no labels of a RayCronJob to its jobs";
    for (name, _) in queue.set() {
        let path = &["queue", name];
        if name == "kueue" {
            let help = "name the LocalQueue `default`: Kueue uses it for all jobs of its namespace without a queue";
            diagnostics.error_with_help(path, message, help);
        } else {
            diagnostics.error(path, message);
        }
    }
    if queue.gang {
        diagnostics.error(&["queue", "gang"], message);
    }
}

/// Refuses labels and annotations for KubeRay, for the same reason.
fn metadata(operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    for (field, map) in [("labels", &operator.labels), ("annotations", &operator.annotations)] {
        for key in map.keys().filter(|key| key.starts_with("ray.io/")) {
            let message = format!("has no effect: KubeRay copies no {field} of a RayCronJob to its jobs");
            diagnostics.error(&[field, key], message);
        }
    }
}

/// Refuses a name for the head's Service: jobs whose runs overlap would share it, and their workers join the wrong head.
fn head_service(operator: &OperatorValues, diagnostics: &mut Diagnostics<'_>) {
    if operator.service.name.is_some() {
        let message = "may not be set: each run has a Ray cluster with its own Service, and runs may overlap";
        diagnostics.error(&["service", "name"], message);
    }
}
