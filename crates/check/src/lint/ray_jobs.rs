//! Lint rules of RayJobs.

use super::index::{Index, Lookup, Object};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_kuberay::GROUP;
use mkmanifests_kuberay::names::label::CLUSTER;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    let at = match (object.group, object.kind) {
        (GROUP, "RayJob") => Path::ROOT.field("spec.clusterSelector"),
        (GROUP, "RayCronJob") => Path::ROOT.field("spec.jobTemplate.clusterSelector"),
        _ => return,
    };
    if let Some(name) = at.find(object.node).and_then(|selector| selector.get(CLUSTER)).and_then(Node::as_str) {
        cluster_exists(report, index, object, &at.key(CLUSTER), name);
    }
}

/// The area of the rules below.
const AREA: &str = "rayjob";

rules!(
    /// The RayCluster that `clusterSelector` of a RayJob names must exist. Otherwise the job never starts.
    ///
    /// Source: `getOrCreateRayClusterInstance`, ray-operator/controllers/ray/rayjob_controller.go
    fn cluster_exists(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, name: &str) {
        let namespace = object.namespace;
        if !name.is_empty() && matches!(index.look_up(object, "RayCluster", namespace, name), Lookup::Missing) {
            super::not_found(report, index, at, "RayCluster", namespace, name);
        }
    }
);
