//! Renders the IAM trust policy from `templates/irsa/trust-policy.json.j2`.

use minijinja::{Environment, context};

use super::arn::{oidc_issuer, oidc_provider_arn};
use super::quota::TRUST_POLICY;
use super::values::IrsaValues;
use crate::arn::Arn;
use crate::check::diagnostics::Diagnostics;
use crate::components::ComponentCode;
use crate::components::DocumentText;
use crate::diagnostic::{Diagnostic, Failure};
use crate::release::Release;
use crate::tree::Node;
use crate::values::Values;

/// The default audience of tokens on EKS.
const DEFAULT_AUDIENCE: &str = "sts.amazonaws.com";

/// Renders the trust policy as JSON: only the service accounts of `values` may assume the role.
///
/// # Errors
///
/// Returns all errors in the values. `oidcProvider` is required, and `accountId` if that is a URL.
pub fn trust_policy(values: &Values, release: &Release) -> Result<DocumentText, Failure> {
    let mut diagnostics = Vec::new();
    let text = super::read(values, release, &mut diagnostics).and_then(|typed| {
        let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
        let text = trust_policy_of(&typed, release, &mut checked);
        diagnostics.append(&mut checked.list);
        text
    });
    DocumentText::of(&super::Irsa, text, diagnostics, values)
}

/// Warns if the trust policy is too long for IAM, although only the service accounts are rendered.
pub(super) fn check_size(values: &IrsaValues, release: &Release, root: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let mut checked = Diagnostics::about(root);
    if values.oidc_provider.is_some() && trust_policy_of(values, release, &mut checked).is_some() {
        diagnostics.append(&mut checked.list);
    }
}

fn trust_policy_of(values: &IrsaValues, release: &Release, diagnostics: &mut Diagnostics<'_>) -> Option<String> {
    let Some(provider) = &values.oidc_provider else {
        let help = "`aws eks describe-cluster --name NAME --query cluster.identity.oidc.issuer` prints it";
        diagnostics.error_with_help(&["oidcProvider"], "required for the trust policy", help);
        return None;
    };
    let issuer = issuer_of(provider).ok()?;
    let provider_arn = match provider_arn(provider, issuer, values) {
        Ok(arn) => arn,
        Err(reason) => {
            diagnostics.error(&["accountId"], reason);
            return None;
        }
    };
    let subjects: Vec<String> = values
        .service_accounts
        .iter()
        .map(|account| (account.namespace.as_deref().unwrap_or(&release.namespace), &account.name))
        .map(|(namespace, name)| format!("system:serviceaccount:{namespace}:{name}"))
        .collect();
    let audience = values.audience.as_deref().unwrap_or(DEFAULT_AUDIENCE);
    match render(&context! { provider_arn, issuer, audience, subjects }) {
        Ok(text) => {
            if let Some(message) = TRUST_POLICY.exceeded(TRUST_POLICY.size(&text)) {
                let help = "split the service accounts over several roles, or ask AWS to raise the quota `Role trust policy length`";
                diagnostics.warning(&["serviceAccounts"], message, Some(help.to_owned()));
            }
            Some(text)
        }
        Err(error) => {
            diagnostics
                .list
                .push(Diagnostic::error(ComponentCode::NotSerializable, format!("cannot render the policy: {error}")));
            None
        }
    }
}

fn render(context: &minijinja::Value) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.add_filter("json", |value: &str| serde_json::to_string(value).unwrap_or_default());
    let mut text = environment.render_str(include_str!("../../../templates/irsa/trust-policy.json.j2"), context)?;
    text.push('\n');
    Ok(text)
}

/// Returns the issuer of an OIDC provider without `https://`, from the provider's URL or ARN.
///
/// # Errors
///
/// Returns an error if `provider` is neither.
pub fn issuer_of(provider: &str) -> Result<&str, String> {
    if provider.starts_with("arn:") {
        return oidc_provider_arn(provider).map(|arn| arn.resource);
    }
    let issuer = provider.strip_prefix("https://").unwrap_or(provider).trim_end_matches('/');
    oidc_issuer(issuer).map(|()| issuer)
}

fn provider_arn(provider: &str, issuer: &str, values: &IrsaValues) -> Result<String, String> {
    if provider.starts_with("arn:") {
        return Ok(provider.to_owned());
    }
    let role = values.role_arn();
    // The provider is in the account of the role: IAM only trusts providers of the same account.
    let role = super::arn::role_arn(&role)?;
    Ok(Arn { resource: &format!("oidc-provider/{issuer}"), ..role }.to_string())
}
