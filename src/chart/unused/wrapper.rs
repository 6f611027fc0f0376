//! Wrapper charts: charts that only pin dependencies and give them values, as most GitOps repositories have them.

use crate::chart::model::{Chart, File};

/// Whether a chart has dependencies and no templates of its own that render objects.
///
/// A chart whose `Chart.lock` has dependencies that `Chart.yaml` lacks is none: some of its values are for those.
pub(super) fn is_wrapper(chart: &Chart) -> bool {
    let dependencies = &chart.metadata.dependencies;
    let has_dependencies = !dependencies.is_empty() || !chart.dependencies.is_empty();
    let is_required = |name: &str| dependencies.iter().any(|dependency| dependency.name == name);
    let is_complete = chart.lock.iter().flat_map(|lock| &lock.dependencies).all(|locked| is_required(&locked.name));
    has_dependencies && is_complete && !chart.is_library() && !chart.templates.iter().any(renders)
}

fn renders(file: &File) -> bool {
    !file.base_name().starts_with('_') && file.base_name() != "NOTES.txt"
}
