//! Rules for AWS accounts other than Vault's own: Vault looks up their principals with a role of the account.
//! <https://developer.hashicorp.com/vault/docs/auth/aws#cross-account-access>

use super::super::arn::Facts;
use super::super::methods::{AwsAuth, AwsAuthRole};
use super::engines::external;
use super::methods::join;
use crate::check::diagnostics::Diagnostics;
use crate::components::irsa::{account_id, role_arn};

/// Checks the STS roles of an AWS auth method, and whether each account that needs one has one.
pub(super) fn check(here: &[&str], method: &AwsAuth, facts: Facts<'_>, diagnostics: &mut Diagnostics<'_>) {
    for (account, role) in &method.sts_roles {
        let here = join(here, &["stsRoles", account]);
        diagnostics.require_key(&here, account_id(account));
        let arn = facts.fill(&role.sts_role);
        let result = arn.and_then(|arn| match role_arn(&arn)?.account {
            // A key that is not an account id is reported separately.
            of if of == account || account_id(account).is_err() => Ok(()),
            of => Err(format!("must be a role of the account {account}, found the account {of}")),
        });
        diagnostics.require(&join(&here, &["stsRole"]), result);
        external(&here, role.external_id.as_deref(), diagnostics);
    }
    for (name, role) in &method.roles {
        principals(&join(here, &["roles", name]), method, role, facts, diagnostics);
    }
}

/// Warns about principals that Vault cannot look up.
fn principals(
    here: &[&str],
    method: &AwsAuth,
    role: &AwsAuthRole,
    facts: Facts<'_>,
    diagnostics: &mut Diagnostics<'_>,
) {
    let resolves = role.resolve_aws_unique_ids.unwrap_or(true);
    for (index, arn) in role.bound_iam_principal_arn.iter().enumerate() {
        let Ok(arn) = facts.fill(arn) else { continue };
        let account = arn.split(':').nth(4).unwrap_or_default();
        let is_own = facts.account.is_empty() || account == facts.account;
        if is_own || account_id(account).is_err() || method.sts_roles.contains_key(account) {
            continue;
        }
        let why = if arn.ends_with('*') {
            "it compares a pattern with the ARN that IAM returns"
        } else if resolves {
            "`resolveAwsUniqueIds` reads the id of the principal from IAM"
        } else {
            continue;
        };
        let message = format!("Vault cannot look up this principal in the account {account}: {why}");
        let mut help =
            format!("set the role that Vault assumes there: `stsRoles: {{\"{account}\": {{stsRole: ARN}}}}`");
        if !arn.ends_with('*') {
            help.push_str(", or `resolveAwsUniqueIds: false`");
        }
        let index = index.to_string();
        diagnostics.warning(&join(here, &["boundIamPrincipalArn", &index]), message, Some(help));
    }
}
