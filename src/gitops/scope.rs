//! Which kinds are in a namespace.

use std::collections::BTreeMap;

use crate::manifest::api_group;
use crate::tree::Node;

/// The built-in kinds that are in no namespace, by API group:
/// <https://kubernetes.io/docs/reference/kubernetes-api/>.
const CLUSTER: &[(&str, &[&str])] = &[
    ("", &["ComponentStatus", "Namespace", "Node", "PersistentVolume"]),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    ("authentication.k8s.io", &["SelfSubjectReview", "TokenReview"]),
    ("authorization.k8s.io", &["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"]),
    ("certificates.k8s.io", &["CertificateSigningRequest", "ClusterTrustBundle"]),
    ("flowcontrol.apiserver.k8s.io", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("internal.apiserver.k8s.io", &["StorageVersion"]),
    ("networking.k8s.io", &["IPAddress", "IngressClass", "ServiceCIDR"]),
    ("node.k8s.io", &["RuntimeClass"]),
    ("rbac.authorization.k8s.io", &["ClusterRole", "ClusterRoleBinding"]),
    ("resource.k8s.io", &["DeviceClass", "DeviceTaintRule", "ResourcePoolStatusRequest", "ResourceSlice"]),
    ("scheduling.k8s.io", &["PriorityClass"]),
    ("storage.k8s.io", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"]),
    ("storagemigration.k8s.io", &["StorageVersionMigration"]),
];

/// The scopes of kinds: the built-in ones, and those whose definition is among the objects of a cluster.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// By group and kind, whether it is in a namespace.
    custom: BTreeMap<(String, String), bool>,
}

impl Scopes {
    /// Learns from a CustomResourceDefinition; anything else tells nothing.
    pub fn learn(&mut self, node: &Node) {
        let text = |path: &[&str]| node.find(path.iter().copied()).and_then(Node::as_str);
        if text(&["kind"]) != Some("CustomResourceDefinition") {
            return;
        }
        let (group, kind) = (text(&["spec", "group"]), text(&["spec", "names", "kind"]));
        if let (Some(group), Some(kind), Some(scope)) = (group, kind, text(&["spec", "scope"])) {
            self.custom.insert((group.to_owned(), kind.to_owned()), scope != "Cluster");
        }
    }

    /// Whether objects of a kind are in a namespace.
    ///
    /// A custom resource that nothing tells of counts as one of a namespace, unless its kind says otherwise
    /// (`ClusterIssuer`): without a namespace kubectl and Flux would put it into `default`, while an API server drops the
    /// namespace of an object that can have none.
    pub fn is_namespaced(&self, api_version: &str, kind: &str) -> bool {
        let group = api_group(api_version);
        if let Some((_, kinds)) = CLUSTER.iter().find(|(known, _)| *known == group)
            && kinds.contains(&kind)
        {
            return false;
        }
        let custom = self.custom.get(&(group.to_owned(), kind.to_owned()));
        custom.copied().unwrap_or_else(|| !(kind.starts_with("Cluster") && group.contains('.')))
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope, Resource, api};

    use super::Scopes;

    fn is_namespaced<T: Resource>() -> bool {
        Scopes::default().is_namespaced(T::API_VERSION, T::KIND)
    }

    /// The type's scope is checked when this is compiled.
    fn cluster<T: Resource<Scope = ClusterResourceScope>>() {
        assert!(!is_namespaced::<T>(), "{}", T::KIND);
    }

    fn namespaced<T: Resource<Scope = NamespaceResourceScope>>() {
        assert!(is_namespaced::<T>(), "{}", T::KIND);
    }

    #[test]
    fn built_in_kinds_are_where_the_api_says() {
        cluster::<api::core::v1::Namespace>();
        cluster::<api::core::v1::Node>();
        cluster::<api::core::v1::PersistentVolume>();
        cluster::<api::admissionregistration::v1::MutatingAdmissionPolicy>();
        cluster::<api::admissionregistration::v1::MutatingWebhookConfiguration>();
        cluster::<api::admissionregistration::v1::ValidatingAdmissionPolicyBinding>();
        cluster::<api::certificates::v1::CertificateSigningRequest>();
        cluster::<api::flowcontrol::v1::FlowSchema>();
        cluster::<api::networking::v1::IngressClass>();
        cluster::<api::networking::v1::ServiceCIDR>();
        cluster::<api::node::v1::RuntimeClass>();
        cluster::<api::rbac::v1::ClusterRole>();
        cluster::<api::rbac::v1::ClusterRoleBinding>();
        cluster::<api::resource::v1::DeviceClass>();
        cluster::<api::resource::v1::ResourceSlice>();
        cluster::<api::scheduling::v1::PriorityClass>();
        cluster::<api::storage::v1::CSIDriver>();
        cluster::<api::storage::v1::StorageClass>();
        cluster::<api::storage::v1::VolumeAttributesClass>();
        namespaced::<api::apps::v1::Deployment>();
        namespaced::<api::core::v1::Secret>();
        namespaced::<api::core::v1::Endpoints>();
        namespaced::<api::coordination::v1::Lease>();
        namespaced::<api::policy::v1::PodDisruptionBudget>();
        namespaced::<api::rbac::v1::Role>();
        namespaced::<api::resource::v1::ResourceClaimTemplate>();
        namespaced::<api::storage::v1::CSIStorageCapacity>();
    }
}
