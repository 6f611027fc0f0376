//! Jobs.

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::common::{not_negative, text};
use super::names::Name;
use super::pod::{self, Owner};
use super::workload::{labels_of, selector_matches_template};
use super::{job_policies, meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, label_value};

/// The number of completions above which an indexed Job needs stricter limits.
const MANY: i32 = 100_000;

/// The labels that a Job sets on its pods to select them, each with whether its value is the name of the Job, or else
/// its UID.
const GENERATED_LABELS: [(&str, bool); 4] = [
    ("controller-uid", false),
    ("job-name", true),
    ("batch.kubernetes.io/controller-uid", false),
    ("batch.kubernetes.io/job-name", true),
];

/// Validates a Job.
pub(crate) fn validate(object: &Job, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = JobSpec::default();
    let job = object.spec.as_ref().unwrap_or(&default);
    // `completions` defaults to 1 if `parallelism` is not set either. In a CronJob, the default is set after
    // validation.
    let defaulted = (is_indexed(job) && job.completions.is_none() && job.parallelism.is_none())
        .then(|| JobSpec { completions: Some(1), ..job.clone() });
    let job = defaulted.as_ref().unwrap_or(job);
    spec(report, &at, job);
    let name = meta::expected_name(&object.metadata);
    if job.manual_selector == Some(true) {
        manual_selector(report, &at, job);
    } else {
        generated_selector(report, &at, job, &name);
    }
    if !name.is_empty() && is_indexed(job) {
        indexed_name(report, &Path::ROOT.field("metadata.name"), &name, job.completions.unwrap_or_default());
    }
}

/// Validates the spec of a Job, except its selector.
pub(super) fn spec(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
    non_negative_numbers(report, at, spec);
    required_backoff_limit_per_index(report, &at.field("backoffLimitPerIndex"), spec);
    managed_by(report, &at.field("managedBy"), spec.managed_by.as_deref());
    completion_mode(report, at, spec);
    if is_indexed(spec) {
        index_limits(report, at, spec);
    } else {
        indexed_only_fields(report, at, spec);
    }
    job_policies::policies(report, at, spec);
    pod::template(report, &at.field("template"), &spec.template, Owner::TEMPLATE);
    restart_policy(report, &at.field("template.spec.restartPolicy"), spec);
}

fn is_indexed(spec: &JobSpec) -> bool {
    spec.completion_mode.as_deref() == Some("Indexed")
}

/// The area of the rules below.
const AREA: &str = "job";

