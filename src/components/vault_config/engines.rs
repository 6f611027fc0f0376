//! Typed values of the secrets engines: AWS and KV version 2.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scalar::{Duration, PolicyDocument};

/// Secrets engines by type, then by path.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecretsEngines {
    /// AWS secrets engines: <https://developer.hashicorp.com/vault/docs/secrets/aws>.
    pub aws: BTreeMap<String, AwsEngine>,
    /// KV secrets engines, version 2: <https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2>.
    pub kv: BTreeMap<String, KvEngine>,
}

/// The AWS secrets engine.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AwsEngine {
    /// Description.
    pub description: Option<String>,
    /// Default lifetime of the credentials of IAM users.
    pub default_lease_ttl: Option<Duration>,
    /// Maximum lifetime of the credentials of IAM users.
    pub max_lease_ttl: Option<Duration>,
    /// Roles by name.
    pub roles: BTreeMap<String, AwsRole>,
    /// Prefix of the roles in `userRoles`. Default: `userrole-`.
    pub user_role_prefix: Option<String>,
    /// One role per user, by name or e-mail address, for IAM roles in the account of the user.
    pub user_roles: BTreeMap<String, UserRole>,
}

impl AwsEngine {
    /// Returns the name of the role of `user`.
    pub fn user_role_name(&self, user: &str) -> String {
        format!("{}{user}", self.user_role_prefix.as_deref().unwrap_or("userrole-"))
    }
}

/// The role of a user, with the credential type `assumed_role`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserRole {
    /// ARNs of the IAM roles that Vault assumes.
    #[serde(default)]
    #[schemars(required)]
    pub role_arns: Vec<String>,
    /// Default lifetime of credentials.
    #[serde(default)]
    pub default_sts_ttl: Option<Duration>,
    /// Maximum lifetime of credentials.
    #[serde(default)]
    pub max_sts_ttl: Option<Duration>,
    /// External id that the IAM roles require.
    #[serde(default)]
    pub external_id: Option<String>,
}

impl UserRole {
    /// Returns it as a role of the secrets engine.
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
    /// Type of the credentials.
    pub credential_type: CredentialType,
    /// ARNs of the IAM roles that Vault assumes.
    #[serde(default)]
    pub role_arns: Vec<String>,
    /// ARNs of IAM policies: of the IAM users, or the limits of the session.
    #[serde(default)]
    pub policy_arns: Vec<String>,
    /// An IAM policy with the same purpose, as a mapping or as JSON text.
    #[serde(default)]
    pub policy_document: Option<PolicyDocument>,
    /// IAM groups: of the IAM users, or groups whose policies limit the session.
    #[serde(default)]
    pub iam_groups: Vec<String>,
    /// Tags of the IAM users.
    #[serde(default)]
    pub iam_tags: BTreeMap<String, String>,
    /// Tags of the sessions.
    #[serde(default)]
    pub session_tags: BTreeMap<String, String>,
    /// External id that the IAM roles require.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Default lifetime of credentials.
    #[serde(default)]
    pub default_sts_ttl: Option<Duration>,
    /// Maximum lifetime of credentials.
    #[serde(default)]
    pub max_sts_ttl: Option<Duration>,
    /// Path of the IAM users.
    #[serde(default)]
    pub user_path: Option<String>,
    /// ARN of the permissions boundary of the IAM users.
    #[serde(default)]
    pub permissions_boundary_arn: Option<String>,
}

impl AwsRole {
    /// Returns a role with only a credential type.
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

/// Type of the credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialType {
    /// Credentials of an IAM role that Vault assumes.
    AssumedRole,
    /// Credentials of an IAM user that Vault creates, and deletes later.
    IamUser,
    /// Credentials of a federated session of Vault's own IAM user.
    FederationToken,
}

impl CredentialType {
    /// Returns the name that Vault uses.
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
    /// Description.
    pub description: Option<String>,
    /// Number of versions of a secret to keep. Default: 10.
    pub max_versions: Option<u32>,
    /// Whether a write must name the version that it replaces (check-and-set).
    pub cas_required: Option<bool>,
    /// Time after which a version is deleted.
    pub delete_version_after: Option<Duration>,
}
