//! What a registry asks for: the header `WWW-Authenticate`.
//!
//! Sources: <https://www.rfc-editor.org/rfc/rfc7235#section-2.1>,
//! <https://distribution.github.io/distribution/spec/auth/token/>

use mkmanifests_go::quote;

/// How to authenticate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// With user name and password in each request.
    Basic,
    /// With a token of a token server.
    Bearer {
        /// The address of the token server.
        realm: String,
        /// The name of the registry on the token server; may be empty.
        service: String,
        /// What access is needed, separated by spaces; may be empty.
        scope: String,
    },
}

impl Challenge {
    /// Parses the header. An unknown scheme is `None`; parameters behind a syntax error are ignored.
    pub fn parse(header: &str) -> Option<Challenge> {
        let (scheme, rest) = token(header);
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let parameters = parameters(rest);
        let value = |name: &str| {
            let last = parameters.iter().rev().find(|(key, _)| key == name);
            last.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        Some(Challenge::Bearer { realm: value("realm"), service: value("service"), scope: value("scope") })
    }
}

/// Parses `name=value, name="value"`.
fn parameters(mut rest: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    loop {
        let (name, after) = token(spaces(rest));
        let Some(after) = spaces(after).strip_prefix('=').filter(|_| !name.is_empty()) else { return parameters };
        let Some((value, after)) = value(spaces(after)) else { return parameters };
        parameters.push((name.to_owned(), value));
        let Some(after) = spaces(after).strip_prefix(',') else { return parameters };
        rest = after;
    }
}

/// Parses a token or a quoted text, and returns what follows.
fn value(text: &str) -> Option<(String, &str)> {
    if !text.starts_with('"') {
        let (value, rest) = token(text);
        return (!value.is_empty()).then(|| (value.to_owned(), rest));
    }
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, char)| {
        let is_end = *char == '"' && !is_escaped;
        is_escaped = *char == '\\' && !is_escaped;
        is_end
    });
    let (quoted, rest) = text.split_at_checked(end?.0 + 1)?;
    let value = quote::unquote(quoted)?;
    Some((String::from_utf8_lossy(&value).into_owned(), rest))
}

fn token(text: &str) -> (&str, &str) {
    let is_token = |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char);
    let end = text.find(|char| !is_token(char)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn spaces(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// Merges scopes, such as `repository:charts/vault:pull`: one per resource, with all its actions, in order.
///
/// Source: <https://distribution.github.io/distribution/spec/auth/scope/>
pub(super) fn merge_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    use std::collections::{BTreeMap, BTreeSet};
    let mut whole: BTreeSet<String> = BTreeSet::new();
    let mut resources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for scope in scopes {
        match scope.rsplit_once(':') {
            Some((resource, actions)) if resource.contains(':') => {
                let actions = actions.split(',').filter(|action| !action.is_empty());
                resources.entry(resource).or_default().extend(actions);
            }
            _ if scope.is_empty() => {}
            _ => drop(whole.insert(scope.to_owned())),
        }
    }
    for (resource, actions) in resources {
        if actions.contains("*") {
            whole.insert(format!("{resource}:*"));
        } else if !actions.is_empty() {
            let actions: Vec<&str> = actions.into_iter().collect();
            whole.insert(format!("{resource}:{}", actions.join(",")));
        }
    }
    whole.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: &str, scope: &str) -> Option<Challenge> {
        Some(Challenge::Bearer { realm: realm.into(), service: service.into(), scope: scope.into() })
    }

    #[test]
    fn challenges_are_parsed() {
        let full = r#"Bearer realm="https://auth.example.com/token",service="r",scope="repository:a/b:pull,push""#;
        assert_eq!(Challenge::parse(full), bearer("https://auth.example.com/token", "r", "repository:a/b:pull,push"));
        assert_eq!(Challenge::parse(r#"Basic realm="x""#), Some(Challenge::Basic));
        assert_eq!(Challenge::parse("basic"), Some(Challenge::Basic));
        assert_eq!(Challenge::parse(r#"bEARER  realm = "a\"b" , service=plain"#), bearer("a\"b", "plain", ""));
        assert_eq!(Challenge::parse("Bearer"), bearer("", "", ""));
        assert_eq!(Challenge::parse(r#"Bearer realm="open"#), bearer("", "", ""));
        assert_eq!(Challenge::parse(r#"Bearer realm="a" service="b""#), bearer("a", "", ""));
        assert_eq!(Challenge::parse("Bearer realm=\"ä\",scope=é"), bearer("ä", "", ""));
        assert_eq!(Challenge::parse("Negotiate"), None);
        assert_eq!(Challenge::parse(""), None);
    }

    #[test]
    fn scopes_are_merged() {
        let merged = |scopes: &[&str]| merge_scopes(scopes.iter().copied()).join(" ");
        assert_eq!(merged(&["repository:b:pull", "repository:a:push,pull", "repository:b:pull"]), {
            "repository:a:pull,push repository:b:pull"
        });
        assert_eq!(merged(&["repository:a:pull", "repository:a:*"]), "repository:a:*");
        assert_eq!(merged(&["registry:catalog:*", "odd", "", "repository:a:"]), "odd registry:catalog:*");
    }
}
