//! The nested values of `autoscaler`.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::KeyToPath;
use k8s_openapi::api::rbac::v1::PolicyRule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::monitor::{ContainerPolicy, RelabelConfig};
use super::scalar::{Items, Numeric, Scalar, Texts};
use super::values::{Json, Labels};

/// How node groups are found: by tags, roles or labels.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AutoDiscovery {
    /// The cluster whose groups are meant; a template for some providers; `--cluster` sets it.
    pub cluster_name: Option<Scalar>,
    /// Labels of Cluster API's groups.
    pub labels: Vec<BTreeMap<String, Scalar>>,
    /// Namespace of Cluster API's groups.
    pub namespace: Option<Scalar>,
    /// Roles of Magnum's groups, templates.
    pub roles: Texts,
    /// Tags of AWS' groups, templates.
    pub tags: Texts,
}

/// A node group with its bounds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NodeGroup {
    /// Its name.
    pub name: Scalar,
    /// The least number of nodes.
    pub min_size: Numeric,
    /// The greatest number of nodes.
    pub max_size: Numeric,
    /// Kind of the machines (Hetzner).
    pub instance_type: Scalar,
    /// Where they are (Hetzner).
    pub region: Scalar,
}

/// Instance groups of GCE whose names begin alike.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NamePrefix {
    /// The beginning of the names, a template.
    pub name: Option<String>,
    /// The least number of nodes of each.
    pub min_size: Numeric,
    /// The greatest number of nodes of each.
    pub max_size: Numeric,
}

/// The Deployment itself.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DeploymentValues {
    /// Annotations.
    pub annotations: Option<Labels>,
    /// Selector, instead of the one made of the names.
    pub selector: Labels,
}

/// Priorities of the expander: text as it is, or for each priority the patterns of its groups.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Priorities {
    /// YAML text.
    Text(String),
    /// Patterns by priority.
    Map(BTreeMap<String, Json>),
}

/// One key of a ConfigMap or Secret.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KeyReference {
    /// Name of the ConfigMap or Secret; the release's full name if there is none.
    pub name: Scalar,
    /// The key.
    pub key: Scalar,
}

/// A volume from a Secret.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecretVolume {
    /// Where it is mounted.
    pub mount_path: Scalar,
    /// Name of the Secret; the release's full name if there is none.
    pub name: Scalar,
    /// Which of its keys become which files; all if there are none.
    pub items: Vec<KeyToPath>,
}

/// The image.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Image {
    /// Its repository.
    pub repository: Scalar,
    /// Its tag; `auto` follows `--kube-version`.
    pub tag: Scalar,
    /// When nodes pull it.
    pub pull_policy: Scalar,
    /// Names of the Secrets of its registry.
    pub pull_secrets: Items<Scalar>,
}

/// A disruption budget.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Budget {
    /// Annotations.
    pub annotations: Labels,
    /// Selector, instead of the pods' own labels.
    pub selector: Labels,
    /// How many pods, or what percentage, may be away.
    pub max_unavailable: Numeric,
    /// How many pods, or what percentage, have to stay.
    pub min_available: Numeric,
}

/// Alerts for the Prometheus operator.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PrometheusRuleValues {
    /// Whether there is a PrometheusRule.
    pub enabled: bool,
    /// Its labels.
    pub additional_labels: Option<Labels>,
    /// Its namespace.
    pub namespace: Scalar,
    /// How often the rules are evaluated.
    pub interval: Option<Scalar>,
    /// The rules; texts in them are templates.
    pub rules: Option<Vec<Json>>,
}

/// Service account, roles and their bindings.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rbac {
    /// Whether they are made.
    pub create: bool,
    /// No use since Kubernetes 1.25, and an error if true.
    pub psp_enabled: bool,
    /// Whether there is a ClusterRole beside the Role.
    pub cluster_scoped: bool,
    /// Annotations of roles and bindings; keys and values are templates.
    pub annotations: BTreeMap<String, Option<String>>,
    /// The account of the pods.
    pub service_account: ServiceAccountValues,
    /// Further rules of both roles.
    pub additional_rules: Vec<PolicyRule>,
}

/// The account of the pods.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceAccountValues {
    /// Annotations; keys and values are templates. `--role-arn` sets those of an IAM role.
    pub annotations: BTreeMap<String, Option<String>>,
    /// Whether the account is made, if `rbac.create` is true as well.
    pub create: bool,
    /// Its name.
    pub name: Scalar,
    /// Whether pods get a token of the account.
    pub automount_service_account_token: Option<bool>,
}

/// The Service of the metrics.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceValues {
    /// Whether there is one.
    pub create: bool,
    /// Annotations.
    pub annotations: Labels,
    /// Further labels.
    pub labels: Labels,
    /// Addresses from outside that lead to it.
    #[serde(rename = "externalIPs")]
    pub external_ips: Vec<String>,
    /// Selector, instead of the pods' own labels.
    pub selector: Labels,
    /// Its address in the cluster.
    #[serde(rename = "clusterIP")]
    pub cluster_ip: Scalar,
    /// Address of the load balancer.
    #[serde(rename = "loadBalancerIP")]
    pub load_balancer_ip: Scalar,
    /// Who may reach the load balancer.
    pub load_balancer_source_ranges: Vec<String>,
    /// Its port.
    pub service_port: Option<i32>,
    /// Name of the port.
    pub port_name: Scalar,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Scalar,
}

/// Scraping by the Prometheus operator.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceMonitorValues {
    /// Whether there is a ServiceMonitor.
    pub enabled: bool,
    /// How often metrics are read.
    pub interval: Option<Scalar>,
    /// Its namespace.
    pub namespace: Scalar,
    /// Its labels, by which a Prometheus selects it.
    pub selector: BTreeMap<String, Option<Scalar>>,
    /// Path of the metrics.
    pub path: Option<Scalar>,
    /// Annotations.
    pub annotations: Labels,
    /// Changes of labels before scraping; texts in them are templates.
    pub relabelings: Items<RelabelConfig>,
    /// Changes of labels before storing; texts in them are templates.
    pub metric_relabelings: Items<RelabelConfig>,
}

/// A VerticalPodAutoscaler for the pods.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Vpa {
    /// Whether there is one.
    pub enabled: bool,
    /// How recommendations are applied.
    pub update_mode: Scalar,
    /// Bounds of what is recommended for the container.
    pub container_policy: Option<ContainerPolicy>,
    /// Who recommends.
    pub recommender: Scalar,
}
