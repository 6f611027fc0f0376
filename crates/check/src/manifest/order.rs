//! The apply order: a new cluster accepts the objects in this order.

/// The built-in kinds in apply order. Other kinds, such as custom resources, come after them. Similar to Helm's install
/// order, but with CustomResourceDefinitions before everything that may use them.
const ORDER: &[&str] = &[
    "Namespace",
    "CustomResourceDefinition",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "IngressClass",
    "ResourceQuota",
    "LimitRange",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Service",
    "Endpoints",
    "EndpointSlice",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "Ingress",
    "APIService",
];

/// Admission webhooks come last: earlier, they would validate objects before their own pods run.
const LAST: &[&str] = &[
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Returns the position of a kind in the order; smaller comes first.
pub(super) fn rank(kind: &str) -> usize {
    let position = |kinds: &[&str]| kinds.iter().position(|known| *known == kind);
    position(ORDER).or_else(|| position(LAST).map(|at| ORDER.len() + 1 + at)).unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn what_others_need_comes_first() {
        let kinds = ["Namespace", "CustomResourceDefinition", "ServiceAccount", "Role", "Service", "Deployment"];
        assert!(kinds.is_sorted_by_key(|kind| rank(kind)));
    }

    #[test]
    fn custom_resources_come_after_workloads_and_before_webhooks() {
        assert!(rank("Deployment") < rank("PodMonitor"));
        assert!(rank("PodMonitor") < rank("ValidatingWebhookConfiguration"));
    }
}
