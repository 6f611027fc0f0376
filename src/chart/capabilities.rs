//! What templates see as `.Capabilities`: the cluster that they may assume.

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

/// A Kubernetes version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// As it was given, with a `v` before it: `v1.33.4-gke.1245000`.
    pub version: String,
    /// Without suffixes: `v1.33.4`. This is what printing it shows, and what constraints are held against.
    pub normalized: String,
    /// The major number.
    pub major: String,
    /// The minor number.
    pub minor: String,
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
