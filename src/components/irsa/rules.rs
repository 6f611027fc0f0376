//! What must hold for the values of `irsa` beyond their types; one function a rule.

use std::collections::BTreeMap;

use super::arn;
use super::values::IrsaValues;
use crate::check::findings::Findings;
use crate::check::syntax::{annotation_key, dns_label, dns_subdomain};

/// The least life of a token that the webhook on EKS takes; it makes as much of anything shorter without a word.
const LEAST_EXPIRATION: u32 = 600;
/// EKS issues no token for longer than a day.
const MOST_EXPIRATION: u32 = 86400;

pub(super) fn check(values: &IrsaValues, namespace: &str, findings: &mut Findings<'_>) {
    role(values, findings);
    accounts(values, namespace, findings);
    if let Some(audience) = &values.audience
        && (audience.is_empty() || audience.contains(char::is_whitespace))
    {
        findings.error(&["audience"], format!("{audience:?} is not an audience, as in \"sts.amazonaws.com\""));
    }
    if let Some(seconds) = values.token_expiration
        && !(LEAST_EXPIRATION..=MOST_EXPIRATION).contains(&seconds)
    {
        let message =
            format!("{seconds} seconds are not between {LEAST_EXPIRATION} (10 minutes) and {MOST_EXPIRATION} (a day)");
        findings.error(&["tokenExpiration"], message);
    }
    for key in values.annotations.keys() {
        findings.require_key(&["annotations", key], annotation_key(key));
    }
    if let Some(provider) = &values.oidc_provider {
        findings.require(&["oidcProvider"], super::policy::issuer_of(provider).map(drop));
    }
}

fn role(values: &IrsaValues, findings: &mut Findings<'_>) {
    if let Some(role) = &values.role_arn {
        return findings.require(&["roleArn"], arn::role_arn(role).map(drop));
    }
    findings.require(&["partition"], arn::partition(&values.partition));
    match &values.account_id {
        Some(account) => findings.require(&["accountId"], arn::account_id(&account.0)),
        None => {
            let help = "name the role's account with `--set accountId=111122223333`, or the whole role with \
                        `--set roleArn=arn:aws:iam::111122223333:role/NAME`";
            findings.error_with_help(&["accountId"], "the role that the accounts may assume is not known", help);
        }
    }
    let named = values.cluster_name.as_deref().is_some_and(|name| !name.is_empty());
    if values.role_name.contains("<cluster>") && !named {
        let help = "name it with `--cluster NAME`, or give a `roleName` without `<cluster>`";
        return findings.error_with_help(&["clusterName"], "the role's name needs the cluster's", help);
    }
    let path = values.role_path();
    let name = path.rsplit('/').next().unwrap_or_default();
    findings.require(&["roleName"], arn::role_name(name));
}

fn accounts(values: &IrsaValues, namespace: &str, findings: &mut Findings<'_>) {
    if values.service_accounts.is_empty() {
        findings.error(&["serviceAccounts"], "no account is named");
    }
    let mut seen = BTreeMap::new();
    for (index, account) in values.service_accounts.iter().enumerate() {
        let index = index.to_string();
        findings.require(&["serviceAccounts", &index, "name"], dns_subdomain(&account.name));
        if let Some(namespace) = &account.namespace {
            findings.require(&["serviceAccounts", &index, "namespace"], dns_label(namespace));
        }
        let identity = (account.namespace.as_deref().unwrap_or(namespace), account.name.as_str());
        if let Some(first) = seen.insert(identity, index.clone()) {
            let message = format!("`{}/{}` is there already, as serviceAccounts[{first}]", identity.0, identity.1);
            findings.error(&["serviceAccounts", &index], message);
        }
    }
}
