//! Validation rules for the values of `ray-cluster` that its types cannot express.

use super::super::OperatedCluster;
use super::values::RayClusterPart;
use crate::check::diagnostics::Diagnostics;

/// Runs every rule.
pub(super) fn check(operated: &OperatedCluster<'_>, values: &RayClusterPart, diagnostics: &mut Diagnostics<'_>) {
    if values.suspend && operated.operator.queue.kueue.is_some() {
        let message = "may not be set with `queue.kueue`: Kueue suspends the cluster until it has room for it";
        diagnostics.error(&["suspend"], message);
    }
}
