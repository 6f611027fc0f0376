//! StatefulSets.

use k8s_openapi::api::apps::v1::{
    RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetPersistentVolumeClaimRetentionPolicy, StatefulSetSpec,
    StatefulSetUpdateStrategy,
};
use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use super::common::{list, not_negative, text};
use super::names::Name;
use super::pod::Owner;
use super::workload::{at_most_100_percent, count_or_percentage, is_zero, selector_and_template};
use super::{claim, meta};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

/// Validates a StatefulSet.
pub(crate) fn validate(object: &StatefulSet, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Label);
    let at = Path::ROOT.field("spec");
    let default = StatefulSetSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    non_negative_numbers(report, &at, spec);
    pod_management_policy(report, &at.field("podManagementPolicy"), text(&spec.pod_management_policy));
    if let Some(strategy) = &spec.update_strategy {
        update_strategy(report, &at.field("updateStrategy"), strategy);
    }
    if let Some(policy) = &spec.persistent_volume_claim_retention_policy {
        claim_retention_policy(report, &at.field("persistentVolumeClaimRetentionPolicy"), policy);
    }
    service_name(report, &at.field("serviceName"), text(&spec.service_name));
    let at_claims = at.field("volumeClaimTemplates");
    for (index, template) in list(&spec.volume_claim_templates).iter().enumerate() {
        // An API server validates only the name in its metadata, as the name of a volume.
        let empty = PersistentVolumeClaimSpec::default();
        let wanted = template.spec.as_ref().unwrap_or(&empty);
        claim::spec(report, &at_claims.index(index).field("spec"), wanted);
    }
    let owner = Owner { claims: list(&spec.volume_claim_templates), sets_hostname: true, ..Owner::TEMPLATE };
    selector_and_template(report, &at, &spec.selector, &spec.template, owner);
}

/// The area of the rules below.
const AREA: &str = "statefulset";

rules!(
    /// `replicas`, `minReadySeconds` and `ordinals.start` must be 0 or more. An API server does not check
    /// `revisionHistoryLimit`.
    ///
    /// Example: `spec: {replicas: -1}`
    ///
    /// Source: `ValidateStatefulSetSpec`, pkg/apis/apps/validation/validation.go
    fn non_negative_numbers(report: &mut Report<'_>, at: &Path<'_>, spec: &StatefulSetSpec) {
        let start = spec.ordinals.as_ref().and_then(|ordinals| ordinals.start);
        for (field, number) in
            [("replicas", spec.replicas), ("minReadySeconds", spec.min_ready_seconds), ("ordinals.start", start)]
        {
            not_negative(report, &at.field(field), number.unwrap_or_default());
        }
    },

    /// `podManagementPolicy` must be `OrderedReady` or `Parallel`.
    ///
    /// Example: `spec: {podManagementPolicy: Ordered}`
    ///
    /// Source: `ValidateStatefulSetSpec`, pkg/apis/apps/validation/validation.go
    fn pod_management_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if !policy.is_empty() {
            report.one_of(at, policy, &["OrderedReady", "Parallel"]);
        }
    },

    /// `updateStrategy.type` must be `RollingUpdate` or `OnDelete`; `rollingUpdate` may not be set with `OnDelete`.
    ///
    /// Example: `spec: {updateStrategy: {type: Recreate}}`
    ///
    /// Source: `ValidateStatefulSetSpec`, pkg/apis/apps/validation/validation.go
    fn update_strategy(report: &mut Report<'_>, at: &Path<'_>, strategy: &StatefulSetUpdateStrategy) {
        match text(&strategy.type_) {
            "" | "RollingUpdate" => {
                if let Some(update) = &strategy.rolling_update {
                    rolling_update(report, &at.field("rollingUpdate"), update);
                }
            }
            "OnDelete" if strategy.rolling_update.is_some() => {
                report.forbidden(&at.field("rollingUpdate"), "mutually exclusive with `type: OnDelete`");
            }
            kind => report.one_of(at, kind, &["RollingUpdate", "OnDelete"]),
        }
    },

    /// `partition` of a rolling update must be 0 or more, and `maxUnavailable` must not be 0.
    ///
    /// Example: `spec: {updateStrategy: {rollingUpdate: {partition: -1}}}`
    ///
    /// Source: `validateRollingUpdateStatefulSet`, pkg/apis/apps/validation/validation.go
    fn rolling_update(report: &mut Report<'_>, at: &Path<'_>, update: &RollingUpdateStatefulSetStrategy) {
        not_negative(report, &at.field("partition"), update.partition.unwrap_or_default());
        let Some(max_unavailable) = &update.max_unavailable else { return };
        let at = at.field("maxUnavailable");
        count_or_percentage(report, &at, max_unavailable);
        if is_zero(max_unavailable) {
            report.error(&at, "must not be 0, since no pod could be replaced");
        }
        at_most_100_percent(report, &at, max_unavailable);
    },

    /// `whenDeleted` and `whenScaled` in `persistentVolumeClaimRetentionPolicy` must be `Retain` or `Delete`.
    ///
    /// Example: `spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Keep}}`
    ///
    /// Source: `ValidatePersistentVolumeClaimRetentionPolicy`, pkg/apis/apps/validation/validation.go
    fn claim_retention_policy(
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
    },

    /// `serviceName` must be a DNS label.
    ///
    /// Example: `spec: {serviceName: web.example.com}`
    ///
    /// Source: `ValidateStatefulSetSpec`, pkg/apis/apps/validation/validation.go
    fn service_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if !name.is_empty() {
            report.require(at, dns_label(name));
        }
    },

    /// `metadata.name` of each entry in `volumeClaimTemplates` is required and must be a DNS label.
    ///
    /// Source: `updateStorage`, pkg/controller/statefulset/stateful_set_utils.go
    pub(super) fn volume_claim_template_name(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, name: &str) {
        let at_name = at.field("name");
        if name.is_empty() {
            let message = "the volume claim template needs a name";
            report.error_in(&at.field("persistentVolumeClaim.claimName"), location, message);
            report.error_in(&at_name, location, message);
        } else {
            report.require_in(&at_name, location, dns_label(name));
        }
    }
);
