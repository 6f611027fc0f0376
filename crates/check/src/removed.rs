//! APIs that Kubernetes has removed, and their replacements.
//!
//! Source: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>; for APIs in alpha and beta
//! `APILifecycleRemoved` in k8s.io/api.

use crate::kube_version::KubeVersion;

/// A removed API.
pub(super) struct Removed {
    pub(super) api_version: &'static str,
    kinds: &'static [&'static str],
    /// The minor version of the first Kubernetes 1 without it.
    pub(super) since: u64,
    /// The `apiVersion` that replaces it, if any.
    pub(super) instead: Option<&'static str>,
}

impl Removed {
    /// Returns whether a Kubernetes version still serves it.
    pub(super) fn is_served_by(&self, version: &KubeVersion) -> bool {
        version.is_before(self.since)
    }
}

/// Returns the removed API that an API replaces.
pub(super) fn replaced_by(instead: &str, kind: &str) -> Option<&'static Removed> {
    REMOVED.iter().find(|removed| removed.instead == Some(instead) && removed.kinds.contains(&kind))
}

/// Finds the removed API of an object.
pub(super) fn find(api_version: &str, kind: &str) -> Option<&'static Removed> {
    REMOVED.iter().find(|removed| removed.api_version == api_version && removed.kinds.contains(&kind))
}

const fn removed(
    api_version: &'static str,
    kinds: &'static [&'static str],
    since: u64,
    instead: &'static str,
) -> Removed {
    Removed { api_version, kinds, since, instead: Some(instead) }
}

const FLOW: &[&str] = &["FlowSchema", "PriorityLevelConfiguration"];
const RBAC: &[&str] = &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];
const REVIEWS: &[&str] =
    &["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"];
const POLICIES: &[&str] = &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
const STORAGE: &[&str] = &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"];
const WEBHOOKS: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// The newest removal first.
pub(super) static REMOVED: &[Removed] = &[
    removed("storage.k8s.io/v1alpha1", &["VolumeAttributesClass"], 35, "storage.k8s.io/v1"),
    removed("admissionregistration.k8s.io/v1beta1", POLICIES, 34, "admissionregistration.k8s.io/v1"),
    removed("authentication.k8s.io/v1beta1", &["SelfSubjectReview"], 33, "authentication.k8s.io/v1"),
    removed("admissionregistration.k8s.io/v1alpha1", POLICIES, 32, "admissionregistration.k8s.io/v1"),
    removed("authentication.k8s.io/v1alpha1", &["SelfSubjectReview"], 32, "authentication.k8s.io/v1"),
    removed("flowcontrol.apiserver.k8s.io/v1beta3", FLOW, 32, "flowcontrol.apiserver.k8s.io/v1"),
    removed("flowcontrol.apiserver.k8s.io/v1beta2", FLOW, 29, "flowcontrol.apiserver.k8s.io/v1"),
    removed("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], 27, "storage.k8s.io/v1"),
    removed("flowcontrol.apiserver.k8s.io/v1beta1", FLOW, 26, "flowcontrol.apiserver.k8s.io/v1"),
    removed("autoscaling/v2beta2", &["HorizontalPodAutoscaler"], 26, "autoscaling/v2"),
    removed("batch/v1beta1", &["CronJob"], 25, "batch/v1"),
    removed("discovery.k8s.io/v1beta1", &["EndpointSlice"], 25, "discovery.k8s.io/v1"),
    removed("events.k8s.io/v1beta1", &["Event"], 25, "events.k8s.io/v1"),
    removed("autoscaling/v2beta1", &["HorizontalPodAutoscaler"], 25, "autoscaling/v2"),
    removed("policy/v1beta1", &["PodDisruptionBudget"], 25, "policy/v1"),
    Removed { api_version: "policy/v1beta1", kinds: &["PodSecurityPolicy"], since: 25, instead: None },
    removed("node.k8s.io/v1beta1", &["RuntimeClass"], 25, "node.k8s.io/v1"),
    removed("admissionregistration.k8s.io/v1beta1", WEBHOOKS, 22, "admissionregistration.k8s.io/v1"),
    removed("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"], 22, "apiextensions.k8s.io/v1"),
    removed("apiregistration.k8s.io/v1beta1", &["APIService"], 22, "apiregistration.k8s.io/v1"),
    removed("authentication.k8s.io/v1beta1", &["TokenReview"], 22, "authentication.k8s.io/v1"),
    removed("authorization.k8s.io/v1beta1", REVIEWS, 22, "authorization.k8s.io/v1"),
    removed("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], 22, "certificates.k8s.io/v1"),
    removed("coordination.k8s.io/v1beta1", &["Lease"], 22, "coordination.k8s.io/v1"),
    removed("extensions/v1beta1", &["Ingress"], 22, "networking.k8s.io/v1"),
    removed("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], 22, "networking.k8s.io/v1"),
    removed("rbac.authorization.k8s.io/v1beta1", RBAC, 22, "rbac.authorization.k8s.io/v1"),
    removed("scheduling.k8s.io/v1beta1", &["PriorityClass"], 22, "scheduling.k8s.io/v1"),
    removed("storage.k8s.io/v1beta1", STORAGE, 22, "storage.k8s.io/v1"),
    removed("extensions/v1beta1", &["NetworkPolicy"], 16, "networking.k8s.io/v1"),
    removed("extensions/v1beta1", &["DaemonSet", "Deployment", "ReplicaSet"], 16, "apps/v1"),
    removed("apps/v1beta1", &["ControllerRevision", "Deployment", "ReplicaSet", "StatefulSet"], 16, "apps/v1"),
    removed(
        "apps/v1beta2",
        &["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
        16,
        "apps/v1",
    ),
    Removed { api_version: "extensions/v1beta1", kinds: &["PodSecurityPolicy"], since: 16, instead: None },
];

#[cfg(test)]
mod tests {
    use super::super::kinds;
    use super::*;

    #[test]
    fn what_is_removed_is_not_known_and_its_replacement_is() {
        for removed in REMOVED {
            for kind in removed.kinds {
                assert!(kinds::find(removed.api_version, kind).is_none(), "{} {kind}", removed.api_version);
                let replaced = removed.instead.is_none_or(|instead| kinds::find(instead, kind).is_some());
                assert!(replaced, "{} {kind}", removed.api_version);
            }
        }
    }
}
