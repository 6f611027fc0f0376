//! Names of domains, and names that begin with one.

use super::dns_subdomain;

/// A DNS subdomain whose first part is `*`.
///
/// # Errors
///
/// The rule that `name` breaks.
pub fn wildcard_subdomain(name: &str) -> Result<(), String> {
    let rule = "`*.` and a DNS subdomain, such as `*.example.com`, at most 253 characters";
    match name.strip_prefix("*.") {
        Some(rest) if name.len() <= 253 && dns_subdomain(rest).is_ok() => Ok(()),
        _ => Err(format!("{name:?} is not a wildcard domain: {rule}")),
    }
}

/// A DNS subdomain of at least `parts` parts.
///
/// # Errors
///
/// The rule that `name` breaks.
pub fn domain_of(name: &str, parts: usize) -> Result<(), String> {
    dns_subdomain(name)?;
    if name.split('.').count() < parts {
        return Err(format!("{name:?} is too short: at least {parts} parts with dots between them"));
    }
    Ok(())
}

/// A domain of at least two parts, which may end with a dot, each part a DNS label.
///
/// # Errors
///
/// The rule that `name` breaks.
pub fn full_domain(name: &str) -> Result<(), String> {
    let bare = name.strip_suffix('.').unwrap_or(name);
    domain_of(bare, 2)?;
    match bare.split('.').find(|part| part.len() > 63) {
        Some(part) => Err(format!("{part:?} is too long: at most 63 characters between dots")),
        None => Ok(()),
    }
}

/// A domain, `/`, and a path: `example.com/controller`.
///
/// # Errors
///
/// The rule that `path` breaks.
pub fn domain_path(path: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{path:?} is not a path with a domain, such as `example.com/name`: {why}"));
    let Some((domain, rest)) = path.split_once('/') else { return refuse("it has no `/`") };
    if domain.is_empty() || rest.is_empty() {
        return refuse("something stands on both sides of the first `/`");
    }
    dns_subdomain(domain)?;
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte)) {
        return refuse("the part after `/` has a character that no path has");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_is_the_first_part() {
        assert!(wildcard_subdomain("*.example.com").is_ok());
        for bad in ["*", "*.", "a.*.com", "*.*.com", "*a.com", "*.Example.com"] {
            assert!(wildcard_subdomain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn domains_have_parts() {
        assert!(domain_of("a.b.example", 3).is_ok());
        assert!(domain_of("a.b", 3).is_err());
        assert!(full_domain("example.com.").is_ok());
        for bad in ["com", "", ".", "Bad.com", &format!("{}.com", "a".repeat(64))] {
            assert!(full_domain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_begin_with_a_domain() {
        for good in ["example.com/a", "k8s.io/ingress-nginx", "acme.io/a/b"] {
            assert!(domain_path(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "a/", "/a", "a b/c", "example.com/a b", "Example.com/a"] {
            assert!(domain_path(bad).is_err(), "{bad}");
        }
    }
}
