//! Where the Global Control Store (GCS) keeps its state.

use k8s_openapi::api::core::v1::EnvVarSource;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the Global Control Store keeps its state, so that it survives a restart of the head.
/// <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/kuberay-gcs-ft.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GcsFaultToleranceOptions {
    /// `redis` (the default) or `rocksdb`, an embedded store, which needs the gate `GCSFaultToleranceEmbeddedStorage`.
    /// Immutable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// User of the Redis server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis_username: Option<RedisCredential>,
    /// Password of the Redis server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis_password: Option<RedisCredential>,
    /// Prefix of the keys in Redis, so that clusters can share a server. Default: the UID of the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_storage_namespace: Option<String>,
    /// Address of the Redis server, such as `redis:6379` or `rediss://redis.example.com:6379`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis_address: Option<String>,
    /// The volume of the embedded store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<GcsEmbeddedStorage>,
}

/// The volume of the embedded store. Only one head may write to it at a time, which the operator does not ensure.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GcsEmbeddedStorage {
    /// An existing PersistentVolumeClaim. Without it, the operator creates `<cluster>-gcs-pvc` from the fields below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_name: Option<String>,
    /// Size of the created claim. Default: `1Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Quantity>,
    /// Storage class of the created claim. Default: that of the Kubernetes cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class_name: Option<String>,
    /// Access modes of the created claim. Default: `ReadWriteOnce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_modes: Option<Vec<String>>,
    /// Folder of the volume that is mounted. Default: its root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_path: Option<String>,
    /// What happens to the created claim with the cluster: `DeleteWithCluster` (the default) or `Retain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<String>,
}

/// A user or password: a value or a reference.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedisCredential {
    /// Where the value is, usually a key of a Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_from: Option<EnvVarSource>,
    /// The value itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
