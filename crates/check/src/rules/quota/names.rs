//! The names and amounts of resources.
//!
//! Source: pkg/apis/core/helper/helpers.go

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::resource;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

/// Resources of a quota without a domain that are neither container resources nor counted in whole numbers.
const QUOTA: [&str; 7] = [
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
];

/// Returns whether `name` is a resource without a domain that a quota counts.
pub(super) fn is_of_quota(name: &str) -> bool {
    let huge = name.strip_prefix("requests.").unwrap_or(name);
    let is_counted = !name.contains('/') && resource::is_integer(name);
    resource::OF_CONTAINERS.contains(&name) || is_counted || QUOTA.contains(&name) || resource::is_huge_page(huge)
}

/// The area of the rules below.
const AREA: &str = "quantity";

rules!(
    /// The name of a resource must be a built-in resource or a qualified name such as `example.com/gpu`.
    ///
    /// Example: `spec: {hard: {example.com/a/b: 1}}`
    ///
    /// Source: `validateResourceName`, pkg/apis/core/validation/validation.go
    pub(super) fn resource_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if !is_of_quota(name) {
            report.require(at, resource::resource(name));
        }
    },

    /// `hard` of a ResourceQuota must name resources that a quota counts, such as `requests.cpu`, `pods` or
    /// `count/deployments.apps`.
    ///
    /// Example: `spec: {hard: {cats: 1}}`
    ///
    /// Source: `ValidateResourceQuotaResourceName`, pkg/apis/core/validation/validation.go
    pub(super) fn quota_resource_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.contains('/') || label_key(name).is_err() {
            return resource_name(report, at, name);
        }
        if !is_of_quota(name) {
            let rule = "such as `requests.cpu`, `pods` or `count/<plural>.<group>`";
            report.error(at, format_args!("{name:?} must be a resource that a quota counts, {rule}"));
        }
    },

    /// The name of a container resource must be `cpu`, `memory`, `ephemeral-storage`, `hugepages-<size>` or a
    /// qualified name such as `example.com/gpu`.
    ///
    /// Source: `validateContainerResourceName`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn container_resource_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.require(at, resource::container_resource(name));
    },

    /// A resource amount may not be negative, and must be a whole number for resources that are counted, such as
    /// `pods`.
    ///
    /// Example: `spec: {hard: {pods: -1}}`
    ///
    /// Source: `ValidateResourceQuantityValue`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn resource_amount(report: &mut Report<'_>, at: &Path<'_>, name: &str, quantity: &Quantity) {
        let amount = Amount::of(quantity);
        if amount.milli < 0 {
            report.error(at, format_args!("must be 0 or more, found {:?}", quantity.0));
        }
        if !amount.is_whole() && resource::is_integer(name) {
            report.error(at, format_args!("must be a whole number of `{name}`, found {:?}", quantity.0));
        }
    }
);
