//! The release: the name, namespace and cluster that a source is rendered for.

use mkmanifests_check::kube_version::KubeVersion;

/// One instance of a source, in Helm's sense: what `helm install NAME --namespace NAMESPACE` names.
///
/// ```
/// use mkmanifests_chart::release::Release;
/// let release = Release::new("foo", "ray");
/// assert_eq!(release.cluster, "foo");
/// assert_eq!(Release::named("web", "shop").cluster, "");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Release {
    /// The name of the release: Helm's `.Release.Name`.
    pub name: String,
    /// The namespace of its objects: Helm's `.Release.Namespace`.
    pub namespace: String,
    /// The name of the cluster; empty if it is unknown, as for charts.
    pub cluster: String,
    /// The Kubernetes version of the cluster, if it is known.
    pub kube_version: Option<KubeVersion>,
    /// Whether charts render for an upgrade instead of an install; Helm's `.Release.IsUpgrade`.
    pub is_upgrade: bool,
    /// Whether charts render for neither an install nor an upgrade, as in `helm lint`: Helm's `.Release.IsInstall` is
    /// then false, too.
    pub is_unreleased: bool,
}

impl Release {
    /// Creates a release with the cluster's name, the default of the built-in components.
    pub fn new(cluster: impl Into<String>, namespace: impl Into<String>) -> Self {
        let cluster = cluster.into();
        Release { name: cluster.clone(), cluster, ..Release::named("", namespace) }
    }

    /// Creates a release without a cluster, as `helm template NAME --namespace NAMESPACE` does.
    pub fn named(name: impl Into<String>, namespace: impl Into<String>) -> Self {
        Release { name: name.into(), namespace: namespace.into(), ..Release::default() }
    }
}
