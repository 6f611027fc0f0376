//! The validation rules of an API server: one function per rule, one file per kind or concern.
//!
//! They are Kubernetes 1.36's: `pkg/apis/*/validation` and `staging/src/k8s.io/apimachinery`, after its defaults. A
//! function keeps close to its original, so that the two can be read side by side.

mod access;
mod admission;
mod amount;
mod claim;
mod cluster;
mod common;
mod config;
mod crd;
mod cron_job;
mod daemon_set;
mod deployment;
mod devices;
mod job;
mod job_policies;
mod meta;
mod names;
mod network;
mod pod;
mod pod_object;
mod quota;
pub(super) mod ray;
mod replica_set;
mod replication_controller;
mod resource;
mod scaling;
mod selector;
mod stateful_set;
mod storage;
mod workload;

use k8s_openapi::Metadata;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::custom::Custom;
use super::report::Report;
use super::rule::Rule;

/// Validates an object of a kind, beyond its type.
pub(super) type Validate<T> = fn(&T, &mut Report<'_>);

/// Validates an object of a kind that has rules for its metadata only.
pub(super) fn metadata_only<T: Metadata<Ty = ObjectMeta>>(object: &T, report: &mut Report<'_>) {
    meta::any(report, object.metadata());
    meta::ungenerated(report, object.metadata());
}

/// Validates the metadata of an object of any kind, except its name.
pub(super) fn any(object: &Custom, report: &mut Report<'_>) {
    meta::common(report, &super::path::Path::ROOT.field("metadata"), &object.metadata);
}

/// Validates the metadata of a resource that is embedded in another one.
pub(super) fn inside(report: &mut Report<'_>, at: &super::path::Path<'_>, metadata: &ObjectMeta) {
    meta::inside(report, at, metadata);
}

/// Validates the metadata of a custom resource.
pub(super) fn custom(object: &Custom, report: &mut Report<'_>) {
    meta::custom(report, &object.metadata);
}

// Functions and modules have separate namespaces, so these names do not conflict.
pub(super) use cron_job::validate as cron_job;
pub(super) use daemon_set::validate as daemon_set;
pub(super) use deployment::validate as deployment;
pub(super) use job::validate as job;
pub(super) use pod_object::{validate as pod, validate_template as pod_template};
pub(super) use replica_set::validate as replica_set;
pub(super) use replication_controller::validate as replication_controller;
pub(super) use stateful_set::validate as stateful_set;

pub(super) use access::*;
pub(super) use admission::*;
pub(super) use cluster::*;
pub(super) use config::*;
pub(super) use crd::custom_resource_definition;
pub(super) use devices::*;
pub(super) use network::*;
pub(super) use quota::*;
pub(super) use ray::{ray_cluster, ray_cron_job, ray_job, ray_service};
pub(super) use scaling::*;
pub(super) use storage::*;

/// Returns all rules, file by file.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let workloads = [
        claim::RULES,
        cron_job::RULES,
        daemon_set::RULES,
        deployment::RULES,
        job::RULES,
        job_policies::RULES,
        meta::RULES,
        pod_object::RULES,
        replication_controller::RULES,
        selector::RULES,
        stateful_set::RULES,
        workload::RULES,
    ];
    let objects = access::rules()
        .chain(admission::rules())
        .chain(cluster::rules())
        .chain(config::rules())
        .chain(crd::rules())
        .chain(devices::rules())
        .chain(network::rules());
    let objects = objects.chain(quota::rules()).chain(ray::rules()).chain(scaling::rules()).chain(storage::rules());
    workloads.into_iter().chain(pod::ALL.iter().copied()).flatten().chain(objects)
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn every_rule_says_what_it_protects_and_where_it_comes_from() {
        for rule in all() {
            assert!(!rule.description().is_empty() && !rule.source().is_empty(), "{}", rule.id);
            assert!(
                rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-/".contains(&byte))
            );
        }
        let mut ids: Vec<&str> = all().map(|rule| rule.id).collect();
        ids.sort_unstable();
        let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
