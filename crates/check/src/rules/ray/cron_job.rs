//! RayCronJobs: what KubeRay's operator and the custom resource definition refuse.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mkmanifests_kuberay::RayCronJob;

use super::super::meta;
use super::{job, shared};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{self, cron_schedule};

/// Validates a RayCronJob.
pub(crate) fn validate(object: &RayCronJob, report: &mut Report<'_>) {
    let at = Path::ROOT.field("metadata");
    name(report, &at, &object.metadata);
    meta::common(report, &at, &object.metadata);
    let at = Path::ROOT.field("spec");
    schedule(report, &at.field("schedule"), &object.spec.schedule);
    time_zone(report, &at.field("timeZone"), object.spec.time_zone.as_deref());
    job::spec(report, &at.field("jobTemplate"), &object.spec.job_template, None);
}

/// The area of the rules below.
const AREA: &str = "raycronjob";

rules!(
    /// `metadata.name` must be a DNS label that begins with a letter, of at most 36 characters, since the names of its
    /// RayJobs are 11 characters longer.
    ///
    /// Example: `metadata: {name: a-name-of-more-than-thirty-six-characters}`
    ///
    /// Source: `ValidateRayCronJobSpec`, `ValidateRayJobMetadata`, ray-operator/controllers/ray/utils/validation.go;
    /// `getRayJobName`, ray-operator/controllers/ray/raycronjob_controller.go
    fn name(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
        shared::name(report, at, metadata, 36, "the operator appends 11 characters for the names of the RayJobs");
    },

    /// `schedule` is required, and must have five fields or be a macro such as `@daily`. It must not contain a time
    /// zone; `timeZone` sets that.
    ///
    /// Example: `spec: {schedule: "0 3 * *"}`
    ///
    /// Source: `ValidateRayCronJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn schedule(report: &mut Report<'_>, at: &Path<'_>, schedule: &str) {
        if schedule.is_empty() {
            return report.required(at, "set a schedule such as `0 3 * * *`");
        }
        if schedule.contains("TZ") {
            let message = format_args!("must not contain a time zone: {schedule:?}");
            report.error_with_help(at, message, "set `timeZone` instead");
        } else {
            report.require(at, cron_schedule(schedule));
        }
    },

    /// `timeZone` must be a name of the IANA time zone database, such as `Europe/Berlin`, or `Local`, the time zone of the
    /// operator.
    ///
    /// Example: `spec: {timeZone: CEST}`
    ///
    /// Source: `ValidateRayCronJobSpec`, ray-operator/controllers/ray/utils/validation.go
    fn time_zone(report: &mut Report<'_>, at: &Path<'_>, zone: Option<&str>) {
        if let Some(zone) = zone.filter(|zone| *zone != "Local") {
            report.require(at, syntax::time_zone(zone));
        }
    }
);
