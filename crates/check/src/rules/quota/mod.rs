//! ResourceQuotas and LimitRanges.

mod limits;
mod names;
mod resource_quota;

use crate::rule::Rule;

pub(crate) use limits::validate as limit_range;
pub(super) use names::{container_resource_name, resource_amount};
pub(crate) use resource_quota::validate as resource_quota;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [limits::RULES, names::RULES, resource_quota::RULES].into_iter().flatten()
}
