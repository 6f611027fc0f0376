//! DaemonSets.

use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, RollingUpdateDaemonSet};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::common::{not_negative, text};
use super::names::Name;
use super::pod::{self, Owner};
use super::workload::{
    at_most_100_percent, count_or_percentage, is_zero, labels_of, required_selector, runs_forever,
    selector_matches_template,
};
use super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates a DaemonSet.
pub(crate) fn validate(object: &DaemonSet, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = DaemonSetSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    selector_and_labels(report, &at, spec);
    pod::template(report, &at.field("template"), &spec.template, Owner::TEMPLATE);
    runs_forever(report, &at.field("template.spec"), &spec.template);
    non_negative_numbers(report, &at, spec);
    if let Some(strategy) = &spec.update_strategy {
        update_strategy(report, &at.field("updateStrategy"), strategy);
    }
}

/// Validates the selector. Unlike for other workloads, an API server reports a missing selector only as one that does
/// not match the template.
fn selector_and_labels(report: &mut Report<'_>, at: &Path<'_>, spec: &DaemonSetSpec) {
    let at_selector = at.field("selector");
    let is_set = report.is_set(&at_selector);
    let before = report.len();
    selector::label_selector(report, &at_selector, &spec.selector);
    let is_valid = report.len() == before;
    let is_missing = !is_set && !report.is_incomplete();
    if is_missing || (is_set && is_valid && !selector::matches(&spec.selector, labels_of(&spec.template))) {
        selector_matches_template(report, &at.field("template.metadata.labels"), &spec.selector, &spec.template);
    }
    if is_set {
        required_selector(report, &at_selector, &spec.selector, true);
    }
}

/// The area of the rules below.
const AREA: &str = "daemonset";

rules!(
    /// `minReadySeconds` and `revisionHistoryLimit` must be 0 or more.
    ///
    /// Example: `spec: {minReadySeconds: -1}`
    ///
    /// Source: `ValidateDaemonSetSpec`, pkg/apis/apps/validation/validation.go
    fn non_negative_numbers(report: &mut Report<'_>, at: &Path<'_>, spec: &DaemonSetSpec) {
        not_negative(report, &at.field("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default());
        not_negative(report, &at.field("revisionHistoryLimit"), spec.revision_history_limit.unwrap_or_default());
    },

    /// `updateStrategy.type` must be `RollingUpdate` or `OnDelete`.
    ///
    /// Example: `spec: {updateStrategy: {type: Recreate}}`
    ///
    /// Source: `ValidateDaemonSetUpdateStrategy`, pkg/apis/apps/validation/validation.go
    fn update_strategy(report: &mut Report<'_>, at: &Path<'_>, strategy: &DaemonSetUpdateStrategy) {
        match text(&strategy.type_) {
            "" | "RollingUpdate" => {
                if let Some(update) = &strategy.rolling_update {
                    rolling_update(report, &at.field("rollingUpdate"), update);
                }
            }
            kind => report.one_of(at, kind, &["RollingUpdate", "OnDelete"]),
        }
    },

    /// Exactly one of `maxUnavailable` (1 by default) and `maxSurge` (0 by default) must be greater than 0.
    ///
    /// Example: `spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 0}}}`
    ///
    /// Source: `ValidateRollingUpdateDaemonSet`, pkg/apis/apps/validation/validation.go
    fn rolling_update(report: &mut Report<'_>, at: &Path<'_>, update: &RollingUpdateDaemonSet) {
        let (one, none) = (IntOrString::Int(1), IntOrString::Int(0));
        let max_unavailable = update.max_unavailable.as_ref().unwrap_or(&one);
        let max_surge = update.max_surge.as_ref().unwrap_or(&none);
        for (field, value) in [("maxUnavailable", max_unavailable), ("maxSurge", max_surge)] {
            count_or_percentage(report, &at.field(field), value);
            at_most_100_percent(report, &at.field(field), value);
        }
        match (is_zero(max_unavailable), is_zero(max_surge)) {
            (false, false) => report.error(&at.field("maxSurge"), "must be 0 when `maxUnavailable` is not 0"),
            (true, true) => report.error(
                &at.field("maxUnavailable"),
                "must not be 0 when `maxSurge` is 0, since no pod could be replaced",
            ),
            _ => {}
        }
    }
);
