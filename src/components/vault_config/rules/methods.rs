//! Rules of auth methods and of what their roles say of tokens.

use super::super::arn::{self, Facts};
use super::super::methods::{KubernetesAuth, KubernetesAuthRole, Token, TokenType};
use super::{accounts, text};
use crate::check::findings::Findings;
use crate::components::vault_config::scalar::{Duration, network as parse_network};
use crate::components::vault_config::values::VaultConfigValues;
use crate::diagnostic::{did_you_mean, nearest};

pub(super) fn check(values: &VaultConfigValues, findings: &mut Findings<'_>) {
    let known: Vec<&str> = ["default"]
        .into_iter()
        .chain(values.policies.keys().map(String::as_str))
        .chain(values.existing.policies.iter().map(String::as_str))
        .collect();
    let facts = Facts::of(values);
    for (path, method) in &values.auth_methods.aws {
        let here = ["authMethods", "aws", path.as_str()];
        text(&join(&here, &["description"]), method.description.as_deref(), findings);
        order(&here, ["defaultLeaseTtl", "maxLeaseTtl"], [method.default_lease_ttl, method.max_lease_ttl], findings);
        for (name, role) in &method.roles {
            let here = join(&here, &["roles", name]);
            findings.require_key(&here, role_name(name));
            let arns = &role.bound_iam_principal_arn;
            if arns.is_empty() {
                findings.error(&join(&here, &["boundIamPrincipalArn"]), "nobody is named who may log in");
            }
            for (index, arn) in arns.iter().enumerate() {
                let path = index.to_string();
                let result = facts.fill(arn).and_then(|arn| arn::principal(&arn));
                findings.require(&join(&here, &["boundIamPrincipalArn", &path]), result);
            }
            token(&here, role.token(), &known, findings);
        }
        accounts::check(&here, method, facts, findings);
    }
    for (path, method) in &values.auth_methods.kubernetes {
        kubernetes(&["authMethods", "kubernetes", path], method, &known, findings);
    }
}

pub(super) fn join<'p>(here: &[&'p str], more: &[&'p str]) -> Vec<&'p str> {
    [here, more].concat()
}

/// The name of a role: Vault's generic name, which auth methods keep in lower case.
///
/// # Errors
///
/// The rule that `name` breaks.
pub(super) fn role_name(name: &str) -> Result<(), String> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(word) && name.ends_with(word) && name.chars().all(|c| word(c) || "-.".contains(c)) {
        Ok(())
    } else {
        Err(format!("{name:?} is not the name of a role: lower case letters, digits and `_`, with `-.` between them"))
    }
}

/// The first of two durations is not longer than the second.
pub(super) fn order(here: &[&str], names: [&str; 2], ttls: [Option<Duration>; 2], findings: &mut Findings<'_>) {
    if let [Some(less), Some(more)] = ttls
        && more.0 > 0
        && less > more
    {
        let [name, limit] = names;
        findings.error(&join(here, &[name]), format!("{}s are more than the {}s of `{limit}`", less.0, more.0));
    }
}

fn token(here: &[&str], token: Token<'_>, known: &[&str], findings: &mut Findings<'_>) {
    for (index, policy) in token.policies.iter().enumerate() {
        token_policy(&join(here, &["tokenPolicies", &index.to_string()]), policy, known, findings);
    }
    for (index, cidr) in token.bound_cidrs.iter().enumerate() {
        findings.require(&join(here, &["tokenBoundCidrs", &index.to_string()]), network(cidr));
    }
    order(here, ["tokenTtl", "tokenMaxTtl"], [token.ttl.copied(), token.max_ttl.copied()], findings);
    if token.kind == TokenType::Batch && token.period.is_some_and(|period| period.0 > 0) {
        findings.error(&join(here, &["tokenPeriod"]), "tokens of the type `batch` cannot be renewed");
    }
    if token.kind == TokenType::Batch && token.num_uses > 0 {
        findings.error(&join(here, &["tokenNumUses"]), "tokens of the type `batch` are not counted");
    }
}

