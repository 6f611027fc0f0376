//! The order in which Helm installs objects, by their kind.

use std::cmp::Ordering;

/// Helm's install order. Other kinds follow, in the byte order of their names.
const INSTALL: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Compares two kinds by the order in which Helm installs them.
pub(super) fn by_kind(a: &str, b: &str) -> Ordering {
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

fn rank(kind: &str) -> Option<usize> {
    INSTALL.iter().position(|known| *known == kind)
}

#[cfg(test)]
mod tests {
    use super::by_kind;

    #[test]
    fn known_kinds_come_before_others_and_those_by_name() {
        let mut kinds = ["Zebra", "Service", "Ant", "", "Namespace", "Ingress"];
        kinds.sort_by(|a, b| by_kind(a, b));
        assert_eq!(kinds, ["Namespace", "Service", "Ingress", "", "Ant", "Zebra"]);
    }
}
