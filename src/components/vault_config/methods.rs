//! Typed values of the auth methods: AWS and Kubernetes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scalar::Duration;

/// Auth methods by type, then by path.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuthMethods {
    /// Auth methods for clients with an AWS IAM identity: <https://developer.hashicorp.com/vault/docs/auth/aws>.
    pub aws: BTreeMap<String, AwsAuth>,
    /// Auth methods for pods: <https://developer.hashicorp.com/vault/docs/auth/kubernetes>.
    pub kubernetes: BTreeMap<String, KubernetesAuth>,
}

/// The AWS auth method: <https://developer.hashicorp.com/vault/docs/auth/aws>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AwsAuth {
    /// Description.
    pub description: Option<String>,
    /// Default lifetime of tokens.
    pub default_lease_ttl: Option<Duration>,
    /// Maximum lifetime of tokens.
    pub max_lease_ttl: Option<Duration>,
    /// Roles by name.
    pub roles: BTreeMap<String, AwsAuthRole>,
    /// IAM roles by AWS account (12 digits, in quotes), which Vault assumes to look up principals of other accounts.
    pub sts_roles: BTreeMap<String, StsRole>,
}

/// The IAM role that Vault assumes in an account:
/// <https://developer.hashicorp.com/vault/api-docs/auth/aws#create-sts-role>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StsRole {
    /// ARN of the role.
    pub sts_role: String,
    /// External id, if the role's trust policy requires one.
    #[serde(default)]
    pub external_id: Option<String>,
}

/// A role of the AWS auth method, of `auth_type` `iam`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsAuthRole {
    /// ARNs of the IAM roles and users that may log in. `*` at the end matches any rest.
    #[serde(default)]
    #[schemars(required)]
    pub bound_iam_principal_arn: Vec<String>,
    /// Whether Vault binds the role to AWS's internal ids of the principals, so that a principal that is deleted and created again is
    /// a different one. Vault needs permission to read them from IAM. Default: true.
    #[serde(default, rename = "resolveAwsUniqueIds")]
    pub resolve_aws_unique_ids: Option<bool>,
    /// Policies of tokens.
    #[serde(default)]
    pub token_policies: Vec<String>,
    /// Lifetime of tokens.
    #[serde(default)]
    pub token_ttl: Option<Duration>,
    /// Maximum lifetime of tokens.
    #[serde(default)]
    pub token_max_ttl: Option<Duration>,
    /// Maximum lifetime of tokens, which later changes to the role or the auth method do not affect.
    #[serde(default)]
    pub token_explicit_max_ttl: Option<Duration>,
    /// Period of periodic tokens, which can be renewed without a limit.
    #[serde(default)]
    pub token_period: Option<Duration>,
    /// CIDRs from which tokens may be used.
    #[serde(default)]
    pub token_bound_cidrs: Vec<String>,
    /// Whether tokens do not have the policy `default`.
    #[serde(default)]
    pub token_no_default_policy: bool,
    /// How often a token may be used. 0 is unlimited.
    #[serde(default)]
    pub token_num_uses: u32,
    /// Type of the tokens.
    #[serde(default)]
    pub token_type: TokenType,
}

/// The Kubernetes auth method.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KubernetesAuth {
    /// Description.
    pub description: Option<String>,
    /// Default lifetime of tokens.
    pub default_lease_ttl: Option<Duration>,
    /// Maximum lifetime of tokens.
    pub max_lease_ttl: Option<Duration>,
    /// URL of the API server, as Vault reaches it. Without it, the configuration of the auth method is not changed.
    pub kubernetes_host: Option<String>,
    /// Certificate authority of the API server in PEM format. Default: that of Vault's own pod.
    pub kubernetes_ca_cert: Option<String>,
    /// Whether Vault ignores the certificate authority and the token of its own pod.
    pub disable_local_ca_jwt: bool,
    /// Roles by name.
    pub roles: BTreeMap<String, KubernetesAuthRole>,
}

