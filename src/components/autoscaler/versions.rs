//! Which API versions the cluster's Kubernetes takes.

use super::context::Context;
use crate::check::versions::KubeVersion;

/// Versions of the objects whose version changed while the chart was there.
pub(super) struct Versions {
    pub deployment: &'static str,
    pub disruption_budget: &'static str,
}

impl Versions {
    /// Those of `kubeTargetVersionOverride`, of `--kube-version`, or the newest.
    pub fn of(context: &Context<'_>) -> Self {
        let path = &["kubeTargetVersionOverride"];
        let given = context.values.kube_target_version_override.as_deref().filter(|version| !version.is_empty());
        let given = given.and_then(|version| context.accept(path, KubeVersion::parse(version)));
        let cluster = context.release.kube_version.as_deref().and_then(|version| KubeVersion::parse(version).ok());
        let minor = given.or(cluster).map_or(u32::MAX, |version| version.minor);
        Versions {
            deployment: if minor < 9 { "apps/v1beta2" } else { "apps/v1" },
            disruption_budget: if minor < 21 { "policy/v1beta1" } else { "policy/v1" },
        }
    }
}
