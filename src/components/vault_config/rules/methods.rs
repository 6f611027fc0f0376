//! Rules for auth methods, and for the token settings of their roles.

use super::super::arn::{self, Facts};
use super::super::methods::{KubernetesAuth, KubernetesAuthRole, Token, TokenType};
use super::{accounts, text};
use crate::check::diagnostics::Diagnostics;
use crate::components::vault_config::scalar::{Duration, network as parse_network};
use crate::components::vault_config::values::VaultConfigValues;
use crate::diagnostic::{did_you_mean, nearest};

pub(super) fn check(values: &VaultConfigValues, diagnostics: &mut Diagnostics<'_>) {
    let known: Vec<&str> = ["default"]
        .into_iter()
        .chain(values.policies.keys().map(String::as_str))
        .chain(values.existing.policies.iter().map(String::as_str))
        .collect();
    let facts = Facts::of(values);
    for (path, method) in &values.auth_methods.aws {
        let here = ["authMethods", "aws", path.as_str()];
        text(&join(&here, &["description"]), method.description.as_deref(), diagnostics);
        order(&here, ["defaultLeaseTtl", "maxLeaseTtl"], [method.default_lease_ttl, method.max_lease_ttl], diagnostics);
        for (name, role) in &method.roles {
            let here = join(&here, &["roles", name]);
            diagnostics.require_key(&here, role_name(name));
            let arns = &role.bound_iam_principal_arn;
            if arns.is_empty() {
                diagnostics.error(&join(&here, &["boundIamPrincipalArn"]), "at least one principal is required");
            }
            for (index, arn) in arns.iter().enumerate() {
                let path = index.to_string();
                let result = facts.fill(arn).and_then(|arn| arn::principal(&arn));
                diagnostics.require(&join(&here, &["boundIamPrincipalArn", &path]), result);
            }
            token(&here, role.token(), &known, diagnostics);
        }
        accounts::check(&here, method, facts, diagnostics);
    }
    for (path, method) in &values.auth_methods.kubernetes {
        kubernetes(&["authMethods", "kubernetes", path], method, &known, diagnostics);
    }
}

pub(super) fn join<'p>(here: &[&'p str], more: &[&'p str]) -> Vec<&'p str> {
    [here, more].concat()
}

/// Checks the name of a role: Vault's generic name, which auth methods convert to lower case.
///
/// # Errors
///
/// Returns the rule for names.
pub(super) fn role_name(name: &str) -> Result<(), String> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(word) && name.ends_with(word) && name.chars().all(|c| word(c) || "-.".contains(c)) {
        Ok(())
    } else {
        Err(format!("must consist of lower case letters, digits and `_`, with `-.` between them, found {name:?}"))
    }
}

/// Checks that the first of two durations is at most the second one.
pub(super) fn order(here: &[&str], names: [&str; 2], ttls: [Option<Duration>; 2], diagnostics: &mut Diagnostics<'_>) {
    if let [Some(ttl), Some(max)] = ttls
        && max.0 > 0
        && ttl > max
    {
        let [name, limit] = names;
        diagnostics.error(&join(here, &[name]), format!("must be at most `{limit}` ({}s), found {}s", max.0, ttl.0));
    }
}

fn token(here: &[&str], token: Token<'_>, known: &[&str], diagnostics: &mut Diagnostics<'_>) {
    for (index, policy) in token.policies.iter().enumerate() {
        token_policy(&join(here, &["tokenPolicies", &index.to_string()]), policy, known, diagnostics);
    }
    for (index, cidr) in token.bound_cidrs.iter().enumerate() {
        diagnostics.require(&join(here, &["tokenBoundCidrs", &index.to_string()]), network(cidr));
    }
    order(here, ["tokenTtl", "tokenMaxTtl"], [token.ttl.copied(), token.max_ttl.copied()], diagnostics);
    if token.kind == TokenType::Batch && token.period.is_some_and(|period| period.0 > 0) {
        diagnostics.error(
            &join(here, &["tokenPeriod"]),
            "may not be set when `tokenType` is `batch`: batch tokens cannot be renewed",
        );
    }
    if token.kind == TokenType::Batch && token.num_uses > 0 {
        diagnostics.error(
            &join(here, &["tokenNumUses"]),
            "may not be set when `tokenType` is `batch`: Vault does not count the uses of batch tokens",
        );
    }
}

