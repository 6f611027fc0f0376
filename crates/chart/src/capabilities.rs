//! What templates see as `.Capabilities`: the cluster that they may assume.

use mkmanifests_check::kube_version::KubeVersion;

/// What Helm 4.3.1 assumes of a cluster where nothing else is said: the groups that its client library knows.
const API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

/// The cluster that a chart is rendered for, and Helm's own version. The engine shows it as Helm's
/// `*common.Capabilities`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The cluster's version.
    pub kube_version: KubeVersion,
    /// What the cluster serves: `apps/v1`, and `apps/v1/Deployment` where `--api-versions` says so.
    pub api_versions: Vec<String>,
    /// Helm's version.
    pub helm_version: HelmVersion,
}

/// `.Capabilities.HelmVersion`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelmVersion {
    /// `v4.3.1`.
    pub version: String,
    /// The commit that Helm was built from.
    pub git_commit: String,
    /// `clean`.
    pub git_tree_state: String,
    /// The Go release that Helm was built with.
    pub go_version: String,
    /// The release of Kubernetes' client library.
    pub kube_client_version: String,
}

impl Default for Capabilities {
    /// What Helm 4.3.1 assumes.
    fn default() -> Self {
        let api_versions = API_VERSIONS.iter().map(|&version| version.to_owned()).collect();
        Capabilities { kube_version: KubeVersion::default(), api_versions, helm_version: HelmVersion::default() }
    }
}

impl Default for HelmVersion {
    /// Of the Helm whose output this crate reproduces: 4.3.1.
    fn default() -> Self {
        HelmVersion {
            version: "v4.3.1".to_owned(),
            git_commit: "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff".to_owned(),
            git_tree_state: "clean".to_owned(),
            go_version: "go1.27.2".to_owned(),
            kube_client_version: "v1.37".to_owned(),
        }
    }
}
