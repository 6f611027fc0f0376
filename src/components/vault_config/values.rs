//! The typed values of `vault-config`. `values/vault-config.yaml` documents them with their defaults.
//!
//! Parameters of Vault have the names of Vault in camel case: `bound_iam_principal_arn` is `boundIamPrincipalArn`.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{LocalObjectReference, ResourceRequirements, Toleration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::engines::{AwsEngine, AwsRole, CredentialType, KvEngine, SecretsEngines, UserRole};
pub use super::methods::{
    AuthMethods, AwsAuth, AwsAuthRole, KubernetesAuth, KubernetesAuthRole, StsRole, Token, TokenType,
};
pub use super::scalar::{Duration, PolicyDocument, Scalar};
use crate::components::irsa::values::AccountId;
use crate::components::ray::values::{PullPolicy, SecretKey};

/// Vault configuration: policies, auth methods, secrets engines and audit devices, and the Job that applies it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VaultConfigValues {
    /// Name of the cluster. It replaces `<cluster>` in ARNs, and separates the records of several clusters in one Vault.
    /// `--cluster` sets it.
    #[serde(default)]
    pub cluster_name: Option<String>,
    /// AWS account: 12 digits, in quotes. It replaces `<account>` in ARNs.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// AWS partition. It replaces `<partition>` in ARNs.
    pub partition: String,
    /// How the Job connects to Vault.
    #[serde(default)]
    pub vault: Connection,
    /// How the Job logs in to Vault.
    #[serde(default)]
    pub login: Login,
    /// Whether to remove from Vault what earlier runs created and the values no longer contain.
    #[serde(default)]
    pub prune: bool,
    /// Policies by name: what tokens allow.
    #[serde(default)]
    pub policies: BTreeMap<String, Policy>,
    /// Auth methods by type, then by path: how clients get tokens.
    #[serde(default)]
    pub auth_methods: AuthMethods,
    /// Secrets engines by type, then by path.
    #[serde(default)]
    pub secrets_engines: SecretsEngines,
    /// Audit devices by type, then by path.
    #[serde(default)]
    pub audit_devices: AuditDevices,
    /// What is managed elsewhere in the same Vault, so that policies and roles may refer to it.
    #[serde(default)]
    pub existing: Existing,
    /// The service account that the Job runs as.
    #[serde(default)]
    pub service_account: AccountValues,
    /// The Job that applies the configuration to Vault.
    pub job: JobValues,
}

/// How the Job connects to Vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Connection {
    /// URL of Vault, as pods reach it.
    pub address: String,
    /// Namespace in Vault (Vault Enterprise, HCP, OpenBao), not in Kubernetes.
    pub namespace: Option<String>,
    /// Certificate authority for an address with `https`, if the image does not contain it.
    pub ca_cert: CaCert,
}

/// One entry of a ConfigMap or Secret in the release's namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CaCert {
    /// Name of the ConfigMap.
    pub config_map_name: Option<String>,
    /// Name of the Secret.
    pub secret_name: Option<String>,
    /// Key of the entry.
    pub key: String,
}

/// How the Job logs in to Vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Login {
    /// Login with Vault's Kubernetes auth method, unless `tokenSecret` names a Secret.
    pub kubernetes: KubernetesLogin,
    /// A Secret in the release's namespace that contains a Vault token.
    pub token_secret: SecretKey,
}

/// A role of Vault's Kubernetes auth method: <https://developer.hashicorp.com/vault/docs/auth/kubernetes>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KubernetesLogin {
    /// Name of the role.
    pub role: String,
    /// Path of the auth method.
    pub mount_path: String,
    /// Audience of the pod's token, which must be that of the role.
    pub audience: String,
}

/// A policy: <https://developer.hashicorp.com/vault/docs/concepts/policies>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// Rules by path. `*` at the end matches any rest, `+` matches one segment.
    pub paths: BTreeMap<String, PathRule>,
}

/// What a policy allows at a path.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PathRule {
    /// Capabilities: what is allowed.
    #[serde(default)]
    #[schemars(required)]
    pub capabilities: Vec<Capability>,
    /// Allowed parameters with their allowed values. An empty list allows any value. `*` matches any other parameter.
    #[serde(default)]
    pub allowed_parameters: BTreeMap<String, Vec<Scalar>>,
    /// Denied parameters with their denied values. An empty list denies any value.
    #[serde(default)]
    pub denied_parameters: BTreeMap<String, Vec<Scalar>>,
    /// Required parameters.
    #[serde(default)]
    pub required_parameters: Vec<String>,
    /// Minimum lifetime of a wrapped response.
    #[serde(default)]
    pub min_wrapping_ttl: Option<Duration>,
    /// Maximum lifetime of a wrapped response.
    #[serde(default)]
    pub max_wrapping_ttl: Option<Duration>,
}

/// What a policy allows at a path: <https://developer.hashicorp.com/vault/docs/concepts/policies#capabilities>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    /// Create what does not exist.
    Create,
    /// Read.
    Read,
    /// Change what exists.
    Update,
    /// Change a part of what exists.
    Patch,
    /// Delete.
    Delete,
    /// List names.
    List,
    /// Access root-protected paths.
    Sudo,
    /// Forbid all access, whatever other policies allow.
    Deny,
}

