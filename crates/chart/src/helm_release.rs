//! The releases of Helm whose behaviour can be chosen.

use std::fmt;

use mkmanifests_yaml::diagnostic::nearest;

/// A release of Helm, such as 4.3.1: what `--helm-version` chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HelmRelease {
    /// The major number: 3 or 4.
    pub major: u64,
    /// The minor number.
    pub minor: u64,
    /// The patch number. A patch release newer than those known behaves as the newest known one.
    pub patch: u64,
}

/// Declares the newest patch release of each minor release.
macro_rules! releases {
    ($($name:ident = $major:literal . $minor:literal . $patch:literal, Kubernetes 1 . $kubernetes:literal;)+) => {
        impl HelmRelease {
            $(#[doc = concat!("Helm ", $major, ".", $minor, ".", $patch, ".")]
            pub const $name: HelmRelease = HelmRelease { major: $major, minor: $minor, patch: $patch };)+

            /// The newest patch release of each minor release, the oldest first.
            pub const ALL: [HelmRelease; [$($minor),+].len()] = [$(HelmRelease::$name),+];

            /// Returns the minor number of the Kubernetes release that it renders for by default: 37 for Kubernetes 1.37.
            pub fn kubernetes_minor(self) -> u64 {
                match (self.major, self.minor) {
                    $(($major, $minor) => $kubernetes,)+
                    _ => HelmRelease::default().kubernetes_minor(),
                }
            }
        }
    };
}

releases! {
    V3_17 = 3 . 17 . 4, Kubernetes 1 . 32;
    V3_18 = 3 . 18 . 6, Kubernetes 1 . 33;
    V3_19 = 3 . 19 . 5, Kubernetes 1 . 34;
    V3_20 = 3 . 20 . 2, Kubernetes 1 . 35;
    V3_21 = 3 . 21 . 4, Kubernetes 1 . 36;
    V4_0 = 4 . 0 . 5, Kubernetes 1 . 34;
    V4_1 = 4 . 1 . 4, Kubernetes 1 . 35;
    V4_2 = 4 . 2 . 4, Kubernetes 1 . 36;
    V4_3 = 4 . 3 . 1, Kubernetes 1 . 37;
}

/// The commits and Go versions of builds: `helm version` of each. For 3.20.2, 3.21.4 and 4.0.5 the Go version is that of
/// the build's settings, `.github/env`. Another patch release counts as built like the next one in the list.
const BUILDS: [(HelmRelease, &str, &str); 15] = [
    (release(3, 17, 2), "cc0bbbd6d6276b83880042c1ecb34087e84d41eb", "go1.23.7"),
    (release(3, 17, 3), "e4da49785aa6e6ee2b86efd5dd9e43400318262b", "go1.23.7"),
    (release(3, 17, 4), "595a05da6166037d0abebaa27ac8a498fa4d7ed2", "go1.23.7"),
    (release(3, 18, 0), "cc58e3f5a3aa615c6a86275e6f4444b5fdd3cc4e", "go1.24.3"),
    (release(3, 18, 6), "b76a950f6835474e0906b96c9ec68a2eff3a6430", "go1.24.3"),
    (release(3, 19, 0), "3d8990f0836691f0229297773f3524598f46bda6", "go1.24.7"),
    (release(3, 19, 5), "4a19a5b6fb912c5c28a779e73f2e0880d9e239a4", "go1.24.7"),
    (release(3, 20, 2), "8fb76d6ab555577e98e23b7500009537a471feee", "go1.25"),
    (release(3, 21, 4), "813176c51bb5c181dbbd7901298ddcc104cd3417", "go1.26"),
    (release(4, 0, 5), "1b6053d48b51673c5581973f5ae7e104f627fcf5", "go1.25"),
    (release(4, 1, 3), "c94d381b03be117e7e57908edbf642104e00eb8f", "go1.25.8"),
    (release(4, 1, 4), "05fa37973dc9e42b76e1d2883494c87174b6074f", "go1.25.9"),
    (release(4, 2, 3), "43e8b7feece8beb0fcba47059ec9b522fd929a64", "go1.26.5"),
    (release(4, 2, 4), "3900f434fd3ef2b84065dc04508df48f288dba00", "go1.26.5"),
    (release(4, 3, 1), "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff", "go1.27.2"),
];

const fn release(major: u64, minor: u64, patch: u64) -> HelmRelease {
    HelmRelease { major, minor, patch }
}

impl HelmRelease {
    /// Parses `4.3.1`, `v4.3.1`, or `4.3` and `4`, which are the newest known releases of these.
    ///
    /// # Errors
    /// Any other text. The error names the nearest release.
    ///
    /// ```
    /// use mkmanifests_chart::HelmRelease;
    /// assert_eq!(HelmRelease::parse("v3.17.3")?.to_string(), "3.17.3");
    /// assert_eq!(HelmRelease::parse("4.2")?.to_string(), "4.2.4");
    /// assert_eq!(HelmRelease::parse("4")?, HelmRelease::default());
    /// assert!(HelmRelease::parse("3.7").is_err());
    /// # Ok::<(), mkmanifests_chart::UnknownHelmRelease>(())
    /// ```
    pub fn parse(text: &str) -> Result<HelmRelease, UnknownHelmRelease> {
        let unknown = || UnknownHelmRelease { text: text.to_owned() };
        let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let numbers: Option<Vec<u64>> = text.strip_prefix('v').unwrap_or(text).split('.').map(number).collect();
        let numbers = numbers.ok_or_else(unknown)?;
        let (minor, patch) = (numbers.get(1), numbers.get(2));
        let newest = HelmRelease::ALL.into_iter().rfind(|release| {
            numbers.first() == Some(&release.major) && minor.is_none_or(|minor| *minor == release.minor)
        });
        let newest = newest.filter(|_| numbers.len() <= 3).ok_or_else(unknown)?;
        Ok(HelmRelease { patch: patch.copied().unwrap_or(newest.patch), ..newest })
    }

    /// Returns whether it is a release of Helm 3.
    pub fn is_v3(self) -> bool {
        self.major == 3
    }

    /// Returns the name of the minor release: `4.3`.
    pub fn minor_name(self) -> String {
        format!("{}.{}", self.major, self.minor)
    }

    /// Returns the commit and the Go version of the build.
    pub(super) fn build(self) -> (&'static str, &'static str) {
        let same = |release: HelmRelease| (release.major, release.minor) == (self.major, self.minor);
        let mut builds = BUILDS.iter().filter(|(release, ..)| same(*release));
        let newest = builds.clone().next_back();
        let found = builds.find(|(release, ..)| release.patch >= self.patch).or(newest);
        found.map_or(("", ""), |(_, commit, go)| (commit, go))
    }
}

impl Default for HelmRelease {
    /// Returns the newest release.
    fn default() -> Self {
        HelmRelease::V4_3
    }
}

impl fmt::Display for HelmRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The error of a text that names no release whose behaviour can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownHelmRelease {
    /// The text.
    pub text: String,
}

impl UnknownHelmRelease {
    /// Returns the release with the nearest name, and all of them.
    pub fn help(&self) -> String {
        let names = HelmRelease::ALL.map(HelmRelease::minor_name);
        let wanted: Vec<&str> = self.text.trim_start_matches('v').splitn(3, '.').take(2).collect();
        match nearest(&wanted.join("."), names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? The releases are {}", names.join(", ")),
            None => format!("the releases are {}", names.join(", ")),
        }
    }
}

impl fmt::Display for UnknownHelmRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown release of Helm: `{}`", self.text)
    }
}

impl std::error::Error for UnknownHelmRelease {}
