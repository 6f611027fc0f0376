//! The NetworkPolicy objects that the operator creates.

use k8s_openapi::api::networking::v1::{NetworkPolicyEgressRule, NetworkPolicyIngressRule};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One NetworkPolicy for the head and one per worker group. Traffic inside the cluster is always allowed; DNS is not, so
/// with `DenyAll` and `DenyAllEgress` the workers cannot resolve the head's name without a rule of yours.
/// <https://ray-project.github.io/kuberay/reference/api/>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPolicyConfig {
    /// What is denied: `DenyAll` (the default), `DenyAllIngress` or `DenyAllEgress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Rules for the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<NetworkPolicyRules>,
    /// Rules for the workers of all groups that `workerGroups` does not name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<NetworkPolicyRules>,
    /// Rules for the workers of one group, instead of `worker`. Group names are unique.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_groups: Option<Vec<WorkerGroupNetworkPolicyRules>>,
}

/// What is allowed, beside the traffic inside the cluster.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPolicyRules {
    /// Who may connect. No effect with `DenyAllEgress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress_rules: Option<Vec<NetworkPolicyIngressRule>>,
    /// Where pods may connect to. No effect with `DenyAllIngress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress_rules: Option<Vec<NetworkPolicyEgressRule>>,
}

/// What is allowed for the workers of one group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkerGroupNetworkPolicyRules {
    /// Name of the worker group.
    pub group_name: String,
    /// Who may connect. No effect with `DenyAllEgress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress_rules: Option<Vec<NetworkPolicyIngressRule>>,
    /// Where pods may connect to. No effect with `DenyAllIngress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress_rules: Option<Vec<NetworkPolicyEgressRule>>,
}
