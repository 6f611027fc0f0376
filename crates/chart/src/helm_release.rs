//! The releases of Helm whose behaviour can be chosen.

use std::fmt;

/// A minor release of Helm, such as 4.3: what `--helm-version` chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum HelmRelease {
    V3_17,
    V3_18,
    V3_19,
    V3_20,
    V4_0,
    V4_1,
    V4_2,
    #[default]
    V4_3,
}

impl HelmRelease {
    /// All releases, the oldest first.
    pub const ALL: [HelmRelease; 8] = [
        HelmRelease::V3_17,
        HelmRelease::V3_18,
        HelmRelease::V3_19,
        HelmRelease::V3_20,
        HelmRelease::V4_0,
        HelmRelease::V4_1,
        HelmRelease::V4_2,
        HelmRelease::V4_3,
    ];

    /// Parses `4.3`, `v4.3` or `4.3.1`; `3` and `4` are the newest release of that major version.
    pub fn parse(text: &str) -> Option<HelmRelease> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts = text.split('.');
        let (major, minor) = (parts.next()?, parts.next());
        let mut matching = HelmRelease::ALL.into_iter().filter(|release| {
            let name = release.to_string();
            minor.map_or_else(|| name.split('.').next() == Some(major), |minor| name == format!("{major}.{minor}"))
        });
        matching.next_back()
    }
}

impl fmt::Display for HelmRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HelmRelease::V3_17 => "3.17",
            HelmRelease::V3_18 => "3.18",
            HelmRelease::V3_19 => "3.19",
            HelmRelease::V3_20 => "3.20",
            HelmRelease::V4_0 => "4.0",
            HelmRelease::V4_1 => "4.1",
            HelmRelease::V4_2 => "4.2",
            HelmRelease::V4_3 => "4.3",
        })
    }
}
