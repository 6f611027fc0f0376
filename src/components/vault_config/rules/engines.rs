//! Rules for secrets engines: <https://developer.hashicorp.com/vault/api-docs/secret/aws>.

use super::super::arn::{self, Facts};
use super::super::engines::{AwsEngine, AwsRole, CredentialType, UserRole};
use super::methods::{join, order};
use super::text;
use crate::check::diagnostics::Diagnostics;
use crate::components::irsa::{quota, role_arn};
use crate::components::vault_config::scalar::Duration;
use crate::components::vault_config::values::VaultConfigValues;

use CredentialType::{AssumedRole, FederationToken, IamUser};

/// The shortest lifetime of credentials of AWS STS, in seconds.
const MIN_LIFETIME: u64 = 900;

pub(super) fn check(values: &VaultConfigValues, diagnostics: &mut Diagnostics<'_>) {
    let facts = Facts::of(values);
    for (path, engine) in &values.secrets_engines.aws {
        let here = ["secretsEngines", "aws", path.as_str()];
        text(&join(&here, &["description"]), engine.description.as_deref(), diagnostics);
        order(&here, ["defaultLeaseTtl", "maxLeaseTtl"], [engine.default_lease_ttl, engine.max_lease_ttl], diagnostics);
        for (name, role) in &engine.roles {
            let here = join(&here, &["roles", name]);
            diagnostics.require_key(&here, role_name(name));
            check_role(&here, role, facts, diagnostics);
        }
        users(&here, engine, facts, diagnostics);
    }
    for (path, engine) in &values.secrets_engines.kv {
        text(&["secretsEngines", "kv", path, "description"], engine.description.as_deref(), diagnostics);
    }
}

fn users(here: &[&str; 3], engine: &AwsEngine, facts: Facts<'_>, diagnostics: &mut Diagnostics<'_>) {
    for (user, role) in &engine.user_roles {
        let here = join(here, &["userRoles", user]);
        let name = engine.user_role_name(user);
        diagnostics.require_key(&here, role_name(&name));
        if engine.roles.contains_key(&name) {
            diagnostics.require_key(&here, Err(format!("must be unique: `roles` already has `{name}`")));
        }
        let UserRole { role_arns, default_sts_ttl, max_sts_ttl, external_id } = role;
        arns(&here, role_arns, facts, diagnostics);
        lifetimes(&here, [*default_sts_ttl, *max_sts_ttl], AssumedRole, diagnostics);
        external(&here, external_id.as_deref(), diagnostics);
    }
}

/// Checks the name of a role: Vault's generic name, which may contain `@` here.
fn role_name(name: &str) -> Result<(), String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.starts_with(word) && name.ends_with(word) && name.chars().all(|c| word(c) || "-.@".contains(c)) {
        Ok(())
    } else {
        Err(format!("must consist of letters, digits and `_`, with `-.@` between them, found {name:?}"))
    }
}

fn check_role(here: &[&str], role: &AwsRole, facts: Facts<'_>, diagnostics: &mut Diagnostics<'_>) {
    let kind = role.credential_type;
    for (field, is_set, kinds) in [
        ("roleArns", !role.role_arns.is_empty(), &[AssumedRole][..]),
        ("sessionTags", !role.session_tags.is_empty(), &[AssumedRole]),
        ("externalId", role.external_id.is_some(), &[AssumedRole]),
        ("defaultStsTtl", role.default_sts_ttl.is_some(), &[AssumedRole, FederationToken]),
        ("maxStsTtl", role.max_sts_ttl.is_some(), &[AssumedRole, FederationToken]),
        ("userPath", role.user_path.is_some(), &[IamUser]),
        ("permissionsBoundaryArn", role.permissions_boundary_arn.is_some(), &[IamUser]),
        ("iamTags", !role.iam_tags.is_empty(), &[IamUser]),
    ] {
        if is_set && !kinds.contains(&kind) {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
            let message = format!("may be set only when `credentialType` is {}", kinds.join(" or "));
            diagnostics.error(&join(here, &[field]), message);
        }
    }
    if kind == AssumedRole {
        arns(here, &role.role_arns, facts, diagnostics);
    } else if !["policyArns", "policyDocument", "iamGroups"]
        .iter()
        .any(|field| diagnostics.is_written(&join(here, &[field])))
    {
        diagnostics.error(here, "`policyArns`, `policyDocument` or `iamGroups` is required");
    }
    policies(here, role, facts, diagnostics);
    quotas(here, role, facts, diagnostics);
    lifetimes(here, [role.default_sts_ttl, role.max_sts_ttl], kind, diagnostics);
    external(here, role.external_id.as_deref(), diagnostics);
}

