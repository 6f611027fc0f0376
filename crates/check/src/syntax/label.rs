//! Label and annotation syntax: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>.

use super::dns_subdomain;

/// Validates a label key: an optional DNS subdomain and `/`, then a name of at most 63 characters.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn label_key(key: &str) -> Result<(), String> {
    prefixed_name(key, "a label key")
}

/// Validates a qualified name, such as a finalizer or a condition type, which has the form of a label key.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn qualified_name(name: &str) -> Result<(), String> {
    prefixed_name(name, "a qualified name")
}

/// Validates an optional DNS subdomain and `/`, then a name; `what` names the value in messages.
pub(crate) fn prefixed_name(key: &str, what: &str) -> Result<(), String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if let Some(prefix) = prefix {
        dns_subdomain(prefix).map_err(|reason| format!("the part of {key:?} before `/`: {reason}"))?;
    }
    if is_name(name) {
        Ok(())
    } else {
        Err(format!("{key:?} is not {what}: must be `name` or `prefix/name`, where the name has {RULE}"))
    }
}

/// Validates an annotation key: like a label key, but the part before `/` may have uppercase letters.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn annotation_key(key: &str) -> Result<(), String> {
    prefixed_name(&key.to_lowercase(), "an annotation key")
}

/// Validates a label value: empty, or a name.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn label_value(value: &str) -> Result<(), String> {
    if value.is_empty() || is_name(value) {
        Ok(())
    } else {
        Err(format!("{value:?} is not a label value: must be empty, or a name that has {RULE}"))
    }
}

const RULE: &str = "at most 63 letters, digits, `-`, `_` or `.`, and starts and ends with a letter or digit";

fn is_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= 63 && bytes.iter().copied().all(inner) && end(bytes.first()) && end(bytes.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_an_optional_prefix() {
        for good in ["app", "app.kubernetes.io/name", "A_b.c-1", "example.com/X"] {
            assert!(label_key(good).is_ok(), "{good}");
        }
        for bad in ["", "/a", "a/", "a/b/c", "-a", "a b", "Example.com/x", &"a".repeat(64)] {
            assert!(label_key(bad).is_err(), "{bad}");
        }
        assert!(annotation_key("Example.com/x").is_ok());
    }

    #[test]
    fn values_may_be_empty() {
        for good in ["", "a", "1.2_3-x"] {
            assert!(label_value(good).is_ok(), "{good}");
        }
        for bad in ["-", "a ", "a/b", "ä"] {
            assert!(label_value(bad).is_err(), "{bad}");
        }
    }
}
