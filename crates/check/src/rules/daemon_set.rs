//! DaemonSets.

use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, RollingUpdateDaemonSet};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::common::{not_negative, text};
use super::names::Name;
use super::pod::{self, Owner};
use super::workload::{
    at_most_all, count_or_percentage, is_zero, labels_of, runs_for_ever, selector_matches_template, selector_there,
};
use super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Everything about a DaemonSet.
pub(crate) fn validate(object: &DaemonSet, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = DaemonSetSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    daemon_selector(report, &at, spec);
    pod::template(report, &at.field("template"), &spec.template, Owner::TEMPLATE);
    runs_for_ever(report, &at.field("template.spec"), &spec.template);
    daemon_counts(report, &at, spec);
    if let Some(strategy) = &spec.update_strategy {
        daemon_strategy(report, &at.field("updateStrategy"), strategy);
    }
}

/// Unlike other workloads, a DaemonSet without a selector is told only that it selects no pod of its own.
fn daemon_selector(report: &mut Report<'_>, at: &Path<'_>, spec: &DaemonSetSpec) {
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
        selector_there(report, &at_selector, &spec.selector, true);
    }
}

rules!(
    /// The counts and times of a DaemonSet are not negative.
    ///
    /// Source: `ValidateDaemonSetSpec`, pkg/apis/apps/validation/validation.go
    fn daemon_counts(report: &mut Report<'_>, at: &Path<'_>, spec: &DaemonSetSpec) {
        not_negative(report, &at.field("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default());
        not_negative(report, &at.field("revisionHistoryLimit"), spec.revision_history_limit.unwrap_or_default());
    },

    /// A DaemonSet replaces its pods node by node (`RollingUpdate`), or when they are deleted (`OnDelete`).
    ///
    /// Source: `ValidateDaemonSetUpdateStrategy`, pkg/apis/apps/validation/validation.go
    fn daemon_strategy(report: &mut Report<'_>, at: &Path<'_>, strategy: &DaemonSetUpdateStrategy) {
        match text(&strategy.type_) {
            "" | "RollingUpdate" => {
                if let Some(update) = &strategy.rolling_update {
                    daemon_rolling_update(report, &at.field("rollingUpdate"), update);
                }
            }
            kind => report.one_of(at, kind, &["RollingUpdate", "OnDelete"]),
        }
    },

    /// A DaemonSet takes the old pod of a node away first (`maxUnavailable`) or adds the new one first (`maxSurge`), not
    /// both.
    ///
    /// Source: `ValidateRollingUpdateDaemonSet`, pkg/apis/apps/validation/validation.go
    fn daemon_rolling_update(report: &mut Report<'_>, at: &Path<'_>, update: &RollingUpdateDaemonSet) {
        let (one, none) = (IntOrString::Int(1), IntOrString::Int(0));
        let away = update.max_unavailable.as_ref().unwrap_or(&one);
        let more = update.max_surge.as_ref().unwrap_or(&none);
        for (field, value) in [("maxUnavailable", away), ("maxSurge", more)] {
            count_or_percentage(report, &at.field(field), value);
            at_most_all(report, &at.field(field), value);
        }
        match (is_zero(away), is_zero(more)) {
            (false, false) => {
                report.error(&at.field("maxSurge"), "`maxUnavailable` is not 0, and one of them has to be")
            }
            (true, true) => {
                report.required(&at.field("maxUnavailable"), "`maxSurge` is 0 too, and no pod could be replaced")
            }
            _ => {}
        }
    }
);
