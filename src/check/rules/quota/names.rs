//! The names of resources, and what each may be counted in.
//!
//! Source: pkg/apis/core/helper/helpers.go

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use crate::check::path::Path;
use crate::check::report::Report;
use crate::check::rule::rules;
use crate::check::syntax::label_key;

const CONTAINER: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// What a quota can count and what has no fractions.
const OBJECTS: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

const QUOTA: [&str; 7] = [
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
];

fn is_huge_pages(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether a quota knows it without a domain.
pub(super) fn is_of_quota(name: &str) -> bool {
    let huge = name.strip_prefix("requests.").unwrap_or(name);
    CONTAINER.contains(&name) || OBJECTS.contains(&name) || QUOTA.contains(&name) || is_huge_pages(huge)
}

fn is_standard(name: &str) -> bool {
    is_of_quota(name) || name == "storage"
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// A resource of a device plugin, such as `nvidia.com/gpu`.
fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && label_key(&format!("requests.{name}")).is_ok()
}

/// Whether more of it may be promised than there is.
pub(super) fn is_overcommitted(name: &str) -> bool {
    is_native(name) && !is_huge_pages(name)
}

rules! {
    /// A resource is one of Kubernetes' own, or has a domain.
    ///
    /// Source: `validateResourceName`, pkg/apis/core/validation/validation.go
    pub(super) fn resource_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        match label_key(name) {
            Err(why) => report.error(at, why),
            Ok(()) if !name.contains('/') && !is_standard(name) => {
                report.error(at, format_args!("{name:?} is no resource: `cpu`, `memory` or such, or a name with a domain"));
            }
            Ok(()) => {}
        }
    }

    /// What a quota limits is something that it can count.
    ///
    /// Source: `ValidateResourceQuotaResourceName`, pkg/apis/core/validation/validation.go
    pub(super) fn quota_resource(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.contains('/') || label_key(name).is_err() {
            return resource_name(report, at, name);
        }
        if !is_of_quota(name) {
            let rule = "`requests.cpu`, `pods` or such, or `count/<plural>.<group>`";
            report.error(at, format_args!("{name:?} is nothing that a quota counts: {rule}"));
        }
    }

    /// What a container or a pod is given is something that a node has.
    ///
    /// Source: `validateContainerResourceName`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn given_resource(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if label_key(name).is_err() {
            resource_name(report, at, name);
        } else if !name.contains('/') && !CONTAINER.contains(&name) && !is_huge_pages(name) {
            report.error(at, format_args!("{name:?} is nothing that a container is given: `cpu`, `memory` or such"));
        } else if !is_native(name) && !is_extended(name) {
            report.error(at, format_args!("{name:?} is not the name of a resource of a device plugin"));
        }
    }

    /// An amount is not negative, and whole of what has no parts.
    ///
    /// Source: `ValidateResourceQuantityValue`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn amount(report: &mut Report<'_>, at: &Path<'_>, name: &str, quantity: &Quantity) {
        let amount = Amount::of(quantity);
        if amount.milli < 0 {
            report.error(at, format_args!("{:?} is negative", quantity.0));
        }
        if !amount.is_whole() && (OBJECTS.contains(&name) || is_extended(name)) {
            report.error(at, format_args!("{:?} is not whole, as `{name}` is counted", quantity.0));
        }
    }
}
