//! Resource requests and limits of containers.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::resource::{self, is_huge_page, is_integer, is_overcommitted};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) type Amounts = BTreeMap<String, Quantity>;

/// Validates the resources of a container.
pub(super) fn of_container(report: &mut Report<'_>, at: &Path<'_>, wanted: &ResourceRequirements) {
    requirements(report, at, wanted.limits.as_ref(), wanted.requests.as_ref(), Level::Container);
}

/// Validates the overhead of a pod, which an API server checks like limits of a container.
pub(in super::super) fn overhead(report: &mut Report<'_>, at: &Path<'_>, amounts: &Amounts) {
    requirements(report, at, Some(amounts), None, Level::Container);
}

/// The level that resources are set at. A pod supports fewer resources than a container.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Container,
    Pod,
}

/// Validates limits and requests.
pub(super) fn requirements(
    report: &mut Report<'_>,
    at: &Path<'_>,
    limits: Option<&Amounts>,
    requests: Option<&Amounts>,
    level: Level,
) {
    for (field, amounts) in [("limits", limits), ("requests", requests)] {
        let at = at.field(field);
        for (name, quantity) in amounts.into_iter().flatten() {
            let at = at.key(name);
            resource_name(report, &at, name, level);
            resource_quantity(report, &at, name, quantity);
            hugepages_multiple(report, &at, name, quantity);
        }
    }
    requests_within_limits(report, at, limits, requests);
    hugepages_with_cpu_or_memory(report, at, limits, requests);
}

/// The area of the rules below.
const AREA: &str = "container";

rules!(
    /// Resources of a container must be `cpu`, `memory`, `ephemeral-storage`, `hugepages-...`, or extended resources
    /// with a domain such as `example.com/gpu`. Resources of a pod must be `cpu`, `memory` or `hugepages-...`.
    ///
    /// Example: `resources: {limits: {gpu: 1}}`
    ///
    /// Source: `validateContainerResourceName`, `validatePodResourceName`, pkg/apis/core/validation/validation.go
    fn resource_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, level: Level) {
        if level == Level::Container {
            return report.require_name(at, name, resource::container_resource(name), resource::OF_CONTAINERS);
        }
        match resource::resource(name) {
            Err(why) => report.error(at, why),
            Ok(()) if matches!(name, "cpu" | "memory") || is_huge_page(name) => {}
            Ok(()) => report.not_supported(at, name, &["cpu", "memory", "hugepages-..."]),
        }
    },

    /// Resource quantities must be 0 or more, and whole numbers for extended resources.
    ///
    /// Example: `resources: {requests: {cpu: -1}}`
    ///
    /// Source: `ValidateResourceQuantityValue`, pkg/apis/core/validation/validation.go
    fn resource_quantity(report: &mut Report<'_>, at: &Path<'_>, name: &str, quantity: &Quantity) {
        let amount = Amount::of(quantity);
        if amount.milli < 0 {
            report.error(at, format_args!("must be 0 or more, found {:?}", quantity.0));
        }
        if is_integer(name) && !amount.is_whole() {
            report.error(at, format_args!("must be a whole number for `{name}`, found {:?}", quantity.0));
        }
    },

    /// A `hugepages-<size>` quantity must be a multiple of the page size in its name.
    ///
    /// Example: `resources: {limits: {cpu: 1, hugepages-2Mi: 3Mi}}`
    ///
    /// Source: `validateResourceQuantityHugePageValue`, pkg/apis/core/validation/validation.go
    fn hugepages_multiple(report: &mut Report<'_>, at: &Path<'_>, name: &str, quantity: &Quantity) {
        let Some(size) = name.strip_prefix("hugepages-") else { return };
        let page = Amount::of(&Quantity(size.to_owned()));
        let is_size = crate::syntax::quantity(size).is_ok() && page.milli > 0 && page.is_whole();
        if !is_size || Amount::of(quantity).ceil() % page.ceil() != 0 {
            report.error(at, format_args!("must be a multiple of the page size {size:?}, found {:?}", quantity.0));
        }
    },

    /// A request must be at most the limit. For extended resources and huge pages, which cannot be overcommitted, the
    /// limit is required and must equal the request.
    ///
    /// Example: `resources: {requests: {cpu: 2}, limits: {cpu: 1}}`
    ///
    /// Source: `validateResourceRequirements`, pkg/apis/core/validation/validation.go
    fn requests_within_limits(
        report: &mut Report<'_>,
        at: &Path<'_>,
        limits: Option<&Amounts>,
        requests: Option<&Amounts>,
    ) {
        let at_requests = at.field("requests");
        for (name, quantity) in requests.into_iter().flatten() {
            let location = at_requests.key(name);
            let Some(limit) = limits.and_then(|limits| limits.get(name)) else {
                if !is_overcommitted(name) {
                    let at_limits = at.field("limits");
                    let message = format_args!("`{name}` cannot be overcommitted: set its limit to its request");
                    report.required(&at_limits, message);
                }
                continue;
            };
            let (request_amount, limit_amount) = (Amount::of(quantity), Amount::of(limit));
            if request_amount != limit_amount && !is_overcommitted(name) {
                let message =
                    format_args!("the request for `{name}` must equal its limit {:?}, found {:?}", limit.0, quantity.0);
                report.error_in(&at_requests, &location, message);
            } else if request_amount > limit_amount {
                let message = format_args!(
                    "the request for `{name}` must be at most its limit {:?}, found {:?}",
                    limit.0, quantity.0
                );
                report.error_in(&at_requests, &location, message);
            }
        }
    },

    /// Huge pages require a request or limit of `cpu` or `memory` in the same `resources`.
    ///
    /// Example: `resources: {limits: {hugepages-2Mi: 2Mi}}`
    ///
    /// Source: `validateResourceRequirements`, pkg/apis/core/validation/validation.go
    fn hugepages_with_cpu_or_memory(
        report: &mut Report<'_>,
        at: &Path<'_>,
        limits: Option<&Amounts>,
        requests: Option<&Amounts>,
    ) {
        let any = |is: fn(&str) -> bool| {
            [limits, requests].into_iter().flatten().any(|amounts| amounts.keys().any(|name| is(name)))
        };
        if any(is_huge_page) && !any(|name| matches!(name, "cpu" | "memory")) {
            report.error(at, "huge pages require a request or limit of `cpu` or `memory`");
        }
    }
);
