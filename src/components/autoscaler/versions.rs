//! The API versions of objects for the cluster's Kubernetes version.

use super::context::Context;
use crate::kube_version::KubeVersion;

/// API versions of the kinds whose version changed in the history of the chart.
pub(super) struct Versions {
    pub deployment: &'static str,
    pub disruption_budget: &'static str,
}

impl Versions {
    /// Returns the API versions for `kubeTargetVersionOverride`, for `--kube-version`, or the newest ones.
    pub fn of(context: &Context<'_>) -> Self {
        let path = &["kubeTargetVersionOverride"];
        let given = context.values.kube_target_version_override.as_deref().filter(|version| !version.is_empty());
        let given = given.and_then(|version| {
            context.accept(path, KubeVersion::parse_known(version).map_err(|error| error.to_string()))
        });
        let version = given.as_ref().or(context.release.kube_version.as_ref());
        let is_before = |minor| version.is_some_and(|version| version.is_before(minor));
        Versions {
            deployment: if is_before(9) { "apps/v1beta2" } else { "apps/v1" },
            disruption_budget: if is_before(21) { "policy/v1beta1" } else { "policy/v1" },
        }
    }
}