impl Capability {
    /// Returns the name in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Capability::Create => "create",
            Capability::Read => "read",
            Capability::Update => "update",
            Capability::Patch => "patch",
            Capability::Delete => "delete",
            Capability::List => "list",
            Capability::Sudo => "sudo",
            Capability::Deny => "deny",
        }
    }
}

/// Audit devices by type, then by path: <https://developer.hashicorp.com/vault/docs/audit>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuditDevices {
    /// Audit devices that write to a file, or to the standard output of the server.
    pub file: BTreeMap<String, FileDevice>,
    /// Audit devices that write to a TCP, UDP or UNIX socket.
    pub socket: BTreeMap<String, SocketDevice>,
    /// Audit devices that write to the syslog of the server's machine.
    pub syslog: BTreeMap<String, SyslogDevice>,
}

/// An audit device that writes a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileDevice {
    /// Path of the file on the server. `stdout` is the standard output.
    #[serde(default)]
    #[schemars(required)]
    pub file_path: String,
    /// Permissions of the file, such as `"0600"`.
    #[serde(default)]
    pub mode: Option<String>,
    /// `json` or `jsonx`.
    #[serde(default)]
    pub format: Option<AuditFormat>,
    /// Description.
    #[serde(default)]
    pub description: Option<String>,
}

/// An audit device that writes to a socket.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SocketDevice {
    /// `host:port`, or the path of a UNIX socket.
    #[serde(default)]
    #[schemars(required)]
    pub address: String,
    /// `tcp`, `udp` or `unix`.
    #[serde(default)]
    pub socket_type: Option<SocketType>,
    /// Timeout of a write.
    #[serde(default)]
    pub write_timeout: Option<Duration>,
    /// `json` or `jsonx`.
    #[serde(default)]
    pub format: Option<AuditFormat>,
    /// Description.
    #[serde(default)]
    pub description: Option<String>,
}

/// An audit device that writes to syslog.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SyslogDevice {
    /// Facility. Default: `AUTH`.
    pub facility: Option<String>,
    /// Tag. Default: `vault`.
    pub tag: Option<String>,
    /// `json` or `jsonx`.
    pub format: Option<AuditFormat>,
    /// Description.
    pub description: Option<String>,
}

/// The format of an audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditFormat {
    /// One JSON object per line.
    Json,
    /// XML with the structure of the JSON.
    Jsonx,
}

impl AuditFormat {
    /// Returns the name that Vault uses.
    pub fn as_str(self) -> &'static str {
        match self {
            AuditFormat::Json => "json",
            AuditFormat::Jsonx => "jsonx",
        }
    }
}

/// The type of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SocketType {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// A UNIX socket.
    Unix,
}

impl SocketType {
    /// Returns the name that Vault uses.
    pub fn as_str(self) -> &'static str {
        match self {
            SocketType::Tcp => "tcp",
            SocketType::Udp => "udp",
            SocketType::Unix => "unix",
        }
    }
}

/// What is managed elsewhere in the same Vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Existing {
    /// Policies that roles may refer to.
    pub policies: Vec<String>,
    /// Paths of secrets engines, and of auth methods with the prefix `auth/`, that policies may refer to.
    pub mounts: Vec<String>,
}

/// The service account that the Job runs as.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AccountValues {
    /// Whether to create the service account. If not, it must already exist.
    pub create: bool,
    /// Name of the service account. Default: the release's name.
    pub name: Option<String>,
    /// Annotations of the service account.
    pub annotations: BTreeMap<String, String>,
}

/// The Job.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobValues {
    /// Image with the command `vault` or `bao`, and a POSIX shell with awk.
    pub image: String,
    /// When nodes pull the image.
    #[serde(default)]
    pub image_pull_policy: Option<PullPolicy>,
    /// Secrets with the credentials of the image's registry, in the release's namespace.
    #[serde(default)]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    /// How often a failed run is retried.
    pub backoff_limit: u16,
    /// Seconds after which a run is stopped.
    pub active_deadline_seconds: u32,
    /// Seconds after which the finished Job is deleted. Default: never.
    #[serde(default)]
    pub ttl_seconds_after_finished: Option<u32>,
    /// User id and group id of the container; not 0 (root).
    pub run_as_user: u32,
    /// Requests and limits of the container.
    #[serde(default)]
    pub resources: Option<ResourceRequirements>,
    /// Labels that a node needs to run the pod.
    #[serde(default)]
    pub node_selector: BTreeMap<String, String>,
    /// Taints that the pod tolerates.
    #[serde(default)]
    pub tolerations: Vec<Toleration>,
    /// Additional labels of the pod.
    #[serde(default)]
    pub pod_labels: BTreeMap<String, String>,
    /// Annotations of the pod.
    #[serde(default)]
    pub pod_annotations: BTreeMap<String, String>,
}
