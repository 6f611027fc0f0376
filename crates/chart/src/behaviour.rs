//! What differs between releases of Helm: one switch per behaviour. The engine asks for the switch, never for the release.

use super::helm_release::HelmRelease;

/// Declares the switches: the name that `chart diff-helm` prints, the first releases, what it does, and Helm's source.
macro_rules! changes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, since [$($since:expr),+];)+) => {
        /// A behaviour of Helm that changed. It is on in the releases that behave as the newest one does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Change {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Change {
            /// All of them, in the order of the table in `docs/helm-versions.md`.
            pub const ALL: &[Change] = &[$(Change::$variant),+];

            /// Returns its name: `webhooks-last`.
            pub fn name(self) -> &'static str {
                match self { $(Change::$variant => $name,)+ }
            }

            fn documentation(self) -> &'static [&'static str] {
                match self { $(Change::$variant => &[$($doc),+],)+ }
            }

            /// Returns the first releases that have it, at most one per minor release: fixes were brought to older ones.
            fn since(self) -> &'static [(u64, u64, u64)] {
                match self { $(Change::$variant => &[$($since),+],)+ }
            }
        }
    };
}

changes! {
    /// `values.schema.json` may use the drafts 2019-09 and 2020-12 of JSON Schema; older releases know drafts 4, 6 and
    /// 7 only.
    ///
    /// Source: commit 32a87dff3.
    JsonSchemaDrafts = "json-schema-drafts", since [(3, 18, 5), (4, 0, 0)];
    /// In `import-values`, `child` and `parent` may be numbers or missing; older releases crash.
    ///
    /// Source: `processImportValues`.
    ImportValuesOfAnyType = "import-values-of-any-type", since [(3, 18, 5), (4, 0, 0)];
    /// `range` repeats its body as often as an integer says; older releases fail.
    ///
    /// Source: Go 1.24, text/template.
    RangeOverIntegers = "range-over-integers", since [(3, 18, 0), (4, 0, 0)];
    /// A `null` of the user below a table counts as if the defaults had the key.
    ///
    /// Source: commit 292fe7021, `coalesceTablesFullKey`.
    NullMarksDefaults = "null-marks-defaults", since [(3, 19, 5), (4, 0, 0)];
    /// A `null` of the user below a table stays if the defaults have no value there; before, it was removed.
    ///
    /// Source: commit 679f05198, `coalesceTablesFullKey`.
    NullStaysWithoutDefault = "null-stays-without-default", since [(3, 20, 1), (4, 1, 3)];
    /// A `null` among a chart's own defaults is removed; older releases pass it to the templates.
    ///
    /// Source: commit 00638773d, `cleanNilValues`.
    DefaultNullsRemoved = "default-nulls-removed", since [(4, 2, 0)];
    /// `--kube-version` is read as Kubernetes reads it, so a suffix such as `-gke.1` makes it no pre-release.
    ///
    /// Source: commit 9f6beaad4, `ParseKubeVersion`.
    KubeVersionWithoutSuffix = "kube-version-without-suffix", since [(3, 19, 0), (4, 0, 0)];
    /// `.Capabilities.KubeVersion.Version` is the text of `--kube-version`; only `.KubeVersion` itself has no suffix.
    ///
    /// Source: commit ce273eea4, `ParseKubeVersion`.
    KubeVersionKeepsText = "kube-version-keeps-text", since [(4, 1, 0)];
    /// `.Files.Lines` of an empty file is an empty list; older releases fail.
    ///
    /// Source: commit 143631f73.
    LinesOfEmptyFile = "lines-of-empty-file", since [(3, 21, 4), (4, 3, 0)];
    /// `.Chart` is a map: a field that it does not have is empty, and `toYaml` writes the names of Go's fields. Before,
    /// it was a struct: an unknown field is an error, and `toYaml` writes the keys of `Chart.yaml`.
    ///
    /// Source: commit 9dcc49cbd, `MetadataAsMap`.
    ChartIsMap = "chart-is-map", since [(4, 0, 0)];
    /// `MutatingWebhookConfiguration` and `ValidatingWebhookConfiguration` come before all kinds that Helm does not
    /// know; before, among them by name.
    ///
    /// Source: commit 9b636902c, `InstallOrder`.
    WebhooksLast = "webhooks-last", since [(4, 0, 0)];
    /// Templates have the function `mustToYaml`.
    ///
    /// Source: commit 34b679e0c.
    MustToYaml = "must-to-yaml", since [(4, 0, 0)];
    /// Templates have the function `mustToToml`.
    ///
    /// Source: commit b075f7a35.
    MustToToml = "must-to-toml", since [(4, 2, 0)];
    /// `toToml` writes large and small numbers with an exponent, `1e+06`; older releases write all digits, `1000000.0`.
    ///
    /// Source: BurntSushi/toml 1.6.
    TomlExponents = "toml-exponents", since [(3, 20, 0), (4, 1, 0)];
    /// Templates have `mustToDuration` and the functions `durationSeconds` to `durationWeeks`, `durationRoundTo` and
    /// `durationTruncateTo`.
    ///
    /// Source: commit 722dd3e3a.
    DurationFunctions = "duration-functions", since [(4, 3, 0)];
    /// `--set-json` takes a whole object, `{"a": 1}`; older releases take `key=value` only.
    ///
    /// Source: commit 274d43c10.
    SetJsonObjects = "set-json-objects", since [(4, 0, 0)];
    /// A values file may have several documents, which are merged; older releases read the first.
    ///
    /// Source: commit 92087f6e3, `LoadValues`.
    SeveralValuesDocuments = "several-values-documents", since [(4, 0, 0)];
    /// Blank lines and spaces at the end of a template's text are printed; older releases cut them.
    ///
    /// Source: commit 265c5eb53, `SplitManifests`.
    TrailingBlankLinesKept = "trailing-blank-lines-kept", since [(4, 2, 0)];
    /// Each line that begins with `---` splits documents, and what is before it stays; older releases cut white space on
    /// both sides of it, and print the second of two such lines.
    ///
    /// Source: commit 83a8b70ff, `SplitManifests`.
    EachMarkSplits = "each-mark-splits", since [(4, 2, 4)];
    /// A chart that several dependencies name by aliases is copied with its own dependencies; before, the aliases
    /// shared them.
    ///
    /// Source: commit b183eccfc, `copyMetadata`.
    AliasesCopied = "aliases-copied", since [(4, 0, 0)];
    /// Go's name of the type of `.Values` is `common.Values`; before, `chartutil.Values`.
    ///
    /// Source: `pkg/chart/common`.
    CommonTypes = "common-types", since [(4, 0, 0)];
}

