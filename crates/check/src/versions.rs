//! The API versions that a Kubernetes version serves.

use super::reading::SERVED_VERSION;
use super::removed;
use crate::kube_version::KubeVersion;
use mkmanifests_yaml::diagnostic::{Code, Diagnostic};

/// The first minor version of Kubernetes 1 that serves an API version; those of 1.8 and earlier are left out. With kinds, only
/// for these kinds, which come before a line for all kinds. `APILifecycleIntroduced` in k8s.io/api, and
/// <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>.
#[rustfmt::skip]
const SINCE: &[(&str, &[&str], u64)] = &[
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

/// Returns the error of an API version that was introduced later, with the older API version to use.
pub(super) fn too_old_for(version: &KubeVersion, api_version: &str, kind: &str) -> Option<Diagnostic> {
    let of_kind = |(version, kinds, _): &&(&str, &[&str], u64)| {
        *version == api_version && (kinds.is_empty() || kinds.contains(&kind))
    };
    let (_, _, minor) = SINCE.iter().find(of_kind)?;
    if !version.is_before(*minor) {
        return None;
    }
    let message = format!("{kind} of `{api_version}` does not exist in Kubernetes {version}: introduced in 1.{minor}");
    let diagnostic = Diagnostic::error(Code::Rule(SERVED_VERSION), message);
    Some(match removed::replaced_by(api_version, kind).filter(|older| older.is_served_by(version)) {
        Some(older) => diagnostic.help(format!(
            "use `apiVersion: {}`, which is served before Kubernetes 1.{}",
            older.api_version, older.since
        )),
        None => diagnostic,
    })
}
