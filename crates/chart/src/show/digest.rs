//! Computes the digest in `Chart.lock`.

use sha2::{Digest, Sha256};

use super::super::metadata::Dependency;
use super::super::model::Chart;
use super::dependency_node;
use super::json::json;
use mkmanifests_yaml::tree::{Kind, Map, Node};

/// Returns the digest that Helm writes into `Chart.lock`: `sha256:` and the hex SHA-256 of the dependencies in
/// `Chart.yaml` and the locked ones, as Go writes them in JSON.
pub fn digest(required: &[Dependency], locked: &[Dependency]) -> String {
    sha256(&json(&Kind::Seq(vec![list(required), list(locked)]).into(), None))
}

/// Returns whether the dependencies in `Chart.yaml` have changed since `Chart.lock` was written. A chart without a lock
/// is not stale.
///
/// A chart of API version v1 may have a lock by Helm 2, which computes the digest in another way.
pub fn is_stale(chart: &Chart) -> bool {
    let Some(lock) = &chart.lock else { return false };
    let required = &chart.metadata.dependencies;
    if digest(&with_locked_urls(required, &lock.dependencies), &lock.dependencies) == lock.digest {
        return false;
    }
    chart.metadata.api_version != "v1" || digest_of_helm_2(required) != lock.digest
}

/// Replaces the names of repositories (`@name`, `alias:name`) by the URLs in the lock, as Helm does before it computes
/// the digest.
fn with_locked_urls(required: &[Dependency], locked: &[Dependency]) -> Vec<Dependency> {
    let mut required = required.to_vec();
    for (one, locked) in required.iter_mut().zip(locked) {
        if one.repository.starts_with('@') || one.repository.starts_with("alias:") {
            one.repository.clone_from(&locked.repository);
        }
    }
    required
}

/// Returns the digest of Helm 2: that of the dependencies in `requirements.yaml` alone.
pub fn digest_of_helm_2(required: &[Dependency]) -> String {
    let mut map = Map::new();
    map.set("dependencies", list(required));
    sha256(&json(&map.into(), None))
}

fn sha256(json: &str) -> String {
    let hex: String = Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// Returns a list of dependencies as Go sees it.
fn list(dependencies: &[Dependency]) -> Node {
    Kind::Seq(dependencies.iter().map(dependency_node).collect()).into()
}
