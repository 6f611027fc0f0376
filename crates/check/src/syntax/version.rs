//! Semantic versions: <https://semver.org/>, version 2.0.0.
//!
//! Written for this crate, since the crate `semver` rejects numbers above 64 bits, which the grammar allows.

/// Validates a version of exactly three numbers, with an optional pre-release and build metadata.
///
/// # Errors
///
/// Returns a message if `text` is not such a version.
pub fn semantic_version(text: &str) -> Result<(), String> {
    let (rest, build) = split(text, '+');
    let (core, release) = split(rest, '-');
    let is_right = core.split('.').count() == 3
        && core.split('.').all(is_number)
        && release.is_none_or(|release| release.split('.').all(|part| is_identifier(part) && !is_padded(part)))
        && build.is_none_or(|build| build.split('.').all(is_identifier));
    if is_right { Ok(()) } else { Err(format!("{text:?} is not a semantic version such as `1.2.3` or `1.2.3-rc.1`")) }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && !is_padded(part)
}

/// Returns whether a number has a leading zero.
fn is_padded(part: &str) -> bool {
    part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::semantic_version;

    #[test]
    fn versions_have_three_numbers() {
        for good in ["1.2.3", "0.0.0", "1.2.3-rc.1", "1.2.3-0a", "1.2.3+001", "1.2.3-a-b+c-d"] {
            assert!(semantic_version(good).is_ok(), "{good}");
        }
        for bad in ["", "1", "1.2", "v1.2.3", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3+", "1.2.3.4", "1.2.3-a_b"] {
            assert!(semantic_version(bad).is_err(), "{bad}");
        }
    }
}
