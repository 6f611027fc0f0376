//! The order in which a fresh cluster accepts objects.

/// Kinds that others need, in the order in which they are needed; the rest, custom resources above all, comes after
/// them. Near Helm's install order, with definitions before everything that may be an instance of them.
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

/// Admission webhooks come last: earlier they would judge objects before their own pods can run.
const LAST: &[&str] = &[
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Where a kind stands in the order; smaller comes first.
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
