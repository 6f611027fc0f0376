//! Which API versions a Kubernetes version serves.

use std::fmt;

use super::reading::IS_SERVED;
use super::removed;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Manifest, Manifests};

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
    /// The oldest version whose APIs are known: `SINCE` starts after it.
    pub const OLDEST: KubeVersion = KubeVersion { major: 1, minor: 8 };
    /// The newest version whose APIs are known.
    pub const NEWEST: KubeVersion = KubeVersion { major: 1, minor: 37 };

    /// Reads `1.36`, `v1.36.2` or what a provider makes of it (`v1.31.4-eks-aeac579`, `1.31+`).
    ///
    /// # Errors
    ///
    /// The rule, if `text` is none of these; the known versions, if it is not one of them.
    ///
    /// ```
    /// use mkmanifests::check::versions::KubeVersion;
    /// assert!(KubeVersion::parse("v1.36.2").is_ok());
    /// assert_eq!(KubeVersion::parse("1.99").unwrap_err(), "Kubernetes 1.99 is unknown; known versions: 1.8 to 1.37");
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let refuse = || format!("{text:?} is not a version of Kubernetes, as in 1.36 or v1.36.2");
        let core = text.strip_prefix('v').unwrap_or(text);
        let core = core.split(['-', '+']).next().unwrap_or_default();
        let parts: Vec<u32> = core.split('.').map(number).collect::<Option<_>>().ok_or_else(refuse)?;
        let ([major, minor] | [major, minor, _]) = *parts.as_slice() else { return Err(refuse()) };
        let version = KubeVersion { major, minor };
        if (Self::OLDEST..=Self::NEWEST).contains(&version) {
            return Ok(version);
        }
        Err(format!("Kubernetes {version} is unknown; known versions: {} to {}", Self::OLDEST, Self::NEWEST))
    }

    /// What of `manifests` this version does not serve yet.
    pub fn check(self, manifests: &Manifests) -> Vec<Diagnostic> {
        let early = manifests.iter().filter_map(|manifest| Some((manifest, self.early(manifest)?)));
        early
            .map(|(manifest, why)| Diagnostic::error(Code::Rule(IS_SERVED), format!("`{}`: {why}", manifest.id)))
            .collect()
    }

    fn early(self, manifest: &Manifest) -> Option<String> {
        Some(self.too_old_for(manifest.api_version(), manifest.kind())?.reason)
    }

    /// That this version does not serve a kind yet, with what it serves instead.
    pub(super) fn too_old_for(self, api_version: &str, kind: &str) -> Option<Diagnostic> {
        let of_kind = |(version, kinds, _): &&(&str, &[&str], u32)| {
            *version == api_version && (kinds.is_empty() || kinds.contains(&kind))
        };
        let (_, _, minor) = SINCE.iter().find(of_kind)?;
        if self.minor >= *minor {
            return None;
        }
        let message = format!("Kubernetes {self} has no {api_version} {kind}, which came with 1.{minor}");
        let diagnostic = Diagnostic::error(Code::Rule(IS_SERVED), message);
        Some(match removed::replaced_by(api_version, kind).filter(|older| older.is_served_by(self)) {
            Some(older) => diagnostic.help(format!("until {} there was `{}`", older.since, older.api_version)),
            None => diagnostic,
        })
    }
}

/// A part of a version: digits without a leading zero, as in Semantic Versioning.
fn number(part: &str) -> Option<u32> {
    let is_number = part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
    part.parse().ok().filter(|_| is_number)
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
        for text in ["1.31", "v1.31", "1.31.0", "1.31.99", "1.31+", "v1.31.4-eks-aeac579", "1.31.0+k3s1"] {
            assert_eq!(KubeVersion::parse(text), Ok(KubeVersion { major: 1, minor: 31 }), "{text}");
        }
        for text in ["", "1", "latest", "1.x", "1.31.4.5", "1.031", "1.", "v", "-1.31", "+1.31", "vv1.31", "1.31 "] {
            let refused = KubeVersion::parse(text).expect_err(text);
            assert!(refused.contains("is not a version of Kubernetes"), "{refused}");
        }
    }

    #[test]
    fn versions_out_of_the_known_range_are_refused() {
        for text in ["1.8", "v1.37.9"] {
            assert!(KubeVersion::parse(text).is_ok(), "{text}");
        }
        for text in ["1.7", "1.2", "0.1", "1.38", "1.99", "2.0", "130.0", "1.4294967295"] {
            let refused = KubeVersion::parse(text).expect_err(text);
            assert!(refused.ends_with("is unknown; known versions: 1.8 to 1.37"), "{refused}");
        }
    }

    #[test]
    fn the_newest_version_is_the_default_of_charts() {
        let default = crate::chart::Capabilities::default().kube_version.version;
        assert_eq!(KubeVersion::parse(&default), Ok(KubeVersion::NEWEST));
    }
}