fn token_policy(path: &[&str], policy: &str, known: &[&str], findings: &mut Findings<'_>) {
    if policy == "root" {
        return findings.error(path, "no auth method gives out root tokens");
    }
    if known.contains(&policy) {
        return;
    }
    let message = format!("there is no policy `{policy}`");
    let help = match nearest(policy, known.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => "define it in `policies`; one that is made elsewhere is named in `existing.policies`".to_owned(),
    };
    findings.error_with_help(path, message, help);
}

/// An address, or a network.
fn network(cidr: &str) -> Result<(), String> {
    match parse_network(cidr) {
        Some(_) => Ok(()),
        None => Err(format!("{cidr:?} is not an address or a network, as in \"10.0.0.0/8\"")),
    }
}

fn kubernetes(here: &[&str; 3], method: &KubernetesAuth, known: &[&str], findings: &mut Findings<'_>) {
    text(&join(here, &["description"]), method.description.as_deref(), findings);
    order(here, ["defaultLeaseTtl", "maxLeaseTtl"], [method.default_lease_ttl, method.max_lease_ttl], findings);
    match &method.kubernetes_host {
        Some(host) => findings.require(&join(here, &["kubernetesHost"]), api_server(host)),
        None if method.kubernetes_ca_cert.is_some() || method.disable_local_ca_jwt => {
            let help = "Vault's own cluster is `https://kubernetes.default.svc`";
            findings.error_with_help(&join(here, &["kubernetesHost"]), "the API server is not named", help);
        }
        None => {}
    }
    if method.disable_local_ca_jwt && method.kubernetes_ca_cert.is_none() {
        findings.error(&join(here, &["kubernetesCaCert"]), "with `disableLocalCaJwt` Vault needs one");
    }
    if let Some(pem) = &method.kubernetes_ca_cert
        && !pem.trim_start().starts_with("-----BEGIN CERTIFICATE-----")
    {
        findings
            .error(&join(here, &["kubernetesCaCert"]), "is not a certificate in PEM (`-----BEGIN CERTIFICATE-----`)");
    }
    for (name, role) in &method.roles {
        let here = join(here, &["roles", name]);
        findings.require_key(&here, role_name(name));
        kubernetes_role(&here, role, findings);
        token(&here, role.token(), known, findings);
    }
}

fn api_server(url: &str) -> Result<(), String> {
    let rest = url.strip_prefix("https://").unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:/[]".contains(c);
    if !rest.is_empty() && rest.chars().all(plain) {
        Ok(())
    } else {
        Err(format!("{url:?} is not the URL of an API server, as in https://kubernetes.default.svc"))
    }
}

fn kubernetes_role(here: &[&str], role: &KubernetesAuthRole, findings: &mut Findings<'_>) {
    let lists = [
        ("boundServiceAccountNames", &role.bound_service_account_names),
        ("boundServiceAccountNamespaces", &role.bound_service_account_namespaces),
    ];
    for (field, names) in lists {
        let path = join(here, &[field]);
        if names.is_empty() {
            findings.error(&path, "nobody is named who may log in");
        }
        if names.len() > 1 && names.iter().any(|name| name == "*") {
            findings.error(&path, "`*` stands for all, so that Vault refuses others beside it");
        }
        // Vault matches `*` anywhere in a name.
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.*".contains(&byte);
        if let Some(name) = names.iter().find(|name| name.is_empty() || !name.bytes().all(plain)) {
            findings
                .error(&path, format!("{name:?} is not a name: lower case letters, digits, `-` and `.`, `*` for any"));
        }
    }
    if lists.iter().all(|(_, names)| names.iter().any(|name| name == "*")) {
        findings.error(&join(here, &["boundServiceAccountNamespaces"]), "every pod of the cluster could log in");
    }
    if role.audience.as_deref().is_none_or(str::is_empty) {
        let help = "name the audience of the pods' tokens, as in `audience: vault`";
        findings.warning(&join(here, &["audience"]), "a token for any audience is taken", Some(help.to_owned()));
    }
}