/// A role of the Kubernetes auth method.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KubernetesAuthRole {
    /// Names of the service accounts that may log in.
    #[serde(default)]
    #[schemars(required)]
    pub bound_service_account_names: Vec<String>,
    /// Namespaces of the service accounts.
    #[serde(default)]
    #[schemars(required)]
    pub bound_service_account_namespaces: Vec<String>,
    /// Required audience of their tokens.
    #[serde(default)]
    pub audience: Option<String>,
    /// What identifies a client: the id of the service account, or its name.
    #[serde(default)]
    pub alias_name_source: AliasNameSource,
    /// Policies of tokens.
    #[serde(default)]
    pub token_policies: Vec<String>,
    /// Lifetime of tokens.
    #[serde(default)]
    pub token_ttl: Option<Duration>,
    /// Maximum lifetime of tokens.
    #[serde(default)]
    pub token_max_ttl: Option<Duration>,
    /// Maximum lifetime of tokens, which later changes to the role or the auth method do not affect.
    #[serde(default)]
    pub token_explicit_max_ttl: Option<Duration>,
    /// Period of periodic tokens, which can be renewed without a limit.
    #[serde(default)]
    pub token_period: Option<Duration>,
    /// CIDRs from which tokens may be used.
    #[serde(default)]
    pub token_bound_cidrs: Vec<String>,
    /// Whether tokens do not have the policy `default`.
    #[serde(default)]
    pub token_no_default_policy: bool,
    /// How often a token may be used. 0 is unlimited.
    #[serde(default)]
    pub token_num_uses: u32,
    /// Type of the tokens.
    #[serde(default)]
    pub token_type: TokenType,
}

/// The type of a token: <https://developer.hashicorp.com/vault/docs/concepts/tokens#token-type-comparison>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenType {
    /// The default of the auth method.
    #[default]
    Default,
    /// Stored in Vault. Can be renewed and revoked.
    Service,
    /// Not stored in Vault. Can be neither renewed nor revoked.
    Batch,
}

impl TokenType {
    /// Returns the name that Vault uses.
    pub fn as_str(self) -> &'static str {
        match self {
            TokenType::Default => "default",
            TokenType::Service => "service",
            TokenType::Batch => "batch",
        }
    }
}

/// What identifies a service account as a client of Vault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum AliasNameSource {
    /// Its id: an account that is deleted and created again is a different client.
    #[default]
    #[serde(rename = "serviceaccount_uid")]
    Uid,
    /// Its namespace and name.
    #[serde(rename = "serviceaccount_name")]
    Name,
}

impl AliasNameSource {
    /// Returns the name that Vault uses.
    pub fn as_str(self) -> &'static str {
        match self {
            AliasNameSource::Uid => "serviceaccount_uid",
            AliasNameSource::Name => "serviceaccount_name",
        }
    }
}

/// The token settings of a role.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// Policies.
    pub policies: &'a [String],
    /// Lifetime.
    pub ttl: Option<&'a Duration>,
    /// Maximum lifetime.
    pub max_ttl: Option<&'a Duration>,
    /// Maximum lifetime, which later changes to the role do not affect.
    pub explicit_max_ttl: Option<&'a Duration>,
    /// Period of periodic tokens.
    pub period: Option<&'a Duration>,
    /// CIDRs from which tokens may be used.
    pub bound_cidrs: &'a [String],
    /// Whether tokens do not have the policy `default`.
    pub no_default_policy: bool,
    /// How often a token may be used.
    pub num_uses: u32,
    /// Type.
    pub kind: TokenType,
}

macro_rules! token_of {
    ($role:ty) => {
        impl $role {
            /// Returns the token settings.
            pub fn token(&self) -> Token<'_> {
                Token {
                    policies: &self.token_policies,
                    ttl: self.token_ttl.as_ref(),
                    max_ttl: self.token_max_ttl.as_ref(),
                    explicit_max_ttl: self.token_explicit_max_ttl.as_ref(),
                    period: self.token_period.as_ref(),
                    bound_cidrs: &self.token_bound_cidrs,
                    no_default_policy: self.token_no_default_policy,
                    num_uses: self.token_num_uses,
                    kind: self.token_type,
                }
            }
        }
    };
}

// serde's `flatten` would share the fields, but loses unknown keys and the locations of the others.
token_of!(AwsAuthRole);
token_of!(KubernetesAuthRole);
