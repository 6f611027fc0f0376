//! RayClusters, RayJobs, RayServices and RayCronJobs, as the KubeRay operator 1.7 and its CRDs validate them.
//!
//! The operator stops at the first error and writes it into an event. These rules report all, each at its field. What an
//! API server defaults, such as `minReplicas`, is taken into account. Checks that depend on a feature gate of the operator
//! are in `crate::ray_gates`.

mod auth;
mod autoscaler;
mod cluster;
mod cron_job;
mod deletion;
mod fault_tolerance;
mod groups;
mod head;
mod history_server;
mod job;
mod network_policy;
mod pods;
pub(crate) mod read;
mod runtime_env;
mod serve;
mod service;
mod shared;
mod tls;
pub(crate) mod version;

use crate::rule::Rule;

pub(crate) use cluster::validate as ray_cluster;
pub(crate) use cron_job::validate as ray_cron_job;
pub(crate) use job::validate as ray_job;
pub(crate) use service::validate as ray_service;

/// Returns the rules, file by file.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        auth::RULES,
        autoscaler::RULES,
        cluster::RULES,
        cron_job::RULES,
        deletion::RULES,
        fault_tolerance::RULES,
        groups::RULES,
        head::RULES,
        history_server::RULES,
        job::RULES,
        network_policy::RULES,
        pods::RULES,
        runtime_env::RULES,
        service::RULES,
        tls::RULES,
    ];
    files.into_iter().flatten().chain(serve::rules())
}

#[cfg(test)]
mod tests;
