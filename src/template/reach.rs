//! Explains undefined variables by comparing them with the available values.

use super::TemplateCode;
use crate::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::tree::Node;

/// The most keys that a message lists.
const MAX_KEYS: usize = 20;

const OPTIONAL: &str = "if it is optional, use `| default(...)`, or `is defined` in a condition";

/// The variables that every template has.
pub(super) type Roots<'a> = [(&'static str, &'a Node); 2];

/// Adds the nearest name with its location, or the available names.
pub(super) fn explain(expression: &str, roots: &Roots<'_>, diagnostic: Diagnostic) -> Diagnostic {
    let diagnostic = diagnostic.coded(TemplateCode::Undefined);
    let mut diagnostic = Diagnostic { reason: format!("`{expression}` is undefined"), ..diagnostic };
    let Some(steps) = steps(expression) else { return diagnostic };
    let Some((first, rest)) = steps.split_first() else { return diagnostic };
    let Some((_, root)) = roots.iter().find(|(name, _)| name == first) else {
        return match rest.last() {
            // The engine names the first missing part: what precedes it is defined.
            Some(key) => diagnostic.help(format!("`{}` has no key `{key}`", parent(expression))).help(OPTIONAL),
            None => explain_variable(first, roots, diagnostic),
        };
    };
    let (mut node, mut path) = (*root, (*first).to_owned());
    for step in rest {
        match node.find([*step]) {
            Some(child) => {
                node = child;
                path = format!("{path}.{step}");
            }
            None => {
                diagnostic = explain_key(&path, node, step, diagnostic);
                break;
            }
        }
    }
    diagnostic
}

fn explain_variable(name: &str, roots: &Roots<'_>, diagnostic: Diagnostic) -> Diagnostic {
    for (root, node) in roots {
        if node.get(name).is_some() {
            return diagnostic.help(did_you_mean(format_args!("{root}.{name}")));
        }
    }
    if let Some(why) = super::functions::absent(name) {
        return diagnostic.help(why);
    }
    match nearest(name, roots.iter().map(|(root, _)| *root)) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic.help("available are `values`, `release`, and the variables of the template"),
    }
}

fn explain_key(path: &str, node: &Node, key: &str, diagnostic: Diagnostic) -> Diagnostic {
    let Some(map) = node.as_map() else {
        return diagnostic.help(format!("`{path}` is {}", node.describe())).related(node.location, "set here");
    };
    let keys: Vec<&str> = map.entries().iter().map(|entry| entry.key.as_ref()).collect();
    if let Some(near) = nearest(key, keys.iter().copied()) {
        let diagnostic = diagnostic.help(did_you_mean(format_args!("{path}.{near}")));
        return match map.entry(near) {
            Some(entry) if entry.location.is_known() => diagnostic.related(entry.location, "defined here"),
            _ => diagnostic,
        };
    }
    if keys.is_empty() {
        return diagnostic.help(format!("`{path}` is empty")).help(OPTIONAL);
    }
    let more = if keys.len() > MAX_KEYS { ", ..." } else { "" };
    let listed: Vec<String> = keys.iter().take(MAX_KEYS).map(|key| format!("`{key}`")).collect();
    diagnostic.help(format!("`{path}` has the keys {}{more}", listed.join(", "))).help(OPTIONAL)
}

fn parent(expression: &str) -> &str {
    expression.rfind(['.', '[']).and_then(|end| expression.get(..end)).unwrap_or(expression)
}

/// Splits `values.image["tag"]` into its steps; `None` if it is not a path of names.
fn steps(expression: &str) -> Option<Vec<&str>> {
    let mut steps = Vec::new();
    let mut rest = expression;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"").or_else(|| rest.strip_prefix(".[\"")) {
            let (key, after) = quoted.split_once("\"]")?;
            steps.push(key);
            rest = after;
        } else if let Some(indexed) = rest.strip_prefix('[') {
            let (index, after) = indexed.split_once(']')?;
            steps.push(index);
            rest = after;
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() || name.starts_with('(') {
                return None;
            }
            steps.push(name);
            rest = after;
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_has_steps() {
        assert_eq!(steps("values.a[0][\"b.c\"].d"), Some(vec!["values", "a", "0", "b.c", "d"]));
        assert_eq!(steps("(...).d"), None);
    }
}
