//! The capabilities of the cluster, which templates see as `.Capabilities`.

use std::ops::RangeInclusive;

use super::behaviour::{Behaviour, Change};
use super::helm_release::HelmRelease;
use mkmanifests_check::kube_version::{KubeVersion, KubeVersionError};

/// The default API versions: those that the client library of a release knows, in its order, each with the minor numbers
/// of the first and last Kubernetes release of the library that knows it.
///
/// Source: `.Capabilities.APIVersions` of Helm 3.17.3 (Kubernetes 1.32), 3.18.0, 3.19.0, 4.1.4, 4.2.3 and 4.3.1 (1.37).
const API_VERSIONS: &[(&str, RangeInclusive<u64>)] = &[
    ("v1", ALWAYS),
    ("admissionregistration.k8s.io/v1", ALWAYS),
    ("admissionregistration.k8s.io/v1alpha1", ALWAYS),
    ("admissionregistration.k8s.io/v1beta1", ALWAYS),
    ("internal.apiserver.k8s.io/v1alpha1", ALWAYS),
    ("apps/v1", ALWAYS),
    ("apps/v1beta1", ALWAYS),
    ("apps/v1beta2", ALWAYS),
    ("authentication.k8s.io/v1", ALWAYS),
    ("authentication.k8s.io/v1alpha1", ALWAYS),
    ("authentication.k8s.io/v1beta1", ALWAYS),
    ("authorization.k8s.io/v1", ALWAYS),
    ("authorization.k8s.io/v1beta1", ALWAYS),
    ("autoscaling/v1", ALWAYS),
    ("autoscaling/v2", ALWAYS),
    ("autoscaling/v2beta1", OLDEST..=35),
    ("autoscaling/v2beta2", OLDEST..=35),
    ("batch/v1", ALWAYS),
    ("batch/v1beta1", ALWAYS),
    ("certificates.k8s.io/v1", ALWAYS),
    ("certificates.k8s.io/v1beta1", ALWAYS),
    ("certificates.k8s.io/v1alpha1", ALWAYS),
    ("coordination.k8s.io/v1alpha2", ALWAYS),
    ("coordination.k8s.io/v1beta1", ALWAYS),
    ("coordination.k8s.io/v1", ALWAYS),
    ("discovery.k8s.io/v1", ALWAYS),
    ("discovery.k8s.io/v1beta1", ALWAYS),
    ("events.k8s.io/v1", ALWAYS),
    ("events.k8s.io/v1beta1", ALWAYS),
    ("extensions/v1beta1", ALWAYS),
    ("flowcontrol.apiserver.k8s.io/v1", ALWAYS),
    ("flowcontrol.apiserver.k8s.io/v1beta1", ALWAYS),
    ("flowcontrol.apiserver.k8s.io/v1beta2", ALWAYS),
    ("flowcontrol.apiserver.k8s.io/v1beta3", ALWAYS),
    ("lifecycle.k8s.io/v1alpha1", 37..=NEWEST),
    ("networking.k8s.io/v1", ALWAYS),
    ("networking.k8s.io/v1alpha1", OLDEST..=33),
    ("networking.k8s.io/v1beta1", ALWAYS),
    ("node.k8s.io/v1", ALWAYS),
    ("node.k8s.io/v1alpha1", ALWAYS),
    ("node.k8s.io/v1beta1", ALWAYS),
    ("policy/v1", ALWAYS),
    ("policy/v1beta1", ALWAYS),
    ("rbac.authorization.k8s.io/v1", ALWAYS),
    ("rbac.authorization.k8s.io/v1beta1", ALWAYS),
    ("rbac.authorization.k8s.io/v1alpha1", ALWAYS),
    ("resource.k8s.io/v1", 34..=NEWEST),
    ("resource.k8s.io/v1beta2", 33..=NEWEST),
    ("resource.k8s.io/v1beta1", ALWAYS),
    ("resource.k8s.io/v1alpha3", ALWAYS),
    ("scheduling.k8s.io/v1alpha1", OLDEST..=35),
    ("scheduling.k8s.io/v1alpha2", 36..=36),
    ("scheduling.k8s.io/v1alpha3", 37..=NEWEST),
    ("scheduling.k8s.io/v1beta1", ALWAYS),
    ("scheduling.k8s.io/v1", ALWAYS),
    ("storage.k8s.io/v1beta1", ALWAYS),
    ("storage.k8s.io/v1", ALWAYS),
    ("storage.k8s.io/v1alpha1", ALWAYS),
    ("storagemigration.k8s.io/v1alpha1", OLDEST..=34),
    ("storagemigration.k8s.io/v1", 37..=NEWEST),
    ("storagemigration.k8s.io/v1beta1", 35..=NEWEST),
    ("apiextensions.k8s.io/v1beta1", ALWAYS),
    ("apiextensions.k8s.io/v1", ALWAYS),
];

