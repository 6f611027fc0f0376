//! The values of `ray-cluster` besides those of the Ray cluster. `values/ray-cluster.yaml` documents them with their defaults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Ray cluster of the KubeRay operator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RayClusterPart {
    /// Whether the operator deletes all pods of the cluster, until this is `false` again.
    pub suspend: bool,
    /// Controller of the cluster. Default: `ray.io/kuberay-operator`. It cannot be changed later.
    pub managed_by: Option<String>,
    /// What the operator does with running pods when the values change. Default: `None`.
    pub upgrade_strategy: Option<UpgradeStrategy>,
}

/// What the operator does with running pods when the values change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum UpgradeStrategy {
    /// Deletes them, and creates new ones.
    Recreate,
    /// Nothing.
    None,
}

impl UpgradeStrategy {
    /// Returns the name that the operator uses.
    pub fn as_str(self) -> &'static str {
        match self {
            UpgradeStrategy::Recreate => "Recreate",
            UpgradeStrategy::None => "None",
        }
    }
}
