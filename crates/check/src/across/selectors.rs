//! Selectors of workloads and disruption budgets.

use super::world::{Object, World};
use crate::manifest::Selector;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn check(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    if is_workload(object) {
        selectors_apart(report, world, object);
    }
    if (object.group, object.kind) == ("policy", "PodDisruptionBudget") {
        budget_selects_pods(report, world, object);
    }
}

/// Kinds that own the pods that their selector matches. Those of Jobs are made by the server.
fn is_workload(object: &Object<'_>) -> bool {
    let in_apps =
        object.group == "apps" && matches!(object.kind, "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet");
    in_apps || object.group.is_empty() && object.kind == "ReplicationController"
}

fn selector(object: &Object<'_>) -> Option<Selector> {
    let node = object.at("spec.selector").filter(|node| node.as_map().is_some_and(|map| !map.is_empty()))?;
    let plain = object.kind == "ReplicationController";
    Some(if plain { Selector::of_labels(node.as_map()?) } else { Selector::of_node(node) })
}

rules!(
    /// Two workloads do not select one another's pods: each would count, and delete, those of the other.
    ///
    /// Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
    fn selectors_apart(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
        let Some(selector) = selector(object) else { return };
        let others = world.selected(object.namespace, &selector).map(|pods| pods.object);
        let others = others.filter_map(|index| world.objects.get(index));
        let is_same =
            |other: &Object<'_>| (other.group, other.kind, other.name) == (object.group, object.kind, object.name);
        let Some(other) = others.into_iter().find(|other| is_workload(other) && !is_same(other)) else { return };
        let message = format!("selects the pods of {} too", other.title());
        report.error(&Path::ROOT.field("spec.selector"), message);
        let labels =
            world.pods_of(other).map(|_| Path::ROOT.field("spec.template.metadata.labels").location(other.node));
        report.relate(labels.unwrap_or_default(), "these labels match");
    },

    /// A PodDisruptionBudget selects pods of the output: with a misspelt selector it protects nothing.
    ///
    /// Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    fn budget_selects_pods(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
        let Some(node) = object.at("spec.selector").filter(|node| !node.is_null()) else { return };
        let none = world.selected(object.namespace, &Selector::of_node(node)).next().is_none();
        if none
            && world.compared_all()
            && !world.is_external(object, "Pod", object.namespace, "*")
            && node.as_map().is_some()
        {
            let message = format!("no pods in the namespace `{}` have these labels", object.namespace);
            report.error(&Path::ROOT.field("spec.selector"), message);
        }
    }
);
