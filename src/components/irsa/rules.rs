//! Validation rules for the values of `irsa` that their types cannot express: one function per rule.

use std::collections::BTreeMap;

use super::arn;
use super::values::IrsaValues;
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{annotation_key, dns_label, dns_subdomain};

/// The shortest lifetime of a token in seconds. The webhook on EKS silently raises a shorter one to it.
const MIN_EXPIRATION: u32 = 600;
/// The longest lifetime of a token in seconds: EKS issues none for more than a day.
const MAX_EXPIRATION: u32 = 86400;

pub(super) fn check(values: &IrsaValues, namespace: &str, diagnostics: &mut Diagnostics<'_>) {
    role(values, diagnostics);
    accounts(values, namespace, diagnostics);
    if let Some(audience) = &values.audience
        && (audience.is_empty() || audience.contains(char::is_whitespace))
    {
        diagnostics.error(&["audience"], format!("must not be empty or contain white space, found {audience:?}"));
    }
    if let Some(seconds) = values.token_expiration
        && !(MIN_EXPIRATION..=MAX_EXPIRATION).contains(&seconds)
    {
        let message =
            format!("must be between {MIN_EXPIRATION} (10 minutes) and {MAX_EXPIRATION} (24 hours), found {seconds}");
        diagnostics.error(&["tokenExpiration"], message);
    }
    for key in values.annotations.keys() {
        diagnostics.require_key(&["annotations", key], annotation_key(key));
    }
    if let Some(provider) = &values.oidc_provider {
        diagnostics.require(&["oidcProvider"], super::policy::issuer_of(provider).map(drop));
    }
}

fn role(values: &IrsaValues, diagnostics: &mut Diagnostics<'_>) {
    if let Some(role) = &values.role_arn {
        return diagnostics.require(&["roleArn"], arn::role_arn(role).map(drop));
    }
    diagnostics.require(&["partition"], arn::partition(&values.partition));
    match &values.account_id {
        Some(account) => diagnostics.require(&["accountId"], arn::account_id(&account.0)),
        // A value that cannot be read is reported by its type.
        None if diagnostics.is_written(&["accountId"]) => {}
        None => {
            let help = "set `accountId` to the role's AWS account, or `roleArn` to its whole ARN";
            diagnostics.error_with_help(&["accountId"], "required unless `roleArn` is set", help);
        }
    }
    let named = values.cluster_name.as_deref().is_some_and(|name| !name.is_empty());
    if values.role_name.contains("<cluster>") && !named {
        let help = "use `--cluster NAME`, or set a `roleName` without `<cluster>`";
        return diagnostics.error_with_help(&["clusterName"], "required when `roleName` contains `<cluster>`", help);
    }
    let path = values.role_path();
    let name = path.rsplit('/').next().unwrap_or_default();
    diagnostics.require(&["roleName"], arn::role_name(name));
}

fn accounts(values: &IrsaValues, namespace: &str, diagnostics: &mut Diagnostics<'_>) {
    if values.service_accounts.is_empty() && !diagnostics.is_written(&["serviceAccounts"]) {
        diagnostics.error(&["serviceAccounts"], "at least one service account is required");
    }
    let mut seen = BTreeMap::new();
    for (index, account) in values.service_accounts.iter().enumerate() {
        let index = index.to_string();
        diagnostics.require(&["serviceAccounts", &index, "name"], dns_subdomain(&account.name));
        if let Some(namespace) = &account.namespace {
            diagnostics.require(&["serviceAccounts", &index, "namespace"], dns_label(namespace));
        }
        let identity = (account.namespace.as_deref().unwrap_or(namespace), account.name.as_str());
        if let Some(first) = seen.insert(identity, index.clone()) {
            let message = format!("must be unique: `serviceAccounts[{first}]` is also `{}/{}`", identity.0, identity.1);
            diagnostics.error(&["serviceAccounts", &index], message);
        }
    }
}
