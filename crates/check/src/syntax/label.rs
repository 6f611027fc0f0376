//! Label and annotation syntax: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>.

use super::dns_subdomain;

/// A label's key: an optional DNS subdomain and `/`, then a name of at most 63 characters.
///
/// # Errors
///
/// The rule that `key` breaks.
pub fn label_key(key: &str) -> Result<(), String> {
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
        Err(format!("{key:?} is not a label key: `prefix/name` or `name`, the name of {RULE}"))
    }
}

/// An annotation's key: as a label's, except that upper case letters may stand before the `/`.
///
/// # Errors
///
/// The rule that `key` breaks.
pub fn annotation_key(key: &str) -> Result<(), String> {
    label_key(&key.to_lowercase()).map_err(|reason| reason.replace("a label key", "an annotation key"))
}

/// A label's value: empty, or a name.
///
/// # Errors
///
/// The rule that `value` breaks.
pub fn label_value(value: &str) -> Result<(), String> {
    if value.is_empty() || is_name(value) {
        Ok(())
    } else {
        Err(format!("{value:?} is not a label value: empty, or {RULE}"))
    }
}

const RULE: &str = "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";

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
