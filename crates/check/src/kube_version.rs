//! `KubeVersion`: the Kubernetes version of a cluster, as people, cloud providers and Helm write it.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

use mkmanifests_go::semver::Version;

/// A Kubernetes version: `.Capabilities.KubeVersion` in charts. It determines which APIs a cluster serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// The original text, with a leading `v`.
    git_version: String,
    /// Only the numbers, with a leading `v`.
    normalized: String,
    major: u64,
    minor: u64,
    /// Major and minor number as they are written, if they need not be numbers.
    texts: Option<(String, String)>,
}

/// Major and minor number of the oldest version whose APIs are known.
const OLDEST: (u64, u64) = (1, 8);
/// Major and minor number of the newest version whose APIs are known; also the default of Helm 4.3.1.
const NEWEST: (u64, u64) = (1, 37);

impl KubeVersion {
    /// Parses a version as Helm parses `--kube-version`, even if there is no such Kubernetes release: `1.31`, `v1.31.2`,
    /// `v1.33.4-gke.1245000`, `1.99`.
    ///
    /// # Errors
    ///
    /// If it does not start with `MAJOR.MINOR`. The message is that of Helm.
    ///
    /// ```
    /// use mkmanifests_check::kube_version::KubeVersion;
    /// let version = KubeVersion::parse("1.33.4-gke.1245000")?;
    /// assert_eq!((version.git_version(), version.normalized()), ("v1.33.4-gke.1245000", "v1.33.4"));
    /// assert_eq!(version.to_string(), "1.33");
    /// # Ok::<(), mkmanifests_check::kube_version::KubeVersionError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, KubeVersionError> {
        let fail = |kind| KubeVersionError { text: text.to_owned(), kind };
        let numbers = numbers(text).ok_or_else(|| fail(KubeVersionErrorKind::NoNumber))?;
        let parts: Vec<&str> = numbers.split('.').collect();
        let [major, _, ..] = *parts.as_slice() else { return Err(fail(KubeVersionErrorKind::Illegal)) };
        if major.starts_with('0') && major != "0" {
            return Err(fail(KubeVersionErrorKind::ZeroPrefixed(major.to_owned())));
        }
        let parsed = parts.iter().map(|part| part.parse::<u64>()).collect::<Result<Vec<_>, _>>();
        let parsed = parsed.map_err(|_| fail(KubeVersionErrorKind::Illegal))?;
        let [major, minor, ..] = *parsed.as_slice() else { return Err(fail(KubeVersionErrorKind::Illegal)) };
        let normalized: Vec<String> = parsed.iter().map(u64::to_string).collect();
        let prefix = if text.starts_with('v') { "" } else { "v" };
        Ok(KubeVersion {
            git_version: format!("{prefix}{text}"),
            normalized: format!("v{}", normalized.join(".")),
            major,
            minor,
            texts: None,
        })
    }

    /// Parses a version whose APIs are known, in the form of Kubernetes (`1.36`, `v1.36.2`) or a cloud provider
    /// (`v1.31.4-eks-aeac579`, `1.31+`).
    ///
    /// # Errors
    ///
    /// If `text` has another form, or names a version older than 1.8 or newer than 1.37.
    ///
    /// ```
    /// use mkmanifests_check::kube_version::KubeVersion;
    /// assert!(KubeVersion::parse_known("v1.36.2").is_ok());
    /// let error = KubeVersion::parse_known("1.99").unwrap_err();
    /// assert_eq!(error.to_string(), "unknown Kubernetes version 1.99: must be between 1.8 and 1.37");
    /// ```
    pub fn parse_known(text: &str) -> Result<Self, KubeVersionError> {
        let fail = |kind| KubeVersionError { text: text.to_owned(), kind };
        let version = Self::parse(text)
            .ok()
            .filter(Self::is_canonical)
            .ok_or_else(|| fail(KubeVersionErrorKind::NotCanonical))?;
        let numbers = (version.major, version.minor);
        if version.is_known() { Ok(version) } else { Err(fail(KubeVersionErrorKind::Unknown(numbers))) }
    }

    /// Returns the release 1.`minor`.0.
    pub fn minor_release(minor: u64) -> Self {
        let version = format!("v1.{minor}.0");
        KubeVersion { git_version: version.clone(), normalized: version, major: 1, minor, texts: None }
    }

    /// Returns the release `major`.`minor`.0 of texts that need not be numbers, as unit tests of charts set them. Templates
    /// see the texts; [`KubeVersion::major`] and [`KubeVersion::minor`] are the numbers with which they begin, or 0.
    ///
    /// ```
    /// use mkmanifests_check::kube_version::KubeVersion;
    /// let version = KubeVersion::of_texts("1", "25+");
    /// assert_eq!((version.git_version(), &*version.minor_text(), version.minor()), ("v1.25+.0", "25+", 25));
    /// ```
    pub fn of_texts(major: &str, minor: &str) -> Self {
        let number = |text: &str| {
            let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
            text.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or_default()
        };
        let version = format!("v{major}.{minor}.0");
        KubeVersion {
            git_version: version.clone(),
            normalized: version,
            major: number(major),
            minor: number(minor),
            texts: Some((major.to_owned(), minor.to_owned())),
        }
    }

    /// Parses a version as a semantic version, as Helm did before 3.19: a suffix such as `-gke.1245000` makes it a
    /// pre-release, older than the release.
    ///
    /// # Errors
    ///
    /// If it is not a semantic version.
    pub fn parse_semantic(text: &str) -> Result<Self, KubeVersionError> {
        let version = Version::parse(text)
            .map_err(|_| KubeVersionError { text: text.to_owned(), kind: KubeVersionErrorKind::NotSemantic })?;
        let git_version = format!("v{version}");
        let (major, minor) = (version.major, version.minor);
        Ok(KubeVersion { normalized: git_version.clone(), git_version, major, minor, texts: None })
    }

    /// Returns the version without its suffix, as if it had been written so.
    #[must_use]
    pub fn without_suffix(self) -> Self {
        KubeVersion { git_version: self.normalized.clone(), ..self }
    }

    /// Returns whether its APIs are known: from 1.8 to 1.37.
    pub fn is_known(&self) -> bool {
        KubeVersion::known().contains(&(self.major, self.minor))
    }

    /// Returns whether it is older than version 1.`minor`.
    pub fn is_before(&self, minor: u64) -> bool {
        (self.major, self.minor) < (1, minor)
    }

    /// Returns the original text with a leading `v`: `v1.33.4-gke.1245000`.
    pub fn git_version(&self) -> &str {
        &self.git_version
    }

    /// Returns the version without suffix: `v1.33.4`. Templates print it, and the `kubeVersion` of a chart is compared with it.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// Returns the major number, such as 1.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// Returns the minor number, such as 36.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// Returns the major number as templates see it.
    pub fn major_text(&self) -> Cow<'_, str> {
        self.texts.as_ref().map_or_else(|| self.major.to_string().into(), |(major, _)| major.as_str().into())
    }

    /// Returns the minor number as templates see it: `36`, or `25+`.
    pub fn minor_text(&self) -> Cow<'_, str> {
        self.texts.as_ref().map_or_else(|| self.minor.to_string().into(), |(_, minor)| minor.as_str().into())
    }

    /// Returns the versions whose APIs are known: major and minor numbers of the oldest and the newest.
    pub fn known() -> RangeInclusive<(u64, u64)> {
        OLDEST..=NEWEST
    }

    /// Returns whether it has two or three numbers without leading zeros, and no suffix or one that starts with `-` or `+`.
    fn is_canonical(&self) -> bool {
        let numbers = self.normalized.split('.').count();
        let rest = self.git_version.strip_prefix(&self.normalized);
        numbers <= 3 && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '+']))
    }
}

