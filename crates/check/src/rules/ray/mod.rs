//! RayClusters, RayJobs, RayServices and RayCronJobs, as the KubeRay operator 1.7 and its CRDs validate them.
//!
//! The operator stops at the first error and writes it into an event. These rules report all, each at its field. What an
//! API server defaults, such as `minReplicas`, is taken into account. Checks that depend on a feature gate of the operator
//! are in `crate::ray_gates`.

mod auth;
mod autoscaler;
mod cluster;
mod fault_tolerance;
mod groups;
mod head;
mod history_server;
mod network_policy;
mod pods;
pub(crate) mod read;
mod tls;
pub(crate) mod version;

use crate::rule::Rule;

pub(crate) use cluster::validate as ray_cluster;

/// Returns the rules, file by file.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        auth::RULES,
        autoscaler::RULES,
        cluster::RULES,
        fault_tolerance::RULES,
        groups::RULES,
        head::RULES,
        history_server::RULES,
        network_policy::RULES,
        pods::RULES,
        tls::RULES,
    ];
    files.into_iter().flatten()
}

#[cfg(test)]
mod tests;
