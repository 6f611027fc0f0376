//! Service accounts that may assume an IAM role, for all components that access AWS.
//!
//! <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>, and the annotations at
//! <https://github.com/aws/amazon-eks-pod-identity-webhook>.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// The annotation with the role that pods of the account assume.
pub const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";
/// The annotation that makes pods use the AWS STS endpoint of their own region: `"true"`.
pub const STS_REGIONAL_ENDPOINTS: &str = "eks.amazonaws.com/sts-regional-endpoints";
/// The annotation with the audience of the token. The webhook's default is `sts.amazonaws.com`.
pub const AUDIENCE: &str = "eks.amazonaws.com/audience";
/// The annotation with the lifetime of the token in seconds. The webhook's default is 86400.
pub const TOKEN_EXPIRATION: &str = "eks.amazonaws.com/token-expiration";

/// The IAM role of a service account, and the settings of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBinding {
    /// ARN of the role.
    pub role_arn: String,
    /// Whether pods use the STS endpoint of their own region, which is faster and independent of other regions.
    pub sts_regional_endpoints: bool,
    /// Audience of the token, unless it is the webhook's default.
    pub audience: Option<String>,
    /// Lifetime of the token in seconds, unless it is the webhook's default.
    pub token_expiration: Option<u32>,
}

impl RoleBinding {
    /// Returns a binding to a role, with the regional endpoint and the webhook's defaults.
    pub fn to(role_arn: impl Into<String>) -> Self {
        RoleBinding { role_arn: role_arn.into(), sts_regional_endpoints: true, audience: None, token_expiration: None }
    }

    /// Returns the annotations that the webhook on EKS reads.
    pub fn annotations(&self) -> BTreeMap<String, String> {
        let mut annotations = BTreeMap::from([(ROLE_ARN.to_owned(), self.role_arn.clone())]);
        if self.sts_regional_endpoints {
            annotations.insert(STS_REGIONAL_ENDPOINTS.to_owned(), "true".to_owned());
        }
        if let Some(audience) = &self.audience {
            annotations.insert(AUDIENCE.to_owned(), audience.clone());
        }
        if let Some(seconds) = self.token_expiration {
            annotations.insert(TOKEN_EXPIRATION.to_owned(), seconds.to_string());
        }
        annotations
    }
}

/// Returns a service account with the annotations of `binding`; `annotations` override them.
pub fn service_account(
    namespace: &str,
    name: &str,
    labels: BTreeMap<String, String>,
    binding: Option<&RoleBinding>,
    annotations: &BTreeMap<String, String>,
) -> ServiceAccount {
    let mut all = binding.map(RoleBinding::annotations).unwrap_or_default();
    all.extend(annotations.iter().map(|(key, value)| (key.clone(), value.clone())));
    ServiceAccount {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(namespace.to_owned()),
            labels: Some(labels),
            annotations: Some(all).filter(|all| !all.is_empty()),
            ..ObjectMeta::default()
        },
        ..ServiceAccount::default()
    }
}
