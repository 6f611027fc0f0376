//! References to charts in registries: `HOST[:PORT]/PATH[:TAG][@DIGEST]`, with or without `oci://`.
//!
//! Source: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests>

use std::fmt;

use super::{Digest, Error};

/// The scheme of addresses of charts in registries.
pub const SCHEME: &str = "oci://";

/// A reference, parsed as Helm parses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The host, with its port if it has one.
    pub registry: String,
    /// The path of the repository.
    pub repository: String,
    /// The tag as registries write it, with `_` instead of `+`; empty if there is none.
    pub tag: String,
    /// The digest; empty if there is none. [`Reference::parse`] does not check it.
    pub digest: String,
}

impl Reference {
    /// Parses a reference. A `+` in the tag becomes `_`, since tags cannot contain it.
    ///
    /// # Errors
    /// The registry, the repository or the tag is invalid.
    pub fn parse(text: &str) -> Result<Reference, Error> {
        let text = text.strip_prefix(SCHEME).unwrap_or(text);
        let (name, digest) = text.rsplit_once('@').unwrap_or((text, ""));
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, tag.replace('+', "_")),
            _ => (name, String::new()),
        };
        let reference = Reference::split(name)?;
        if !tag.is_empty() && !is_tag(&tag) {
            return Err(Error::reference(format!("invalid tag {}", quoted(&tag))));
        }
        Ok(Reference { tag, digest: digest.to_owned(), ..reference })
    }

    /// Parses the address of a repository, in which a tag keeps its `+`: Helm lists the tags of an address without
    /// converting its tag first.
    pub fn check_unconverted(text: &str) -> Result<(), Error> {
        let text = text.strip_prefix(SCHEME).unwrap_or(text);
        let path = text.split_once('/').map_or(text, |(_, path)| path);
        match path.split_once(':') {
            Some((_, tag)) if !tag.is_empty() && !is_tag(tag) => {
                Err(Error::reference(format!("invalid tag {}", quoted(tag))))
            }
            _ => Ok(()),
        }
    }

    fn split(name: &str) -> Result<Reference, Error> {
        let (registry, repository) =
            name.split_once('/').ok_or_else(|| Error::reference("missing registry or repository"))?;
        check_registry(registry)?;
        if !is_repository(repository) {
            return Err(Error::reference(format!("invalid repository {}", quoted(repository))));
        }
        Ok(Reference {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: String::new(),
            digest: String::new(),
        })
    }

    /// Returns the digest, if there is one.
    ///
    /// # Errors
    /// The digest is invalid.
    pub fn digest(&self) -> Result<Option<Digest>, Error> {
        if self.digest.is_empty() {
            return Ok(None);
        }
        Digest::parse(&self.digest)
            .map(Some)
            .map_err(|error| Error::reference(format!("invalid digest {}: {error}", quoted(&self.digest))))
    }

    /// Returns the same reference with a tag instead of a digest.
    pub fn with_tag(&self, tag: &str) -> Reference {
        Reference { tag: tag.replace('+', "_"), digest: String::new(), ..self.clone() }
    }

    /// Returns the name of the chart: the last part of the path.
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }
}

/// As Helm prints a reference: the digest replaces the tag.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        match (&*self.digest, &*self.tag) {
            ("", "") => Ok(()),
            ("", tag) => write!(f, ":{tag}"),
            (digest, _) => write!(f, "@{digest}"),
        }
    }
}

/// Checks that a registry is a host with an optional port.
pub(super) fn check_registry(registry: &str) -> Result<(), Error> {
    let is_host = |url: &mkmanifests_go::url::Url| url.host == registry.as_bytes() && !registry.is_empty();
    // Without this, a message would contain the password of `user:password@host`.
    if registry.contains('@') {
        return Err(Error::reference("invalid registry: an address of a registry has no credentials"));
    }
    match mkmanifests_go::url::parse(format!("dummy://{registry}").as_bytes()) {
        Ok(url) if is_host(&url) => Ok(()),
        _ => Err(Error::reference(format!("invalid registry {}", quoted(registry)))),
    }
}

fn quoted(text: &str) -> String {
    mkmanifests_go::quote::quote(text.as_bytes())
}

/// `[\w][\w.-]{0,127}`.
fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

/// Parts of lower-case letters and digits, separated by `/`. Within a part, `.`, `_`, `__` or any number of `-` separate
/// letters and digits.
fn is_repository(repository: &str) -> bool {
    repository.split('/').all(is_component)
}

fn is_component(part: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separators = part.split(|char: char| char.is_ascii_lowercase() || char.is_ascii_digit());
    let is_separator = |text: &str| matches!(text, "" | "." | "_" | "__") || text.bytes().all(|byte| byte == b'-');
    part.bytes().next().is_some_and(is_letter)
        && part.bytes().next_back().is_some_and(is_letter)
        && separators.into_iter().all(is_separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        match Reference::parse(text) {
            Ok(Reference { registry, repository, tag, digest }) => format!("{registry} {repository} {tag} {digest}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn references_are_split() {
        for (text, expected) in [
            ("oci://example.com/charts/vault", "example.com charts/vault  "),
            ("example.com:5000/vault:1.0.0", "example.com:5000 vault 1.0.0 "),
            ("example.com/vault:1.0.0+b.1", "example.com vault 1.0.0_b.1 "),
            ("example.com/vault@sha256:abc", "example.com vault  sha256:abc"),
            ("example.com/vault:1.0.0@sha256:abc", "example.com vault 1.0.0 sha256:abc"),
            ("[::1]:5000/vault", "[::1]:5000 vault  "),
            ("example.com/a-_b", "invalid reference: invalid repository \"a-_b\""),
            ("example.com/a--b/c__d/e.f", "example.com a--b/c__d/e.f  "),
            ("example.com/a..b", "invalid reference: invalid repository \"a..b\""),
            ("example.com/../x", "invalid reference: invalid repository \"../x\""),
            ("example.com/Vault", "invalid reference: invalid repository \"Vault\""),
            ("example.com/", "invalid reference: invalid repository \"\""),
            ("example.com", "invalid reference: missing registry or repository"),
            ("/vault", "invalid reference: invalid registry \"\""),
            ("exa mple.com/vault", "invalid reference: invalid registry \"exa mple.com\""),
            ("example.com/vault:a b", "invalid reference: invalid tag \"a b\""),
            ("u:secret@example.com/vault", "invalid reference: missing registry or repository"),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }
}
