//! Digests, such as `sha256:4f53...`.
//!
//! Source: <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests>

use std::fmt;

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// A valid digest with a known algorithm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digest(String);

impl Digest {
    /// Computes the SHA-256 of `content`.
    pub fn of(content: &[u8]) -> Digest {
        Digest(format!("sha256:{}", hex(&Sha256::digest(content))))
    }

    /// Parses a digest.
    ///
    /// # Errors
    /// The text of Go's library `go-digest`.
    pub fn parse(text: &str) -> Result<Digest, &'static str> {
        const FORMAT: &str = "invalid checksum digest format";
        let (algorithm, encoded) = text.split_once(':').ok_or(FORMAT)?;
        if algorithm.is_empty() || encoded.is_empty() {
            return Err(FORMAT);
        }
        let length = match algorithm {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ if is_algorithm(algorithm) && encoded.bytes().all(is_encoded) => {
                return Err("unsupported digest algorithm");
            }
            _ => return Err(FORMAT),
        };
        if encoded.len() != length {
            return Err("invalid checksum digest length");
        }
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if encoded.bytes().all(is_hex) { Ok(Digest(text.to_owned())) } else { Err(FORMAT) }
    }

    /// Returns whether `content` has this digest.
    pub fn matches(&self, content: &[u8]) -> bool {
        let (algorithm, encoded) = self.0.split_once(':').unwrap_or_default();
        let actual = match algorithm {
            "sha384" => hex(&Sha384::digest(content)),
            "sha512" => hex(&Sha512::digest(content)),
            _ => hex(&Sha256::digest(content)),
        };
        actual == encoded
    }

    /// Returns the text, with the algorithm.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether a name of an algorithm is parts of letters and digits with separators between them.
fn is_algorithm(name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.split(['.', '+', '_', '-']).all(is_part)
}

fn is_encoded(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'_' | b'-')
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_parsed_as_in_go() {
        let sha256 = format!("sha256:{}", "a".repeat(64));
        assert_eq!(Digest::parse(&sha256).unwrap().as_str(), sha256);
        for (text, error) in [
            ("", "invalid checksum digest format"),
            ("sha256:", "invalid checksum digest format"),
            (":abc", "invalid checksum digest format"),
            ("sha256:abc", "invalid checksum digest length"),
            (&sha256.replace('a', "A"), "invalid checksum digest format"),
            ("md5:abc", "unsupported digest algorithm"),
            ("MD5:abc", "invalid checksum digest format"),
            ("blake3+x:abc", "unsupported digest algorithm"),
            ("md5:a/b", "invalid checksum digest format"),
        ] {
            assert_eq!(Digest::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn each_algorithm_is_verified() {
        // Computed with `printf abc | sha256sum`, `sha384sum` and `sha512sum`.
        for digest in [
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d\
             4423643ce80e2a9ac94fa54ca49f",
        ] {
            let digest = Digest::parse(digest).unwrap();
            assert!(digest.matches(b"abc"), "{digest}");
            assert!(!digest.matches(b"abd"), "{digest}");
        }
    }
}
