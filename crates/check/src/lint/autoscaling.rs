//! Lint rules of HorizontalPodAutoscalers.

use super::index::{Index, Lookup, Object};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    if (object.group, object.kind) == ("autoscaling", "HorizontalPodAutoscaler") {
        scale_target_exists(report, index, object);
    }
}

/// The area of the rules below.
const AREA: &str = "horizontalpodautoscaler";

rules!(
    /// The workload that `spec.scaleTargetRef` names must exist. Otherwise the HorizontalPodAutoscaler scales nothing.
    ///
    /// Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    fn scale_target_exists(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
        let (kind, name) = (object.text("spec.scaleTargetRef.kind"), object.text("spec.scaleTargetRef.name"));
        let at = Path::ROOT.field("spec.scaleTargetRef.name");
        if !name.is_empty() && matches!(index.look_up(object, kind, object.namespace, name), Lookup::Missing) {
            super::not_found(report, index, &at, kind, object.namespace, name);
        }
    }
);
