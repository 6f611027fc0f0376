//! The typed values of `vault-config`; `values/vault-config.yaml` documents them with their defaults.
//!
//! Keys that Vault takes are Vault's own parameters in camel case: `bound_iam_principal_arn` is `boundIamPrincipalArn`.

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

/// What Vault has to have: policies, auth methods, secrets engines, audit devices; and the Job that sees to it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VaultConfigValues {
    /// The cluster; stands for `<cluster>` in ARNs and keeps the records of several clusters in one Vault apart.
    /// `--cluster` sets it.
    #[serde(default)]
    pub cluster_name: Option<String>,
    /// The AWS account; stands for `<account>` in ARNs.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// The partition of AWS; stands for `<partition>` in ARNs.
    pub partition: String,
    /// Where Vault is.
    #[serde(default)]
    pub vault: Connection,
    /// How the Job logs in to Vault.
    #[serde(default)]
    pub login: Login,
    /// Whether what earlier runs made and the values do not have any more is removed from Vault.
    #[serde(default)]
    pub prune: bool,
    /// Policies by name: what tokens may do.
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
    /// What others look after in the same Vault, so that policies and roles may name it.
    #[serde(default)]
    pub existing: Existing,
    /// The service account that the Job runs as.
    #[serde(default)]
    pub service_account: AccountValues,
    /// The Job.
    pub job: JobValues,
}

/// Where Vault is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Connection {
    /// Its address as pods reach it.
    pub address: String,
    /// The namespace of Vault (Vault Enterprise, HCP, OpenBao), not of Kubernetes.
    pub namespace: Option<String>,
    /// The certificate authority of an address with `https`, if the image does not know it.
    pub ca_cert: CaCert,
}

/// One entry of a ConfigMap or of a Secret in the namespace of the release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CaCert {
    /// Name of the ConfigMap.
    pub config_map_name: Option<String>,
    /// Name of the Secret.
    pub secret_name: Option<String>,
    /// The key of the entry.
    pub key: String,
}

/// How the Job logs in to Vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Login {
    /// Vault's Kubernetes auth; used unless `tokenSecret` names a Secret.
    pub kubernetes: KubernetesLogin,
    /// A Secret in the namespace of the release that holds a token of Vault.
    pub token_secret: SecretKey,
}

/// A role of Vault's Kubernetes auth: <https://developer.hashicorp.com/vault/docs/auth/kubernetes>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KubernetesLogin {
    /// The role.
    pub role: String,
    /// Where the auth method is enabled.
    pub mount_path: String,
    /// Audience of the token that the pod shows; the role has to have the same.
    pub audience: String,
}

/// A policy: <https://developer.hashicorp.com/vault/docs/concepts/policies>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// What is allowed, by path; `*` at the end stands for any rest, `+` for one segment.
    pub paths: BTreeMap<String, PathRule>,
}

/// What a policy allows at a path.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PathRule {
    /// What may be done.
    #[serde(default)]
    #[schemars(required)]
    pub capabilities: Vec<Capability>,
    /// Parameters that may be given, each with the values that it may have; any value if there are none. `*` stands for
    /// any other parameter.
    #[serde(default)]
    pub allowed_parameters: BTreeMap<String, Vec<Scalar>>,
    /// Parameters that may not be given, each with the values that it may not have; none at all if there are none.
    #[serde(default)]
    pub denied_parameters: BTreeMap<String, Vec<Scalar>>,
    /// Parameters that have to be given.
    #[serde(default)]
    pub required_parameters: Vec<String>,
    /// Shortest life of a wrapped response.
    #[serde(default)]
    pub min_wrapping_ttl: Option<Duration>,
    /// Longest life of a wrapped response.
    #[serde(default)]
    pub max_wrapping_ttl: Option<Duration>,
}

