//! The scopes of kinds: in a namespace, or in the cluster.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tree::Node;

/// The cluster-scoped built-in kinds, by API group:
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

/// Built-in groups with a dot in the name and only namespaced kinds.
const NAMESPACED_GROUPS: [&str; 3] = ["coordination.k8s.io", "discovery.k8s.io", "events.k8s.io"];

/// Lines of the form `GROUP SCOPE KIND...`; the head of the file documents them.
const WELL_KNOWN: &str = include_str!("scopes.txt");

/// The scope of a kind, as in `spec.scope` of a CustomResourceDefinition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
pub enum Scope {
    /// Objects are not in a namespace.
    Cluster,
    /// Each object is in a namespace.
    Namespaced,
}

impl Scope {
    /// Guesses the scope of an unknown custom resource by its name (`ClusterIssuer`). Others are assumed to be namespaced: without a
    /// namespace kubectl and Flux would create them in `default`, while an API server ignores the namespace of a cluster-scoped
    /// object.
    pub(super) fn guess(kind: &str) -> Scope {
        if kind.starts_with("Cluster") && kind != "Cluster" { Scope::Cluster } else { Scope::Namespaced }
    }
}

/// The scopes of kinds: built-in ones, those in `cluster.yaml`, those with a CustomResourceDefinition in the cluster, and well-known
/// ones.
#[derive(Debug)]
pub(super) struct Scopes<'c> {
    /// By `Kind.group`, from `cluster.yaml`.
    set: &'c BTreeMap<String, Scope>,
    /// By group and kind, from definitions.
    defined: BTreeMap<(String, String), Scope>,
}

impl<'c> Scopes<'c> {
    /// Starts with the scopes in `cluster.yaml`.
    pub fn new(set: &'c BTreeMap<String, Scope>) -> Self {
        Scopes { set, defined: BTreeMap::new() }
    }

    /// Adds the scope in a CustomResourceDefinition; other objects are ignored.
    pub fn add_definition(&mut self, node: &Node) {
        let text = |path: &[&str]| node.find(path.iter().copied()).and_then(Node::as_str);
        if text(&["kind"]) != Some("CustomResourceDefinition") {
            return;
        }
        let (group, kind) = (text(&["spec", "group"]), text(&["spec", "names", "kind"]));
        if let (Some(group), Some(kind), Some(scope)) = (group, kind, text(&["spec", "scope"])) {
            let scope = if scope == "Cluster" { Scope::Cluster } else { Scope::Namespaced };
            self.defined.insert((group.to_owned(), kind.to_owned()), scope);
        }
    }

    /// Returns the scope of a kind; none for an unknown custom resource.
    pub fn of(&self, group: &str, kind: &str) -> Option<Scope> {
        built_in(group, kind)
            .or_else(|| self.set.get(&format!("{kind}.{group}")).copied())
            .or_else(|| self.defined.get(&(group.to_owned(), kind.to_owned())).copied())
            .or_else(|| well_known(group, kind))
    }
}

/// Returns the scope of a kind in one of Kubernetes' own groups.
fn built_in(group: &str, kind: &str) -> Option<Scope> {
    let cluster_scoped = CLUSTER.iter().find(|(known, _)| *known == group).map(|(_, kinds)| *kinds);
    match cluster_scoped {
        Some(kinds) if kinds.contains(&kind) => Some(Scope::Cluster),
        Some(_) => Some(Scope::Namespaced),
        None if !group.contains('.') || NAMESPACED_GROUPS.contains(&group) => Some(Scope::Namespaced),
        None => None,
    }
}

/// Returns the scope of a kind in the list of well-known ones.
fn well_known(group: &str, kind: &str) -> Option<Scope> {
    type Lines = HashMap<&'static str, Vec<(Scope, Vec<&'static str>)>>;
    static LINES: LazyLock<Lines> = LazyLock::new(|| {
        let mut lines = Lines::new();
        for (group, scope, kinds) in WELL_KNOWN.lines().filter_map(line) {
            lines.entry(group).or_default().push((scope, kinds));
        }
        lines
    });
    let find = |group: &str| {
        let lines = LINES.get(group)?;
        let has = |kinds: &[&str]| kinds.contains(&kind) || kinds == ["*"];
        lines.iter().find(|(_, kinds)| has(kinds)).map(|(scope, _)| *scope)
    };
    // `.aws.upbound.io` is in the list for `ec2.aws.upbound.io` and `aws.upbound.io`.
    let ends = group.match_indices('.').map(|(at, _)| group.get(at..).unwrap_or_default());
    find(group).or_else(|| find(&format!(".{group}"))).or_else(|| ends.into_iter().find_map(find))
}

