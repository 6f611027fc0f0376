//! Devices that pods claim: DeviceClasses, ResourceClaims and their templates.

mod capacity;
mod claims;
mod class;
mod counters;
mod offered;
mod parts;
mod requests;
mod slice;

use crate::rule::Rule;

pub(crate) use claims::{template as resource_claim_template, validate as resource_claim};
pub(crate) use class::validate as device_class;
pub(crate) use slice::validate as resource_slice;

/// The maximum number of requests, constraints, configurations and selectors.
const MAX_ITEMS: usize = 32;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        capacity::RULES,
        class::RULES,
        claims::RULES,
        counters::RULES,
        offered::RULES,
        parts::RULES,
        requests::RULES,
        slice::RULES,
    ];
    files.into_iter().flatten()
}
