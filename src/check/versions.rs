//! Which API versions a Kubernetes version serves.

use std::fmt;

use super::removed;
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

/// Since which minor version of 1 the API versions are served that have come after 1.8; of some a few kinds only, and then
/// those kinds come first. `APILifecycleIntroduced` in k8s.io/api, and
/// <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>.
#[rustfmt::skip]
const SINCE: &[(&str, &[&str], u32)] = &[
    ("admissionregistration.k8s.io/v1", &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"], 36),
    ("admissionregistration.k8s.io/v1", &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"], 16),
    ("admissionregistration.k8s.io/v1", &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"], 30),
    ("admissionregistration.k8s.io/v1alpha1", &[], 32),
    ("admissionregistration.k8s.io/v1beta1", &[], 34),
    ("apiextensions.k8s.io/v1", &[], 16),
    ("apiregistration.k8s.io/v1", &[], 10),
    ("apps/v1", &[], 9),
    ("authentication.k8s.io/v1", &["SelfSubjectReview"], 28),
    ("autoscaling/v2", &[], 23),
    ("batch/v1", &["CronJob"], 21),
    ("certificates.k8s.io/v1", &[], 19),
    ("certificates.k8s.io/v1alpha1", &[], 26),
    ("certificates.k8s.io/v1beta1", &["ClusterTrustBundle"], 33),
    ("certificates.k8s.io/v1beta1", &["PodCertificateRequest"], 35),
    ("coordination.k8s.io/v1", &[], 14),
    ("coordination.k8s.io/v1alpha2", &[], 32),
    ("coordination.k8s.io/v1beta1", &[], 33),
    ("discovery.k8s.io/v1", &[], 21),
    ("events.k8s.io/v1", &[], 19),
    ("flowcontrol.apiserver.k8s.io/v1", &[], 29),
    ("internal.apiserver.k8s.io/v1alpha1", &[], 20),
    ("networking.k8s.io/v1", &["IPAddress", "ServiceCIDR"], 33),
    ("networking.k8s.io/v1", &["Ingress", "IngressClass"], 19),
    ("networking.k8s.io/v1beta1", &[], 31),
    ("node.k8s.io/v1", &[], 20),
    ("policy/v1", &[], 21),
    ("resource.k8s.io/v1", &[], 34),
    ("resource.k8s.io/v1alpha3", &["DeviceTaintRule"], 33),
    ("resource.k8s.io/v1alpha3", &["ResourcePoolStatusRequest"], 36),
    ("resource.k8s.io/v1beta1", &[], 32),
    ("resource.k8s.io/v1beta2", &["DeviceTaintRule"], 36),
    ("resource.k8s.io/v1beta2", &[], 33),
    ("scheduling.k8s.io/v1", &[], 14),
    ("scheduling.k8s.io/v1alpha2", &[], 36),
    ("storage.k8s.io/v1", &["CSIDriver"], 18),
    ("storage.k8s.io/v1", &["CSINode"], 17),
    ("storage.k8s.io/v1", &["CSIStorageCapacity"], 24),
    ("storage.k8s.io/v1", &["VolumeAttachment"], 13),
    ("storage.k8s.io/v1", &["VolumeAttributesClass"], 34),
    ("storage.k8s.io/v1beta1", &[], 31),
    ("storagemigration.k8s.io/v1beta1", &[], 35),
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
        let early = manifests.iter().filter_map(|manifest| Some((manifest, self.early(manifest)?)));
        early.map(|(manifest, why)| Problem::error(format!("`{}`: {why}", manifest.id))).collect()
    }

    fn early(self, manifest: &Manifest) -> Option<String> {
        Some(self.too_old_for(manifest.api_version(), manifest.kind())?.message)
    }

    /// That this version does not serve a kind yet, with what it serves instead.
    pub(super) fn too_old_for(self, api_version: &str, kind: &str) -> Option<Problem> {
        let of_kind = |(version, kinds, _): &&(&str, &[&str], u32)| {
            *version == api_version && (kinds.is_empty() || kinds.contains(&kind))
        };
        let (_, _, minor) = SINCE.iter().find(of_kind)?;
        if self.minor >= *minor {
            return None;
        }
        let message = format!("Kubernetes {self} has no {api_version} {kind}, which came with 1.{minor}");
        let problem = Problem::error(message);
        Some(match removed::replaced_by(api_version, kind).filter(|older| older.is_served_by(self)) {
            Some(older) => problem.help(format!("until {} there was `{}`", older.since, older.api_version)),
            None => problem,
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
