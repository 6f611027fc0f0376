//! The feature gates of the operator, which `operator.featureGates` sets.

use super::values::OperatorSettings;
use crate::check::diagnostics::Diagnostics;
use crate::check::ray_gates;
use crate::components::Built;
use crate::diagnostic::{Diagnostic, did_you_mean, listed, nearest};
use crate::kuberay::FeatureGates;
use crate::values::Values;

/// Reports what needs a feature gate that is off, at the value that it comes from.
pub(in crate::components) fn check_objects(
    objects: &[Built],
    settings: &OperatorSettings,
    values: &Values,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let gates = feature_gates(settings);
    for object in objects {
        let missing = ray_gates::check(std::slice::from_ref(object.node()), &gates);
        let explain = |it| object.explain(it, values).help("if it is on, set it in `operator.featureGates`");
        diagnostics.extend(missing.into_iter().map(explain));
    }
}

/// Returns the gates that are on; unknown ones are left out.
pub(super) fn feature_gates(settings: &OperatorSettings) -> FeatureGates {
    let mut gates = FeatureGates::default();
    for (name, on) in &settings.feature_gates {
        // `check` reports unknown names.
        let _ = gates.set(name, *on);
    }
    gates
}

/// Checks the names of the gates.
pub(super) fn check(settings: &OperatorSettings, diagnostics: &mut Diagnostics<'_>) {
    for name in settings.feature_gates.keys() {
        let path = ["operator", "featureGates", name];
        let Err(error) = FeatureGates::default().set(name, true) else { continue };
        let help = match nearest(name, FeatureGates::names()) {
            Some(near) => did_you_mean(near),
            None => format!("known gates: {}", listed(FeatureGates::names())),
        };
        diagnostics.error_with_help(&path, error, help);
    }
}