const OLDEST: u64 = 0;
const NEWEST: u64 = u64::MAX;
const ALWAYS: RangeInclusive<u64> = OLDEST..=NEWEST;

/// The cluster that a chart is rendered for, and the version of Helm. Templates see it as Helm's
/// `*common.Capabilities`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The Kubernetes version of the cluster.
    pub kube_version: KubeVersion,
    /// The API versions that the cluster serves: `apps/v1`, or also `apps/v1/Deployment` from `--api-versions`.
    pub api_versions: Vec<String>,
    /// The version of Helm.
    pub helm_version: HelmVersion,
}

/// The version of Helm, which templates see as `.Capabilities.HelmVersion`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelmVersion {
    /// `v4.3.1`.
    pub version: String,
    /// The Git commit of the Helm build.
    pub git_commit: String,
    /// The state of the Git tree of the build: `clean`.
    pub git_tree_state: String,
    /// The Go version of the build.
    pub go_version: String,
    /// The version of the Kubernetes client library; empty for a release whose templates do not see it.
    pub kube_client_version: String,
}

impl Capabilities {
    /// Returns the defaults of a release of Helm: what its templates see without `--kube-version` and `--api-versions`.
    pub fn of(release: HelmRelease) -> Capabilities {
        let minor = release.kubernetes_minor();
        let known = API_VERSIONS.iter().filter(|(_, minors)| minors.contains(&minor));
        Capabilities {
            kube_version: KubeVersion::minor_release(minor),
            api_versions: known.map(|(version, _)| (*version).to_owned()).collect(),
            helm_version: HelmVersion::of(release),
        }
    }
}

/// Parses `--kube-version` as a release of Helm does.
///
/// # Errors
/// Helm's text.
pub fn kube_version(text: &str, helm: Behaviour) -> Result<KubeVersion, KubeVersionError> {
    if helm.has(Change::KubeVersionKeepsText) {
        KubeVersion::parse(text)
    } else if helm.has(Change::KubeVersionWithoutSuffix) {
        KubeVersion::parse(text).map(KubeVersion::without_suffix)
    } else {
        KubeVersion::parse_semantic(text)
    }
}

impl HelmVersion {
    /// Returns the version of a release. `kube_client_version` is empty where Helm's own has no such field.
    pub fn of(release: HelmRelease) -> HelmVersion {
        let client = format!("v1.{}", release.kubernetes_minor());
        let (git_commit, go_version) = release.build();
        HelmVersion {
            version: format!("v{release}"),
            git_commit: git_commit.to_owned(),
            git_tree_state: "clean".to_owned(),
            go_version: go_version.to_owned(),
            // Helm 3 has no such field.
            kube_client_version: if release.is_v3() { String::new() } else { client },
        }
    }
}

impl Default for Capabilities {
    /// Returns the defaults of the newest release.
    fn default() -> Self {
        Capabilities::of(HelmRelease::default())
    }
}

impl Default for HelmVersion {
    /// Returns the newest release.
    fn default() -> Self {
        HelmVersion::of(HelmRelease::default())
    }
}
