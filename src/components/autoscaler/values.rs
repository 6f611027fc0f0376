//! The typed values of `autoscaler`: those of its Helm chart 9.59.0. `values/autoscaler.yaml` documents them with their defaults.
//!
//! A field is optional where `null` may remove its default. A Go template is an `Option<String>` or [`Texts`]. A value that the
//! chart only prints is a [`Scalar`], since people write numbers where the chart prints strings.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::DeploymentStrategy;
use k8s_openapi::api::core::v1::{
    Affinity, Container, PodDNSConfig, PodSecurityContext, ResourceRequirements, SecurityContext, Toleration,
    TopologySpreadConstraint, Volume, VolumeMount,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::parts::*;
pub use super::scalar::{Items, Numeric, Scalar, Texts};

/// Labels, annotations, selectors.
pub type Labels = BTreeMap<String, String>;
/// Any JSON value.
pub type Json = serde_json::Value;

/// The cluster autoscaler: <https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AutoscalerValues {
    /// Affinity to nodes and to other pods.
    pub affinity: Option<Affinity>,
    /// Additional labels of all objects and of the pods.
    pub additional_labels: Labels,
    /// How node groups are discovered.
    pub auto_discovery: AutoDiscovery,
    /// Node groups by name, with their minimum and maximum size.
    pub autoscaling_groups: Items<NodeGroup>,
    /// GCE: managed instance groups by the prefix of their names.
    #[serde(rename = "autoscalingGroupsnamePrefix")]
    pub autoscaling_groups_name_prefix: Items<NamePrefix>,
    /// Access key id of an AWS user. Requires `awsAllowKeyPair: true`.
    #[serde(rename = "awsAccessKeyID")]
    pub aws_access_key_id: Option<String>,
    /// Whether the values may contain an AWS key pair. The chart does not have this key. With IRSA no key pair is needed.
    pub aws_allow_key_pair: bool,
    /// AWS region, as a template. `--region` sets it.
    pub aws_region: Option<String>,
    /// Secret access key of an AWS user. Requires `awsAllowKeyPair: true`.
    pub aws_secret_access_key: Option<String>,
    /// Azure: client id of the service principal.
    #[serde(rename = "azureClientID")]
    pub azure_client_id: Option<String>,
    /// Azure: client secret of the service principal.
    pub azure_client_secret: Option<String>,
    /// Azure: whether to force the deletion of VMs when nodes are removed.
    pub azure_enable_force_delete: Option<bool>,
    /// Azure: whether to reject capacity changes that are based on an outdated state of the scale set.
    #[serde(rename = "azureEnableVMSSEtag")]
    pub azure_enable_vmss_etag: Option<bool>,
    /// Azure: resource group of the cluster.
    pub azure_resource_group: Option<String>,
    /// Azure: subscription id of the cluster.
    #[serde(rename = "azureSubscriptionID")]
    pub azure_subscription_id: Option<String>,
    /// Azure: tenant id of the service principal.
    #[serde(rename = "azureTenantID")]
    pub azure_tenant_id: Option<String>,
    /// Azure: whether to authenticate with a managed identity.
    pub azure_use_managed_identity_extension: bool,
    /// Azure: id of the user-assigned identity, if a scale set has several.
    #[serde(rename = "azureUserAssignedIdentityID")]
    pub azure_user_assigned_identity_id: Option<String>,
    /// Azure: whether to authenticate with workload identity.
    pub azure_use_workload_identity_extension: bool,
    /// Azure: type of the node groups.
    #[serde(rename = "azureVMType")]
    pub azure_vm_type: Option<String>,
    /// Civo: API key.
    pub civo_api_key: Option<String>,
    /// Civo: URL of the API.
    pub civo_api_url: Option<String>,
    /// Civo: id of the cluster.
    #[serde(rename = "civoClusterID")]
    pub civo_cluster_id: Option<String>,
    /// Civo: region.
    pub civo_region: Option<String>,
    /// Path of the cloud provider's configuration file in the container.
    pub cloud_config_path: Scalar,
    /// Cloud provider: the value of the flag `--cloud-provider`.
    pub cloud_provider: Option<String>,
    /// Cluster API: path of the kubeconfig of the management cluster.
    #[serde(rename = "clusterAPICloudConfigPath")]
    pub cluster_api_cloud_config_path: Scalar,
    /// Cluster API: namespace of the status and the leader election in the workload cluster.
    #[serde(rename = "clusterAPIConfigMapsNamespace")]
    pub cluster_api_config_maps_namespace: Scalar,
    /// Cluster API: Secret with the kubeconfig of the workload cluster.
    #[serde(rename = "clusterAPIKubeconfigSecret")]
    pub cluster_api_kubeconfig_secret: Scalar,
    /// Cluster API: how to reach the workload cluster and the management cluster.
    #[serde(rename = "clusterAPIMode")]
    pub cluster_api_mode: Option<String>,
    /// Cluster API: path of the kubeconfig of the workload cluster.
    #[serde(rename = "clusterAPIWorkloadKubeconfigPath")]
    pub cluster_api_workload_kubeconfig_path: Option<String>,
    /// Security context of the container.
    pub container_security_context: Option<SecurityContext>,
    /// Additional arguments of the command, unchanged.
    pub custom_args: Items<Scalar>,
    /// Settings of the Deployment.
    pub deployment: DeploymentValues,
    /// DNS settings of the pods.
    pub dns_config: Option<PodDNSConfig>,
    /// DNS policy of the pods.
    pub dns_policy: Scalar,
    /// Name of a ConfigMap of which all entries become environment variables.
    pub env_from_config_map: Scalar,
    /// Name of a Secret of which all entries become environment variables.
    pub env_from_secret: Scalar,
    /// Priorities of node groups, for the expander `priority`.
    pub expander_priorities: Option<Priorities>,
    /// Flags of the autoscaler, without `--`. The part of a key after `_` only makes it unique. `null` is a flag without a value.
    pub extra_args: BTreeMap<String, Option<Numeric>>,
    /// Environment variables.
    pub extra_env: BTreeMap<String, Scalar>,
    /// Environment variables from ConfigMaps.
    pub extra_env_config_maps: BTreeMap<String, KeyReference>,
    /// Environment variables from Secrets.
    pub extra_env_secrets: BTreeMap<String, KeyReference>,
    /// Additional objects, which may contain templates.
    #[schemars(with = "Items<Json>")]
    pub extra_objects: Items<Json>,
    /// Additional volume mounts of the container.
    pub extra_volume_mounts: Vec<VolumeMount>,
    /// Volumes from Secrets, with their mount paths.
    pub extra_volume_secrets: BTreeMap<String, SecretVolume>,
    /// Additional volumes.
    pub extra_volumes: Vec<Volume>,
    /// Name of all objects, which overrides the computed one.
    pub fullname_override: Option<String>,
    /// Values that a parent chart shares. Only templates use them.
    pub global: Option<BTreeMap<String, Json>>,
    /// Whether the pods use the network of their node.
    pub host_network: bool,
    /// The image.
    pub image: Image,
    /// Init containers, which must finish before the autoscaler starts.
    pub init_containers: Vec<Container>,
    /// Kubernetes version for API versions, instead of the cluster's.
    pub kube_target_version_override: Option<String>,
    /// kwok: name of the ConfigMap with the configuration.
    pub kwok_config_map_name: Scalar,
    /// Magnum: path of the CA bundle on the node.
    #[serde(rename = "magnumCABundlePath")]
    pub magnum_ca_bundle_path: Scalar,
    /// Magnum: name or id of the cluster, as a template.
    pub magnum_cluster_name: Option<String>,
    /// Overrides the part of names after the release: cloud provider and chart.
    pub name_override: Option<String>,
    /// Labels that a node needs to run the pods.
    pub node_selector: Labels,
    /// Annotations of the pods.
    pub pod_annotations: Labels,
    /// Disruption budget of the pods.
    pub pod_disruption_budget: Option<Budget>,
    /// Labels of the pods, which are part of the selector.
    pub pod_labels: Labels,
    /// Priority class of the pods.
    pub priority_class_name: Scalar,
    /// Annotations of the ConfigMap with the priorities.
    pub priority_config_map_annotations: Labels,
    /// Alerts for the Prometheus operator.
    pub prometheus_rule: PrometheusRuleValues,
    /// Service account, roles and role bindings.
    pub rbac: Rbac,
    /// Number of pods. One is the leader, the others are on standby.
    pub replica_count: Option<i32>,
    /// Requests and limits of the container.
    pub resources: Option<ResourceRequirements>,
    /// Number of old replica sets to keep.
    pub revision_history_limit: Option<i32>,
    /// Name of an existing Secret with the provider's credentials, instead of a new one.
    pub secret_key_ref_name_override: Scalar,
    /// Security context of the pods.
    pub security_context: Option<PodSecurityContext>,
    /// The Service for metrics.
    pub service: ServiceValues,
    /// A ServiceMonitor for the Prometheus operator.
    pub service_monitor: ServiceMonitorValues,
    /// Taints that the pods tolerate.
    pub tolerations: Option<Vec<Toleration>>,
    /// How the pods spread over zones and nodes.
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// Update strategy of the Deployment.
    pub update_strategy: Option<DeploymentStrategy>,
    /// A VerticalPodAutoscaler for the pods.
    pub vpa: Vpa,
}
