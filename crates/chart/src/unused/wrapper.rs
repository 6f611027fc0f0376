//! Recognizes wrapper charts: charts that pin dependencies and set their values, as in most GitOps repositories.

use crate::model::{Chart, File};

/// The most own templates of a wrapper, such as an ingress, a secret or a dashboard.
const MAX_OWN_TEMPLATES: usize = 5;

/// The kinds that run Pods: a chart with one of them is an application, not a wrapper. Public applications have many
/// defaults that nothing reads, which are their author's business.
const WORKLOADS: [&str; 8] =
    ["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"];

/// Returns whether a chart has dependencies and few own templates that render objects, none of them a workload.
///
/// A chart whose `Chart.lock` has dependencies that `Chart.yaml` lacks is not a wrapper: some of its values belong to
/// these.
pub(super) fn is_wrapper(chart: &Chart) -> bool {
    let dependencies = &chart.metadata.dependencies;
    let has_dependencies = !dependencies.is_empty() || !chart.dependencies.is_empty();
    let is_required = |name: &str| dependencies.iter().any(|dependency| dependency.name == name);
    let is_complete = chart.lock.iter().flat_map(|lock| &lock.dependencies).all(|locked| is_required(&locked.name));
    let own = || chart.templates.iter().filter(|file| renders(file));
    let has_few_templates = own().count() <= MAX_OWN_TEMPLATES && !own().any(has_workload);
    has_dependencies && is_complete && !chart.is_library() && has_few_templates
}

fn renders(file: &File) -> bool {
    !file.base_name().starts_with('_') && file.base_name() != "NOTES.txt"
}

fn has_workload(file: &File) -> bool {
    let text = file.text();
    let mut kinds = text.lines().filter_map(|line| line.trim_start().strip_prefix("kind:"));
    kinds.any(|kind| WORKLOADS.contains(&kind.trim()))
}
