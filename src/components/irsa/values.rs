//! The typed values of `irsa`; `values/irsa.yaml` documents them with their defaults.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::components::scalar::{Written, as_written};

/// Service accounts whose pods may assume an IAM role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IrsaValues {
    /// The EKS cluster; `--cluster` sets it.
    #[serde(default)]
    pub cluster_name: Option<String>,
    /// The accounts.
    #[serde(default)]
    pub service_accounts: Vec<Account>,
    /// ARN of the role; made of the parts below if there is none.
    #[serde(default)]
    pub role_arn: Option<String>,
    /// The AWS account that the role is in: 12 digits.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// The partition of AWS that the account is in.
    pub partition: String,
    /// Name of the role, with its path if it has one; `<cluster>` stands for `clusterName`.
    pub role_name: String,
    /// Whether pods ask the AWS STS endpoint of their own region.
    #[serde(default)]
    pub sts_regional_endpoints: bool,
    /// Audience of the token; EKS's default is `sts.amazonaws.com`.
    #[serde(default)]
    pub audience: Option<String>,
    /// Life of the token in seconds; EKS's default is 86400.
    #[serde(default)]
    #[schemars(range(min = 600, max = 86400))]
    pub token_expiration: Option<u32>,
    /// Further annotations of the accounts.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// The cluster's OIDC provider, by URL or ARN; for the trust policy.
    #[serde(default)]
    pub oidc_provider: Option<String>,
}

/// One service account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// Its namespace; that of the release if there is none.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// An AWS account id, kept as text: YAML and `--set` make a number of it, which has to have its twelve digits again.
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
