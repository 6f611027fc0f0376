//! HorizontalPodAutoscalers and PodDisruptionBudgets.

mod autoscaler;
mod behavior;
mod budget;
mod metrics;

use crate::rule::Rule;

pub(crate) use autoscaler::{validate as autoscaler, version_1 as autoscaler_version_1};
pub(crate) use budget::validate as disruption_budget;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [autoscaler::RULES, behavior::RULES, budget::RULES, metrics::RULES].into_iter().flatten()
}
