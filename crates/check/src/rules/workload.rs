//! Rules that workloads share: the selector, the pod template and the numbers of a rolling update.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::common::not_negative;
use super::pod::{self, Owner};
use super::selector;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Returns the labels of a pod template.
pub(super) fn labels_of(template: &PodTemplateSpec) -> Option<&BTreeMap<String, String>> {
    template.metadata.as_ref()?.labels.as_ref()
}

/// Validates the selector and the template of a workload that keeps its pods running; `spec` is the path of both.
pub(super) fn selector_and_template(
    report: &mut Report<'_>,
    spec: &Path<'_>,
    wanted: &LabelSelector,
    template: &PodTemplateSpec,
    owner: Owner<'_>,
) {
    let at = spec.field("selector");
    let is_set = report.is_set(&at);
    let before = report.len();
    required_selector(report, &at, wanted, is_set);
    selector::label_selector(report, &at, wanted);
    let is_valid = report.len() == before || selector::is_empty(wanted);
    if !is_valid {
        // An API server also reports the whole selector, and stops.
        return valid_selector(report, &at);
    }
    // A missing selector matches nothing, an empty one everything. An unknown field has already been reported.
    let is_misspelt = !is_set && report.is_incomplete();
    if !is_misspelt && (!is_set || !selector::matches(wanted, labels_of(template))) {
        selector_matches_template(report, &spec.field("template.metadata.labels"), wanted, template);
    }
    pod::template(report, &spec.field("template"), template, owner);
    runs_forever(report, &spec.field("template.spec"), template);
}

/// Validates the pod template of a workload that keeps its pods running; `at` is the path of the pod spec.
pub(super) fn runs_forever(report: &mut Report<'_>, at: &Path<'_>, template: &PodTemplateSpec) {
    let Some(spec) = &template.spec else { return };
    restart_policy(report, &at.field("restartPolicy"), pod::restart_policy_of(spec));
    no_active_deadline_seconds(report, &at.field("activeDeadlineSeconds"), spec.active_deadline_seconds);
}

/// The area of the rules below.
const AREA: &str = "workload";

rules!(
    /// `selector` is required and must not be empty.
    ///
    /// Example: `spec: {selector: {matchLabels: null}}`
    ///
    /// Source: `ValidateDeploymentSpec` and others, pkg/apis/apps/validation/validation.go
    pub(super) fn required_selector(report: &mut Report<'_>, at: &Path<'_>, wanted: &LabelSelector, is_set: bool) {
        if !is_set {
            report.required(at, "set labels that select the pods of the template");
        } else if selector::is_empty(wanted) {
            report.error(at, "must not be empty: an empty selector matches all pods");
        }
    },

    /// `selector` must be a valid label selector. Its invalid part is reported as well.
    ///
    /// Source: `LabelSelectorAsSelector`, apimachinery pkg/apis/meta/v1/helpers.go
    pub(super) fn valid_selector(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(at, "the selector is invalid");
    },

    /// `selector` must match the labels of the pod template.
    ///
    /// Example: `spec: {selector: {matchLabels: {app: other}}}`
    ///
    /// Source: `ValidatePodTemplateSpecForReplicaSet` and others, pkg/apis/apps/validation/validation.go
    pub(super) fn selector_matches_template(
        report: &mut Report<'_>,
        at: &Path<'_>,
        wanted: &LabelSelector,
        template: &PodTemplateSpec,
    ) {
        let labels = labels_of(template);
        let has = |key: &String, value: &String| labels.and_then(|labels| labels.get(key)) == Some(value);
        let missing: Vec<String> = wanted
            .match_labels
            .iter()
            .flatten()
            .filter(|(key, value)| !has(key, value))
            .map(|(key, value)| format!("`{key}: {value}`"))
            .collect();
        if missing.is_empty() {
            report.error(at, "`selector` does not match the labels of the pod template");
        } else {
            let help = format!("`selector` requires {}", missing.join(", "));
            report.error_with_help(at, "`selector` does not match the labels of the pod template", help);
        }
    },

    /// `restartPolicy` of the pod template must be `Always`, except in a Job.
    ///
    /// Example: `spec: {template: {spec: {restartPolicy: Never}}}`
    ///
    /// Source: `ValidatePodTemplateSpecForReplicaSet` and others, pkg/apis/apps/validation/validation.go
    fn restart_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["Always"]);
    },

    /// `activeDeadlineSeconds` may not be set in the pod template, except in a Job.
    ///
    /// Example: `spec: {template: {spec: {activeDeadlineSeconds: 60}}}`
    ///
    /// Source: `ValidatePodTemplateSpecForReplicaSet` and others, pkg/apis/apps/validation/validation.go
    fn no_active_deadline_seconds(report: &mut Report<'_>, at: &Path<'_>, seconds: Option<i64>) {
        if seconds.is_some() {
            report.forbidden(at, "only the pods of a Job can have a deadline");
        }
    },

    /// `replicas` and `minReadySeconds` of a ReplicaSet or ReplicationController must be 0 or more.
    ///
    /// Source: `ValidateReplicaSetSpec`, pkg/apis/apps/validation/validation.go
    pub(super) fn non_negative_replicas(
        report: &mut Report<'_>,
        at: &Path<'_>,
        replicas: Option<i32>,
        min_ready_seconds: Option<i32>,
    ) {
        not_negative(report, &at.field("replicas"), replicas.unwrap_or_default());
        not_negative(report, &at.field("minReadySeconds"), min_ready_seconds.unwrap_or_default());
    },

    /// `maxUnavailable` and `maxSurge` must be a number of 0 or more or a percentage such as `25%`.
    ///
    /// Example: `spec: {strategy: {rollingUpdate: {maxSurge: -1}}}`
    ///
    /// Source: `ValidatePositiveIntOrPercent`, pkg/apis/apps/validation/validation.go
    pub(super) fn count_or_percentage(report: &mut Report<'_>, at: &Path<'_>, value: &IntOrString) {
        match value {
            IntOrString::Int(number) if *number < 0 => {
                report.error(at, format_args!("must be 0 or more, found {number}"));
            }
            IntOrString::String(text) if percentage(text).is_none() => {
                report.error(at, format_args!("must be a number or a percentage such as `25%`, found {text:?}"));
            }
            _ => {}
        }
    },

    /// `maxUnavailable`, and `maxSurge` of a DaemonSet, must be at most `100%`.
    ///
    /// Example: `spec: {strategy: {rollingUpdate: {maxUnavailable: 120%}}}`
    ///
    /// Source: `IsNotMoreThan100Percent`, pkg/apis/apps/validation/validation.go
    pub(super) fn at_most_100_percent(report: &mut Report<'_>, at: &Path<'_>, value: &IntOrString) {
        if let IntOrString::String(text) = value
            && percentage(text).is_some_and(|percent| percent > 100)
        {
            report.error(at, format_args!("must be at most `100%`, found `{text}`"));
        }
    }
);

/// Parses the number of a percentage.
fn percentage(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('%').filter(|digits| !digits.is_empty())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Whether a count or percentage is 0.
pub(super) fn is_zero(value: &IntOrString) -> bool {
    match value {
        IntOrString::Int(number) => *number == 0,
        // Like an API server, read other strings as a number, and as 0 if that fails.
        IntOrString::String(text) => match percentage(text) {
            Some(percent) => percent == 0,
            None => text.parse::<i64>().unwrap_or_default() == 0,
        },
    }
}
