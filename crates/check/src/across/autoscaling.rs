//! Autoscalers, and the workloads that they scale.

use super::world::{Object, There, World};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    if (object.group, object.kind) == ("autoscaling", "HorizontalPodAutoscaler") {
        scale_target_is_there(report, world, object);
    }
    if let Some(replicas) = object.at("spec.replicas").filter(|replicas| !replicas.is_null()) {
        replicas_left_to_autoscaler(report, world, object, replicas);
    }
}

fn target<'n>(autoscaler: &Object<'n>) -> (&'n str, &'n str) {
    (autoscaler.text("spec.scaleTargetRef.kind"), autoscaler.text("spec.scaleTargetRef.name"))
}

rules!(
    /// What a HorizontalPodAutoscaler scales is there.
    ///
    /// Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    fn scale_target_is_there(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
        let (kind, name) = target(object);
        let at = Path::ROOT.field("spec.scaleTargetRef.name");
        if !name.is_empty() && matches!(world.look_up(object, kind, object.namespace, name), There::Missing) {
            super::references::missing(report, world, &at, kind, object.namespace, name);
        }
    },

    /// A workload that a HorizontalPodAutoscaler scales has no `replicas` of its own: each apply would set them back.
    ///
    /// Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling
    fn replicas_left_to_autoscaler(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>, replicas: &Node) {
        let Some(autoscaler) = world.autoscaler(object) else { return };
        let at = Path::ROOT.field("spec.replicas");
        let found = replicas.describe().replace("the number ", "");
        let message = format!("{found} is fixed, and {} changes it: each apply sets it back", autoscaler.title());
        report.error_with_help(&at, message, "leave `replicas` out");
        report.relate(Path::ROOT.field("spec.scaleTargetRef").location(autoscaler.node), "scaled by this");
    }
);
