//! CronJobs.

use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, JobSpec};

use super::common::{not_negative, text};
use super::names::Name;
use super::{job, meta};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{self, cron_schedule};

/// Validates a CronJob.
pub(crate) fn validate(object: &CronJob, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    name_length(report, &Path::ROOT.field("metadata.name"), &meta::expected_name(&object.metadata));
    let at = Path::ROOT.field("spec");
    let spec = &object.spec;
    schedule(report, &at.field("schedule"), &spec.schedule);
    time_zone(report, &at.field("timeZone"), spec.time_zone.as_deref());
    non_negative_numbers(report, &at, spec);
    concurrency_policy(report, &at.field("concurrencyPolicy"), text(&spec.concurrency_policy));
    let default = JobSpec::default();
    let template = spec.job_template.spec.as_ref().unwrap_or(&default);
    let at = at.field("jobTemplate.spec");
    job::spec(report, &at, template);
    no_job_selector(report, &at, template);
}

/// The area of the rules below.
const AREA: &str = "cronjob";

rules!(
    /// `metadata.name` must be at most 52 characters, since the names of its Jobs are 11 characters longer.
    ///
    /// Example: `metadata: {name: a-name-of-more-than-fifty-two-characters-for-a-nightly-job}`
    ///
    /// Source: `ValidateCronJobCreate`, pkg/apis/batch/validation/validation.go
    fn name_length(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.len() > 52 {
            report.error(at, format_args!("must be at most 52 characters, found {}", name.len()));
        }
    },

    /// `schedule` is required, and must have five fields or be a macro such as `@daily`. It must not contain a time
    /// zone; `timeZone` sets that.
    ///
    /// Example: `spec: {schedule: "0 3 * *"}`
    ///
    /// Source: `validateScheduleFormat`, pkg/apis/batch/validation/validation.go
    fn schedule(report: &mut Report<'_>, at: &Path<'_>, schedule: &str) {
        if schedule.is_empty() {
            return report.required(at, "set a schedule such as `0 3 * * *`");
        }
        if schedule.contains("TZ") {
            report.error_with_help(
                at,
                format_args!("must not contain a time zone: {schedule:?}"),
                "set `timeZone` instead",
            );
        } else {
            report.require(at, cron_schedule(schedule));
        }
    },

    /// `timeZone` must be a name of the IANA time zone database, such as `Europe/Berlin`.
    ///
    /// Example: `spec: {timeZone: CEST}`
    ///
    /// Source: `validateTimeZone`, pkg/apis/batch/validation/validation.go
    fn time_zone(report: &mut Report<'_>, at: &Path<'_>, zone: Option<&str>) {
        if let Some(zone) = zone {
            report.require(at, syntax::time_zone(zone));
        }
    },

    /// `startingDeadlineSeconds`, `successfulJobsHistoryLimit` and `failedJobsHistoryLimit` must be 0 or more.
    ///
    /// Example: `spec: {failedJobsHistoryLimit: -1}`
    ///
    /// Source: `ValidateCronJobSpec`, pkg/apis/batch/validation/validation.go
    fn non_negative_numbers(report: &mut Report<'_>, at: &Path<'_>, spec: &CronJobSpec) {
        not_negative(report, &at.field("startingDeadlineSeconds"), spec.starting_deadline_seconds.unwrap_or_default());
        for (field, limit) in [
            ("successfulJobsHistoryLimit", spec.successful_jobs_history_limit),
            ("failedJobsHistoryLimit", spec.failed_jobs_history_limit),
        ] {
            not_negative(report, &at.field(field), limit.unwrap_or_default());
        }
    },

    /// `concurrencyPolicy` must be `Allow`, `Forbid` or `Replace`.
    ///
    /// Example: `spec: {concurrencyPolicy: Skip}`
    ///
    /// Source: `validateConcurrencyPolicy`, pkg/apis/batch/validation/validation.go
    fn concurrency_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if !policy.is_empty() {
            report.one_of(at, policy, &["Allow", "Forbid", "Replace"]);
        }
    },

    /// `selector` and `manualSelector: true` may not be set in the `jobTemplate`; each Job generates its own selector.
    ///
    /// Example: `spec: {jobTemplate: {spec: {manualSelector: true}}}`
    ///
    /// Source: `ValidateJobTemplateSpec`, pkg/apis/batch/validation/validation.go
    fn no_job_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        if spec.selector.is_some() {
            report.error(&at.field("selector"), "may not be set: each Job generates its own selector");
        }
        if spec.manual_selector == Some(true) {
            report.error(&at.field("manualSelector"), "may not be set: each Job generates its own selector");
        }
    }
);
