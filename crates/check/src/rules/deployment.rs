//! Deployments.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::common::{not_negative, text};
use super::meta;
use super::names::Name;
use super::pod::Owner;
use super::workload::{at_most_100_percent, count_or_percentage, is_zero, selector_and_template};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates a Deployment.
pub(crate) fn validate(object: &Deployment, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = DeploymentSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    non_negative_numbers(report, &at, spec);
    progress_deadline(report, &at.field("progressDeadlineSeconds"), spec);
    selector_and_template(report, &at, &spec.selector, &spec.template, Owner::TEMPLATE);
    if let Some(wanted) = &spec.strategy {
        strategy(report, &at.field("strategy"), wanted);
    }
}

/// The area of the rules below.
const AREA: &str = "deployment";

rules!(
    /// `replicas`, `minReadySeconds`, `revisionHistoryLimit` and `progressDeadlineSeconds` must be 0 or more.
    ///
    /// Example: `spec: {replicas: -1}`
    ///
    /// Source: `ValidateDeploymentSpec`, pkg/apis/apps/validation/validation.go
    fn non_negative_numbers(report: &mut Report<'_>, at: &Path<'_>, spec: &DeploymentSpec) {
        for (field, number) in [
            ("replicas", spec.replicas),
            ("minReadySeconds", spec.min_ready_seconds),
            ("revisionHistoryLimit", spec.revision_history_limit),
            ("progressDeadlineSeconds", spec.progress_deadline_seconds),
        ] {
            not_negative(report, &at.field(field), number.unwrap_or_default());
        }
    },

    /// `progressDeadlineSeconds` (600 by default) must be greater than `minReadySeconds`.
    ///
    /// Example: `spec: {minReadySeconds: 60, progressDeadlineSeconds: 30}`
    ///
    /// Source: `ValidateDeploymentSpec`, pkg/apis/apps/validation/validation.go
    fn progress_deadline(report: &mut Report<'_>, at: &Path<'_>, spec: &DeploymentSpec) {
        let min_ready = spec.min_ready_seconds.unwrap_or_default();
        let deadline = spec.progress_deadline_seconds.unwrap_or(600);
        if deadline <= min_ready {
            report.error(at, format_args!("must be greater than `minReadySeconds` ({min_ready}), found {deadline}"));
        }
    },

    /// `strategy.type` must be `RollingUpdate` or `Recreate`; `rollingUpdate` may not be set with `Recreate`.
    ///
    /// Example: `spec: {strategy: {type: Rolling}}`
    ///
    /// Source: `ValidateDeploymentStrategy`, pkg/apis/apps/validation/validation.go
    fn strategy(report: &mut Report<'_>, at: &Path<'_>, strategy: &DeploymentStrategy) {
        match text(&strategy.type_) {
            "" | "RollingUpdate" => {
                if let Some(update) = &strategy.rolling_update {
                    rolling_update(report, &at.field("rollingUpdate"), update);
                }
            }
            "Recreate" if strategy.rolling_update.is_some() => {
                report.forbidden(&at.field("rollingUpdate"), "mutually exclusive with `type: Recreate`");
            }
            kind => report.one_of(at, kind, &["Recreate", "RollingUpdate"]),
        }
    },

    /// `maxUnavailable` and `maxSurge` of a rolling update must not both be 0.
    ///
    /// Example: `spec: {strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 0}}}`
    ///
    /// Source: `ValidateRollingUpdateDeployment`, pkg/apis/apps/validation/validation.go
    fn rolling_update(report: &mut Report<'_>, at: &Path<'_>, update: &RollingUpdateDeployment) {
        let default = IntOrString::String("25%".to_owned());
        let max_unavailable = update.max_unavailable.as_ref().unwrap_or(&default);
        let max_surge = update.max_surge.as_ref().unwrap_or(&default);
        let at_unavailable = at.field("maxUnavailable");
        count_or_percentage(report, &at_unavailable, max_unavailable);
        count_or_percentage(report, &at.field("maxSurge"), max_surge);
        if is_zero(max_unavailable) && is_zero(max_surge) {
            report.error(&at_unavailable, "must not be 0 when `maxSurge` is 0, since no pod could be replaced");
        }
        at_most_100_percent(report, &at_unavailable, max_unavailable);
    }
);