/// What may be done at a path: <https://developer.hashicorp.com/vault/docs/concepts/policies#capabilities>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    /// Make what is not there yet.
    Create,
    /// Read.
    Read,
    /// Change what is there.
    Update,
    /// Change a part of what is there.
    Patch,
    /// Delete.
    Delete,
    /// List names.
    List,
    /// Use paths that are for administrators.
    Sudo,
    /// Nothing, whatever other policies say.
    Deny,
}

impl Capability {
    /// As a policy has it.
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
    /// Into a file, or to the standard output of the server.
    pub file: BTreeMap<String, FileDevice>,
    /// To a TCP, UDP or UNIX socket.
    pub socket: BTreeMap<String, SocketDevice>,
    /// To the syslog of the server's machine.
    pub syslog: BTreeMap<String, SyslogDevice>,
}

/// An audit device that writes a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileDevice {
    /// The file as the server sees it; `stdout` is its standard output.
    #[serde(default)]
    #[schemars(required)]
    pub file_path: String,
    /// Permissions of the file, as in `"0600"`.
    #[serde(default)]
    pub mode: Option<String>,
    /// `json` or `jsonx`.
    #[serde(default)]
    pub format: Option<AuditFormat>,
    /// What it is for.
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
    /// How long a write may take.
    #[serde(default)]
    pub write_timeout: Option<Duration>,
    /// `json` or `jsonx`.
    #[serde(default)]
    pub format: Option<AuditFormat>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
}

/// An audit device that writes to syslog.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SyslogDevice {
    /// The facility; Vault's default is `AUTH`.
    pub facility: Option<String>,
    /// The tag; Vault's default is `vault`.
    pub tag: Option<String>,
    /// `json` or `jsonx`.
    pub format: Option<AuditFormat>,
    /// What it is for.
    pub description: Option<String>,
}

/// The form of an audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditFormat {
    /// A JSON object a line.
    Json,
    /// XML in the form of JSON.
    Jsonx,
}

impl AuditFormat {
    /// As Vault has it.
    pub fn as_str(self) -> &'static str {
        match self {
            AuditFormat::Json => "json",
            AuditFormat::Jsonx => "jsonx",
        }
    }
}

/// The kind of a socket.
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
    /// As Vault has it.
    pub fn as_str(self) -> &'static str {
        match self {
            SocketType::Tcp => "tcp",
            SocketType::Udp => "udp",
            SocketType::Unix => "unix",
        }
    }
}

/// What others look after in the same Vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Existing {
    /// Policies that roles may name.
    pub policies: Vec<String>,
    /// Paths of secrets engines, and of auth methods after `auth/`, that policies may name.
    pub mounts: Vec<String>,
}

/// The service account that the Job runs as.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AccountValues {
    /// Whether the account is made here; otherwise one of that name is there already.
    pub create: bool,
    /// Its name; the release's if there is none.
    pub name: Option<String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
}

/// The Job.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobValues {
    /// An image with the `vault` or `bao` command and a POSIX shell with awk.
    pub image: String,
    /// When nodes pull the image.
    #[serde(default)]
    pub image_pull_policy: Option<PullPolicy>,
    /// Secrets of the image's registry, in the namespace of the release.
    #[serde(default)]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    /// How often a failed run is tried again.
    pub backoff_limit: u16,
    /// Seconds after which a run that hangs is ended.
    pub active_deadline_seconds: u32,
    /// Seconds after which the finished Job is deleted; it stays if there are none.
    #[serde(default)]
    pub ttl_seconds_after_finished: Option<u32>,
    /// User and group that the container runs as; not root.
    pub run_as_user: u32,
    /// Requests and limits of the container.
    #[serde(default)]
    pub resources: Option<ResourceRequirements>,
    /// Labels of the machines that may run the pod.
    #[serde(default)]
    pub node_selector: BTreeMap<String, String>,
    /// Taints that the pod puts up with.
    #[serde(default)]
    pub tolerations: Vec<Toleration>,
    /// Further labels of the pod.
    #[serde(default)]
    pub pod_labels: BTreeMap<String, String>,
    /// Annotations of the pod.
    #[serde(default)]
    pub pod_annotations: BTreeMap<String, String>,
}
