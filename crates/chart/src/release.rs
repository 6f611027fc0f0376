//! Release: the name, namespace and cluster that one rendering is for.

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
    /// Names the instance; Helm's `.Release.Name`.
    pub name: String,
    /// The namespace that its objects go into; Helm's `.Release.Namespace`.
    pub namespace: String,
    /// The cluster that it is rendered for; empty if it is not known, as for charts.
    pub cluster: String,
    /// The version of the cluster's Kubernetes, if it is known.
    pub kube_version: Option<KubeVersion>,
    /// Whether charts render for an upgrade instead of an install; Helm's `.Release.IsUpgrade`.
    pub is_upgrade: bool,
}

impl Release {
    /// A release named like its cluster, as the built-in components are by default.
    pub fn new(cluster: impl Into<String>, namespace: impl Into<String>) -> Self {
        let cluster = cluster.into();
        Release { name: cluster.clone(), cluster, ..Release::named("", namespace) }
    }

    /// A release of a cluster that is not known, as `helm template NAME --namespace NAMESPACE` has it.
    pub fn named(name: impl Into<String>, namespace: impl Into<String>) -> Self {
        Release { name: name.into(), namespace: namespace.into(), ..Release::default() }
    }
}
