//! The typed values of `autoscaler`, those of its Helm chart 9.59.0; `values/autoscaler.yaml` documents them with their
//! defaults.
//!
//! A field is optional where `null` may take its default away. Text that is a Go template is `Option<String>` or
//! [`Texts`]; what is only printed is a [`Scalar`], since people write numbers where the chart prints text.

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
/// Anything that JSON can hold.
pub type Json = serde_json::Value;

/// The cluster autoscaler: <https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AutoscalerValues {
    /// Which nodes the pods prefer or need.
    pub affinity: Option<Affinity>,
    /// Labels of all objects and of the pods.
    pub additional_labels: Labels,
    /// How node groups are found.
    pub auto_discovery: AutoDiscovery,
    /// Node groups by name, with their bounds.
    pub autoscaling_groups: Items<NodeGroup>,
    /// Managed instance groups of GCE by the beginning of their names.
    #[serde(rename = "autoscalingGroupsnamePrefix")]
    pub autoscaling_groups_name_prefix: Items<NamePrefix>,
    /// Access key of an AWS user; refused unless `awsAllowKeyPair` is true.
    #[serde(rename = "awsAccessKeyID")]
    pub aws_access_key_id: Option<String>,
    /// Whether an AWS key pair may stand in the values. No key of the chart: IRSA needs no key pair.
    pub aws_allow_key_pair: bool,
    /// AWS region, a template; `--region` sets it.
    pub aws_region: Option<String>,
    /// Secret key of an AWS user; refused unless `awsAllowKeyPair` is true.
    pub aws_secret_access_key: Option<String>,
    /// Client id of the service principal.
    #[serde(rename = "azureClientID")]
    pub azure_client_id: Option<String>,
    /// Its secret.
    pub azure_client_secret: Option<String>,
    /// Whether VMs are deleted by force when nodes are removed.
    pub azure_enable_force_delete: Option<bool>,
    /// Whether capacity changes are refused that are based on an old state of the scale set.
    #[serde(rename = "azureEnableVMSSEtag")]
    pub azure_enable_vmss_etag: Option<bool>,
    /// Resource group of the cluster.
    pub azure_resource_group: Option<String>,
    /// Subscription of the cluster.
    #[serde(rename = "azureSubscriptionID")]
    pub azure_subscription_id: Option<String>,
    /// Tenant of the service principal.
    #[serde(rename = "azureTenantID")]
    pub azure_tenant_id: Option<String>,
    /// Whether a managed identity gives access.
    pub azure_use_managed_identity_extension: bool,
    /// Which identity, where a scale set has several.
    #[serde(rename = "azureUserAssignedIdentityID")]
    pub azure_user_assigned_identity_id: Option<String>,
    /// Whether workload identity gives access.
    pub azure_use_workload_identity_extension: bool,
    /// Kind of the node groups.
    #[serde(rename = "azureVMType")]
    pub azure_vm_type: Option<String>,
    /// Key for Civo's API.
    pub civo_api_key: Option<String>,
    /// URL of Civo's API.
    pub civo_api_url: Option<String>,
    /// Id of the cluster at Civo.
    #[serde(rename = "civoClusterID")]
    pub civo_cluster_id: Option<String>,
    /// Region at Civo.
    pub civo_region: Option<String>,
    /// Path of the provider's configuration file.
    pub cloud_config_path: Scalar,
    /// The provider, as `--cloud-provider` takes it.
    pub cloud_provider: Option<String>,
    /// Path of the kubeconfig of Cluster API's management cluster.
    #[serde(rename = "clusterAPICloudConfigPath")]
    pub cluster_api_cloud_config_path: Scalar,
    /// Namespace of status and leader election on the workload cluster.
    #[serde(rename = "clusterAPIConfigMapsNamespace")]
    pub cluster_api_config_maps_namespace: Scalar,
    /// Secret with the kubeconfig of the workload cluster.
    #[serde(rename = "clusterAPIKubeconfigSecret")]
    pub cluster_api_kubeconfig_secret: Scalar,
    /// How workload and management cluster are reached.
    #[serde(rename = "clusterAPIMode")]
    pub cluster_api_mode: Option<String>,
    /// Path of the kubeconfig of the workload cluster.
    #[serde(rename = "clusterAPIWorkloadKubeconfigPath")]
    pub cluster_api_workload_kubeconfig_path: Option<String>,
    /// Privileges of the container.
    pub container_security_context: Option<SecurityContext>,
    /// Further arguments of the command as they are.
    pub custom_args: Items<Scalar>,
    /// The Deployment itself.
    pub deployment: DeploymentValues,
    /// DNS settings of the pods.
    pub dns_config: Option<PodDNSConfig>,
    /// DNS policy of the pods.
    pub dns_policy: Scalar,
    /// ConfigMap all of whose entries become environment variables.
    pub env_from_config_map: Scalar,
    /// Secret all of whose entries become environment variables.
    pub env_from_secret: Scalar,
    /// Priorities of node groups, for the expander `priority`.
    pub expander_priorities: Option<Priorities>,
    /// Flags of the autoscaler without `--`; what follows `_` is no part of the name; `null` for a flag without a value.
    pub extra_args: BTreeMap<String, Option<Numeric>>,
    /// Environment variables.
    pub extra_env: BTreeMap<String, Scalar>,
    /// Environment variables from ConfigMaps.
    pub extra_env_config_maps: BTreeMap<String, KeyReference>,
    /// Environment variables from Secrets.
    pub extra_env_secrets: BTreeMap<String, KeyReference>,
    /// Further objects; each may have templates in it.
    #[schemars(with = "Items<Json>")]
    pub extra_objects: Items<Json>,
    /// Where further volumes are mounted.
    pub extra_volume_mounts: Vec<VolumeMount>,
    /// Volumes from Secrets, with where they are mounted.
    pub extra_volume_secrets: BTreeMap<String, SecretVolume>,
    /// Further volumes.
    pub extra_volumes: Vec<Volume>,
    /// Name of all objects.
    pub fullname_override: Option<String>,
    /// Values that a parent chart shares; only templates read them.
    pub global: Option<BTreeMap<String, Json>>,
    /// Whether the pods are in the network of their node.
    pub host_network: bool,
    /// The image.
    pub image: Image,
    /// Containers that run to their end first.
    pub init_containers: Vec<Container>,
    /// Version that decides on API versions, instead of the cluster's.
    pub kube_target_version_override: Option<String>,
    /// Name of the ConfigMap of the provider kwok.
    pub kwok_config_map_name: Scalar,
    /// Path of the CA bundle on a Magnum node.
    #[serde(rename = "magnumCABundlePath")]
    pub magnum_ca_bundle_path: Scalar,
    /// Name or id of the cluster at Magnum, a template.
    pub magnum_cluster_name: Option<String>,
    /// Replaces provider and chart in names.
    pub name_override: Option<String>,
    /// Labels of the nodes that the pods run on.
    pub node_selector: Labels,
    /// Annotations of the pods.
    pub pod_annotations: Labels,
    /// What voluntary disruptions have to leave running.
    pub pod_disruption_budget: Option<Budget>,
    /// Labels of the pods; part of the selector.
    pub pod_labels: Labels,
    /// Which pods give way when nodes are full.
    pub priority_class_name: Scalar,
    /// Annotations of the priorities' ConfigMap.
    pub priority_config_map_annotations: Labels,
    /// Alerts for the Prometheus operator.
    pub prometheus_rule: PrometheusRuleValues,
    /// Service account, roles and their bindings.
    pub rbac: Rbac,
    /// How many pods there are; one leads, the others wait.
    pub replica_count: Option<i32>,
    /// Requests and limits.
    pub resources: Option<ResourceRequirements>,
    /// How many old replica sets are kept.
    pub revision_history_limit: Option<i32>,
    /// Secret that holds the provider's credentials, instead of the one made here.
    pub secret_key_ref_name_override: Scalar,
    /// Users and groups of the pods.
    pub security_context: Option<PodSecurityContext>,
    /// The Service of the metrics.
    pub service: ServiceValues,
    /// Scraping by the Prometheus operator.
    pub service_monitor: ServiceMonitorValues,
    /// Which tainted nodes the pods take.
    pub tolerations: Option<Vec<Toleration>>,
    /// How the pods spread over zones and nodes.
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// How new pods replace old ones.
    pub update_strategy: Option<DeploymentStrategy>,
    /// A VerticalPodAutoscaler for the pods.
    pub vpa: Vpa,
}
