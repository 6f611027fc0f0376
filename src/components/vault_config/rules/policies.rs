//! Rules for policies: <https://developer.hashicorp.com/vault/docs/concepts/policies>.

use super::mounts::Mounts;
use crate::check::diagnostics::Diagnostics;
use crate::components::vault_config::values::{Capability, PathRule, VaultConfigValues};

/// Policies that are built into Vault and cannot be changed.
const BUILT_IN: &[&str] = &["root", "response-wrapping", "control-group"];

/// The rule for names of policies.
pub(super) const NAME: &str = "must have 1 to 200 lower case letters, digits or `-_.`";

pub(super) fn check(values: &VaultConfigValues, mounts: &Mounts, record: &str, diagnostics: &mut Diagnostics<'_>) {
    for (policy, content) in &values.policies {
        let here = ["policies", policy];
        diagnostics.require_key(&here, name(policy));
        if BUILT_IN.contains(&policy.as_str()) {
            diagnostics.require_key(&here, Err(format!("`{policy}` is built into Vault and cannot be changed")));
        }
        if policy == record {
            diagnostics.require_key(&here, Err("this name is reserved for the record of earlier runs".to_owned()));
        }
        if content.paths.is_empty() {
            diagnostics.error(&here, "at least one path is required");
        }
        for (path, rule) in &content.paths {
            check_rule(&["policies", policy, "paths", path], path, rule, mounts, diagnostics);
        }
    }
    for (index, policy) in values.existing.policies.iter().enumerate() {
        diagnostics.require(&["existing", "policies", &index.to_string()], name(policy));
    }
}

/// Checks the name of a policy. Vault converts names to lower case, and each is part of a key of the ConfigMap.
///
/// # Errors
///
/// Returns the rule for names.
pub(super) fn name(name: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    if (1..=200).contains(&name.len()) && name.bytes().all(plain) {
        Ok(())
    } else {
        Err(format!("{NAME}, found {name:?}"))
    }
}

fn check_rule(here: &[&str; 4], path: &str, rule: &PathRule, mounts: &Mounts, diagnostics: &mut Diagnostics<'_>) {
    match syntax(path) {
        Err(reason) => diagnostics.require_key(here, Err(reason)),
        Ok(()) => {
            if let Err((message, help)) = mounts.serve(path) {
                let before = diagnostics.list.len();
                diagnostics.require_key(here, Err(message));
                diagnostics.list[before..].iter_mut().for_each(|diagnostic| diagnostic.help.push(help.clone()));
            }
        }
    }
    capabilities(here, rule, diagnostics);
    parameters(here, rule, diagnostics);
    if let (Some(min), Some(max)) = (rule.min_wrapping_ttl, rule.max_wrapping_ttl)
        && max < min
    {
        let message = format!("must be at least `minWrappingTtl` ({}s), found {}s", min.0, max.0);
        diagnostics.error(&at(here, "maxWrappingTtl"), message);
    }
}

fn at<'p>(here: &[&'p str; 4], field: &'p str) -> [&'p str; 5] {
    let [a, b, c, d] = *here;
    [a, b, c, d, field]
}

/// Checks the syntax of a path: what Vault rejects, and wildcards that it would read as plain characters.
fn syntax(path: &str) -> Result<(), String> {
    let invalid = |rule: &str| Err(format!("{path:?} is not a valid path of a policy: {rule}"));
    if path.is_empty() || path.starts_with('/') {
        return invalid("must start with the path of a mount, without a leading `/`");
    }
    if path.contains(char::is_control) {
        return invalid("must not contain control characters");
    }
    if path.contains("+*") {
        return invalid("`+*` is not allowed");
    }
    if path.trim_end_matches('*').contains('*') || path.ends_with("**") {
        return invalid("`*` matches any rest and is allowed only at the end; `+` matches one segment");
    }
    Ok(())
}

fn capabilities(here: &[&str; 4], rule: &PathRule, diagnostics: &mut Diagnostics<'_>) {
    let path = at(here, "capabilities");
    if rule.capabilities.is_empty() && !diagnostics.is_written(&path) {
        return diagnostics.error_with_help(&path, "at least one capability is required", "`deny` forbids all access");
    }
    if rule.capabilities.contains(&Capability::Deny) && rule.capabilities.len() > 1 {
        diagnostics
            .error(&path, "`deny` cannot be combined with other capabilities, which Vault would silently ignore");
    }
    let mut seen = Vec::new();
    for capability in &rule.capabilities {
        if seen.contains(capability) {
            diagnostics.error(&path, format!("must be unique: `{}` is listed twice", capability.as_str()));
        }
        seen.push(*capability);
    }
}

fn parameters(here: &[&str; 4], rule: &PathRule, diagnostics: &mut Diagnostics<'_>) {
    for (field, all) in [("allowedParameters", &rule.allowed_parameters), ("deniedParameters", &rule.denied_parameters)]
    {
        let mut lower: Vec<String> = Vec::new();
        for name in all.keys() {
            let [a, b, c, d] = *here;
            let path = [a, b, c, d, field, name];
            // JSON pointers such as `/a/b/*` are names, too.
            let stem = name.strip_suffix("/*").filter(|_| name.starts_with('/')).unwrap_or(name);
            if name != "*" && stem.contains('*') {
                diagnostics.require_key(
                    &path,
                    Err("`*` is allowed only alone, or after `/` at the end of a JSON pointer".to_owned()),
                );
            }
            let name = name.to_lowercase();
            if lower.contains(&name) {
                diagnostics.require_key(
                    &path,
                    Err(format!("must be unique: Vault ignores case, and `{name}` is listed twice")),
                );
            }
            lower.push(name);
        }
    }
    if let Some(name) = rule.required_parameters.iter().find(|name| name.contains('*') || name.is_empty()) {
        diagnostics.error(&at(here, "requiredParameters"), format!("{name:?} is not a valid parameter name"));
    }
}
