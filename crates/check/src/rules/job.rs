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

/// How many indexes a Job can have before it has to say more.
const MANY: i32 = 100_000;

/// The labels that a Job gives its pods, by which it selects them: each with whether it is its name, or else its uid.
const OWN_LABELS: [(&str, bool); 4] = [
    ("controller-uid", false),
    ("job-name", true),
    ("batch.kubernetes.io/controller-uid", false),
    ("batch.kubernetes.io/job-name", true),
];

/// Everything about a Job.
pub(crate) fn validate(object: &Job, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = JobSpec::default();
    let job = object.spec.as_ref().unwrap_or(&default);
    // A Job that says neither how often it has to complete nor how often at a time does so once; in a CronJob this is not
    // filled in before it is validated.
    let filled = (is_indexed(job) && job.completions.is_none() && job.parallelism.is_none())
        .then(|| JobSpec { completions: Some(1), ..job.clone() });
    let job = filled.as_ref().unwrap_or(job);
    spec(report, &at, job);
    let name = meta::name_to_be(&object.metadata);
    if job.manual_selector == Some(true) {
        manual_selector(report, &at, job);
    } else {
        generated_selector(report, &at, job, &name);
    }
    if !name.is_empty() && is_indexed(job) {
        indexed_name(report, &Path::ROOT.field("metadata.name"), &name, job.completions.unwrap_or_default());
    }
}

/// Everything about a Job's spec but its selector.
pub(super) fn spec(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
    job_counts(report, at, spec);
    managed_by(report, &at.field("managedBy"), spec.managed_by.as_deref());
    completion_mode(report, at, spec);
    if is_indexed(spec) {
        many_indexes(report, at, spec);
    } else {
        needs_indexes(report, at, spec);
    }
    job_policies::policies(report, at, spec);
    pod::template(report, &at.field("template"), &spec.template, Owner::TEMPLATE);
    ends(report, &at.field("template.spec.restartPolicy"), spec);
}

fn is_indexed(spec: &JobSpec) -> bool {
    spec.completion_mode.as_deref() == Some("Indexed")
}

