//! A service account that may assume an IAM role: what every component with AWS access shares.
//!
//! <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>, and the annotations at
//! <https://github.com/aws/amazon-eks-pod-identity-webhook>.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// Annotation with the role that pods of the account assume.
pub const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";
/// Annotation, `"true"`: pods ask the AWS STS endpoint of their own region.
pub const STS_REGIONAL_ENDPOINTS: &str = "eks.amazonaws.com/sts-regional-endpoints";
/// Annotation with the audience of the token; the webhook's default is `sts.amazonaws.com`.
pub const AUDIENCE: &str = "eks.amazonaws.com/audience";
/// Annotation with the token's life in seconds; the webhook's default is 86400.
pub const TOKEN_EXPIRATION: &str = "eks.amazonaws.com/token-expiration";

/// What the annotations of an IRSA account say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBinding {
    /// The role.
    pub role_arn: String,
    /// Whether pods ask the STS endpoint of their own region: faster, and up when another region is down.
    pub sts_regional_endpoints: bool,
    /// Audience of the token, if it is not the webhook's default.
    pub audience: Option<String>,
    /// Life of the token in seconds, if it is not the webhook's default.
    pub token_expiration: Option<u32>,
}

impl RoleBinding {
    /// A binding to a role, with regional endpoints and the webhook's defaults otherwise.
    pub fn to(role_arn: impl Into<String>) -> Self {
        RoleBinding { role_arn: role_arn.into(), sts_regional_endpoints: true, audience: None, token_expiration: None }
    }

    /// The annotations that the webhook on EKS reads.
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

/// A service account; `binding` adds its annotations, of which `annotations` may replace any.
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
