//! The names of resources, and what each may be counted in.
//!
//! Source: pkg/apis/core/helper/helpers.go

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::resource;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

/// What a quota counts without a domain, beside what is a resource of containers or is counted in whole numbers.
const QUOTA: [&str; 7] = [
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
];

/// Whether a quota knows it without a domain.
pub(super) fn is_of_quota(name: &str) -> bool {
    let huge = name.strip_prefix("requests.").unwrap_or(name);
    let is_counted = !name.contains('/') && resource::is_integer(name);
    resource::OF_CONTAINERS.contains(&name) || is_counted || QUOTA.contains(&name) || resource::is_huge_page(huge)
}

rules!(
    /// A resource is one of Kubernetes' own, or has a domain.
    ///
    /// Source: `validateResourceName`, pkg/apis/core/validation/validation.go
    pub(super) fn quota_resource_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if !is_of_quota(name) {
            report.require(at, resource::resource(name));
        }
    },

    /// What a quota limits is something that it can count.
    ///
    /// Source: `ValidateResourceQuotaResourceName`, pkg/apis/core/validation/validation.go
    pub(super) fn quota_resource(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.contains('/') || label_key(name).is_err() {
            return quota_resource_name(report, at, name);
        }
        if !is_of_quota(name) {
            let rule = "`requests.cpu`, `pods` or such, or `count/<plural>.<group>`";
            report.error(at, format_args!("{name:?} is nothing that a quota counts: {rule}"));
        }
    },

    /// What a container or a pod is given is something that a node has.
    ///
    /// Source: `validateContainerResourceName`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn given_resource(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.require(at, resource::container_resource(name));
    },

    /// An amount is not negative, and whole of what has no parts.
    ///
    /// Source: `ValidateResourceQuantityValue`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn amount(report: &mut Report<'_>, at: &Path<'_>, name: &str, quantity: &Quantity) {
        let amount = Amount::of(quantity);
        if amount.milli < 0 {
            report.error(at, format_args!("{:?} is negative", quantity.0));
        }
        if !amount.is_whole() && resource::is_integer(name) {
            report.error(at, format_args!("{:?} is not whole, as `{name}` is counted", quantity.0));
        }
    }
);
