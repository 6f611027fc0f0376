//! `chart` in `<name>.chart.yaml`: a chart of a repository or registry, by name and version.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::gitops::fleet::cluster_name;
use crate::go::semver::{Constraints, Version};

/// A chart of a repository or registry.
///
/// All keys except `digest` are required, but the files of folders above may have some of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ChartReference {
    /// URL of the repository: the folder of its `index.yaml`, or `oci://HOST/PATH` of a registry without the name of the
    /// chart.
    pub repository: String,
    /// Name of the chart.
    pub name: String,
    /// Version of the chart in quotes: an exact version such as `"1.2.3"`, or a range such as `"^1.2"`, which
    /// `charts.lock` pins. Source of ranges: <https://github.com/Masterminds/semver#basic-comparisons>.
    pub version: String,
    /// SHA-256 of the archive: `sha256:` and 64 hexadecimal digits. Default: the one in `charts.lock`.
    pub digest: Option<String>,
}

/// What identifies an entry of `charts.lock`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) struct ChartKey {
    pub name: String,
    pub repository: String,
    /// The version or range that the app asks for.
    pub version: String,
}

impl ChartReference {
    /// Returns the key of the entry of `charts.lock` that pins the chart.
    pub(in super::super) fn key(&self) -> ChartKey {
        let ChartReference { repository, name, version, .. } = self.clone();
        ChartKey { name, repository, version }
    }

    /// Returns the SHA-256 that the app demands, in hexadecimal digits.
    pub(in super::super) fn sha256(&self) -> Option<&str> {
        self.digest.as_deref().map(|digest| digest.trim_start_matches("sha256:"))
    }

    /// Returns whether the chart is in a registry, and not in a repository with an index.
    pub(in super::super) fn is_in_registry(&self) -> bool {
        self.repository.starts_with("oci://")
    }

    /// Returns whether the URL of the repository has a user name or a password, which must not be printed.
    pub(in super::super) fn has_credentials(&self) -> bool {
        let rest = self.repository.split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?', '#']).next().unwrap_or_default().contains('@')
    }

    /// Returns the required keys that are missing.
    pub(in super::super) fn missing(&self) -> Vec<&'static str> {
        let required = [("repository", &self.repository), ("name", &self.name), ("version", &self.version)];
        required.into_iter().filter(|(_, value)| value.is_empty()).map(|(key, _)| key).collect()
    }

    /// Returns each invalid key with the reason.
    pub(in super::super) fn invalid(&self) -> Vec<(&'static str, String)> {
        let results = [
            ("repository", repository(&self.repository)),
            ("name", cluster_name(&self.name)),
            ("version", range(&self.version)),
            ("digest", self.digest.as_deref().map_or(Ok(()), digest)),
        ];
        results.into_iter().filter_map(|(key, result)| Some((key, result.err()?))).collect()
    }
}

impl ChartKey {
    /// Returns whether `version` is what the app asks for: the same text, or a version in its range.
    pub fn accepts(&self, version: &str) -> bool {
        let in_range = || {
            let (range, version) = (Constraints::parse(&self.version).ok()?, Version::parse(version).ok()?);
            Some(range.check(&version))
        };
        self.version == version || in_range().unwrap_or(false)
    }
}

fn repository(url: &str) -> Result<(), String> {
    let invalid = || format!("must be `https://...`, `http://...` or `oci://...`, found {url:?}");
    let (scheme, rest) = url.split_once("://").ok_or_else(invalid)?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.is_empty() || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(invalid());
    }
    match scheme {
        "https" | "http" => Ok(()),
        "oci" if path.contains([':', '@']) => {
            Err("must not contain a tag or digest: use `version` and `digest`".to_owned())
        }
        "oci" => Ok(()),
        _ => Err(invalid()),
    }
}

fn range(version: &str) -> Result<(), String> {
    let example = "must be a version such as `1.2.3`, or a range such as `^1.2`";
    if version.trim().is_empty() {
        return Err(format!("{example}; `*` is the newest release"));
    }
    Constraints::parse(version).map(drop).map_err(|_| format!("{example}, found {version:?}"))
}

fn digest(text: &str) -> Result<(), String> {
    let is_valid = text.strip_prefix("sha256:").is_some_and(is_sha256);
    if is_valid {
        Ok(())
    } else {
        Err(format!("must be `sha256:` and 64 lowercase hexadecimal digits, found {text:?}"))
    }
}

/// Returns whether a text is a SHA-256 in lowercase hexadecimal digits.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invalid(repository: &str, name: &str, version: &str, digest: Option<&str>) -> Vec<&'static str> {
        let [repository, name, version] = [repository, name, version].map(str::to_owned);
        let reference = ChartReference { repository, name, version, digest: digest.map(str::to_owned) };
        reference.invalid().into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn each_key_is_checked() {
        let sha = format!("sha256:{}", "0a".repeat(32));
        let none: [&str; 0] = [];
        assert_eq!(invalid("https://charts.example.com/", "web", "1.2.3", Some(&sha)), none);
        assert_eq!(invalid("oci://registry.example.com:5000/charts", "web_2.x", ">=1.0, <2 || ^3", None), none);
        assert_eq!(invalid("oci://registry.example.com", "web", "*", None), none);
        for url in
            ["charts.example.com", "file:///charts", "https://", "https://a b", "oci://h/p:1.0", "oci://h/p@sha256:0"]
        {
            assert_eq!(invalid(url, "web", "1", None), ["repository"], "{url}");
        }
        for name in ["", "../web", "a/b", ".web", "a b"] {
            assert_eq!(invalid("https://h", name, "1", None), ["name"], "{name}");
        }
        for version in ["", " ", "latest", "1.2.3/../x"] {
            assert_eq!(invalid("https://h", "web", version, None), ["version"], "{version}");
        }
        for digest in ["", "sha256:", &sha[..70], &sha.to_uppercase(), &sha[7..]] {
            assert_eq!(invalid("https://h", "web", "1", Some(digest)), ["digest"], "{digest}");
        }
    }

    #[test]
    fn credentials_are_found_in_the_host_only() {
        let has = |repository: &str| {
            ChartReference { repository: repository.to_owned(), ..ChartReference::default() }.has_credentials()
        };
        assert!(has("https://user:secret@charts.example.com") && has("oci://token@registry.example.com/charts"));
        assert!(!has("https://charts.example.com/a@b") && !has("oci://registry.example.com/web@sha256:0"));
    }

    #[test]
    fn a_version_is_accepted_by_its_text_or_by_a_range() {
        let accepts = |wanted: &str, version: &str| {
            ChartKey { name: String::new(), repository: String::new(), version: wanted.to_owned() }.accepts(version)
        };
        assert!(accepts("1.2.3", "1.2.3") && accepts("1.2.3-rc.1", "1.2.3-rc.1") && accepts("^1.2", "1.9.0"));
        assert!(accepts("1.2.3", "v1.2.3"));
        assert!(!accepts("1.2.3", "1.2.4") && !accepts("^1.2", "2.0.0") && !accepts("^1", "1.3.0-rc.1"));
        assert!(!accepts("^1", "latest"));
    }
}
