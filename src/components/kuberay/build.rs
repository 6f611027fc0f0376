//! What the components of the four kinds do in the same way when they build their objects.

use super::values::OperatorSettings;
use super::{OperatedCluster, check_objects};
use crate::check::diagnostics::Diagnostics;
use crate::components::{Built, ComponentCode, Fact, Setting};
use crate::diagnostic::Diagnostic;
use crate::tree::write;
use crate::values::Values;

/// The ids of the objects beside the custom resource.
const OBJECT_IDS: [&str; 9] = [
    "service-account",
    "head-disruption-budget",
    "worker-disruption-budget",
    "network-policy",
    "network-policy-clients",
    "network-policy-serve",
    "network-policy-operator",
    "network-policy-monitoring",
    "pod-monitor",
];

/// Returns the ids of all objects, `custom` first.
pub(super) const fn object_ids(custom: &'static str) -> [&'static str; 10] {
    let [account, head, worker, policy, clients, serve, operator, monitoring, monitor] = OBJECT_IDS;
    [custom, account, head, worker, policy, clients, serve, operator, monitoring, monitor]
}

/// Refuses a Service with the name of a static cluster's, which would select the heads of several clusters.
pub(super) fn no_static_service(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    if operated.operator.service.is_static {
        let message = "must be `false`: only `ray-cluster` has the same Ray cluster all the time";
        diagnostics.error(&["service", "static"], message);
    }
}

/// Returns the values that follow from a fact: the name of the custom resource is that of the release.
pub(super) fn settings(fact: Fact, text: &str) -> Vec<Setting> {
    match fact {
        Fact::ReleaseName => vec![(&["clusterName"], text.to_owned())],
        Fact::RoleArn => vec![(&["serviceAccount", "roleArn"], text.to_owned())],
        _ => Vec::new(),
    }
}

/// Returns the custom resource together with the objects for its Ray cluster.
pub(super) fn with_cluster(operated: &OperatedCluster<'_>, custom: Built) -> Result<Vec<Built>, write::Error> {
    let mut list: Vec<Built> = operated.account().map_err(write::Error::Value)?.into_iter().collect();
    list.push(custom);
    list.extend(operated.beside().map_err(write::Error::Value)?);
    Ok(list)
}

/// Builds the objects, unless the values have errors, and checks that the operator has the feature gates that they need.
pub(super) fn unless_refused(
    settings: &OperatorSettings,
    values: &Values,
    diagnostics: &mut Vec<Diagnostic>,
    objects: impl FnOnce() -> Result<Vec<Built>, write::Error>,
) -> Vec<Built> {
    if !diagnostics.iter().all(Diagnostic::is_warning) {
        return Vec::new();
    }
    let built = objects().unwrap_or_else(|error| {
        let message = format!("cannot render the objects: {error}");
        diagnostics.push(Diagnostic::error(ComponentCode::NotSerializable, message));
        Vec::new()
    });
    check_objects(&built, settings, values, diagnostics);
    built
}
