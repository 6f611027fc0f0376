//! The feature gates of the operator, which `operator.featureGates` sets.

use super::values::OperatorSettings;
use crate::check::diagnostics::Diagnostics;
use crate::diagnostic::{did_you_mean, nearest};
use crate::kuberay::FeatureGates;

/// Returns the gates that are on; unknown ones are left out.
pub(in crate::components) fn feature_gates(values: &OperatorSettings) -> FeatureGates {
    let mut gates = FeatureGates::default();
    for (name, on) in &values.feature_gates {
        // `check` reports unknown names.
        let _ = gates.set(name, *on);
    }
    gates
}

/// Checks the names of the gates.
pub(super) fn check(values: &OperatorSettings, diagnostics: &mut Diagnostics<'_>) {
    for name in values.feature_gates.keys() {
        let path = ["operator", "featureGates", name];
        let Err(error) = FeatureGates::default().set(name, true) else { continue };
        let help = match nearest(name, FeatureGates::names()) {
            Some(near) => did_you_mean(near),
            None => format!("known gates: {}", FeatureGates::names().collect::<Vec<_>>().join(", ")),
        };
        diagnostics.error_with_help(&path, error, help);
    }
}
