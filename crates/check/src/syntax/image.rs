//! Image references: `[registry[:port]/]repository[:tag][@digest]`.
//! <https://github.com/distribution/reference>

/// Validates an image reference.
///
/// # Errors
///
/// Returns a message that names the invalid part.
///
/// ```
/// use mkmanifests_check::syntax::image;
/// assert!(image("rayproject/ray:2.60.0").is_ok());
/// assert!(image("rayproject/Ray").unwrap_err().contains("lowercase"));
/// ```
pub fn image(image: &str) -> Result<(), String> {
    let refuse = |rule: &str| Err(format!("{image:?} is not an image reference: {rule}"));
    if image.is_empty() || image.contains(char::is_whitespace) {
        return refuse("must be `[registry/]repository[:tag][@digest]` without spaces");
    }
    if image.contains("://") {
        return refuse("must not have a scheme; remove everything before the registry");
    }
    let (named, digest) = image.split_once('@').map_or((image, None), |(named, digest)| (named, Some(digest)));
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return refuse("the digest must be an algorithm, `:` and at least 32 hexadecimal digits");
    }
    // A colon before the last slash belongs to the registry's port.
    let (path, tag) = match named.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (named, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return refuse("the tag must have 1 to 128 letters, digits, `_`, `.` and `-`, and not start with `.` or `-`");
    }
    let (registry, repository) = match path.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), rest),
        _ => (None, path),
    };
    if registry.is_some_and(|registry| !is_registry(registry)) {
        return refuse("the registry must be a host name with an optional port");
    }
    if !repository.split('/').all(is_component) || path.len() > 255 {
        return refuse("the repository must have lowercase letters and digits, separated by `.`, `_`, `__` or `-`");
    }
    Ok(())
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, hex)| {
        algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+._-".contains(&byte))
            && algorithm.starts_with(|first: char| first.is_ascii_alphabetic())
            && hex.len() >= 32
            && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn is_tag(tag: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=128).contains(&tag.len()) && tag.bytes().all(inner) && !tag.starts_with(['.', '-'])
}

fn is_registry(registry: &str) -> bool {
    let (host, port) = registry.split_once(':').map_or((registry, None), |(host, port)| (host, Some(port)));
    let label = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    host.split('.').all(label) && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Returns whether a part consists of letters and digits joined by one `.`, one or two `_`, or any number of `-`.
fn is_component(part: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let separators = part.split(alphanumeric).filter(|separator| !separator.is_empty());
    let joined = separators.clone().all(|it| matches!(it, "." | "_" | "__") || it.bytes().all(|byte| byte == b'-'));
    joined && part.starts_with(alphanumeric) && part.ends_with(alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::image;

    #[test]
    fn every_part_is_parsed() {
        let digest = format!("ray@sha256:{}", "0".repeat(64));
        for good in [
            "ray",
            "rayproject/ray:2.60.0",
            "111122223333.dkr.ecr.us-west-2.amazonaws.com/daft/ray:0.0.2",
            "localhost:5000/a/b_c/d__e/f--g.h:latest",
            "registry.example.com:443/ray",
            &digest,
        ] {
            assert_eq!(image(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn an_invalid_part_is_named() {
        for (bad, part) in [
            ("", "repository"),
            ("a b", "spaces"),
            ("Ray", "lowercase"),
            ("ray:", "tag"),
            ("ray:.x", "tag"),
            ("ray@sha256:12", "digest"),
            ("a.b:x/ray", "registry"),
            ("a..b/c", "registry"),
            ("a/b..c", "repository"),
            ("a//b", "repository"),
            ("https://example.com/ray", "scheme"),
        ] {
            let reason = image(bad).unwrap_err();
            assert!(reason.contains(part), "{bad}: {reason}");
        }
    }
}