/// Checks the IAM roles that Vault assumes.
fn arns(here: &[&str], arns: &[String], facts: Facts<'_>, diagnostics: &mut Diagnostics<'_>) {
    if arns.is_empty() {
        diagnostics.error(&join(here, &["roleArns"]), "at least one IAM role is required");
    }
    for (index, arn) in arns.iter().enumerate() {
        let result = facts.fill(arn).and_then(|arn| role_arn(&arn).map(drop));
        diagnostics.require(&join(here, &["roleArns", &index.to_string()]), result);
    }
}

fn policies(here: &[&str], role: &AwsRole, facts: Facts<'_>, diagnostics: &mut Diagnostics<'_>) {
    for (index, arn) in role.policy_arns.iter().enumerate() {
        let result = facts.fill(arn).and_then(|arn| arn::managed_policy(&arn));
        diagnostics.require(&join(here, &["policyArns", &index.to_string()]), result);
    }
    if let Some(arn) = &role.permissions_boundary_arn {
        let result = facts.fill(arn).and_then(|arn| arn::managed_policy(&arn));
        diagnostics.require(&join(here, &["permissionsBoundaryArn"]), result);
    }
    if let Some(path) = &role.user_path {
        let graphic = path.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
        if !(path.starts_with('/') && path.ends_with('/') && path.len() <= 512 && graphic) {
            let message = format!("must be printable ASCII that starts and ends with `/`, found {path:?}");
            diagnostics.error(&join(here, &["userPath"]), message);
        }
    }
    for (field, names) in [("iamTags", &role.iam_tags), ("sessionTags", &role.session_tags)] {
        for (name, value) in names {
            let path = join(here, &[field, name]);
            if name.is_empty() || name.chars().count() > 128 || value.chars().count() > 256 {
                diagnostics
                    .error(&path, "an AWS tag must have a key of 1 to 128 characters and a value of at most 256");
            }
            text(&path, Some(value), diagnostics);
        }
    }
}

/// Checks the quotas of AWS. Vault does not check them, and fails when a client requests credentials.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
fn quotas(here: &[&str], role: &AwsRole, facts: Facts<'_>, diagnostics: &mut Diagnostics<'_>) {
    let is_user = role.credential_type == IamUser;
    let quota = if is_user { quota::USER_POLICY } else { quota::SESSION_POLICY };
    let document = role.policy_document.as_ref().map_or(0, |document| quota.size(&document.0));
    let arns = role.policy_arns.iter().map(|arn| facts.fill(arn).unwrap_or_default().len()).sum::<usize>();
    // The ARNs of managed policies count only for a session.
    let size = if is_user { document } else { document + arns };
    let field = if document > 0 { "policyDocument" } else { "policyArns" };
    if let Some(message) = quota.exceeded(size) {
        diagnostics.warning(&join(here, &[field]), message, None);
    }
    let arns_allowed = if is_user { "10 by default, and 20 at most" } else { "10" };
    for (field, count, most, allowed) in [
        ("policyArns", role.policy_arns.len(), 10, arns_allowed),
        ("iamGroups", role.iam_groups.len(), 10, "10"),
        ("iamTags", role.iam_tags.len(), 50, "50"),
        ("sessionTags", role.session_tags.len(), 50, "50"),
    ] {
        if count > most {
            diagnostics.warning(&join(here, &[field]), format!("has {count} entries; AWS allows {allowed}"), None);
        }
    }
}

/// Checks the lifetimes that AWS accepts. Vault does not check them, and fails when a client requests credentials.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
fn lifetimes(here: &[&str], ttls: [Option<Duration>; 2], kind: CredentialType, diagnostics: &mut Diagnostics<'_>) {
    let longest = if kind == FederationToken { 129_600 } else { 43_200 };
    let names = ["defaultStsTtl", "maxStsTtl"];
    for (name, ttl) in names.into_iter().zip(ttls) {
        if let Some(ttl) = ttl.filter(|ttl| !(MIN_LIFETIME..=longest).contains(&ttl.0)) {
            let message = format!("must be between {MIN_LIFETIME} and {longest} seconds, found {}", ttl.0);
            diagnostics.error(&join(here, &[name]), message);
        }
    }
    order(here, names, ttls, diagnostics);
}

/// Checks an external id: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
pub(super) fn external(here: &[&str], id: Option<&str>, diagnostics: &mut Diagnostics<'_>) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    if let Some(id) = id
        && !((2..=1224).contains(&id.len()) && id.chars().all(plain))
    {
        let message = format!("must have 2 to 1224 letters, digits or `_+=,.@:/-`, found {id:?}");
        diagnostics.error(&join(here, &["externalId"]), message);
    }
}
