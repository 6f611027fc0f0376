//! How much a namespace and what is in it may take: ResourceQuotas and LimitRanges.

mod limits;
mod names;
mod resource_quota;

use crate::rule::Rule;

pub(crate) use limits::validate as limit_range;
pub(super) use names::{amount as resource_amount, given_resource};
pub(crate) use resource_quota::validate as resource_quota;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [limits::RULES, names::RULES, resource_quota::RULES].into_iter().flatten()
}
