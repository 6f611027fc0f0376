//! Names of resources: <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/>.
//!
//! Source: pkg/apis/core/helper/helpers.go

use crate::syntax::label_key;

/// What containers can ask for without a plugin.
pub(super) const OF_CONTAINERS: &[&str] = &["cpu", "ephemeral-storage", "memory"];

/// What is counted, and so is whole.
const COUNTED: &[&str] = &[
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

/// What has a name without a domain, beside what is counted and what containers ask for.
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

/// Whether it is memory in pages of a size of their own.
pub(super) fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether it has no domain, or one of Kubernetes' own.
pub(super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Whether a plugin offers it.
pub(super) fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && label_key(&format!("requests.{name}")).is_ok()
}

/// Whether more of it can be promised than there is.
pub(super) fn is_overcommitted(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// Whether it is counted in whole numbers.
pub(super) fn is_integer(name: &str) -> bool {
    COUNTED.contains(&name) || is_extended(name)
}

/// A name of a resource of any use.
pub(super) fn resource(name: &str) -> Result<(), String> {
    if OF_CONTAINERS.contains(&name) {
        return Ok(());
    }
    label_key(name).map_err(|why| why.replace("a label key", "a resource"))?;
    let is_known = || COUNTED.contains(&name) || OTHERS.contains(&name) || is_huge_page(name);
    if name.contains('/') || is_known() {
        return Ok(());
    }
    Err(format!("there is no resource `{name}`; one of a plugin has a domain, as in `example.com/{name}`"))
}

/// A name of a resource that containers can ask for.
pub(super) fn container_resource(name: &str) -> Result<(), String> {
    resource(name)?;
    let is_standard = || OF_CONTAINERS.contains(&name) || is_huge_page(name);
    if !name.contains('/') && !is_standard() {
        return Err(format!(
            "`{name}` is no resource of containers: `cpu`, `memory`, `ephemeral-storage`, `hugepages-...`"
        ));
    }
    if name.contains('/') && !is_native(name) && !is_extended(name) {
        return Err(format!("`{name}` cannot be the resource of a plugin: it is too long, or begins with `requests.`"));
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
