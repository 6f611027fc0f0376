//! The typed values of `irsa`. `values/irsa.yaml` documents them with their defaults.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::components::scalar::{Written, as_written};

/// Service accounts whose pods may assume an IAM role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IrsaValues {
    /// Name of the EKS cluster. `--cluster` sets it.
    #[serde(default)]
    pub cluster_name: Option<String>,
    /// The service accounts.
    #[serde(default)]
    pub service_accounts: Vec<Account>,
    /// ARN of the role. Default: computed from `partition`, `accountId` and `roleName`.
    #[serde(default)]
    pub role_arn: Option<String>,
    /// AWS account of the role: 12 digits, in quotes.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// AWS partition of the account: `aws`, `aws-cn`, `aws-us-gov` or another one.
    pub partition: String,
    /// Name of the role, with its path if it has one. `<cluster>` is replaced by `clusterName`.
    pub role_name: String,
    /// Whether pods use the AWS STS endpoint of their own region.
    #[serde(default)]
    pub sts_regional_endpoints: bool,
    /// Audience of the token. Default: `sts.amazonaws.com`.
    #[serde(default)]
    pub audience: Option<String>,
    /// Lifetime of the token in seconds. Default: 86400.
    #[serde(default)]
    #[schemars(range(min = 600, max = 86400))]
    pub token_expiration: Option<u32>,
    /// Additional annotations of the service accounts.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// The cluster's OIDC provider, as a URL or ARN. The trust policy requires it.
    #[serde(default)]
    pub oidc_provider: Option<String>,
}

/// One service account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// Namespace. Default: the release's namespace.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Name of the service account.
    pub name: String,
}

/// An AWS account id as text. YAML and `--set` read an unquoted id as a number; it is converted back if no digit is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountId(pub String);

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        as_written(deserializer, "an AWS account id (12 digits)", |written| match written {
            Written::Text(text) => Some(Ok(AccountId(text.to_owned()))),
            Written::Integer(number) => Some(Ok(AccountId(number.to_string()))),
            _ => None,
        })
    }
}

impl JsonSchema for AccountId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AccountId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "integer"], "pattern": "^[0-9]{12}$" })
    }
}