impl Change {
    /// Returns what it does, in one or two sentences.
    pub fn summary(self) -> String {
        let lines = self.documentation().iter().map(|line| line.trim());
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Returns whether a release behaves so.
    pub fn is_in(self, release: HelmRelease) -> bool {
        self.since().iter().any(|&(major, minor, patch)| {
            let HelmRelease { major: of, minor: at, patch: fixed } = release;
            major == of && (minor < at || minor == at && patch <= fixed)
        })
    }

    /// Returns the first releases that behave so: `3.20.1 and 4.1.3`.
    pub fn releases(self) -> String {
        let first = self.since().iter().map(|(major, minor, patch)| format!("{major}.{minor}.{patch}"));
        first.collect::<Vec<_>>().join(" and ")
    }
}

/// How a release of Helm behaves: which of the changes are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Behaviour {
    release: HelmRelease,
    /// One bit per change.
    changes: u32,
}

impl Behaviour {
    /// Returns the behaviour of a release.
    pub fn of(release: HelmRelease) -> Behaviour {
        let off = Behaviour { release, changes: 0 };
        Change::ALL.iter().fold(off, |behaviour, change| behaviour.with(*change, change.is_in(release)))
    }

    /// Returns the release that it is the behaviour of, or was before single changes were switched.
    pub fn release(self) -> HelmRelease {
        self.release
    }

    /// Returns whether a change is on.
    pub fn has(self, change: Change) -> bool {
        self.changes & bit(change) != 0
    }

    /// Returns the same behaviour with one change on or off.
    #[must_use]
    pub fn with(self, change: Change, on: bool) -> Behaviour {
        let changes = if on { self.changes | bit(change) } else { self.changes & !bit(change) };
        Behaviour { changes, ..self }
    }

    /// Returns the changes that two behaviours differ in.
    pub fn differences(self, other: Behaviour) -> impl Iterator<Item = Change> {
        Change::ALL.iter().copied().filter(move |change| self.has(*change) != other.has(*change))
    }
}

fn bit(change: Change) -> u32 {
    1 << (change as u32)
}

impl Default for Behaviour {
    /// Returns the behaviour of the newest release: every change is on.
    fn default() -> Self {
        Behaviour { release: HelmRelease::default(), changes: u32::MAX >> (u32::BITS - Change::ALL.len() as u32) }
    }
}

impl From<HelmRelease> for Behaviour {
    fn from(release: HelmRelease) -> Self {
        Behaviour::of(release)
    }
}

#[cfg(test)]
mod tests {
    use super::{Behaviour, Change};
    use crate::HelmRelease;

    #[test]
    fn the_newest_release_has_every_change() {
        assert_eq!(Behaviour::of(HelmRelease::default()), Behaviour::default());
    }

    #[test]
    fn a_change_may_come_to_older_releases_too() {
        let kept = Change::NullStaysWithoutDefault;
        let with_it: Vec<_> = HelmRelease::ALL.into_iter().filter(|release| kept.is_in(*release)).collect();
        use HelmRelease as Helm;
        assert_eq!(with_it, [Helm::V3_20, Helm::V3_21, Helm::V4_1, Helm::V4_2, Helm::V4_3]);
        let before = HelmRelease::parse("4.1.2").expect("a release");
        assert!(!kept.is_in(before) && kept.is_in(HelmRelease::V4_1));
        assert_eq!(kept.releases(), "3.20.1 and 4.1.3");
    }
}