impl Default for KubeVersion {
    /// Returns the newest version whose APIs are known, also the default of Helm 4.3.1.
    fn default() -> Self {
        let (major, minor) = NEWEST;
        let version = format!("v{major}.{minor}.0");
        KubeVersion { git_version: version.clone(), normalized: version, major, minor, texts: None }
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The error of a text that is not a Kubernetes version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersionError {
    /// The invalid text.
    pub text: String,
    /// The reason.
    pub kind: KubeVersionErrorKind,
}

/// The reason why a text is not a Kubernetes version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KubeVersionErrorKind {
    /// It does not start with a number.
    NoNumber,
    /// It has only one number, or one that is too large.
    Illegal,
    /// The major number, given here, has a leading zero.
    ZeroPrefixed(String),
    /// It is not a semantic version.
    NotSemantic,
    /// Neither Kubernetes nor a cloud provider uses this form. Helm may still accept it.
    NotCanonical,
    /// The APIs of this major and minor version are not known.
    Unknown((u64, u64)),
}

impl fmt::Display for KubeVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KubeVersionError { text, kind } = self;
        match kind {
            // The messages of Helm.
            KubeVersionErrorKind::NoNumber => {
                write!(f, "invalid kube version '{text}': could not parse {text:?} as version")
            }
            KubeVersionErrorKind::NotSemantic => {
                write!(f, "invalid kube version '{text}': invalid semantic version")
            }
            KubeVersionErrorKind::Illegal => {
                write!(f, "invalid kube version '{text}': illegal version string {text:?}")
            }
            KubeVersionErrorKind::ZeroPrefixed(major) => write!(
                f,
                "invalid kube version '{text}': illegal zero-prefixed version component {major:?} in {text:?}"
            ),
            KubeVersionErrorKind::NotCanonical => {
                write!(f, "{text:?} is not a Kubernetes version: expected a value such as `1.36` or `v1.36.2`")
            }
            KubeVersionErrorKind::Unknown((major, minor)) => write!(
                f,
                "unknown Kubernetes version {major}.{minor}: must be between {}.{} and {}.{}",
                OLDEST.0, OLDEST.1, NEWEST.0, NEWEST.1
            ),
        }
    }
}

