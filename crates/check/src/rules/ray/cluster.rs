//! RayClusters, and the specs of clusters in RayJobs, RayServices and RayCronJobs.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mkmanifests_kuberay::names::{MANAGED_BY_MULTIKUEUE, MANAGED_BY_OPERATOR, MAX_CLUSTER_NAME, label};
use mkmanifests_kuberay::{RayCluster, RayClusterSpec};

use super::super::common::text;
use super::super::meta;
use super::{auth, autoscaler, fault_tolerance, groups, head, history_server, network_policy, pods, tls};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_1035_label;

/// What the rules about the spec of a cluster need to know about the object that it is in.
#[derive(Clone, Copy)]
pub(super) struct ClusterContext<'a> {
    /// The annotations that the RayCluster has: its own, or those of the RayJob or RayService, which the operator copies.
    pub(super) annotations: Option<&'a BTreeMap<String, String>>,
    /// The kind that the operator creates the RayCluster for, `RayJob` or `RayService`; `None` for a RayCluster.
    pub(super) creator: Option<&'a str>,
}

/// Validates a RayCluster.
pub(crate) fn validate(object: &RayCluster, report: &mut Report<'_>) {
    let at = Path::ROOT.field("metadata");
    cluster_name(report, &at, &object.metadata);
    meta::common(report, &at, &object.metadata);
    let labels = object.metadata.labels.as_ref();
    let creator = labels.and_then(|labels| labels.get(label::ORIGINATED_FROM_KIND)).map(String::as_str);
    let context = ClusterContext { annotations: object.metadata.annotations.as_ref(), creator };
    cluster_spec(report, &Path::ROOT.field("spec"), &object.spec, &context);
}

/// Validates the spec of a Ray cluster; `at` is its path in the object.
pub(super) fn cluster_spec(
    report: &mut Report<'_>,
    at: &Path<'_>,
    spec: &RayClusterSpec,
    context: &ClusterContext<'_>,
) {
    upgrade_strategy(report, &at.field("upgradeStrategy.type"), spec, context.creator);
    managed_by(report, &at.field("managedBy"), spec.managed_by.as_deref());
    groups::check(report, at, spec);
    head::check(report, at, spec);
    autoscaler::check(report, at, spec);
    fault_tolerance::check(report, at, spec, context);
    auth::check(report, at, spec);
    history_server::check(report, at, spec);
    network_policy::check(report, at, spec);
    tls::check(report, at, spec);
    pods::check(report, at, spec);
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// `metadata.name` of a RayCluster must be a DNS label that starts with a letter, and have at most 53 characters,
    /// since the operator appends up to 10 for the names of Services.
    ///
    /// Example: `metadata: {name: 2-train}`
    ///
    /// Source: `ValidateRayClusterMetadata`, ray-operator/controllers/ray/utils/validation.go
    fn cluster_name(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
        let name = meta::expected_name(metadata);
        let at = at.field(if text(&metadata.name).is_empty() { "generateName" } else { "name" });
        if name.is_empty() {
            return;
        }
        if name.len() > MAX_CLUSTER_NAME {
            let length = name.len();
            report.error_with_help(
                &at,
                format_args!("must have at most {MAX_CLUSTER_NAME} characters, found {length}"),
                "the operator appends up to 10 characters for the names of Services",
            );
        } else {
            report.require(&at, dns_1035_label(&name));
        }
    },

    /// `upgradeStrategy.type` must be `Recreate` or `None`. It may not be set in a RayJob, RayService or RayCronJob, nor
    /// in a RayCluster that one of them created.
    ///
    /// Example: `spec: {upgradeStrategy: {type: RollingUpdate}}`
    ///
    /// Source: `ValidateRayClusterUpgradeOptions`, ray-operator/controllers/ray/utils/validation.go
    fn upgrade_strategy(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec, creator: Option<&str>) {
        let strategy = spec.upgrade_strategy.as_ref();
        let Some(kind) = strategy.and_then(|strategy| strategy.type_.as_deref()) else { return };
        report.one_of(at, kind, &["None", "Recreate"]);
        if let Some(creator @ ("RayJob" | "RayService")) = creator {
            report.forbidden(at, format_args!("the operator refuses it in a RayCluster that a {creator} created"));
        }
    },

    /// `managedBy` must be `ray.io/kuberay-operator` or `kueue.x-k8s.io/multikueue`.
    ///
    /// Example: `spec: {managedBy: kueue}`
    ///
    /// Source: `RayClusterSpec`, ray-operator/apis/ray/v1/raycluster_types.go
    fn managed_by(report: &mut Report<'_>, at: &Path<'_>, manager: Option<&str>) {
        if let Some(manager) = manager {
            report.one_of(at, manager, &[MANAGED_BY_MULTIKUEUE, MANAGED_BY_OPERATOR]);
        }
    }
);
