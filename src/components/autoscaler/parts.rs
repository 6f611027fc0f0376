//! The nested values of `autoscaler`.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::KeyToPath;
use k8s_openapi::api::rbac::v1::PolicyRule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::monitor::{ContainerPolicy, RelabelConfig};
use super::scalar::{Items, Numeric, Scalar, Texts};
use super::values::{Json, Labels};

/// How node groups are discovered: by tags, roles or labels.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AutoDiscovery {
    /// Name of the cluster whose node groups are discovered. A template for some providers. `--cluster` sets it.
    pub cluster_name: Option<Scalar>,
    /// Cluster API: labels of the node groups.
    pub labels: Vec<BTreeMap<String, Scalar>>,
    /// Cluster API: namespace of the node groups.
    pub namespace: Option<Scalar>,
    /// Magnum: roles of the node groups, as templates.
    pub roles: Texts,
    /// AWS: tags of the node groups, as templates.
    pub tags: Texts,
}

/// A node group with its minimum and maximum size.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NodeGroup {
    /// Name of the node group.
    pub name: Scalar,
    /// Minimum number of nodes.
    pub min_size: Numeric,
    /// Maximum number of nodes.
    pub max_size: Numeric,
    /// Hetzner: type of the machines.
    pub instance_type: Scalar,
    /// Hetzner: region of the machines.
    pub region: Scalar,
}

/// Managed instance groups of GCE whose names have a common prefix.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NamePrefix {
    /// Prefix of the names, as a template.
    pub name: Option<String>,
    /// Minimum number of nodes per group.
    pub min_size: Numeric,
    /// Maximum number of nodes per group.
    pub max_size: Numeric,
}

/// Settings of the Deployment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DeploymentValues {
    /// Annotations.
    pub annotations: Option<Labels>,
    /// Selector, which overrides the computed one.
    pub selector: Labels,
}

/// Priorities for the expander `priority`: YAML text, or patterns of node groups by priority.
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
    /// Name of the ConfigMap or Secret. Default: the full name of the release.
    pub name: Scalar,
    /// Key of the entry.
    pub key: Scalar,
}

/// A volume from a Secret.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecretVolume {
    /// Path where the volume is mounted.
    pub mount_path: Scalar,
    /// Name of the Secret. Default: the full name of the release.
    pub name: Scalar,
    /// Keys that become files. Default: all keys.
    pub items: Vec<KeyToPath>,
}

/// The image.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Image {
    /// Repository of the image.
    pub repository: Scalar,
    /// Tag of the image. `auto` selects the release for `--kube-version`.
    pub tag: Scalar,
    /// When nodes pull the image.
    pub pull_policy: Scalar,
    /// Names of Secrets with the credentials of the image's registry.
    pub pull_secrets: Items<Scalar>,
}

/// A disruption budget.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Budget {
    /// Annotations.
    pub annotations: Labels,
    /// Selector. Default: the labels of the pods.
    pub selector: Labels,
    /// How many pods may be unavailable: a number or a percentage.
    pub max_unavailable: Numeric,
    /// How many pods must stay available: a number or a percentage.
    pub min_available: Numeric,
}

/// Alerts for the Prometheus operator.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PrometheusRuleValues {
    /// Whether to create a PrometheusRule.
    pub enabled: bool,
    /// Labels of the PrometheusRule.
    pub additional_labels: Option<Labels>,
    /// Namespace of the PrometheusRule.
    pub namespace: Scalar,
    /// Evaluation interval of the rules.
    pub interval: Option<Scalar>,
    /// The rules. Strings in them are templates.
    pub rules: Option<Vec<Json>>,
}

/// Service account, roles and role bindings.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rbac {
    /// Whether to create them.
    pub create: bool,
    /// Must be false: PodSecurityPolicy was removed in Kubernetes 1.25.
    pub psp_enabled: bool,
    /// Whether to create a ClusterRole in addition to the Role.
    pub cluster_scoped: bool,
    /// Annotations of roles and role bindings. Keys and values are templates.
    pub annotations: BTreeMap<String, Option<String>>,
    /// The service account of the pods.
    pub service_account: ServiceAccountValues,
    /// Additional rules of both roles.
    pub additional_rules: Vec<PolicyRule>,
}

/// The service account of the pods.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceAccountValues {
    /// Annotations. Keys and values are templates. `--role-arn` sets those for an IAM role.
    pub annotations: BTreeMap<String, Option<String>>,
    /// Whether to create the service account. `rbac.create` must be true, too.
    pub create: bool,
    /// Name of the service account.
    pub name: Scalar,
    /// Whether pods get a token of the service account.
    pub automount_service_account_token: Option<bool>,
}

/// The Service for metrics.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceValues {
    /// Whether to create the Service.
    pub create: bool,
    /// Annotations.
    pub annotations: Labels,
    /// Additional labels.
    pub labels: Labels,
    /// External IP addresses.
    #[serde(rename = "externalIPs")]
    pub external_ips: Vec<String>,
    /// Selector. Default: the labels of the pods.
    pub selector: Labels,
    /// Cluster IP address.
    #[serde(rename = "clusterIP")]
    pub cluster_ip: Scalar,
    /// IP address of the load balancer.
    #[serde(rename = "loadBalancerIP")]
    pub load_balancer_ip: Scalar,
    /// CIDRs that may reach the load balancer.
    pub load_balancer_source_ranges: Vec<String>,
    /// Port of the Service.
    pub service_port: Option<i32>,
    /// Name of the port.
    pub port_name: Scalar,
    /// Type of the Service.
    #[serde(rename = "type")]
    pub kind: Scalar,
}

/// A ServiceMonitor for the Prometheus operator.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceMonitorValues {
    /// Whether to create a ServiceMonitor.
    pub enabled: bool,
    /// Scrape interval.
    pub interval: Option<Scalar>,
    /// Namespace of the ServiceMonitor.
    pub namespace: Scalar,
    /// Labels that the Prometheus operator selects it by.
    pub selector: BTreeMap<String, Option<Scalar>>,
    /// Path of the metrics.
    pub path: Option<Scalar>,
    /// Annotations.
    pub annotations: Labels,
    /// Relabeling rules before scraping. Strings in them are templates.
    pub relabelings: Items<RelabelConfig>,
    /// Relabeling rules before storing. Strings in them are templates.
    pub metric_relabelings: Items<RelabelConfig>,
}

/// A VerticalPodAutoscaler for the pods.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Vpa {
    /// Whether to create a VerticalPodAutoscaler.
    pub enabled: bool,
    /// Update mode: how recommendations are applied.
    pub update_mode: Scalar,
    /// Limits of the recommendations for the container.
    pub container_policy: Option<ContainerPolicy>,
    /// Name of the recommender.
    pub recommender: Scalar,
}
