//! The versions of Kubernetes and Helm that templates see.

use mkmanifests_chart::{HelmRelease, HelmVersion};
use mkmanifests_check::kube_version::KubeVersion;

use crate::suite::Capabilities;

/// The major and minor version of Kubernetes, as a suite writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeNumbers {
    major: String,
    minor: String,
    /// A whole version, which wins.
    exact: Option<KubeVersion>,
}

impl KubeNumbers {
    /// Returns what a program sees that is linked with a release of Helm: Kubernetes 1.20 with Helm 3, since only Helm's
    /// own build sets another one.
    pub fn of(release: HelmRelease) -> KubeNumbers {
        let minor = if release.is_v3() { 20 } else { release.kubernetes_minor() };
        KubeNumbers { major: "1".to_owned(), minor: minor.to_string(), exact: None }
    }

    /// Returns a version with its patch number and suffix, if it has them. Else the patch number is 0.
    pub fn exact(version: KubeVersion) -> KubeNumbers {
        let (major, minor) = (version.major().to_string(), version.minor().to_string());
        let is_whole = version.git_version().trim_start_matches('v') != format!("{major}.{minor}");
        KubeNumbers { major, minor, exact: is_whole.then_some(version) }
    }

    /// Sets the numbers that a job sets. As in helm-unittest, the jobs after it see them, too.
    pub fn set(&mut self, capabilities: &Capabilities) {
        let Capabilities { major_version, minor_version, .. } = capabilities;
        if !major_version.is_empty() {
            self.major.clone_from(major_version);
        }
        if !minor_version.is_empty() {
            self.minor.clone_from(minor_version);
        }
    }

    /// Returns the version: `v1.20.0`. A text such as `25+` stays in it.
    pub fn version(&self) -> KubeVersion {
        self.exact.clone().unwrap_or_else(|| KubeVersion::of_texts(&self.major, &self.minor))
    }
}

/// Returns the version of Helm that templates see in a program that is linked with a release: without its patch number.
pub fn helm_version(release: HelmRelease) -> HelmVersion {
    HelmVersion {
        version: format!("v{}", release.minor_name()),
        git_commit: String::new(),
        git_tree_state: String::new(),
        ..HelmVersion::of(release)
    }
}
