//! Rules of policies: <https://developer.hashicorp.com/vault/docs/concepts/policies>.

use super::mounts::Mounts;
use crate::check::findings::Findings;
use crate::components::vault_config::values::{Capability, PathRule, VaultConfigValues};

/// Policies that Vault makes itself and does not let anybody change.
const FIXED: &[&str] = &["root", "response-wrapping", "control-group"];

/// What the name of a policy is made of.
pub(super) const NAME: &str = "1 to 200 lower case letters, digits and `-_.`";

pub(super) fn check(values: &VaultConfigValues, mounts: &Mounts, record: &str, findings: &mut Findings<'_>) {
    for (policy, content) in &values.policies {
        let here = ["policies", policy];
        findings.require_key(&here, name(policy));
        if FIXED.contains(&policy.as_str()) {
            findings.require_key(&here, Err(format!("Vault does not let anybody change its policy `{policy}`")));
        }
        if policy == record {
            findings.require_key(&here, Err(format!("the record of what runs made is kept in the policy `{record}`")));
        }
        if content.paths.is_empty() {
            findings.error(&here, "has no paths, so that it would allow nothing");
        }
        for (path, rule) in &content.paths {
            check_rule(&["policies", policy, "paths", path], path, rule, mounts, findings);
        }
    }
    for (index, policy) in values.existing.policies.iter().enumerate() {
        findings.require(&["existing", "policies", &index.to_string()], name(policy));
    }
}

/// Vault keeps names in lower case; a ConfigMap has a file of each.
///
/// # Errors
///
/// The rule that `name` breaks.
pub(super) fn name(name: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    if (1..=200).contains(&name.len()) && name.bytes().all(plain) {
        Ok(())
    } else {
        Err(format!("{name:?} is not the name of a policy: {NAME}"))
    }
}

fn check_rule(here: &[&str; 4], path: &str, rule: &PathRule, mounts: &Mounts, findings: &mut Findings<'_>) {
    match form(path) {
        Err(reason) => findings.require_key(here, Err(reason)),
        Ok(()) => {
            if let Err((message, help)) = mounts.serve(path) {
                let before = findings.diagnostics.len();
                findings.require_key(here, Err(message));
                findings.diagnostics[before..].iter_mut().for_each(|diagnostic| diagnostic.help.push(help.clone()));
            }
        }
    }
    capabilities(here, rule, findings);
    parameters(here, rule, findings);
    if let (Some(min), Some(max)) = (rule.min_wrapping_ttl, rule.max_wrapping_ttl)
        && max < min
    {
        let message = format!("{}s are less than the {}s of `minWrappingTtl`", max.0, min.0);
        findings.error(&at(here, "maxWrappingTtl"), message);
    }
}

fn at<'p>(here: &[&'p str; 4], field: &'p str) -> [&'p str; 5] {
    let [a, b, c, d] = *here;
    [a, b, c, d, field]
}

/// What Vault refuses in a path, and what it takes as it stands although a wildcard was meant.
fn form(path: &str) -> Result<(), String> {
    let refuse = |rule: &str| Err(format!("{path:?} is not a path of a policy: {rule}"));
    if path.is_empty() || path.starts_with('/') {
        return refuse("it begins with the path of a mount, without `/`");
    }
    if path.contains(char::is_control) {
        return refuse("it has a control character");
    }
    if path.contains("+*") {
        return refuse("Vault refuses `+*`");
    }
    if path.trim_end_matches('*').contains('*') || path.ends_with("**") {
        return refuse("`*` stands for any rest, at the end only; `+` stands for one segment");
    }
    Ok(())
}

fn capabilities(here: &[&str; 4], rule: &PathRule, findings: &mut Findings<'_>) {
    let path = at(here, "capabilities");
    if rule.capabilities.is_empty() && !findings.is_written(&path) {
        return findings.error_with_help(&path, "allows nothing", "`deny` says so, whatever other policies allow");
    }
    if rule.capabilities.contains(&Capability::Deny) && rule.capabilities.len() > 1 {
        findings.error(&path, "beside `deny` Vault drops all others without a word");
    }
    let mut seen = Vec::new();
    for capability in &rule.capabilities {
        if seen.contains(capability) {
            findings.error(&path, format!("`{}` is there twice", capability.as_str()));
        }
        seen.push(*capability);
    }
}

fn parameters(here: &[&str; 4], rule: &PathRule, findings: &mut Findings<'_>) {
    for (field, all) in [("allowedParameters", &rule.allowed_parameters), ("deniedParameters", &rule.denied_parameters)]
    {
        let mut lower: Vec<String> = Vec::new();
        for name in all.keys() {
            let [a, b, c, d] = *here;
            let path = [a, b, c, d, field, name];
            // JSON pointers, `/a/b/*`, are names too.
            let stem = name.strip_suffix("/*").filter(|_| name.starts_with('/')).unwrap_or(name);
            if name != "*" && stem.contains('*') {
                findings
                    .require_key(&path, Err("Vault takes `*` alone, or `/*` at the end of a JSON pointer".to_owned()));
            }
            let name = name.to_lowercase();
            if lower.contains(&name) {
                findings.require_key(&path, Err(format!("`{name}` is there already: Vault looks at lower case only")));
            }
            lower.push(name);
        }
    }
    if let Some(name) = rule.required_parameters.iter().find(|name| name.contains('*') || name.is_empty()) {
        findings.error(&at(here, "requiredParameters"), format!("{name:?} is not the name of a parameter"));
    }
}
