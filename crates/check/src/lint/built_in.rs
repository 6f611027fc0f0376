//! Objects that exist in every cluster.

/// Returns whether every cluster has an object of this kind and name (in every namespace, if the kind is namespaced).
pub(super) fn is_built_in(kind: &str, name: &str) -> bool {
    match kind {
        "ServiceAccount" => name == "default",
        "ConfigMap" => name == "kube-root-ca.crt",
        "ClusterRole" => matches!(name, "cluster-admin" | "admin" | "edit" | "view") || name.starts_with("system:"),
        "Role" => name.starts_with("system:") || name == "extension-apiserver-authentication-reader",
        "PriorityClass" => matches!(name, "system-cluster-critical" | "system-node-critical"),
        "Service" => name == "kubernetes",
        _ => false,
    }
}
