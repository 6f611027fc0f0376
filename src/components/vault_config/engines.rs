//! Typed values of secrets engines: AWS and KV version 2.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scalar::{Duration, PolicyDocument};

/// Secrets engines by type, then by path.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecretsEngines {
    /// Credentials of AWS: <https://developer.hashicorp.com/vault/docs/secrets/aws>.
    pub aws: BTreeMap<String, AwsEngine>,
    /// Keys and values, version 2: <https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2>.
    pub kv: BTreeMap<String, KvEngine>,
}

/// The AWS secrets engine.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AwsEngine {
    /// What it is for.
    pub description: Option<String>,
    /// Life of the credentials of IAM users that a request says nothing of.
    pub default_lease_ttl: Option<Duration>,
    /// Longest life of the credentials of IAM users.
    pub max_lease_ttl: Option<Duration>,
    /// Roles by name.
    pub roles: BTreeMap<String, AwsRole>,
    /// What stands before the names of users in the names of their roles; `userrole-` if there is nothing.
    pub user_role_prefix: Option<String>,
    /// One role a user, by name or e-mail address: a role of their own account that they let Vault assume.
    pub user_roles: BTreeMap<String, UserRole>,
}

impl AwsEngine {
    /// The name of the role of `user`.
    pub fn user_role_name(&self, user: &str) -> String {
        format!("{}{user}", self.user_role_prefix.as_deref().unwrap_or("userrole-"))
    }
}

/// A user's role, of `credential_type` `assumed_role`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserRole {
    /// ARNs of the IAM roles that may be assumed.
    #[serde(default)]
    #[schemars(required)]
    pub role_arns: Vec<String>,
    /// Life of credentials that a request says nothing of.
    #[serde(default)]
    pub default_sts_ttl: Option<Duration>,
    /// Longest life of credentials.
    #[serde(default)]
    pub max_sts_ttl: Option<Duration>,
    /// The external id that the IAM roles ask for.
    #[serde(default)]
    pub external_id: Option<String>,
}

impl UserRole {
    /// The same as a role of the engine.
    pub fn role(&self) -> AwsRole {
        AwsRole {
            role_arns: self.role_arns.clone(),
            default_sts_ttl: self.default_sts_ttl,
            max_sts_ttl: self.max_sts_ttl,
            external_id: self.external_id.clone(),
            ..AwsRole::of(CredentialType::AssumedRole)
        }
    }
}

/// A role of the AWS secrets engine: <https://developer.hashicorp.com/vault/api-docs/secret/aws#create-update-role>.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsRole {
    /// The kind of credentials.
    pub credential_type: CredentialType,
    /// ARNs of the IAM roles that may be assumed.
    #[serde(default)]
    pub role_arns: Vec<String>,
    /// ARNs of IAM policies: of the IAM users, or what the session is limited to.
    #[serde(default)]
    pub policy_arns: Vec<String>,
    /// An IAM policy, as a mapping or as JSON text, for the same.
    #[serde(default)]
    pub policy_document: Option<PolicyDocument>,
    /// IAM groups: of the IAM users, or whose policies the session is limited to.
    #[serde(default)]
    pub iam_groups: Vec<String>,
    /// Tags of the IAM users.
    #[serde(default)]
    pub iam_tags: BTreeMap<String, String>,
    /// Tags of the sessions.
    #[serde(default)]
    pub session_tags: BTreeMap<String, String>,
    /// The external id that the IAM roles ask for.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Life of credentials that a request says nothing of.
    #[serde(default)]
    pub default_sts_ttl: Option<Duration>,
    /// Longest life of credentials.
    #[serde(default)]
    pub max_sts_ttl: Option<Duration>,
    /// Path of the IAM users.
    #[serde(default)]
    pub user_path: Option<String>,
    /// ARN of the IAM policy that bounds what the IAM users may be allowed.
    #[serde(default)]
    pub permissions_boundary_arn: Option<String>,
}

impl AwsRole {
    /// A role with nothing but its kind.
    pub fn of(credential_type: CredentialType) -> Self {
        AwsRole {
            credential_type,
            role_arns: Vec::new(),
            policy_arns: Vec::new(),
            policy_document: None,
            iam_groups: Vec::new(),
            iam_tags: BTreeMap::new(),
            session_tags: BTreeMap::new(),
            external_id: None,
            default_sts_ttl: None,
            max_sts_ttl: None,
            user_path: None,
            permissions_boundary_arn: None,
        }
    }
}

/// The kind of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialType {
    /// Of an IAM role that Vault assumes.
    AssumedRole,
    /// Of an IAM user that Vault makes, and deletes again.
    IamUser,
    /// Of a federated session of Vault's own IAM user.
    FederationToken,
}

impl CredentialType {
    /// As Vault has it.
    pub fn as_str(self) -> &'static str {
        match self {
            CredentialType::AssumedRole => "assumed_role",
            CredentialType::IamUser => "iam_user",
            CredentialType::FederationToken => "federation_token",
        }
    }
}

/// The KV secrets engine, version 2.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KvEngine {
    /// What it is for.
    pub description: Option<String>,
    /// How many versions of a secret are kept; Vault's default is 10.
    pub max_versions: Option<u32>,
    /// Whether a write has to name the version that it replaces.
    pub cas_required: Option<bool>,
    /// After how long a version is deleted.
    pub delete_version_after: Option<Duration>,
}
