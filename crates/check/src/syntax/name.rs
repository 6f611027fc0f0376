//! Names of objects: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>.

/// A DNS label (RFC 1123): at most 63 of `a-z`, `0-9` and `-`, a letter or digit at both ends.
///
/// # Errors
///
/// The rule that `name` breaks.
///
/// ```
/// use mkmanifests_check::syntax::dns_label;
/// assert!(dns_label("ray-2").is_ok());
/// assert!(dns_label("Ray_2").unwrap_err().contains("lower case"));
/// ```
pub fn dns_label(name: &str) -> Result<(), String> {
    let rule = "1 to 63 lower case letters, digits and `-`, with a letter or digit at both ends";
    if name.len() <= 63 && is_label(name) { Ok(()) } else { Err(format!("{name:?} is not a DNS label: {rule}")) }
}

/// The name of a Service that every supported API server takes: a DNS label that starts with a letter (RFC 1035).
///
/// # Errors
///
/// The rule that `name` breaks.
pub fn service_name(name: &str) -> Result<(), String> {
    dns_label(name)?;
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(())
    } else {
        Err(format!("{name:?} does not start with a letter, as the name of a Service must"))
    }
}

/// A DNS subdomain (RFC 1123): DNS labels joined by dots, at most 253 characters.
///
/// # Errors
///
/// The rule that `name` breaks.
pub fn dns_subdomain(name: &str) -> Result<(), String> {
    let rule = "lower case letters, digits, `-` and `.`, with a letter or digit at both ends of each part, at most 253";
    if name.len() <= 253 && name.split('.').all(is_label) {
        Ok(())
    } else {
        Err(format!("{name:?} is not a DNS subdomain: {rule}"))
    }
}

/// A DNS label that starts with a letter (RFC 1035).
///
/// # Errors
///
/// The rule that `name` breaks.
pub fn dns_1035_label(name: &str) -> Result<(), String> {
    dns_label(name)?;
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(())
    } else {
        Err(format!("{name:?} does not start with a letter, as a DNS label of RFC 1035 does"))
    }
}

/// A name that can be one part of a path: neither `.` nor `..`, without `/` and `%`.
///
/// # Errors
///
/// The rule that `name` breaks.
pub fn path_segment(name: &str) -> Result<(), String> {
    if matches!(name, "." | "..") || name.contains(['/', '%']) {
        return Err(format!("{name:?} cannot be part of a path: neither `.` nor `..`, without `/` and `%`"));
    }
    Ok(())
}

/// The name of a signer of certificates: a domain of at least two parts, `/`, and a path of names with `.` between them.
///
/// # Errors
///
/// The rule, if `name` is none. <https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/>
pub fn signer_name(name: &str) -> Result<(), String> {
    let is_domain = |domain: &str| domain.contains('.') && domain.len() <= 253 && domain.split('.').all(is_label);
    let is_path = |path: &str| !path.is_empty() && path.split('.').all(is_path_part);
    match name.split_once('/') {
        Some((domain, path)) if name.len() <= 571 && is_domain(domain) && is_path(path) => Ok(()),
        _ => Err(format!("{name:?} is not the name of a signer, as in `example.com/my-signer`")),
    }
}

/// As a label, with upper case letters and `_`.
fn is_path_part(part: &str) -> bool {
    let end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    end(part.as_bytes().first()) && end(part.as_bytes().last()) && part.bytes().all(inner)
}

/// The name of an environment variable as an API server takes it: printable ASCII without `=`.
///
/// # Errors
///
/// The rule that `name` breaks.
pub fn env_name(name: &str) -> Result<(), String> {
    let valid = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=';
    if !name.is_empty() && name.bytes().all(valid) {
        Ok(())
    } else {
        Err(format!("{name:?} is not the name of an environment variable: printable ASCII characters except `=`"))
    }
}

fn is_label(part: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !part.is_empty() && part.bytes().all(inner) && !part.starts_with('-') && !part.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_follow_rfc_1123() {
        for good in ["a", "0", "foo-ray-head", &"a".repeat(63)] {
            assert!(dns_label(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a_b", "ä", &"a".repeat(64)] {
            assert!(dns_label(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn subdomains_are_labels_and_dots() {
        assert!(dns_subdomain("pull.example.com").is_ok());
        for bad in ["a..b", ".a", "a.", "a.-b", &"a.".repeat(127)] {
            assert!(dns_subdomain(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn services_start_with_a_letter() {
        assert!(service_name("foo").is_ok());
        assert!(service_name("2foo").is_err());
    }

    #[test]
    fn environment_names_are_wide() {
        assert!(env_name("MY VAR").is_ok());
        assert!(env_name("1ABC").is_ok());
        assert!(env_name("A=B").is_err());
        assert!(env_name("").is_err());
    }
}