rules!(
    /// `parallelism`, `completions`, `activeDeadlineSeconds`, `backoffLimit`, `backoffLimitPerIndex`,
    /// `maxFailedIndexes` and `ttlSecondsAfterFinished` must be 0 or more.
    ///
    /// Example: `spec: {backoffLimit: -1}`
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn non_negative_numbers(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        for (field, number) in [
            ("parallelism", spec.parallelism.map(i64::from)),
            ("completions", spec.completions.map(i64::from)),
            ("activeDeadlineSeconds", spec.active_deadline_seconds),
            ("backoffLimit", spec.backoff_limit.map(i64::from)),
            ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished.map(i64::from)),
            ("backoffLimitPerIndex", spec.backoff_limit_per_index.map(i64::from)),
            ("maxFailedIndexes", spec.max_failed_indexes.map(i64::from)),
        ] {
            not_negative(report, &at.field(field), number.unwrap_or_default());
        }
    },

    /// `backoffLimitPerIndex` is required with `maxFailedIndexes`.
    ///
    /// Example: `spec: {completionMode: Indexed, completions: 2, maxFailedIndexes: 1}`
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn required_backoff_limit_per_index(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
            report.required(at, "`maxFailedIndexes` is set");
        }
    },

    /// `managedBy` must be a domain and a path, such as `example.com/jobs`, of at most 63 characters.
    ///
    /// Example: `spec: {managedBy: jobs}`
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn managed_by(report: &mut Report<'_>, at: &Path<'_>, name: Option<&str>) {
        let Some(name) = name else { return };
        if name.is_empty() {
            return report.required(at, "set the name of a controller, such as `example.com/jobs`");
        }
        let is_path = |path: &str| {
            !path.is_empty() && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b))
        };
        match name.split_once('/') {
            Some((domain, path)) if !domain.is_empty() && is_path(path) => report.require(at, dns_subdomain(domain)),
            _ => report.error(at, format_args!("{name:?} must be a domain and a path, such as `example.com/jobs`")),
        }
        if name.len() > 63 {
            report.error(at, format_args!("must be at most 63 characters, found {}", name.len()));
        }
    },

    /// `completionMode` must be `NonIndexed` or `Indexed`; `Indexed` requires `completions`.
    ///
    /// Example: `spec: {completionMode: Ordered}`
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn completion_mode(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        if let Some(mode) = &spec.completion_mode {
            report.one_of(&at.field("completionMode"), mode, &["NonIndexed", "Indexed"]);
        }
        if is_indexed(spec) && spec.completions.is_none() {
            report.required(&at.field("completions"), "`completionMode` is `Indexed`");
        }
    },

    /// In an indexed Job, `maxFailedIndexes` must be at most `completions`, and `maxFailedIndexes` and `parallelism` at
    /// most 100000. With `backoffLimitPerIndex` and more than 100000 `completions`, `maxFailedIndexes` is required, and
    /// both are at most 10000.
    ///
    /// Example: `spec: {completionMode: Indexed, completions: 200000, parallelism: 100001}`
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn index_limits(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        let (at_parallelism, at_failed) = (at.field("parallelism"), at.field("maxFailedIndexes"));
        let parallelism = spec.parallelism.unwrap_or_default();
        if parallelism > MANY {
            report.error(&at_parallelism, format_args!("must be at most {MANY}, found {parallelism}"));
        }
        if let (Some(completions), Some(failed)) = (spec.completions, spec.max_failed_indexes)
            && failed > completions
        {
            report.error(&at_failed, format_args!("must be at most `completions` ({completions}), found {failed}"));
        }
        if let Some(failed) = spec.max_failed_indexes.filter(|failed| *failed > MANY) {
            report.error(&at_failed, format_args!("must be at most {MANY}, found {failed}"));
        }
        if spec.completions.is_none_or(|completions| completions <= MANY) || spec.backoff_limit_per_index.is_none() {
            return;
        }
        match spec.max_failed_indexes {
            None => report.required(&at_failed, format_args!("set it for more than {MANY} `completions`")),
            Some(failed) if failed > 10_000 => {
                report.error(
                    &at_failed,
                    format_args!("must be at most 10000 with more than {MANY} `completions`, found {failed}"),
                );
            }
            Some(_) => {}
        }
        if parallelism > 10_000 {
            let message =
                format_args!("must be at most 10000 with more than {MANY} `completions`, found {parallelism}");
            report.error(&at_parallelism, message);
        }
    },

    /// `backoffLimitPerIndex`, `maxFailedIndexes` and `successPolicy` require `completionMode: Indexed`.
    ///
    /// Example: `spec: {backoffLimitPerIndex: 1}`
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn indexed_only_fields(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        for (field, is_set) in [
            ("backoffLimitPerIndex", spec.backoff_limit_per_index.is_some()),
            ("maxFailedIndexes", spec.max_failed_indexes.is_some()),
            ("successPolicy", spec.success_policy.is_some()),
        ] {
            if is_set && matches!(spec.completion_mode.as_deref(), None | Some("NonIndexed")) {
                report.error(&at.field(field), "requires `completionMode: Indexed`");
            }
        }
    },

    /// `restartPolicy` of the pod template must be `OnFailure` or `Never`, and `Never` with `podFailurePolicy`.
    ///
    /// Example: `spec: {template: {spec: {restartPolicy: Always}}}`
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn restart_policy(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        match restart_policy_of(spec) {
            "" => report.required(at, "set `OnFailure` or `Never`; the default, `Always`, is not allowed in a Job"),
            "Never" => {}
            "OnFailure" if spec.pod_failure_policy.is_some() => {
                report.error(at, "must be `Never` when `podFailurePolicy` is set, not `OnFailure`");
            }
            policy => report.one_of(at, policy, &["OnFailure", "Never"]),
        }
    },

    /// With `manualSelector: true`, `selector` is required and must match the labels of the pod template.
    ///
    /// Source: `ValidateJobSpec`, pkg/apis/batch/validation/validation.go
    fn manual_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        let at_selector = at.field("selector");
        let Some(wanted) = &spec.selector else {
            report.required(&at_selector, "`manualSelector` is `true`");
            return selector_matches_template(
                report,
                &at.field("template.metadata.labels"),
                &LabelSelector::default(),
                &spec.template,
            );
        };
        let before = report.len();
        selector::label_selector(report, &at_selector, wanted);
        if report.len() == before && !selector::matches(wanted, labels_of(&spec.template)) {
            selector_matches_template(report, &at.field("template.metadata.labels"), wanted, &spec.template);
        }
    },

    /// Unless `manualSelector` is `true`, a Job sets its selector and the labels `job-name` and `controller-uid` of its
    /// pods itself: other values are not allowed, and the name of the Job must be a label value of at most 63
    /// characters.
    ///
    /// Example: `spec: {template: {metadata: {labels: {job-name: other}}}}`
    ///
    /// Source: `validateGeneratedSelector`, pkg/apis/batch/validation/validation.go; `generateSelector`,
    /// pkg/registry/batch/job/strategy.go
    fn generated_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec, name: &str) {
        generated_labels(report, &at.field("template.metadata.labels"), &spec.template, name);
        if label_value(name).is_err() {
            let location = Path::ROOT.field("metadata.name");
            let message = format_args!(
                "the name of the Job must be a valid label value of at most 63 characters; it has {}",
                name.len()
            );
            report.error_in(&at.field("template.labels"), &location, message);
        }
        let Some(wanted) = spec.selector.as_ref().filter(|wanted| !selector::is_empty(wanted)) else { return };
        let at_selector = at.field("selector");
        let before = report.len();
        selector::label_selector(report, &at_selector, wanted);
        if report.len() != before {
            return;
        }
        let given = GENERATED_LABELS
            .iter()
            .filter(|(_, is_name)| *is_name)
            .map(|(key, _)| ((*key).to_owned(), name.to_owned()));
        let given: BTreeMap<String, String> = given.collect();
        if !selector::matches(wanted, Some(&given)) {
            report.error_with_help(
                &at_selector,
                "may not be set: a Job generates its own selector",
                "remove it, or set `manualSelector: true`",
            );
        }
        let mut labels = labels_of(&spec.template).cloned().unwrap_or_default();
        for (key, value) in given {
            labels.entry(key).or_insert(value);
        }
        if !selector::matches(wanted, Some(&labels)) {
            selector_matches_template(report, &at.field("template.metadata.labels"), wanted, &spec.template);
        }
    },

    /// The hostname of the last pod of an indexed Job, `<name>-<index>`, must be a DNS label.
    ///
    /// Source: `ValidateJob`, pkg/apis/batch/validation/validation.go
    fn indexed_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, completions: i32) {
        if completions > 0 {
            let last = format!("{name}-{}", completions - 1);
            report.require(at, dns_label(&last).map_err(|why| format!("the hostname of the last pod: {why}")));
        }
    }
);

fn restart_policy_of(spec: &JobSpec) -> &str {
    spec.template.spec.as_ref().map_or("", |pod| text(&pod.restart_policy))
}

/// Reports labels of the template that the Job sets to other values. A user cannot know the UID of a Job in advance.
fn generated_labels(report: &mut Report<'_>, at: &Path<'_>, template: &PodTemplateSpec, name: &str) {
    let Some(labels) = labels_of(template) else { return };
    for (key, is_name) in GENERATED_LABELS {
        if let Some(value) = labels.get(key).filter(|value| !is_name || *value != name) {
            let message = format_args!("{value:?} differs from the value that the Job sets: remove this label");
            report.error(&at.key(key), message);
        }
    }
}
