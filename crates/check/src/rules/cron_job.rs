//! CronJobs.

use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, JobSpec};

use super::common::{not_negative, text};
use super::names::Name;
use super::{job, meta};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{cron_schedule, time_zone};

/// Everything about a CronJob.
pub(crate) fn validate(object: &CronJob, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    room_for_jobs(report, &Path::ROOT.field("metadata.name"), &meta::name_to_be(&object.metadata));
    let at = Path::ROOT.field("spec");
    let spec = &object.spec;
    schedule(report, &at.field("schedule"), &spec.schedule);
    zone(report, &at.field("timeZone"), spec.time_zone.as_deref());
    cron_counts(report, &at, spec);
    concurrency(report, &at.field("concurrencyPolicy"), text(&spec.concurrency_policy));
    let default = JobSpec::default();
    let template = spec.job_template.spec.as_ref().unwrap_or(&default);
    let at = at.field("jobTemplate.spec");
    job::spec(report, &at, template);
    no_selector(report, &at, template);
}

rules!(
    /// A CronJob has a name of at most 52 characters, since eleven are added for each Job.
    ///
    /// Source: `ValidateCronJobCreate`, pkg/apis/batch/validation/validation.go
    fn room_for_jobs(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.len() > 52 {
            report.error(at, format_args!("{} characters are too long: at most 52", name.len()));
        }
    },

    /// A CronJob has a schedule of five fields, or one like `@daily`, without a time zone in it.
    ///
    /// Source: `validateScheduleFormat`, pkg/apis/batch/validation/validation.go
    fn schedule(report: &mut Report<'_>, at: &Path<'_>, schedule: &str) {
        if schedule.is_empty() {
            return report.required(at, "when Jobs are made, as in `0 3 * * *`");
        }
        if schedule.contains("TZ") {
            report.error_with_help(at, format_args!("{schedule:?} has a time zone in it"), "say it as `timeZone`");
        } else {
            report.require(at, cron_schedule(schedule));
        }
    },

    /// A time zone is one of the IANA database.
    ///
    /// Source: `validateTimeZone`, pkg/apis/batch/validation/validation.go
    fn zone(report: &mut Report<'_>, at: &Path<'_>, zone: Option<&str>) {
        if let Some(zone) = zone {
            report.require(at, time_zone(zone));
        }
    },

    /// The counts and times of a CronJob are not negative.
    ///
    /// Source: `ValidateCronJobSpec`, pkg/apis/batch/validation/validation.go
    fn cron_counts(report: &mut Report<'_>, at: &Path<'_>, spec: &CronJobSpec) {
        not_negative(report, &at.field("startingDeadlineSeconds"), spec.starting_deadline_seconds.unwrap_or_default());
        for (field, limit) in [
            ("successfulJobsHistoryLimit", spec.successful_jobs_history_limit),
            ("failedJobsHistoryLimit", spec.failed_jobs_history_limit),
        ] {
            not_negative(report, &at.field(field), limit.unwrap_or_default());
        }
    },

    /// What happens when a Job still runs as the next is due is `Allow`, `Forbid` or `Replace`.
    ///
    /// Source: `validateConcurrencyPolicy`, pkg/apis/batch/validation/validation.go
    fn concurrency(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if !policy.is_empty() {
            report.one_of(at, policy, &["Allow", "Forbid", "Replace"]);
        }
    },

    /// The Jobs of a CronJob select their pods by the labels that they give them.
    ///
    /// Source: `ValidateJobTemplateSpec`, pkg/apis/batch/validation/validation.go
    fn no_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        if spec.selector.is_some() {
            report.error(&at.field("selector"), "each Job selects its pods by labels that it gives them: leave it out");
        }
        if spec.manual_selector == Some(true) {
            report.error(
                &at.field("manualSelector"),
                "each Job selects its pods by labels that it gives them: leave it out",
            );
        }
    }
);
