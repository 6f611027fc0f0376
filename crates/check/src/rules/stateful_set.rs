//! StatefulSets.

use k8s_openapi::api::apps::v1::{
    RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetPersistentVolumeClaimRetentionPolicy, StatefulSetSpec,
    StatefulSetUpdateStrategy,
};
use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use super::common::{list, not_negative, text};
use super::names::Name;
use super::pod::Owner;
use super::workload::{at_most_all, count_or_percentage, is_zero, selector_and_template};
use super::{claim, governing_service, meta};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Everything about a StatefulSet.
pub(crate) fn validate(object: &StatefulSet, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Label);
    let at = Path::ROOT.field("spec");
    let default = StatefulSetSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    stateful_counts(report, &at, spec);
    pod_management(report, &at.field("podManagementPolicy"), text(&spec.pod_management_policy));
    if let Some(strategy) = &spec.update_strategy {
        stateful_strategy(report, &at.field("updateStrategy"), strategy);
    }
    if let Some(policy) = &spec.persistent_volume_claim_retention_policy {
        claim_retention(report, &at.field("persistentVolumeClaimRetentionPolicy"), policy);
    }
    governing_service::service_name(report, &at.field("serviceName"), text(&spec.service_name));
    let at_claims = at.field("volumeClaimTemplates");
    for (index, template) in list(&spec.volume_claim_templates).iter().enumerate() {
        // Of its metadata the server validates only the name, as that of a volume.
        let empty = PersistentVolumeClaimSpec::default();
        let wanted = template.spec.as_ref().unwrap_or(&empty);
        claim::spec(report, &at_claims.index(index).field("spec"), wanted);
    }
    let owner = Owner { pod: None, claims: list(&spec.volume_claim_templates), names_pods: true };
    selector_and_template(report, &at, &spec.selector, &spec.template, owner);
}

rules!(
    /// The counts and times of a StatefulSet are not negative. How many revisions it keeps an API server does not look at.
    ///
    /// Source: `ValidateStatefulSetSpec`, pkg/apis/apps/validation/validation.go
    fn stateful_counts(report: &mut Report<'_>, at: &Path<'_>, spec: &StatefulSetSpec) {
        let first = spec.ordinals.as_ref().and_then(|ordinals| ordinals.start);
        for (field, number) in
            [("replicas", spec.replicas), ("minReadySeconds", spec.min_ready_seconds), ("ordinals.start", first)]
        {
            not_negative(report, &at.field(field), number.unwrap_or_default());
        }
    },

    /// Pods of a StatefulSet are made one after another (`OrderedReady`) or all at once (`Parallel`).
    ///
    /// Source: `ValidateStatefulSetSpec`, pkg/apis/apps/validation/validation.go
    fn pod_management(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if !policy.is_empty() {
            report.one_of(at, policy, &["OrderedReady", "Parallel"]);
        }
    },

    /// A StatefulSet replaces its pods one by one (`RollingUpdate`), or when they are deleted (`OnDelete`).
    ///
    /// Source: `ValidateStatefulSetSpec`, pkg/apis/apps/validation/validation.go
    fn stateful_strategy(report: &mut Report<'_>, at: &Path<'_>, strategy: &StatefulSetUpdateStrategy) {
        match text(&strategy.type_) {
            "" | "RollingUpdate" => {
                if let Some(update) = &strategy.rolling_update {
                    stateful_rolling_update(report, &at.field("rollingUpdate"), update);
                }
            }
            "OnDelete" if strategy.rolling_update.is_some() => {
                report.forbidden(&at.field("rollingUpdate"), "`OnDelete` replaces nothing by itself");
            }
            kind => report.one_of(at, kind, &["RollingUpdate", "OnDelete"]),
        }
    },

    /// A rolling update of a StatefulSet begins at an ordinal of 0 or more, and takes away some pods, at most all.
    ///
    /// Source: `validateRollingUpdateStatefulSet`, pkg/apis/apps/validation/validation.go
    fn stateful_rolling_update(report: &mut Report<'_>, at: &Path<'_>, update: &RollingUpdateStatefulSetStrategy) {
        not_negative(report, &at.field("partition"), update.partition.unwrap_or_default());
        let Some(away) = &update.max_unavailable else { return };
        let at = at.field("maxUnavailable");
        count_or_percentage(report, &at, away);
        if is_zero(away) {
            report.error(&at, "it is 0: no pod could be replaced");
        }
        at_most_all(report, &at, away);
    },

    /// Claims of a StatefulSet stay (`Retain`) or go (`Delete`) with it and with its pods.
    ///
    /// Source: `ValidatePersistentVolumeClaimRetentionPolicy`, pkg/apis/apps/validation/validation.go
    fn claim_retention(
        report: &mut Report<'_>,
        at: &Path<'_>,
        policy: &StatefulSetPersistentVolumeClaimRetentionPolicy,
    ) {
        for (field, policy) in [("whenDeleted", text(&policy.when_deleted)), ("whenScaled", text(&policy.when_scaled))]
        {
            if !policy.is_empty() {
                report.one_of(&at.field(field), policy, &["Retain", "Delete"]);
            }
        }
    }
);
