//! The documented defaults of the kinds: each has a file with its own values, followed by the values of the Ray cluster, which are
//! those of `ray-cluster`.

use std::sync::LazyLock;

use crate::components::compiled_in;
use crate::values::Values;

/// `values/ray-cluster.yaml`.
pub(super) const CLUSTER_TEXT: &str = include_str!("../../../values/ray-cluster.yaml");

/// The line in `values/ray-cluster.yaml` after which all kinds have the same values.
const CLUSTER: &str = "\n# The Ray cluster.\n";

/// The line in `values/ray-job.yaml` after which `ray-cron-job` has the same values.
const JOB: &str = "\n# The job.\n";

/// Returns the text from a line on; the whole text if it does not have the line, which a test excludes.
fn from_line(text: &'static str, line: &str) -> &'static str {
    text.find(line).and_then(|start| text.get(start..)).unwrap_or(text)
}

/// Returns the documented defaults of a kind: its own, followed by those of the cluster.
pub(super) fn with_cluster(own: &str) -> String {
    format!("{own}{}", from_line(CLUSTER_TEXT, CLUSTER))
}

/// Returns the documented defaults of a job, without those that only `ray-job` has.
pub(super) fn of_job(text: &'static str) -> &'static str {
    from_line(text, JOB)
}

/// Returns the values of the cluster that all kinds have, with their defaults.
pub(super) fn cluster() -> &'static Values {
    static CLUSTER_VALUES: LazyLock<Values> =
        LazyLock::new(|| compiled_in("the Ray cluster", from_line(CLUSTER_TEXT, CLUSTER)));
    &CLUSTER_VALUES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::kuberay::job;

    #[test]
    fn the_parts_begin_at_their_lines() {
        assert!(with_cluster("own\n").starts_with("own\n\n# The Ray cluster.\n\n"));
        assert!(of_job(job::OWN_TEXT).starts_with("\n# The job.\n\n"));
        assert!(cluster().root.get("rayImage").is_some() && cluster().root.get("suspend").is_none());
    }
}
