//! The built-in kinds of Kubernetes 1.36 and the kinds of operators, with the functions that read and validate them.

use std::any::Any;

use k8s_openapi::Resource;
use k8s_openapi::api::{
    admissionregistration::{v1 as admission_v1, v1alpha1 as admission_v1alpha1, v1beta1 as admission_v1beta1},
    apiserverinternal::v1alpha1 as apiserver,
    apps::v1 as apps,
    authentication::v1 as authentication,
    authorization::v1 as authorization,
    autoscaling::{v1 as autoscaling_v1, v2 as autoscaling_v2},
    batch::v1 as batch,
    certificates::{v1 as certificates_v1, v1alpha1 as certificates_v1alpha1, v1beta1 as certificates_v1beta1},
    coordination::{v1 as coordination_v1, v1alpha2 as coordination_v1alpha2, v1beta1 as coordination_v1beta1},
    core::v1 as core,
    discovery::v1 as discovery,
    events::v1 as events,
    flowcontrol::v1 as flowcontrol,
    networking::{v1 as networking_v1, v1beta1 as networking_v1beta1},
    node::v1 as node,
    policy::v1 as policy,
    rbac::v1 as rbac,
    resource::{
        v1 as resource_v1, v1alpha3 as resource_v1alpha3, v1beta1 as resource_v1beta1, v1beta2 as resource_v1beta2,
    },
    scheduling::{v1 as scheduling_v1, v1alpha2 as scheduling_v1alpha2},
    storage::{v1 as storage_v1, v1beta1 as storage_v1beta1},
    storagemigration::v1beta1 as storagemigration,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as apiextensions;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1 as apiregistration;
use mkmanifests_kuberay as kuberay;
use serde::de::DeserializeOwned;

use super::reading::KNOWN_FIELD;
use super::reading::{FIELD_TYPE, name_rule};
use super::report::Report;
use super::rules;
use super::schema_fields;
use crate::manifest::api_group;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::{Node, from_object};

/// A kind, with the functions that read and validate its objects.
pub(super) struct Known {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    /// Reads an object as its type and reports what does not match. If all matches, validates it by the rules of its kind.
    pub(super) read: fn(&Node, &mut Vec<Diagnostic>),
    /// Validates an object of the type by the rules of its kind.
    pub(super) validate: fn(&dyn Any, &mut Report<'_>),
}

/// Finds a kind of Kubernetes 1.36.
pub(super) fn find(api_version: &str, kind: &str) -> Option<&'static Known> {
    find_in(KNOWN, api_version, kind)
}

/// Finds a kind of an operator.
pub(super) fn find_of_operator(api_version: &str, kind: &str) -> Option<&'static Known> {
    find_in(OF_OPERATORS, api_version, kind)
}

