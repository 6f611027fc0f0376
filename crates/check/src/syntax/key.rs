//! Keys of ConfigMaps and Secrets.

/// Validates a key of a ConfigMap or Secret, which can become a file name: at most 253 letters, digits, `-`, `_` and
/// `.`.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
/// <https://kubernetes.io/docs/concepts/configuration/configmap/>
pub fn config_key(key: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{key:?} is not a key of a ConfigMap or Secret: {why}"));
    if key.len() > 253 {
        return refuse("must be at most 253 characters");
    }
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return refuse("must consist of letters, digits, `-`, `_` and `.`");
    }
    if key == "." || key.starts_with("..") {
        return refuse("must not be `.` or start with `..`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::config_key;

    #[test]
    fn keys_can_be_file_names() {
        for good in ["a", "a.b", ".a", "_A-1"] {
            assert!(config_key(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "..a", "a/b", "a b", &"a".repeat(254)] {
            assert!(config_key(bad).is_err(), "{bad}");
        }
    }
}
