//! The releases of Helm whose behaviour can be chosen.

use std::fmt;

use mkmanifests_yaml::diagnostic::nearest;

/// A minor release of Helm, such as 4.3: what `--helm-version` chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum HelmRelease {
    V3_17,
    V3_18,
    V3_19,
    V3_20,
    V3_21,
    V4_0,
    V4_1,
    V4_2,
    #[default]
    V4_3,
}

/// What differs between releases only by name.
struct Facts {
    /// `3.17`.
    name: &'static str,
    /// The minor number of the Kubernetes release that it links, which is the default of `--kube-version`.
    kubernetes: u64,
    /// The patch release whose version templates see.
    version: &'static str,
    git_commit: &'static str,
    go_version: &'static str,
}

impl HelmRelease {
    /// All releases, the oldest first.
    pub const ALL: [HelmRelease; 9] = [
        HelmRelease::V3_17,
        HelmRelease::V3_18,
        HelmRelease::V3_19,
        HelmRelease::V3_20,
        HelmRelease::V3_21,
        HelmRelease::V4_0,
        HelmRelease::V4_1,
        HelmRelease::V4_2,
        HelmRelease::V4_3,
    ];

    /// Parses `4.3`, `v4.3` or a patch release such as `4.3.1`, which behaves as its minor release does. `3` and `4` are
    /// the newest release of that major version.
    ///
    /// # Errors
    /// Any other text. The error names the nearest release.
    ///
    /// ```
    /// use mkmanifests_chart::HelmRelease;
    /// assert_eq!(HelmRelease::parse("v3.17.3")?, HelmRelease::V3_17);
    /// assert_eq!(HelmRelease::parse("4")?, HelmRelease::V4_3);
    /// assert!(HelmRelease::parse("3.7").is_err());
    /// # Ok::<(), mkmanifests_chart::UnknownHelmRelease>(())
    /// ```
    pub fn parse(text: &str) -> Result<HelmRelease, UnknownHelmRelease> {
        let release = || {
            let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.');
            let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let major = numbers.next().filter(|text| is_number(text))?;
            let minor = numbers.next();
            if numbers.next().is_some_and(|patch| !is_number(patch)) || numbers.next().is_some() {
                return None;
            }
            HelmRelease::ALL.into_iter().rfind(|release| match minor {
                None => release.name().split('.').next() == Some(major),
                Some(minor) => release.name() == format!("{major}.{minor}"),
            })
        };
        release().ok_or_else(|| UnknownHelmRelease { text: text.to_owned() })
    }

    /// Returns the name: `4.3`.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Returns whether it is a release of Helm 3.
    pub fn is_v3(self) -> bool {
        self < HelmRelease::V4_0
    }

    /// Returns the minor number of the Kubernetes release that it renders for by default: 37 for Kubernetes 1.37.
    pub fn kubernetes_minor(self) -> u64 {
        self.facts().kubernetes
    }

    /// Returns the patch release that stands for it, which templates see as `.Capabilities.HelmVersion`: `v4.3.1`.
    pub fn patch(self) -> &'static str {
        self.facts().version
    }

    pub(super) fn git_commit(self) -> &'static str {
        self.facts().git_commit
    }

    pub(super) fn go_version(self) -> &'static str {
        self.facts().go_version
    }

    /// Source: what each program prints for `helm version`.
    fn facts(self) -> Facts {
        let (name, kubernetes, version, git_commit, go_version) = match self {
            HelmRelease::V3_17 => ("3.17", 32, "v3.17.3", "e4da49785aa6e6ee2b86efd5dd9e43400318262b", "go1.23.7"),
            HelmRelease::V3_18 => ("3.18", 33, "v3.18.6", "b76a950f6835474e0906b96c9ec68a2eff3a6430", "go1.24.6"),
            HelmRelease::V3_19 => ("3.19", 34, "v3.19.5", "4a19a5b6fb912c5c28a779e73f2e0880d9e239a4", "go1.24.11"),
            HelmRelease::V3_20 => ("3.20", 35, "v3.20.2", "8fb76d6ab555577e98e23b7500009537a471feee", "go1.25.9"),
            HelmRelease::V3_21 => ("3.21", 36, "v3.21.4", "813176c51bb5c181dbbd7901298ddcc104cd3417", "go1.26.6"),
            HelmRelease::V4_0 => ("4.0", 34, "v4.0.5", "1b6053d48b51673c5581973f5ae7e104f627fcf5", "go1.25.5"),
            HelmRelease::V4_1 => ("4.1", 35, "v4.1.4", "05fa37973dc9e42b76e1d2883494c87174b6074f", "go1.25.9"),
            HelmRelease::V4_2 => ("4.2", 36, "v4.2.3", "43e8b7feece8beb0fcba47059ec9b522fd929a64", "go1.26.5"),
            HelmRelease::V4_3 => ("4.3", 37, "v4.3.1", "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff", "go1.27.2"),
        };
        Facts { name, kubernetes, version, git_commit, go_version }
    }
}

impl fmt::Display for HelmRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The error of a text that names no release whose behaviour can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownHelmRelease {
    /// The text.
    pub text: String,
}

impl UnknownHelmRelease {
    /// Returns the release with the nearest name, else all of them.
    pub fn help(&self) -> String {
        let names = HelmRelease::ALL.map(HelmRelease::name);
        let wanted: Vec<&str> = self.text.trim_start_matches('v').splitn(3, '.').take(2).collect();
        match nearest(&wanted.join("."), names) {
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
