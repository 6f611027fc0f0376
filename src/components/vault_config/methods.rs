//! Typed values of auth methods: AWS and Kubernetes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scalar::Duration;

/// Auth methods by type, then by path.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuthMethods {
    /// Clients that have an IAM identity of AWS: <https://developer.hashicorp.com/vault/docs/auth/aws>.
    pub aws: BTreeMap<String, AwsAuth>,
    /// Pods: <https://developer.hashicorp.com/vault/docs/auth/kubernetes>.
    pub kubernetes: BTreeMap<String, KubernetesAuth>,
}

/// The AWS auth method.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AwsAuth {
    /// What it is for.
    pub description: Option<String>,
    /// Life of a token whose role says nothing.
    pub default_lease_ttl: Option<Duration>,
    /// Longest life of a token.
    pub max_lease_ttl: Option<Duration>,
    /// Roles by name.
    pub roles: BTreeMap<String, AwsAuthRole>,
    /// IAM roles by AWS account (12 digits): Vault assumes one to look up principals of another account than its own.
    pub sts_roles: BTreeMap<String, StsRole>,
}

/// The IAM role that Vault assumes in an account:
/// <https://developer.hashicorp.com/vault/api-docs/auth/aws#create-sts-role>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StsRole {
    /// ARN of the role.
    pub sts_role: String,
    /// The external id that the role's trust policy requires, if it does.
    #[serde(default)]
    pub external_id: Option<String>,
}

/// A role of the AWS auth method, of `auth_type` `iam`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsAuthRole {
    /// ARNs of the IAM roles and users that may log in; `*` at the end stands for any rest.
    #[serde(default)]
    #[schemars(required)]
    pub bound_iam_principal_arn: Vec<String>,
    /// Whether Vault binds the role to AWS's internal ids of the principals (the default), so that one that is deleted and
    /// made anew is another. Vault has to be allowed to ask IAM for them.
    #[serde(default, rename = "resolveAwsUniqueIds")]
    pub resolve_aws_unique_ids: Option<bool>,
    /// Policies of the tokens.
    #[serde(default)]
    pub token_policies: Vec<String>,
    /// Life of a token.
    #[serde(default)]
    pub token_ttl: Option<Duration>,
    /// Longest life of a token.
    #[serde(default)]
    pub token_max_ttl: Option<Duration>,
    /// Longest life of a token, whatever becomes of the role's and the method's.
    #[serde(default)]
    pub token_explicit_max_ttl: Option<Duration>,
    /// Lets tokens be renewed for ever, for that long each time.
    #[serde(default)]
    pub token_period: Option<Duration>,
    /// Networks that tokens may be used from.
    #[serde(default)]
    pub token_bound_cidrs: Vec<String>,
    /// Whether tokens go without the policy `default`.
    #[serde(default)]
    pub token_no_default_policy: bool,
    /// How often a token may be used; any number if it is 0.
    #[serde(default)]
    pub token_num_uses: u32,
    /// The kind of the tokens.
    #[serde(default)]
    pub token_type: TokenType,
}

/// The Kubernetes auth method.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KubernetesAuth {
    /// What it is for.
    pub description: Option<String>,
    /// Life of a token whose role says nothing.
    pub default_lease_ttl: Option<Duration>,
    /// Longest life of a token.
    pub max_lease_ttl: Option<Duration>,
    /// URL of the API server as Vault reaches it; the method's configuration is left alone if there is none.
    pub kubernetes_host: Option<String>,
    /// The API server's certificate authority, PEM; that of Vault's own pod if there is none.
    pub kubernetes_ca_cert: Option<String>,
    /// Whether Vault does without the certificate authority and the token of its own pod.
    pub disable_local_ca_jwt: bool,
    /// Roles by name.
    pub roles: BTreeMap<String, KubernetesAuthRole>,
}

/// A role of the Kubernetes auth method.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KubernetesAuthRole {
    /// Service accounts that may log in.
    #[serde(default)]
    #[schemars(required)]
    pub bound_service_account_names: Vec<String>,
    /// Their namespaces.
    #[serde(default)]
    #[schemars(required)]
    pub bound_service_account_namespaces: Vec<String>,
    /// Audience that their tokens have to have.
    #[serde(default)]
    pub audience: Option<String>,
    /// What makes an account the same client: its id, or its name.
    #[serde(default)]
    pub alias_name_source: AliasNameSource,
    /// Policies of the tokens.
    #[serde(default)]
    pub token_policies: Vec<String>,
    /// Life of a token.
    #[serde(default)]
    pub token_ttl: Option<Duration>,
    /// Longest life of a token.
    #[serde(default)]
    pub token_max_ttl: Option<Duration>,
    /// Longest life of a token, whatever becomes of the role's and the method's.
    #[serde(default)]
    pub token_explicit_max_ttl: Option<Duration>,
    /// Lets tokens be renewed for ever, for that long each time.
    #[serde(default)]
    pub token_period: Option<Duration>,
    /// Networks that tokens may be used from.
    #[serde(default)]
    pub token_bound_cidrs: Vec<String>,
    /// Whether tokens go without the policy `default`.
    #[serde(default)]
    pub token_no_default_policy: bool,
    /// How often a token may be used; any number if it is 0.
    #[serde(default)]
    pub token_num_uses: u32,
    /// The kind of the tokens.
    #[serde(default)]
    pub token_type: TokenType,
}

/// The kind of a token: <https://developer.hashicorp.com/vault/docs/concepts/tokens#token-type-comparison>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenType {
    /// What the auth method has.
    #[default]
    Default,
    /// Kept in Vault's storage; may be renewed and revoked.
    Service,
    /// Not kept; may be neither renewed nor revoked.
    Batch,
}

impl TokenType {
    /// As Vault has it.
    pub fn as_str(self) -> &'static str {
        match self {
            TokenType::Default => "default",
            TokenType::Service => "service",
            TokenType::Batch => "batch",
        }
    }
}

/// What makes a service account the same client of Vault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum AliasNameSource {
    /// Its id: an account that is deleted and made anew is another.
    #[default]
    #[serde(rename = "serviceaccount_uid")]
    Uid,
    /// Its namespace and name.
    #[serde(rename = "serviceaccount_name")]
    Name,
}

impl AliasNameSource {
    /// As Vault has it.
    pub fn as_str(self) -> &'static str {
        match self {
            AliasNameSource::Uid => "serviceaccount_uid",
            AliasNameSource::Name => "serviceaccount_name",
        }
    }
}

/// What roles of every auth method say of their tokens.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// Policies.
    pub policies: &'a [String],
    /// Life.
    pub ttl: Option<&'a Duration>,
    /// Longest life.
    pub max_ttl: Option<&'a Duration>,
    /// Longest life, whatever becomes of the role's.
    pub explicit_max_ttl: Option<&'a Duration>,
    /// Life of each renewal of a periodic token.
    pub period: Option<&'a Duration>,
    /// Networks.
    pub bound_cidrs: &'a [String],
    /// Whether `default` is left out.
    pub no_default_policy: bool,
    /// How often it may be used.
    pub num_uses: u32,
    /// Its kind.
    pub kind: TokenType,
}

macro_rules! token_of {
    ($role:ty) => {
        impl $role {
            /// What the role says of its tokens.
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

// serde's `flatten`, which would share the fields, gives up unknown keys and the locations of the others.
token_of!(AwsAuthRole);
token_of!(KubernetesAuthRole);
