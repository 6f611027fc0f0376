//! Names of resources: <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/>.
//!
//! Source: pkg/apis/core/helper/helpers.go

use crate::syntax::{label_key, prefixed_name};

/// The built-in resources of containers.
pub(super) const OF_CONTAINERS: &[&str] = &["cpu", "ephemeral-storage", "memory"];

/// Resources that count objects, in whole numbers.
const OBJECT_COUNTS: &[&str] = &[
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
];

/// Other resources whose names need no domain.
const OTHERS: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "storage",
];

/// Returns whether a resource is huge pages.
pub(super) fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Returns whether a resource has no domain, or one of Kubernetes.
pub(super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Returns whether a resource is an extended resource, which a device plugin provides.
pub(super) fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && label_key(&format!("requests.{name}")).is_ok()
}

/// Returns whether limits of a resource may exceed requests.
pub(super) fn is_overcommitted(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// Returns whether quantities of a resource must be whole numbers.
pub(super) fn is_integer(name: &str) -> bool {
    OBJECT_COUNTS.contains(&name) || is_extended(name)
}

/// Validates the name of a resource.
pub(super) fn resource(name: &str) -> Result<(), String> {
    if OF_CONTAINERS.contains(&name) {
        return Ok(());
    }
    prefixed_name(name, "a resource name")?;
    let is_known = || OBJECT_COUNTS.contains(&name) || OTHERS.contains(&name) || is_huge_page(name);
    if name.contains('/') || is_known() {
        return Ok(());
    }
    Err(format!("unknown resource `{name}`; an extended resource needs a domain, as in `example.com/{name}`"))
}

/// Validates the name of a resource of a container.
pub(super) fn container_resource(name: &str) -> Result<(), String> {
    resource(name)?;
    let is_standard = || OF_CONTAINERS.contains(&name) || is_huge_page(name);
    if !name.contains('/') && !is_standard() {
        return Err(format!(
            "`{name}` is not a container resource: must be `cpu`, `memory`, `ephemeral-storage` or `hugepages-...`"
        ));
    }
    if name.contains('/') && !is_native(name) && !is_extended(name) {
        return Err(format!("`{name}` is not a valid extended resource: it is too long, or starts with `requests.`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_of_containers() {
        for good in ["cpu", "memory", "hugepages-2Mi", "nvidia.com/gpu", "kubernetes.io/batch-cpu"] {
            assert!(container_resource(good).is_ok(), "{good}");
        }
        for bad in ["CPU", "gpu", "pods", "storage", "a/b/c", "/gpu", "requests.nvidia.com/gpu", ""] {
            assert!(container_resource(bad).is_err(), "{bad}");
        }
        assert!(is_integer("nvidia.com/gpu") && is_integer("pods") && !is_integer("cpu"));
        assert!(!is_overcommitted("hugepages-2Mi") && is_overcommitted("cpu"));
    }
}
