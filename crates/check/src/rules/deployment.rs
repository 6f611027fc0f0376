//! Deployments.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::common::{not_negative, text};
use super::meta;
use super::names::Name;
use super::pod::Owner;
use super::workload::{at_most_all, count_or_percentage, is_zero, selector_and_template};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Everything about a Deployment.
pub(crate) fn validate(object: &Deployment, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = DeploymentSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    deployment_counts(report, &at, spec);
    selector_and_template(report, &at, &spec.selector, &spec.template, Owner::TEMPLATE);
    if let Some(strategy) = &spec.strategy {
        deployment_strategy(report, &at.field("strategy"), strategy);
    }
}

rules!(
    /// The counts and times of a Deployment are not negative, and a rollout has longer to go on than a pod to be ready.
    ///
    /// Source: `ValidateDeploymentSpec`, pkg/apis/apps/validation/validation.go
    fn deployment_counts(report: &mut Report<'_>, at: &Path<'_>, spec: &DeploymentSpec) {
        let ready = spec.min_ready_seconds.unwrap_or_default();
        let deadline = spec.progress_deadline_seconds.unwrap_or(600);
        for (field, number) in [
            ("replicas", spec.replicas.unwrap_or_default()),
            ("minReadySeconds", ready),
            ("revisionHistoryLimit", spec.revision_history_limit.unwrap_or_default()),
            ("progressDeadlineSeconds", deadline),
        ] {
            not_negative(report, &at.field(field), number);
        }
        if deadline <= ready {
            let message = format_args!("{deadline} seconds are not more than `minReadySeconds`, {ready}");
            report.error(&at.field("progressDeadlineSeconds"), message);
        }
    },

    /// A Deployment replaces its pods little by little (`RollingUpdate`) or all at once (`Recreate`).
    ///
    /// Source: `ValidateDeploymentStrategy`, pkg/apis/apps/validation/validation.go
    fn deployment_strategy(report: &mut Report<'_>, at: &Path<'_>, strategy: &DeploymentStrategy) {
        match text(&strategy.type_) {
            "" | "RollingUpdate" => {
                if let Some(update) = &strategy.rolling_update {
                    rolling_update(report, &at.field("rollingUpdate"), update);
                }
            }
            "Recreate" if strategy.rolling_update.is_some() => {
                report.forbidden(&at.field("rollingUpdate"), "`Recreate` replaces all at once");
            }
            kind => report.one_of(at, kind, &["Recreate", "RollingUpdate"]),
        }
    },

    /// A rolling update takes some pods away or adds some first, and takes away no more than all.
    ///
    /// Source: `ValidateRollingUpdateDeployment`, pkg/apis/apps/validation/validation.go
    fn rolling_update(report: &mut Report<'_>, at: &Path<'_>, update: &RollingUpdateDeployment) {
        let default = IntOrString::String("25%".to_owned());
        let (away, more) =
            (update.max_unavailable.as_ref().unwrap_or(&default), update.max_surge.as_ref().unwrap_or(&default));
        let at_away = at.field("maxUnavailable");
        count_or_percentage(report, &at_away, away);
        count_or_percentage(report, &at.field("maxSurge"), more);
        if is_zero(away) && is_zero(more) {
            report.error(&at_away, "it is 0 while `maxSurge` is 0: no pod could be replaced");
        }
        at_most_all(report, &at_away, away);
    }
);
