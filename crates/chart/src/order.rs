//! The order in which Helm installs objects, by their kind.

use std::cmp::Ordering;

use super::behaviour::{Behaviour, Change};

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

/// How many kinds at the end of [`INSTALL`] configure webhooks.
const WEBHOOKS: usize = 2;

/// Compares two kinds by the order in which Helm installs them.
pub(super) fn by_kind(a: &str, b: &str, helm: Behaviour) -> Ordering {
    match (rank(a, helm), rank(b, helm)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

fn rank(kind: &str, helm: Behaviour) -> Option<usize> {
    let known = if helm.has(Change::WebhooksLast) { &INSTALL[..] } else { &INSTALL[..INSTALL.len() - WEBHOOKS] };
    known.iter().position(|known| *known == kind)
}

#[cfg(test)]
mod tests {
    use super::{Behaviour, by_kind};
    use crate::HelmRelease;

    #[test]
    fn known_kinds_come_before_others_and_those_by_name() {
        let mut kinds = ["Zebra", "Service", "Ant", "", "Namespace", "Ingress"];
        kinds.sort_by(|a, b| by_kind(a, b, Behaviour::default()));
        assert_eq!(kinds, ["Namespace", "Service", "Ingress", "", "Ant", "Zebra"]);
        let mut kinds = ["Zebra", "Ant", "MutatingWebhookConfiguration"];
        kinds.sort_by(|a, b| by_kind(a, b, Behaviour::of(HelmRelease::V3_21)));
        assert_eq!(kinds, ["Ant", "MutatingWebhookConfiguration", "Zebra"]);
    }
}
