//! How much of a device's capacity a request may consume.

use std::collections::BTreeSet;

use k8s_openapi::api::resource::v1::{CapacityRequestPolicy, CapacityRequestPolicyRange, Device};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::common::list;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const MAX_VALUES: usize = 10;

/// Validates the request policies of all capacities of a device.
pub(super) fn capacities(report: &mut Report<'_>, at: &Path<'_>, device: &Device) {
    let is_shared = device.allow_multiple_allocations == Some(true);
    for (name, capacity) in device.capacity.iter().flatten() {
        let at = at.key(name);
        let at = at.field("requestPolicy");
        match &capacity.request_policy {
            Some(_) if !is_shared => request_policy_needs_sharing(report, &at),
            Some(policy) => request_policy(report, &at, policy, &capacity.value),
            None => {}
        }
    }
}

fn is_above(quantity: &Quantity, most: &Quantity) -> bool {
    Amount::of(quantity) > Amount::of(most)
}

/// The area of the rules below.
const AREA: &str = "resourceslice";

rules!(
    /// `requestPolicy` of a capacity may only be set for a device with `allowMultipleAllocations: true`.
    ///
    /// Example: `spec: {devices: [{name: a, capacity: {mem: {value: 1, requestPolicy: {default: 1}}}}]}`
    ///
    /// Source: `validateSingleAllocatableDeviceCapacity`, pkg/apis/resource/validation/validation.go
    fn request_policy_needs_sharing(report: &mut Report<'_>, at: &Path<'_>) {
        report.forbidden(at, "requires `allowMultipleAllocations: true` on the device");
    },

    /// `validValues` and `validRange` are mutually exclusive, and require `default`.
    ///
    /// Example: `spec: {devices: [{name: a, allowMultipleAllocations: true, capacity: {m: {value: 1, requestPolicy: {validValues: [1]}}}}]}`
    ///
    /// Source: `validateRequestPolicy`, `validateValidRequestValues`, pkg/apis/resource/validation/validation.go
    fn request_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &CapacityRequestPolicy, capacity: &Quantity) {
        let values = list(&policy.valid_values);
        if !values.is_empty() && policy.valid_range.is_some() {
            return report.error(at, "`validValues` and `validRange` are mutually exclusive");
        }
        match (&policy.default, &policy.valid_range) {
            (None, None) if values.is_empty() => {}
            (None, _) => report.required(&at.field("default"), "`validValues` or `validRange` is set"),
            (Some(default), Some(range)) => {
                request_policy_range(report, &at.field("validRange"), default, range, capacity)
            }
            (Some(default), None) if !values.is_empty() => {
                request_policy_values(report, &at.field("validValues"), default, values, capacity);
            }
            _ => {}
        }
    },

    /// `validValues` may have at most 10 unique values in ascending order, none greater than the capacity; `default`
    /// must be one of them.
    ///
    /// Source: `validateRequestPolicyValidValues`, pkg/apis/resource/validation/validation.go
    fn request_policy_values(
        report: &mut Report<'_>,
        at: &Path<'_>,
        default: &Quantity,
        values: &[Quantity],
        capacity: &Quantity,
    ) {
        if values.len() > MAX_VALUES {
            report.error(at, format_args!("must have at most {MAX_VALUES} items, found {}", values.len()));
        }
        let mut seen = BTreeSet::new();
        for (index, value) in values.iter().enumerate() {
            let at = at.index(index);
            if index.checked_sub(1).and_then(|before| values.get(before)).is_some_and(|before| is_above(before, value))
            {
                report.error(
                    &at,
                    format_args!("{} is less than the previous value: values must be in ascending order", value.0),
                );
            }
            if is_above(value, capacity) {
                report.error(&at, format_args!("must be at most the capacity ({}), found {}", capacity.0, value.0));
            }
            if !seen.insert(Amount::of(value)) {
                report.duplicate(&at, format_args!("{}", value.0));
            }
        }
        if !seen.contains(&Amount::of(default)) {
            report.error(at, format_args!("must contain `default`, {}", default.0));
        }
    },

    /// `validRange` must have a `min`, and `min`, `max` and `default` must be in order and at most the capacity; `max`
    /// and `default` must be `min` plus a multiple of `step`, which is greater than 0.
    ///
    /// Source: `validateRequestPolicyRange`, `validateRequestPolicyRangeStep`, pkg/apis/resource/validation/validation.go
    fn request_policy_range(
        report: &mut Report<'_>,
        at: &Path<'_>,
        default: &Quantity,
        range: &CapacityRequestPolicyRange,
        capacity: &Quantity,
    ) {
        let (at_min, at_max, at_step) = (at.field("min"), at.field("max"), at.field("step"));
        let min = &range.min;
        if min.0.is_empty() {
            return report.required(&at_min, "the minimum that a request consumes");
        }
        if is_above(min, capacity) {
            report.error(&at_min, format_args!("must be at most the capacity ({}), found {}", capacity.0, min.0));
        }
        // An API server reports the default below the range.
        let (at_default, location) = (at.field("default"), at);
        if is_above(min, default) {
            report.error_in(
                &at_default,
                location,
                format_args!("`default` must be at least `min` ({}), found {}", min.0, default.0),
            );
        }
        if let Some(max) = &range.max {
            if is_above(min, max) {
                report.error(&at_max, format_args!("must be at least `min` ({}), found {}", min.0, max.0));
            }
            if is_above(max, capacity) {
                report.error(&at_max, format_args!("must be at most the capacity ({}), found {}", capacity.0, max.0));
            }
            if is_above(default, max) {
                report.error_in(
                    &at_default,
                    location,
                    format_args!("`default` must be at most `max` ({}), found {}", max.0, default.0),
                );
            }
        }
        let Some(step) = &range.step else { return };
        if Amount::of(step) <= Amount::default() {
            return report.error(&at_step, format_args!("must be greater than 0, found {}", step.0));
        }
        if Amount::of(min) + Amount::of(step) > Amount::of(capacity) {
            report.error(
                &at_step,
                format_args!("`min` plus one step of {} must be at most the capacity, {}", step.0, capacity.0),
            );
        }
        // How fractions are counted depends on the version of the server.
        let all = [Some(default), Some(min), range.max.as_ref(), Some(step)];
        if !all.into_iter().flatten().all(|quantity| Amount::of(quantity).is_whole()) {
            return;
        }
        for end in [Some(default), range.max.as_ref()].into_iter().flatten() {
            if (Amount::of(end).milli - Amount::of(min).milli) % Amount::of(step).milli != 0 {
                report.error(
                    &at_step,
                    format_args!("{} must be `min` ({}) plus a multiple of the step, {}", end.0, min.0, step.0),
                );
            }
        }
    }
);
