//! `KubeVersion`: the version of a cluster's Kubernetes, as people, providers and Helm write it.

use std::fmt;

/// A version of Kubernetes: what charts see as `.Capabilities.KubeVersion`, and what decides on the APIs that a cluster
/// serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// As it was given, with a `v` before it.
    git_version: String,
    /// The numbers alone, with a `v` before them.
    normalized: String,
    major: u64,
    minor: u64,
}

/// Major and minor number of the oldest version whose APIs are known.
const OLDEST: (u64, u64) = (1, 8);
/// Major and minor number of the newest version whose APIs are known: that of Helm 4.3.1, too.
const NEWEST: (u64, u64) = (1, 37);

impl KubeVersion {
    /// Reads a version as Helm reads `--kube-version`, whether or not there is such a Kubernetes: `1.31`, `v1.31.2`,
    /// `v1.33.4-gke.1245000`, `1.99`.
    ///
    /// # Errors
    ///
    /// If it does not begin with two numbers and a dot between them.
    ///
    /// ```
    /// use mkmanifests_check::kube_version::KubeVersion;
    /// let version = KubeVersion::parse("1.33.4-gke.1245000")?;
    /// assert_eq!((version.git_version(), version.normalized()), ("v1.33.4-gke.1245000", "v1.33.4"));
    /// assert_eq!(version.to_string(), "1.33");
    /// # Ok::<(), mkmanifests_check::kube_version::KubeVersionError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, KubeVersionError> {
        let fail = |fault| KubeVersionError { text: text.to_owned(), fault };
        let numbers = numbers(text).ok_or_else(|| fail(Fault::NoNumber))?;
        let parts: Vec<&str> = numbers.split('.').collect();
        let [major, _, ..] = *parts.as_slice() else { return Err(fail(Fault::Illegal)) };
        if major.starts_with('0') && major != "0" {
            return Err(fail(Fault::ZeroPrefixed(major.to_owned())));
        }
        let parsed = parts.iter().map(|part| part.parse::<u64>()).collect::<Result<Vec<_>, _>>();
        let parsed = parsed.map_err(|_| fail(Fault::Illegal))?;
        let [major, minor, ..] = *parsed.as_slice() else { return Err(fail(Fault::Illegal)) };
        let normalized: Vec<String> = parsed.iter().map(u64::to_string).collect();
        let prefix = if text.starts_with('v') { "" } else { "v" };
        Ok(KubeVersion {
            git_version: format!("{prefix}{text}"),
            normalized: format!("v{}", normalized.join(".")),
            major,
            minor,
        })
    }

    /// Reads a version whose APIs are known, written as Kubernetes writes it (`1.36`, `v1.36.2`) or as a provider does
    /// (`v1.31.4-eks-aeac579`, `1.31+`).
    ///
    /// # Errors
    ///
    /// If `text` is none of these, or not one of the known versions.
    ///
    /// ```
    /// use mkmanifests_check::kube_version::KubeVersion;
    /// assert!(KubeVersion::parse_known("v1.36.2").is_ok());
    /// let error = KubeVersion::parse_known("1.99").unwrap_err();
    /// assert_eq!(error.to_string(), "Kubernetes 1.99 is unknown; known versions: 1.8 to 1.37");
    /// ```
    pub fn parse_known(text: &str) -> Result<Self, KubeVersionError> {
        let fail = |fault| KubeVersionError { text: text.to_owned(), fault };
        let version = Self::parse(text).ok().filter(Self::is_canonical).ok_or_else(|| fail(Fault::NotCanonical))?;
        let numbers = (version.major, version.minor);
        if version.is_known() { Ok(version) } else { Err(fail(Fault::Unknown(numbers))) }
    }

    /// Whether its APIs are known: it is neither too old nor too new.
    pub fn is_known(&self) -> bool {
        (OLDEST..=NEWEST).contains(&(self.major, self.minor))
    }

    /// Whether it comes before version 1.`minor`.
    pub fn is_before(&self, minor: u64) -> bool {
        (self.major, self.minor) < (1, minor)
    }

    /// As it was given, with a `v` before it: `v1.33.4-gke.1245000`.
    pub fn git_version(&self) -> &str {
        &self.git_version
    }

    /// Without suffixes: `v1.33.4`. This is what a template prints, and what a chart's `kubeVersion` is compared with.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// The major number: always 1 so far.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// The minor number: a new one three times a year.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// Two or three numbers without leading zeros, and at most a suffix that begins with `-` or `+`.
    fn is_canonical(&self) -> bool {
        let numbers = self.normalized.split('.').count();
        let rest = self.git_version.strip_prefix(&self.normalized);
        numbers <= 3 && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '+']))
    }
}

impl Default for KubeVersion {
    /// The newest version whose APIs are known, which Helm 4.3.1 assumes, too.
    fn default() -> Self {
        let (major, minor) = NEWEST;
        let version = format!("v{major}.{minor}.0");
        KubeVersion { git_version: version.clone(), normalized: version, major, minor }
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Why a text is no version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersionError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with the text of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It does not begin with a number.
    NoNumber,
    /// There is one number only, or one that is too large.
    Illegal,
    /// This major number has a leading zero.
    ZeroPrefixed(String),
    /// Neither Kubernetes nor a provider writes a version so; Helm may still read it.
    NotCanonical,
    /// No API of this major and minor version is known.
    Unknown((u64, u64)),
}

impl fmt::Display for KubeVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KubeVersionError { text, fault } = self;
        match fault {
            // Helm's words.
            Fault::NoNumber => write!(f, "invalid kube version '{text}': could not parse {text:?} as version"),
            Fault::Illegal => write!(f, "invalid kube version '{text}': illegal version string {text:?}"),
            Fault::ZeroPrefixed(major) => write!(
                f,
                "invalid kube version '{text}': illegal zero-prefixed version component {major:?} in {text:?}"
            ),
            Fault::NotCanonical => write!(f, "{text:?} is not a version of Kubernetes, as in 1.36 or v1.36.2"),
            Fault::Unknown((major, minor)) => write!(
                f,
                "Kubernetes {major}.{minor} is unknown; known versions: {}.{} to {}.{}",
                OLDEST.0, OLDEST.1, NEWEST.0, NEWEST.1
            ),
        }
    }
}

impl std::error::Error for KubeVersionError {}

/// The numbers and dots that a version begins with, after white space and a `v`.
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
            assert!(refused.contains("is not a version of Kubernetes"), "{refused}");
        }
    }

    #[test]
    fn versions_out_of_the_known_range_are_refused() {
        for text in ["1.8", "v1.37.9"] {
            assert!(KubeVersion::parse_known(text).is_ok(), "{text}");
        }
        for text in ["1.7", "1.2", "0.1", "1.38", "1.99", "2.0", "130.0", "1.4294967295"] {
            let refused = KubeVersion::parse_known(text).expect_err(text).to_string();
            assert!(refused.ends_with("is unknown; known versions: 1.8 to 1.37"), "{refused}");
        }
    }

    #[test]
    fn the_default_is_a_known_version() {
        let default = KubeVersion::default();
        assert_eq!(KubeVersion::parse_known("v1.37.0"), Ok(default));
    }
}
