//! How much of a device's capacity a request may consume.

use std::collections::BTreeSet;

use k8s_openapi::api::resource::v1::{CapacityRequestPolicy, CapacityRequestPolicyRange, Device};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::common::list;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const MOST_VALUES: usize = 10;

/// Validates the request policies of all capacities of a device.
pub(super) fn capacities(report: &mut Report<'_>, at: &Path<'_>, device: &Device) {
    let is_shared = device.allow_multiple_allocations == Some(true);
    for (name, capacity) in device.capacity.iter().flatten() {
        let at = at.key(name);
        let at = at.field("requestPolicy");
        match &capacity.request_policy {
            Some(_) if !is_shared => policy_is_of_shared_devices(report, &at),
            Some(policy) => request_policy(report, &at, policy, &capacity.value),
            None => {}
        }
    }
}

fn is_above(quantity: &Quantity, most: &Quantity) -> bool {
    Amount::of(quantity) > Amount::of(most)
}

rules!(
    area = "resourceslice",
    /// Only a device that several requests can share says how much of its capacity each may have.
    ///
    /// Source: `validateSingleAllocatableDeviceCapacity`, pkg/apis/resource/validation/validation.go
    fn policy_is_of_shared_devices(report: &mut Report<'_>, at: &Path<'_>) {
        report.forbidden(at, "the device does not have `allowMultipleAllocations: true`");
    },
    /// A request policy has values or a range, and then a default.
    ///
    /// Source: `validateRequestPolicy`, `validateValidRequestValues`, pkg/apis/resource/validation/validation.go
    fn request_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &CapacityRequestPolicy, capacity: &Quantity) {
        let values = list(&policy.valid_values);
        if !values.is_empty() && policy.valid_range.is_some() {
            return report.forbidden(at, "`validValues` and `validRange` exclude one another");
        }
        match (&policy.default, &policy.valid_range) {
            (None, None) if values.is_empty() => {}
            (None, _) => report.required(&at.field("default"), "what a request consumes that does not say it"),
            (Some(default), Some(range)) => policy_range(report, &at.field("validRange"), default, range, capacity),
            (Some(default), None) if !values.is_empty() => {
                policy_values(report, &at.field("validValues"), default, values, capacity);
            }
            _ => {}
        }
    },
    /// The values of a request policy are at most ten, in ascending order, each once and within the capacity; the default is
    /// one of them.
    ///
    /// Source: `validateRequestPolicyValidValues`, pkg/apis/resource/validation/validation.go
    fn policy_values(
        report: &mut Report<'_>,
        at: &Path<'_>,
        default: &Quantity,
        values: &[Quantity],
        capacity: &Quantity,
    ) {
        if values.len() > MOST_VALUES {
            report.error(at, format_args!("{} are too many: at most {MOST_VALUES}", values.len()));
        }
        let mut seen = BTreeSet::new();
        for (index, value) in values.iter().enumerate() {
            let at = at.index(index);
            if index.checked_sub(1).and_then(|before| values.get(before)).is_some_and(|before| is_above(before, value))
            {
                report.error(&at, format_args!("{} is less than the value before it", value.0));
            }
            if is_above(value, capacity) {
                report.error(&at, format_args!("{} is more than the capacity, {}", value.0, capacity.0));
            }
            if !seen.insert(Amount::of(value)) {
                report.duplicate(&at, format_args!("{}", value.0));
            }
        }
        if !seen.contains(&Amount::of(default)) {
            report.error(at, format_args!("the default {} is none of the values", default.0));
        }
    },
    /// The range of a request policy is within the capacity and has the default in it; the default and the end are whole steps
    /// from its beginning.
    ///
    /// Source: `validateRequestPolicyRange`, `validateRequestPolicyRangeStep`, pkg/apis/resource/validation/validation.go
    fn policy_range(
        report: &mut Report<'_>,
        at: &Path<'_>,
        default: &Quantity,
        range: &CapacityRequestPolicyRange,
        capacity: &Quantity,
    ) {
        let (at_min, at_max, at_step) = (at.field("min"), at.field("max"), at.field("step"));
        let min = &range.min;
        if min.0.is_empty() {
            return report.required(&at_min, "the least that a request consumes");
        }
        if is_above(min, capacity) {
            report.error(&at_min, format_args!("{} is more than the capacity, {}", min.0, capacity.0));
        }
        // An API server tells the default within the range.
        let (at_default, location) = (at.field("default"), at);
        if is_above(min, default) {
            report.error_in(
                &at_default,
                location,
                format_args!("the default {} is less than `min`, {}", default.0, min.0),
            );
        }
        if let Some(max) = &range.max {
            if is_above(min, max) {
                report.error(&at_max, format_args!("{} is less than `min`, {}", max.0, min.0));
            }
            if is_above(max, capacity) {
                report.error(&at_max, format_args!("{} is more than the capacity, {}", max.0, capacity.0));
            }
            if is_above(default, max) {
                report.error_in(
                    &at_default,
                    location,
                    format_args!("the default {} is more than `max`, {}", default.0, max.0),
                );
            }
        }
        let Some(step) = &range.step else { return };
        if Amount::of(step) <= Amount::default() {
            return report.error(&at_step, format_args!("{} is too little: more than 0", step.0));
        }
        if Amount::of(min) + Amount::of(step) > Amount::of(capacity) {
            report.error(
                &at_step,
                format_args!("`min` and one step of {} are more than the capacity, {}", step.0, capacity.0),
            );
        }
        // How fractions are counted depends on the version of the server.
        let all = [Some(default), Some(min), range.max.as_ref(), Some(step)];
        if !all.into_iter().flatten().all(|quantity| Amount::of(quantity).is_whole()) {
            return;
        }
        for end in [Some(default), range.max.as_ref()].into_iter().flatten() {
            if (Amount::of(end).milli - Amount::of(min).milli) % Amount::of(step).milli != 0 {
                report.error(&at_step, format_args!("{} is not a number of steps of {} from {}", end.0, step.0, min.0));
            }
        }
    }
);
