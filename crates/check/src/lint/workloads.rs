//! Lint rules of workloads: overlapping selectors, and replicas that an autoscaler sets.

use super::index::{Index, Object};
use crate::manifest::Selector;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    if is_workload(object) {
        unique_selector(report, index, object);
    }
    if let Some(replicas) = object.at("spec.replicas").filter(|replicas| !replicas.is_null()) {
        replicas_left_to_autoscaler(report, index, object, replicas);
    }
}

/// Returns whether an object's controller owns all pods that its selector matches. Jobs are left out: the API server
/// generates their selectors.
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

/// The area of the rules below.
const AREA: &str = "workload";

rules!(
    /// The selector of a workload must not match the pods of another workload. Otherwise both controllers count, and
    /// delete, the same pods.
    ///
    /// Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
    fn unique_selector(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
        let Some(selector) = selector(object) else { return };
        let others = index.selected(object.namespace, &selector).map(|pods| pods.object);
        let others = others.filter_map(|at| index.objects.get(at));
        let is_same =
            |other: &Object<'_>| (other.group, other.kind, other.name) == (object.group, object.kind, object.name);
        let Some(other) = others.into_iter().find(|other| is_workload(other) && !is_same(other)) else { return };
        let message = format!("overlaps with {}: this selector matches its pods, too", other.title());
        report.error_with_help(
            &Path::ROOT.field("spec.selector"),
            message,
            "add a label that only the pods of this workload have",
        );
        let labels = index
            .pods_of(other)
            .first()
            .map(|_| Path::ROOT.field("spec.template.metadata.labels").location(other.node));
        report.relate(labels.unwrap_or_default(), "these labels match");
    },

    /// `spec.replicas` must not be set on a workload that a HorizontalPodAutoscaler scales. Otherwise each apply resets
    /// the number of replicas.
    ///
    /// Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling
    fn replicas_left_to_autoscaler(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, replicas: &Node) {
        let Some(autoscaler) = index.autoscaler(object) else { return };
        let at = Path::ROOT.field("spec.replicas");
        let found = replicas.describe().replace("the number ", "");
        let message = format!("each apply resets the replicas to {found}, although {} sets them", autoscaler.title());
        report.error_with_help(&at, message, "remove `replicas`");
        report.relate(Path::ROOT.field("spec.scaleTargetRef").location(autoscaler.node), "the autoscaler's target");
    }
);