rules!(
    /// The counts and times of a Job are not negative.
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn job_counts(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
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
        if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
            report.required(&at.field("backoffLimitPerIndex"), "`maxFailedIndexes` counts what has used it up");
        }
    },

    /// Another controller of a Job is named by a domain and a path, in at most 63 characters.
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn managed_by(report: &mut Report<'_>, at: &Path<'_>, name: Option<&str>) {
        let Some(name) = name else { return };
        if name.is_empty() {
            return report.required(at, "the controller, as in `example.com/jobs`");
        }
        let is_path = |path: &str| {
            !path.is_empty() && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b))
        };
        match name.split_once('/') {
            Some((domain, path)) if !domain.is_empty() && is_path(path) => report.require(at, dns_subdomain(domain)),
            _ => report.error(at, format_args!("{name:?} is not a domain and a path, as in `example.com/jobs`")),
        }
        if name.len() > 63 {
            report.error(at, format_args!("{} characters are too long: at most 63", name.len()));
        }
    },

    /// The pods of a Job are alike (`NonIndexed`), or each has an index of its own (`Indexed`), and then it is said how
    /// many.
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn completion_mode(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        if let Some(mode) = &spec.completion_mode {
            report.one_of(&at.field("completionMode"), mode, &["NonIndexed", "Indexed"]);
        }
        if is_indexed(spec) && spec.completions.is_none() {
            report.required(&at.field("completions"), "with `completionMode: Indexed` it is the number of indexes");
        }
    },

    /// A Job of very many indexes says how many may fail, and does not too much at a time.
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn many_indexes(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        let (at_parallelism, at_failed) = (at.field("parallelism"), at.field("maxFailedIndexes"));
        let parallelism = spec.parallelism.unwrap_or_default();
        if parallelism > MANY {
            report.error(&at_parallelism, format_args!("{parallelism} are too many at a time: at most {MANY}"));
        }
        if let (Some(completions), Some(failed)) = (spec.completions, spec.max_failed_indexes)
            && failed > completions
        {
            report.error(&at_failed, format_args!("{failed} is more than there are `completions`, {completions}"));
        }
        if let Some(failed) = spec.max_failed_indexes.filter(|failed| *failed > MANY) {
            report.error(&at_failed, format_args!("{failed} is too much: at most {MANY}"));
        }
        if spec.completions.is_none_or(|completions| completions <= MANY) || spec.backoff_limit_per_index.is_none() {
            return;
        }
        match spec.max_failed_indexes {
            None => report.required(&at_failed, format_args!("there are more than {MANY} `completions`")),
            Some(failed) if failed > 10_000 => {
                report.error(&at_failed, format_args!("{failed} is too much for so many `completions`: at most 10000"));
            }
            Some(_) => {}
        }
        if parallelism > 10_000 {
            let message = format_args!("{parallelism} are too many at a time for so many `completions`: at most 10000");
            report.error(&at_parallelism, message);
        }
    },

    /// Limits of failures by index need indexes.
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn needs_indexes(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        for (field, is_there) in [
            ("backoffLimitPerIndex", spec.backoff_limit_per_index.is_some()),
            ("maxFailedIndexes", spec.max_failed_indexes.is_some()),
            ("successPolicy", spec.success_policy.is_some()),
        ] {
            if is_there && matches!(spec.completion_mode.as_deref(), None | Some("NonIndexed")) {
                report.error(&at.field(field), "it needs `completionMode: Indexed`");
            }
        }
    },

    /// The pods of a Job end: they restart `OnFailure` or `Never`, and `Never` where a policy looks at failed pods.
    ///
    /// Source: `validateJobSpec`, pkg/apis/batch/validation/validation.go
    fn ends(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        match text_of_policy(spec) {
            "" => report.required(at, "a Job's pods end: `OnFailure` or `Never` (the default, `Always`, will not do)"),
            "Never" => {}
            "OnFailure" if spec.pod_failure_policy.is_some() => {
                report.error(at, "\"OnFailure\" leaves no failed pod for `podFailurePolicy` to look at: `Never`");
            }
            policy => report.one_of(at, policy, &["OnFailure", "Never"]),
        }
    },

    /// A Job that selects its pods by itself has a valid selector, which matches its template.
    ///
    /// Source: `ValidateJobSpec`, pkg/apis/batch/validation/validation.go
    fn manual_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec) {
        let at_selector = at.field("selector");
        let Some(wanted) = &spec.selector else {
            report.required(&at_selector, "`manualSelector: true` asks for it");
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

    /// A Job selects its pods by labels that it gives them; what a user adds to that does not fit.
    ///
    /// Source: `validateGeneratedSelector`, pkg/apis/batch/validation/validation.go; `generateSelector`,
    /// pkg/registry/batch/job/strategy.go
    fn generated_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &JobSpec, name: &str) {
        own_labels(report, &at.field("template.metadata.labels"), &spec.template, name);
        if label_value(name).is_err() {
            let location = Path::ROOT.field("metadata.name");
            let message =
                format_args!("the Job's name is a label of its pods: at most 63 characters, it has {}", name.len());
            report.error_in(&at.field("template.labels"), &location, message);
        }
        let Some(wanted) = spec.selector.as_ref().filter(|wanted| !selector::is_empty(wanted)) else { return };
        let at_selector = at.field("selector");
        let before = report.len();
        selector::label_selector(report, &at_selector, wanted);
        if report.len() != before {
            return;
        }
        let given =
            OWN_LABELS.iter().filter(|(_, is_name)| *is_name).map(|(key, _)| ((*key).to_owned(), name.to_owned()));
        let given: BTreeMap<String, String> = given.collect();
        if !selector::matches(wanted, Some(&given)) {
            report.error(
                &at_selector,
                "a Job selects its pods by labels that it gives them: leave it out, or set `manualSelector: true`",
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

    /// Pods of an indexed Job are called after it and their index, which has to be a DNS label.
    ///
    /// Source: `ValidateJob`, pkg/apis/batch/validation/validation.go
    fn indexed_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, completions: i32) {
        if completions > 0 {
            let last = format!("{name}-{}", completions - 1);
            report.require(at, dns_label(&last).map_err(|why| format!("the last pod of the Job: {why}")));
        }
    }
);

fn text_of_policy(spec: &JobSpec) -> &str {
    spec.template.spec.as_ref().map_or("", |pod| text(&pod.restart_policy))
}

/// A user cannot know the uid that a Job will have.
fn own_labels(report: &mut Report<'_>, at: &Path<'_>, template: &PodTemplateSpec, name: &str) {
    let Some(labels) = labels_of(template) else { return };
    for (key, is_name) in OWN_LABELS {
        if let Some(value) = labels.get(key).filter(|value| !is_name || *value != name) {
            let message = format_args!("{value:?} is not what the Job gives its pods: leave it out");
            report.error(&at.key(key), message);
        }
    }
}
