//! Names of objects: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>.

/// Validates a DNS label (RFC 1123): at most 63 of `a-z`, `0-9` and `-`, with a letter or digit at the start and end.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
///
/// ```
/// use mkmanifests_check::syntax::dns_label;
/// assert!(dns_label("ray-2").is_ok());
/// assert!(dns_label("Ray_2").unwrap_err().contains("lowercase"));
/// ```
pub fn dns_label(name: &str) -> Result<(), String> {
    let rule = "must be 1 to 63 lowercase letters, digits or `-`, and start and end with a letter or digit";
    if name.len() <= 63 && is_label(name.as_bytes()) {
        Ok(())
    } else {
        Err(format!("{name:?} is not a DNS label: {rule}"))
    }
}

/// Validates the name of a Service for all supported versions of Kubernetes: a DNS label that starts with a letter (RFC
/// 1035).
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn service_name(name: &str) -> Result<(), String> {
    dns_label(name)?;
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(())
    } else {
        Err(format!("{name:?} is not a Service name: must start with a letter"))
    }
}

/// Validates a DNS subdomain (RFC 1123): DNS labels joined by dots, at most 253 characters.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn dns_subdomain(name: &str) -> Result<(), String> {
    let rule = "must be at most 253 lowercase letters, digits, `-` or `.`, \
                and each part must start and end with a letter or digit";
    if name.len() <= 253 && are_labels(name) { Ok(()) } else { Err(format!("{name:?} is not a DNS subdomain: {rule}")) }
}

/// Validates a DNS label that starts with a letter (RFC 1035).
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn dns_1035_label(name: &str) -> Result<(), String> {
    dns_label(name)?;
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(())
    } else {
        Err(format!("{name:?} is not a DNS label of RFC 1035: must start with a letter"))
    }
}

/// Validates a path segment: not `.` or `..`, and without `/` and `%`.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn path_segment(name: &str) -> Result<(), String> {
    if matches!(name, "." | "..") || name.contains(['/', '%']) {
        return Err(format!("{name:?} is not a path segment: must not be `.` or `..`, or contain `/` or `%`"));
    }
    Ok(())
}

/// Validates the name of a certificate signer: a domain of at least two labels, `/`, and a path of names joined by `.`.
///
/// # Errors
///
/// Returns a message if `name` is invalid.
/// <https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/>
pub fn signer_name(name: &str) -> Result<(), String> {
    let is_domain = |domain: &str| domain.contains('.') && domain.len() <= 253 && are_labels(domain);
    let is_path = |path: &str| !path.is_empty() && path.split('.').all(is_path_part);
    match name.split_once('/') {
        Some((domain, path)) if name.len() <= 571 && is_domain(domain) && is_path(path) => Ok(()),
        _ => Err(format!("{name:?} is not a signer name such as `example.com/my-signer`")),
    }
}

/// Returns whether a part is like a DNS label, in which uppercase letters and `_` are allowed too.
fn is_path_part(part: &str) -> bool {
    let end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    end(part.as_bytes().first()) && end(part.as_bytes().last()) && part.bytes().all(inner)
}

/// Validates the name of an environment variable as an API server does: printable ASCII characters except `=`.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn env_name(name: &str) -> Result<(), String> {
    let valid = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=';
    if !name.is_empty() && name.bytes().all(valid) {
        Ok(())
    } else {
        Err(format!("{name:?} is not a variable name: must consist of printable ASCII characters except `=`"))
    }
}

/// Returns whether a text consists of labels joined by dots. Every label key is checked by it, so it searches bytes: the search
/// for a character in a text takes several times as long for a short text.
fn are_labels(text: &str) -> bool {
    text.as_bytes().split(|byte| *byte == b'.').all(is_label)
}

fn is_label(part: &[u8]) -> bool {
    let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let end = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b'-');
    part.iter().all(inner) && end(part.first()) && end(part.last())
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
    fn variable_names_are_printable_ascii() {
        assert!(env_name("MY VAR").is_ok());
        assert!(env_name("1ABC").is_ok());
        assert!(env_name("A=B").is_err());
        assert!(env_name("").is_err());
    }
}
