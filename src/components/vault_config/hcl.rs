//! Renders policies in HCL from `templates/vault-config/policy.hcl.j2`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Error, context};
use serde::Serialize;

use super::scalar::Scalar;
use super::values::{Capability, PathRule};

/// One path, as the template uses it.
#[derive(Debug, Serialize)]
struct Rule {
    path: String,
    capabilities: String,
    required_parameters: Option<String>,
    min_wrapping_ttl: Option<String>,
    max_wrapping_ttl: Option<String>,
    allowed_parameters: BTreeMap<String, String>,
    denied_parameters: BTreeMap<String, String>,
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    // `get_template` reports a template that does not parse; a test renders it.
    let _ = environment.add_template("policy", include_str!("../../../templates/vault-config/policy.hcl.j2"));
    environment
});

/// Renders a policy, without a line break at the end.
///
/// The format is that of `vault policy fmt`, without comments: an identical policy that was written by hand is not changed.
///
/// # Errors
///
/// Returns an error if the template cannot be rendered.
pub fn policy(paths: &BTreeMap<String, PathRule>) -> Result<String, Error> {
    let rules: Vec<Rule> = paths.iter().map(|(path, rule)| template_rule(path, rule)).collect();
    let text = TEMPLATES.get_template("policy")?.render(context! { rules => Serde(&rules) })?;
    Ok(text.trim_end().to_owned())
}

fn template_rule(path: &str, rule: &PathRule) -> Rule {
    let wrapping = |ttl: Option<super::scalar::Duration>| ttl.map(|ttl| quoted(&format!("{}s", ttl.0)));
    Rule {
        path: quoted(path),
        capabilities: list(rule.capabilities.iter().copied().map(Capability::as_str)),
        required_parameters: Some(&rule.required_parameters)
            .filter(|names| !names.is_empty())
            .map(|names| list(names.iter().map(String::as_str))),
        min_wrapping_ttl: wrapping(rule.min_wrapping_ttl),
        max_wrapping_ttl: wrapping(rule.max_wrapping_ttl),
        allowed_parameters: parameters(&rule.allowed_parameters),
        denied_parameters: parameters(&rule.denied_parameters),
    }
}

fn parameters(all: &BTreeMap<String, Vec<Scalar>>) -> BTreeMap<String, String> {
    let values = |values: &[Scalar]| format!("[{}]", values.iter().map(scalar).collect::<Vec<_>>().join(", "));
    all.iter().map(|(name, allowed)| (quoted(name), values(allowed))).collect()
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => quoted(text),
        Scalar::Number(number) => number.to_string(),
        Scalar::Bool(value) => value.to_string(),
    }
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

/// Quotes a string for HCL, in both of its versions.
///
/// `${` and `%{` would start a template, so that their first character is escaped.
/// <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions>
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '$' | '%' if rest.peek() == Some(&'{') => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            // The scanner of the first version reads it as a byte order mark.
            '\u{feff}' => out.push_str("\\ufeff"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