fn token_policy(path: &[&str], policy: &str, known: &[&str], diagnostics: &mut Diagnostics<'_>) {
    if policy == "root" {
        return diagnostics.error(path, "must not be `root`: auth methods cannot issue root tokens");
    }
    if known.contains(&policy) {
        return;
    }
    let message = format!("unknown policy `{policy}`");
    let help = match nearest(policy, known.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => "define it in `policies`, or list it in `existing.policies` if it is managed elsewhere".to_owned(),
    };
    diagnostics.error_with_help(path, message, help);
}

/// Checks an IP address or a CIDR.
fn network(cidr: &str) -> Result<(), String> {
    match parse_network(cidr) {
        Some(_) => Ok(()),
        None => Err(format!("must be an IP address or a CIDR such as 10.0.0.0/8, found {cidr:?}")),
    }
}

fn kubernetes(here: &[&str; 3], method: &KubernetesAuth, known: &[&str], diagnostics: &mut Diagnostics<'_>) {
    text(&join(here, &["description"]), method.description.as_deref(), diagnostics);
    order(here, ["defaultLeaseTtl", "maxLeaseTtl"], [method.default_lease_ttl, method.max_lease_ttl], diagnostics);
    match &method.kubernetes_host {
        Some(host) => diagnostics.require(&join(here, &["kubernetesHost"]), api_server(host)),
        None if method.kubernetes_ca_cert.is_some() || method.disable_local_ca_jwt => {
            let message = "required when `kubernetesCaCert` or `disableLocalCaJwt` is set";
            let help = "use `https://kubernetes.default.svc` for the cluster that Vault runs in";
            diagnostics.error_with_help(&join(here, &["kubernetesHost"]), message, help);
        }
        None => {}
    }
    if method.disable_local_ca_jwt && method.kubernetes_ca_cert.is_none() {
        diagnostics.error(&join(here, &["kubernetesCaCert"]), "required when `disableLocalCaJwt` is `true`");
    }
    if let Some(pem) = &method.kubernetes_ca_cert
        && !pem.trim_start().starts_with("-----BEGIN CERTIFICATE-----")
    {
        diagnostics.error(
            &join(here, &["kubernetesCaCert"]),
            "must be a certificate in PEM format (`-----BEGIN CERTIFICATE-----`)",
        );
    }
    for (name, role) in &method.roles {
        let here = join(here, &["roles", name]);
        diagnostics.require_key(&here, role_name(name));
        kubernetes_role(&here, role, diagnostics);
        token(&here, role.token(), known, diagnostics);
    }
}

fn api_server(url: &str) -> Result<(), String> {
    let rest = url.strip_prefix("https://").unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:/[]".contains(c);
    if !rest.is_empty() && rest.chars().all(plain) {
        Ok(())
    } else {
        Err(format!("must be a URL such as https://kubernetes.default.svc, found {url:?}"))
    }
}

fn kubernetes_role(here: &[&str], role: &KubernetesAuthRole, diagnostics: &mut Diagnostics<'_>) {
    let lists = [
        ("boundServiceAccountNames", &role.bound_service_account_names),
        ("boundServiceAccountNamespaces", &role.bound_service_account_namespaces),
    ];
    for (field, names) in lists {
        let path = join(here, &[field]);
        if names.is_empty() {
            diagnostics.error(&path, "at least one name is required");
        }
        if names.len() > 1 && names.iter().any(|name| name == "*") {
            diagnostics.error(&path, "`*` cannot be combined with other names");
        }
        // Vault matches `*` anywhere in a name.
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.*".contains(&byte);
        if let Some(name) = names.iter().find(|name| name.is_empty() || !name.bytes().all(plain)) {
            diagnostics.error(
                &path,
                format!(
                    "{name:?} is not a valid name: lower case letters, digits, `-` and `.`, with `*` as a wildcard"
                ),
            );
        }
    }
    if lists.iter().all(|(_, names)| names.iter().any(|name| name == "*")) {
        diagnostics.error(
            &join(here, &["boundServiceAccountNamespaces"]),
            "`*` must not be used for both names and namespaces: every pod of the cluster could log in",
        );
    }
    if role.audience.as_deref().is_none_or(str::is_empty) {
        let help = "set the audience of the pods' tokens, for example `audience: vault`";
        diagnostics.warning(&join(here, &["audience"]), "tokens for any audience are accepted", Some(help.to_owned()));
    }
}