fn line(line: &'static str) -> Option<(&'static str, Scope, Vec<&'static str>)> {
    let mut words = line.split(' ').filter(|_| !line.starts_with('#'));
    let group = words.next()?;
    let scope = match words.next()? {
        "Cluster" => Scope::Cluster,
        "Namespaced" => Scope::Namespaced,
        _ => return None,
    };
    Some((group, scope, words.collect()))
}

#[cfg(test)]
mod tests {
    use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope, Resource, api};

    use super::{BTreeMap, Scope, Scopes, WELL_KNOWN, line};
    use crate::manifest::api_group;

    fn is_namespaced<T: Resource>() -> bool {
        Scopes::new(&BTreeMap::new()).of(api_group(T::API_VERSION), T::KIND) == Some(Scope::Namespaced)
    }

    fn scope(group: &str, kind: &str) -> Option<Scope> {
        Scopes::new(&BTreeMap::new()).of(group, kind)
    }

    #[test]
    fn the_list_can_be_read_and_names_each_kind_once() {
        let mut seen = BTreeMap::new();
        for text in WELL_KNOWN.lines().filter(|text| !text.starts_with('#')) {
            let (group, _, kinds) = line(text).expect(text);
            assert!(!kinds.is_empty() && super::built_in(group, "X").is_none(), "{text}");
            for kind in kinds {
                assert!(seen.insert((group, kind), text).is_none(), "{kind}.{group}");
            }
        }
        assert!(seen.len() > 1_000);
    }

    #[test]
    fn well_known_kinds_are_where_their_definitions_say() {
        let cluster = [
            ("karpenter.sh", "NodePool"),
            ("karpenter.k8s.aws", "EC2NodeClass"),
            ("gateway.networking.k8s.io", "GatewayClass"),
            ("cert-manager.io", "ClusterIssuer"),
            ("kyverno.io", "ClusterPolicy"),
            ("external-secrets.io", "ClusterSecretStore"),
            ("apiextensions.crossplane.io", "Composition"),
            ("ec2.aws.upbound.io", "VPC"),
            ("aws.upbound.io", "ProviderConfig"),
            ("constraints.gatekeeper.sh", "RequiredOwner"),
            ("cilium.io", "CiliumClusterwideNetworkPolicy"),
            ("kueue.x-k8s.io", "ResourceFlavor"),
            ("scheduling.volcano.sh", "Queue"),
            ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
            ("crd.projectcalico.org", "IPPool"),
            ("storage.k8s.io", "StorageClass"),
        ];
        let namespaced = [
            ("gateway.networking.k8s.io", "Gateway"),
            ("cert-manager.io", "Certificate"),
            ("monitoring.coreos.com", "PodMonitor"),
            ("ray.io", "RayCluster"),
            ("postgresql.cnpg.io", "Cluster"),
            ("operators.coreos.com", "ClusterServiceVersion"),
            ("networking.istio.io", "VirtualService"),
            ("argoproj.io", "Application"),
            ("kustomize.toolkit.fluxcd.io", "Kustomization"),
            ("kueue.x-k8s.io", "LocalQueue"),
            ("snapshot.storage.k8s.io", "VolumeSnapshot"),
            ("discovery.k8s.io", "EndpointSlice"),
            ("extensions", "Ingress"),
        ];
        for (group, kind) in cluster {
            assert_eq!(scope(group, kind), Some(Scope::Cluster), "{kind}.{group}");
        }
        for (group, kind) in namespaced {
            assert_eq!(scope(group, kind), Some(Scope::Namespaced), "{kind}.{group}");
        }
        for (group, kind) in [("example.com", "Widget"), ("ec2.aws.m.upbound.io", "VPC"), ("upbound.io", "X")] {
            assert_eq!(scope(group, kind), None, "{kind}.{group}");
        }
    }

    /// Asserts the scope of a type. The bound checks it at compile time.
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
