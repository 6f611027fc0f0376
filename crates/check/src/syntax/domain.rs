//! Domain names, and names that start with a domain.

use super::dns_subdomain;

/// Validates a wildcard domain: a DNS subdomain after `*.`.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn wildcard_subdomain(name: &str) -> Result<(), String> {
    let rule = "must be `*.` and a DNS subdomain, such as `*.example.com`, with at most 253 characters";
    match name.strip_prefix("*.") {
        Some(rest) if name.len() <= 253 && dns_subdomain(rest).is_ok() => Ok(()),
        _ => Err(format!("{name:?} is not a wildcard domain: {rule}")),
    }
}

/// Validates a DNS subdomain of at least `parts` labels.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn domain_of(name: &str, parts: usize) -> Result<(), String> {
    dns_subdomain(name)?;
    if name.split('.').count() < parts {
        return Err(format!("{name:?} must have at least {parts} labels separated by dots"));
    }
    Ok(())
}

/// Validates a fully qualified domain: at least two DNS labels, and an optional final dot.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn full_domain(name: &str) -> Result<(), String> {
    let bare = name.strip_suffix('.').unwrap_or(name);
    domain_of(bare, 2)?;
    match bare.split('.').find(|part| part.len() > 63) {
        Some(part) => Err(format!("{part:?} must be at most 63 characters, as each label of a domain")),
        None => Ok(()),
    }
}

/// Validates a domain and a path: `example.com/controller`.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn domain_path(path: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{path:?} is not a domain and a path such as `example.com/name`: {why}"));
    let Some((domain, rest)) = path.split_once('/') else { return refuse("must contain `/`") };
    if domain.is_empty() || rest.is_empty() {
        return refuse("must not be empty before or after the first `/`");
    }
    dns_subdomain(domain)?;
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte)) {
        return refuse("the part after `/` has a character that is not allowed in a path");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcard_domains() {
        assert!(wildcard_subdomain("*.example.com").is_ok());
        for bad in ["*", "*.", "a.*.com", "*.*.com", "*a.com", "*.Example.com"] {
            assert!(wildcard_subdomain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn domains_have_labels() {
        assert!(domain_of("a.b.example", 3).is_ok());
        assert!(domain_of("a.b", 3).is_err());
        assert!(full_domain("example.com.").is_ok());
        for bad in ["com", "", ".", "Bad.com", &format!("{}.com", "a".repeat(64))] {
            assert!(full_domain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_start_with_a_domain() {
        for good in ["example.com/a", "k8s.io/ingress-nginx", "acme.io/a/b"] {
            assert!(domain_path(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "a/", "/a", "a b/c", "example.com/a b", "Example.com/a"] {
            assert!(domain_path(bad).is_err(), "{bad}");
        }
    }
}
