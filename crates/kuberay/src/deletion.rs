//! What to delete when a RayJob has ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What to delete when the job has ended: `deletionRules`, or both older fields, which are deprecated.
/// <https://ray-project.github.io/kuberay/reference/api/>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletionStrategy {
    /// Deprecated: what to delete if the job has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_success: Option<DeletionPolicy>,
    /// Deprecated: what to delete if the job has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<DeletionPolicy>,
    /// What to delete after which status; at least one rule. If several are due, the one that deletes most comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_rules: Option<Vec<DeletionRule>>,
}

/// What to delete after a status.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletionRule {
    /// `DeleteCluster`, `DeleteWorkers`, `DeleteSelf` (the RayJob with all that belongs to it) or `DeleteNone`.
    pub policy: String,
    /// After which status and time.
    pub condition: DeletionCondition,
}

/// After which status and time. One of the two statuses is required.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletionCondition {
    /// Status of the job in Ray: `SUCCEEDED` or `FAILED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_status: Option<String>,
    /// Status of the RayJob: `Failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_deployment_status: Option<String>,
    /// Seconds after the status. At least 0. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<i32>,
}

/// Deprecated: what to delete.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletionPolicy {
    /// `DeleteCluster`, `DeleteWorkers`, `DeleteSelf` or `DeleteNone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}
