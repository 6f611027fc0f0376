//! What workloads have in common: a selector of pods and a template that makes such pods.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::pod::{self, Owner};
use super::selector;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The labels of the pods that a template makes.
pub(super) fn labels_of(template: &PodTemplateSpec) -> Option<&BTreeMap<String, String>> {
    template.metadata.as_ref()?.labels.as_ref()
}

/// A workload whose pods run for ever: its selector and its template, `spec` being the path of both.
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
    selector_there(report, &at, wanted, is_set);
    selector::label_selector(report, &at, wanted);
    let is_valid = report.len() == before || selector::is_empty(wanted);
    if !is_valid {
        // An API server tells the whole selector too, and looks no further.
        return selector_valid(report, &at);
    }
    // Nothing is selected without a selector, and everything with an empty one. A misspelt one is told already.
    let is_misspelt = !is_set && report.is_incomplete();
    if !is_misspelt && (!is_set || !selector::matches(wanted, labels_of(template))) {
        selector_matches_template(report, &spec.field("template.metadata.labels"), wanted, template);
    }
    pod::template(report, &spec.field("template"), template, owner);
    runs_for_ever(report, &spec.field("template.spec"), template);
}

rules!(
    /// A workload has a selector, which is not empty: it would take every pod for its own.
    ///
    /// Source: `ValidateDeploymentSpec` and others, pkg/apis/apps/validation/validation.go
    pub(super) fn selector_there(report: &mut Report<'_>, at: &Path<'_>, wanted: &LabelSelector, is_set: bool) {
        if !is_set {
            report.required(at, "the labels of the pods");
        } else if selector::is_empty(wanted) {
            report.error(at, "an empty selector takes every pod");
        }
    },

    /// The selector of a workload can be evaluated.
    ///
    /// Source: `LabelSelectorAsSelector`, apimachinery pkg/apis/meta/v1/helpers.go
    pub(super) fn selector_valid(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(at, "it is no selector, since a part of it is wrong");
    },

    /// The pods that a workload makes are those that it selects.
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
            report.error(at, "the selector does not match these labels");
        } else {
            let help = format!("the selector wants {}", missing.join(", "));
            report.error_with_help(at, "the selector does not match these labels", help);
        }
    },

    /// The pods of a workload that keeps them running restart always, and have no deadline.
    ///
    /// Source: `ValidatePodTemplateSpecForReplicaSet` and others, pkg/apis/apps/validation/validation.go
    pub(super) fn runs_for_ever(report: &mut Report<'_>, at: &Path<'_>, template: &PodTemplateSpec) {
        let Some(spec) = &template.spec else { return };
        report.one_of(&at.field("restartPolicy"), pod::restart_policy(spec), &["Always"]);
        if spec.active_deadline_seconds.is_some() {
            report.forbidden(&at.field("activeDeadlineSeconds"), "its pods run for ever; a Job has a deadline");
        }
    },

    /// How many pods change at a time is a number of 0 or more, or a percentage.
    ///
    /// Source: `ValidatePositiveIntOrPercent`, pkg/apis/apps/validation/validation.go
    pub(super) fn count_or_percentage(report: &mut Report<'_>, at: &Path<'_>, value: &IntOrString) {
        match value {
            IntOrString::Int(number) if *number < 0 => {
                report.error(at, format_args!("{number} is negative: at least 0"));
            }
            IntOrString::String(text) if percentage(text).is_none() => {
                report.error(at, format_args!("{text:?} is neither a number nor a percentage, as in `25%`"));
            }
            _ => {}
        }
    },

    /// No more than all pods change at a time.
    ///
    /// Source: `IsNotMoreThan100Percent`, pkg/apis/apps/validation/validation.go
    pub(super) fn at_most_all(report: &mut Report<'_>, at: &Path<'_>, value: &IntOrString) {
        if let IntOrString::String(text) = value
            && percentage(text).is_some_and(|percent| percent > 100)
        {
            report.error(at, format_args!("{text} is more than `100%`"));
        }
    }
);

/// The number of a percentage.
fn percentage(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('%').filter(|digits| !digits.is_empty())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Whether a count or percentage is none at all.
pub(super) fn is_zero(value: &IntOrString) -> bool {
    match value {
        IntOrString::Int(number) => *number == 0,
        // A text that is no percentage is read as a number, and as 0 if it is none.
        IntOrString::String(text) => match percentage(text) {
            Some(percent) => percent == 0,
            None => text.parse::<i64>().unwrap_or_default() == 0,
        },
    }
}