fn find_in(kinds: &'static [Known], api_version: &str, kind: &str) -> Option<&'static Known> {
    let at = kinds.binary_search_by(|known| (known.api_version, known.kind).cmp(&(api_version, kind))).ok()?;
    kinds.get(at)
}

/// Returns whether a kind is built into Kubernetes 1.36, in this version of its API group or in another.
pub fn is_built_in(api_version: &str, kind: &str) -> bool {
    KNOWN.iter().any(|known| known.kind == kind && api_group(known.api_version) == api_group(api_version))
}

/// Reads an object, then validates it by rules, unless there are errors other than unknown fields.
pub(super) fn read<T: DeserializeOwned>(node: &Node, diagnostics: &mut Vec<Diagnostic>, validate: rules::Validate<T>) {
    let before = diagnostics.len();
    let object = from_object::<T>(node, schema_fields::all, diagnostics);
    diagnostics.iter_mut().skip(before).for_each(|diagnostic| name_rule(diagnostic, FIELD_TYPE));
    let Some(object) = object else { return };
    let mismatches = &diagnostics[before..];
    if mismatches.iter().all(|diagnostic| diagnostic.rule() == KNOWN_FIELD) {
        let mut report = Report::about(node, !mismatches.is_empty());
        validate(&object, &mut report);
        diagnostics.extend(report.into_diagnostics());
    }
}

const fn known<T: Resource>(read: fn(&Node, &mut Vec<Diagnostic>), validate: fn(&dyn Any, &mut Report<'_>)) -> Known {
    Known { api_version: T::API_VERSION, kind: T::KIND, read, validate }
}

/// A kind is followed by the function of `rules` that validates it, in parentheses. Without one, only the metadata is validated.
macro_rules! known {
    ($($group:ident: $($kind:ident $(($rules:ident))?)+;)+) => { &[$($(
        known::<$group::$kind>(
            |node, diagnostics| read::<$group::$kind>(node, diagnostics, validator!($($rules)?)),
            |object, report| {
                if let Some(object) = object.downcast_ref::<$group::$kind>() {
                    validator!($($rules)?)(object, report);
                }
            },
        )
    ),+),+] };
}

macro_rules! validator {
    () => {
        rules::metadata_only
    };
    ($rules:ident) => {
        rules::$rules
    };
}

/// In the byte order of (apiVersion, kind). Without Eviction, Scale and TokenRequest, which are subresources and cannot be
/// applied.
#[rustfmt::skip]
pub(super) static KNOWN: &[Known] = known! {
    admission_v1: MutatingAdmissionPolicy(mutating_policy) MutatingAdmissionPolicyBinding(mutating_binding)
        MutatingWebhookConfiguration(mutating_webhooks) ValidatingAdmissionPolicy(validating_policy)
        ValidatingAdmissionPolicyBinding(validating_binding) ValidatingWebhookConfiguration(validating_webhooks);
    admission_v1alpha1: MutatingAdmissionPolicy MutatingAdmissionPolicyBinding;
    admission_v1beta1: MutatingAdmissionPolicy MutatingAdmissionPolicyBinding;
    apiextensions: CustomResourceDefinition(custom_resource_definition);
    apiregistration: APIService(api_service);
    apps: ControllerRevision(controller_revision) DaemonSet(daemon_set) Deployment(deployment) ReplicaSet(replica_set)
        StatefulSet(stateful_set);
    authentication: SelfSubjectReview TokenReview;
    authorization: LocalSubjectAccessReview(local_review) SelfSubjectAccessReview(self_review) SelfSubjectRulesReview
        SubjectAccessReview(subject_review);
    autoscaling_v1: HorizontalPodAutoscaler(autoscaler_version_1);
    autoscaling_v2: HorizontalPodAutoscaler(autoscaler);
    batch: CronJob(cron_job) Job(job);
    certificates_v1: CertificateSigningRequest(certificate_request);
    certificates_v1alpha1: ClusterTrustBundle;
    certificates_v1beta1: ClusterTrustBundle PodCertificateRequest;
    coordination_v1: Lease(lease);
    coordination_v1alpha2: LeaseCandidate;
    coordination_v1beta1: LeaseCandidate;
    discovery: EndpointSlice(endpoint_slice);
    events: Event(event_of_events);
    flowcontrol: FlowSchema(flow_schema) PriorityLevelConfiguration(priority_level);
    apiserver: StorageVersion;
    networking_v1: IPAddress(ip_address) Ingress(ingress) IngressClass(ingress_class) NetworkPolicy(network_policy)
        ServiceCIDR(service_cidr);
    networking_v1beta1: IPAddress(ip_address_beta) ServiceCIDR(service_cidr_beta);
    node: RuntimeClass(runtime_class);
    policy: PodDisruptionBudget(disruption_budget);
    rbac: ClusterRole(cluster_role) ClusterRoleBinding(cluster_role_binding) Role(role) RoleBinding(role_binding);
    resource_v1: DeviceClass(device_class) ResourceClaim(resource_claim)
        ResourceClaimTemplate(resource_claim_template) ResourceSlice(resource_slice);
    resource_v1alpha3: DeviceTaintRule ResourcePoolStatusRequest;
    resource_v1beta1: DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice;
    resource_v1beta2: DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice;
    scheduling_v1: PriorityClass(priority_class);
    scheduling_v1alpha2: PodGroup Workload;
    storage_v1: CSIDriver(csi_driver) CSINode(csi_node) CSIStorageCapacity(csi_storage_capacity)
        StorageClass(storage_class) VolumeAttachment(volume_attachment) VolumeAttributesClass(attributes);
    storage_v1beta1: VolumeAttributesClass(attributes_beta);
    storagemigration: StorageVersionMigration;
    core: Binding ComponentStatus ConfigMap(config_map) Endpoints(endpoints) Event(event) LimitRange(limit_range)
        Namespace(namespace) Node(node) PersistentVolume(persistent_volume)
        PersistentVolumeClaim(persistent_volume_claim) Pod(pod) PodTemplate(pod_template)
        ReplicationController(replication_controller)        ResourceQuota(resource_quota) Secret(secret) Service(service) ServiceAccount(service_account);
};

/// The kinds of operators, in the byte order of (apiVersion, kind): custom resources with types and rules here. The API server
/// of a cluster knows them only by their CustomResourceDefinitions.
pub(super) static OF_OPERATORS: &[Known] = known! {
    kuberay: RayCluster(ray_cluster) RayCronJob(ray_cron_job) RayJob(ray_job) RayService(ray_service);
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_bisection() {
        for kinds in [KNOWN, OF_OPERATORS] {
            assert!(kinds.is_sorted_by(|a, b| (a.api_version, a.kind) < (b.api_version, b.kind)));
        }
        assert!(find("apps/v1", "Deployment").is_some());
        assert!(find("apps/v1", "Service").is_none());
    }

    #[test]
    fn the_kinds_of_operators_are_not_built_in() {
        for known in OF_OPERATORS {
            assert!(!is_built_in(known.api_version, known.kind) && find(known.api_version, known.kind).is_none());
        }
        assert!(find_of_operator("ray.io/v1", "RayJob").is_some());
        assert!(find_of_operator("ray.io/v1alpha1", "RayJob").is_none());
    }
}