impl std::error::Error for KubeVersionError {}

/// Returns the leading numbers and dots of a version, after white space and a `v`.
fn numbers(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|char: char| char.is_ascii_whitespace());
    let text = text.strip_prefix('v').unwrap_or(text);
    if text.contains('\n') || !text.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let end = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    // Only dots between digits belong to the numbers: `1.` is 1, `1..2` as well.
    let numbers = text.get(..end)?.split("..").next()?;
    Some(numbers.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::KubeVersion;

    #[test]
    fn versions_are_read_as_providers_write_them() {
        for text in ["1.31", "v1.31", "1.31.0", "1.31.99", "1.31+", "v1.31.4-eks-aeac579", "1.31.0+k3s1"] {
            let version = KubeVersion::parse_known(text).expect(text);
            assert_eq!((version.major(), version.minor()), (1, 31), "{text}");
        }
        let others = [
            "",
            "1",
            "latest",
            "1.x",
            "1.31.4.5",
            "1.031",
            "1.",
            "v",
            "-1.31",
            "+1.31",
            "vv1.31",
            "1.31 ",
            " 1.31",
            "v 1.31",
            "1.31.",
            "1.31..4",
            "1.31\n",
            "01.31",
            "1.18446744073709551616",
        ];
        for text in others {
            let refused = KubeVersion::parse_known(text).expect_err(text).to_string();
            assert!(refused.contains("is not a Kubernetes version"), "{refused}");
        }
    }

    #[test]
    fn versions_out_of_the_known_range_are_refused() {
        for text in ["1.8", "v1.37.9"] {
            assert!(KubeVersion::parse_known(text).is_ok(), "{text}");
        }
        for text in ["1.7", "1.2", "0.1", "1.38", "1.99", "2.0", "130.0", "1.4294967295"] {
            let refused = KubeVersion::parse_known(text).expect_err(text).to_string();
            assert!(refused.ends_with(": must be between 1.8 and 1.37"), "{refused}");
        }
    }

    #[test]
    fn the_default_is_a_known_version() {
        let default = KubeVersion::default();
        assert_eq!(KubeVersion::parse_known("v1.37.0"), Ok(default));
    }
}
