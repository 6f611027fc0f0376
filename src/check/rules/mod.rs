//! The rules of an API server's validation, one function a rule, one file a kind or concern.
//!
//! They are Kubernetes 1.36's: `pkg/apis/*/validation` and `staging/src/k8s.io/apimachinery`, after its defaults. A
//! function keeps close to its original, so that the two can be read side by side.

mod access;
mod amount;
mod claim;
mod cluster;
mod common;
mod config;
mod deployment;
mod meta;
mod names;
mod network;
mod quota;
mod scaling;
mod selector;
mod storage;

use k8s_openapi::Metadata;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::path::Path;
use super::report::Report;
use super::rule::Rule;

/// What an API server holds an object of a kind to, beyond its type.
pub(super) type Validate<T> = fn(&T, &mut Report<'_>);

/// A kind of which only the metadata is held to rules.
pub(super) fn metadata_only<T: Metadata<Ty = ObjectMeta>>(object: &T, report: &mut Report<'_>) {
    meta::any(report, object.metadata());
}

pub(super) use access::*;
pub(super) use cluster::*;
pub(super) use config::*;
pub(super) use deployment::validate as deployment;
pub(super) use network::*;
pub(super) use quota::*;
pub(super) use scaling::*;
pub(super) use storage::*;

/// Every rule, file by file.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let files = [deployment::RULES, meta::RULES, claim::RULES, selector::RULES].into_iter().flatten();
    let objects = access::rules().chain(cluster::rules()).chain(config::rules()).chain(network::rules());
    files.chain(objects).chain(quota::rules()).chain(scaling::rules()).chain(storage::rules())
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn every_rule_says_what_it_protects_and_where_it_comes_from() {
        for rule in all() {
            assert!(!rule.about().is_empty() && !rule.source().is_empty(), "{}", rule.id);
            assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        }
        let mut ids: Vec<&str> = all().map(|rule| rule.id).collect();
        ids.sort_unstable();
        let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
