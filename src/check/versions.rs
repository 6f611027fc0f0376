//! Which API versions a Kubernetes version serves.

use std::fmt;

use crate::manifest::{Manifest, Manifests};
use crate::problem::Problem;

/// A version of Kubernetes, as far as it decides on APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubeVersion {
    /// Always 1 so far.
    pub major: u32,
    /// A new one three times a year.
    pub minor: u32,
}

/// Since when the API versions are served that a component or chart may use:
/// <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>.
const SINCE: &[(&str, &[&str], u32)] = &[
    ("autoscaling/v2", &["HorizontalPodAutoscaler"], 23),
    ("batch/v1", &["CronJob"], 21),
    ("discovery.k8s.io/v1", &["EndpointSlice"], 21),
    ("networking.k8s.io/v1", &["Ingress", "IngressClass"], 19),
    ("policy/v1", &["PodDisruptionBudget"], 21),
];

impl KubeVersion {
    /// Reads `1.36`, `v1.36.2` or what a provider makes of it (`v1.31.4-eks-aeac579`).
    ///
    /// # Errors
    ///
    /// The rule, if `text` is none of these.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refuse = || format!("{text:?} is not a version of Kubernetes, as in 1.36 or v1.36.2");
        let core = text.strip_prefix('v').unwrap_or(text);
        let core = core.split(['-', '+']).next().unwrap_or_default();
        let parts: Vec<u32> =
            core.split('.').map(|part| part.parse().map_err(|_| refuse())).collect::<Result<_, _>>()?;
        match parts.as_slice() {
            [1, minor] | [1, minor, _] => Ok(KubeVersion { major: 1, minor: *minor }),
            _ => Err(refuse()),
        }
    }

    /// What of `manifests` this version does not serve yet.
    pub fn check(self, manifests: &Manifests) -> Vec<Problem> {
        manifests.iter().filter_map(|manifest| self.too_old_for(manifest)).collect()
    }

    fn too_old_for(self, manifest: &Manifest) -> Option<Problem> {
        let (api_version, kind) = (manifest.api_version(), manifest.kind());
        let (_, _, minor) =
            SINCE.iter().find(|(version, kinds, _)| *version == api_version && kinds.contains(&kind))?;
        (self.minor < *minor).then(|| {
            let id = &manifest.id;
            Problem::error(format!("`{id}`: Kubernetes {self} has no {api_version} {kind}, which came with 1.{minor}"))
        })
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::KubeVersion;

    #[test]
    fn versions_are_read_as_providers_write_them() {
        for text in ["1.31", "v1.31", "1.31.4", "v1.31.4-eks-aeac579", "1.31.0+k3s1"] {
            assert_eq!(KubeVersion::parse(text), Ok(KubeVersion { major: 1, minor: 31 }), "{text}");
        }
        for text in ["", "1", "latest", "2.0", "1.x", "1.31.4.5"] {
            assert!(KubeVersion::parse(text).is_err(), "{text}");
        }
    }
}
