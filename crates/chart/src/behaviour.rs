//! What differs between releases of Helm: one switch per behaviour. The engine asks for the switch, never for the release.

use super::helm_release::HelmRelease;

/// The releases that have a behaviour: those of Helm 3 and of Helm 4 were developed side by side.
struct Since {
    /// The first release of Helm 3; `None` if no release of Helm 3 has it.
    v3: Option<HelmRelease>,
    /// The first release of Helm 4.
    v4: HelmRelease,
}

/// Declares the switches: the name that `chart diff-helm` prints, the first releases, what it does, and Helm's source.
macro_rules! changes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, since $v3:expr, $v4:ident;)+) => {
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

            fn since(self) -> Since {
                match self { $(Change::$variant => Since { v3: $v3, v4: HelmRelease::$v4 },)+ }
            }
        }
    };
}

changes! {
    /// `values.schema.json` may use the drafts 2019-09 and 2020-12 of JSON Schema; older releases know drafts 4, 6 and
    /// 7 only.
    ///
    /// Source: commit 32a87dff3.
    JsonSchemaDrafts = "json-schema-drafts", since Some(HelmRelease::V3_18), V4_0;
    /// In `import-values`, `child` and `parent` may be numbers or missing; older releases crash.
    ///
    /// Source: `processImportValues`.
    ImportValuesOfAnyType = "import-values-of-any-type", since Some(HelmRelease::V3_18), V4_0;
    /// `range` repeats its body as often as an integer says; older releases fail.
    ///
    /// Source: Go 1.24, text/template.
    RangeOverIntegers = "range-over-integers", since Some(HelmRelease::V3_18), V4_0;
    /// A `null` of the user below a table counts as if the defaults had the key.
    ///
    /// Source: commit 292fe7021, `coalesceTablesFullKey`.
    NullMarksDefaults = "null-marks-defaults", since Some(HelmRelease::V3_19), V4_0;
    /// A `null` of the user below a table stays if the defaults have no value there; before, it was removed.
    ///
    /// Source: commit 679f05198, `coalesceTablesFullKey`.
    NullStaysWithoutDefault = "null-stays-without-default", since Some(HelmRelease::V3_20), V4_1;
    /// A `null` among a chart's own defaults is removed; older releases pass it to the templates.
    ///
    /// Source: commit 00638773d, `cleanNilValues`.
    DefaultNullsRemoved = "default-nulls-removed", since None, V4_2;
    /// `--kube-version` is read as Kubernetes reads it, so a suffix such as `-gke.1` makes it no pre-release.
    ///
    /// Source: commit 9f6beaad4, `ParseKubeVersion`.
    KubeVersionWithoutSuffix = "kube-version-without-suffix", since Some(HelmRelease::V3_19), V4_0;
    /// `.Capabilities.KubeVersion.Version` is the text of `--kube-version`; only `.KubeVersion` itself has no suffix.
    ///
    /// Source: commit ce273eea4, `ParseKubeVersion`.
    KubeVersionKeepsText = "kube-version-keeps-text", since None, V4_1;
    /// `.Files.Lines` of an empty file is an empty list; older releases fail.
    ///
    /// Source: commit 143631f73.
    LinesOfEmptyFile = "lines-of-empty-file", since Some(HelmRelease::V3_21), V4_3;
    /// `.Chart` is a map: a field that it does not have is empty, and `toYaml` writes the names of Go's fields. Before,
    /// it was a struct: an unknown field is an error, and `toYaml` writes the keys of `Chart.yaml`.
    ///
    /// Source: commit 9dcc49cbd, `MetadataAsMap`.
    ChartIsMap = "chart-is-map", since None, V4_0;
    /// `MutatingWebhookConfiguration` and `ValidatingWebhookConfiguration` come before all kinds that Helm does not
    /// know; before, among them by name.
    ///
    /// Source: commit 9b636902c, `InstallOrder`.
    WebhooksLast = "webhooks-last", since None, V4_0;
    /// Templates have the function `mustToYaml`.
    ///
    /// Source: commit 34b679e0c.
    MustToYaml = "must-to-yaml", since None, V4_0;
    /// Templates have the function `mustToToml`.
    ///
    /// Source: commit b075f7a35.
    MustToToml = "must-to-toml", since None, V4_2;
    /// Templates have `mustToDuration` and the functions `durationSeconds` to `durationWeeks`, `durationRoundTo` and
    /// `durationTruncateTo`.
    ///
    /// Source: commit 722dd3e3a.
    DurationFunctions = "duration-functions", since None, V4_3;
    /// `--set-json` takes a whole object, `{"a": 1}`; older releases take `key=value` only.
    ///
    /// Source: commit 274d43c10.
    SetJsonObjects = "set-json-objects", since None, V4_0;
    /// A values file may have several documents, which are merged; older releases read the first.
    ///
    /// Source: commit 92087f6e3, `LoadValues`.
    SeveralValuesDocuments = "several-values-documents", since None, V4_0;
    /// Blank lines and spaces at the end of a template's text are printed; older releases cut them.
    ///
    /// Source: commit 265c5eb53, `SplitManifests`.
    TrailingBlankLinesKept = "trailing-blank-lines-kept", since None, V4_2;
    /// A chart that several dependencies name by aliases is copied with its own dependencies; before, the aliases
    /// shared them.
    ///
    /// Source: commit b183eccfc, `copyMetadata`.
    AliasesCopied = "aliases-copied", since None, V4_0;
    /// Go's name of the type of `.Values` is `common.Values`; before, `chartutil.Values`.
    ///
    /// Source: `pkg/chart/common`.
    CommonTypes = "common-types", since None, V4_0;
    /// `.Capabilities.HelmVersion` has `KubeClientVersion`.
    ///
    /// Source: `internal/version`.
    KubeClientVersion = "kube-client-version", since None, V4_0;
}

impl Change {
    /// Returns what it does, in one or two sentences.
    pub fn summary(self) -> String {
        let lines = self.documentation().iter().map(|line| line.trim());
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Returns whether a release behaves so.
    pub fn is_in(self, release: HelmRelease) -> bool {
        let Since { v3, v4 } = self.since();
        if release.is_v3() { v3.is_some_and(|first| release >= first) } else { release >= v4 }
    }

    /// Returns the releases that behave so: `3.20, 3.21, 4.1 and later`.
    pub fn releases(self) -> String {
        let Since { v3, v4 } = self.since();
        let v3 = v3.map(|first| format!("{first} to {}, ", HelmRelease::V3_21)).unwrap_or_default();
        format!("{v3}{v4} and later")
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
    fn changes_of_helm_4_may_be_in_helm_3_too() {
        let kept = Change::NullStaysWithoutDefault;
        let in_it: Vec<_> = HelmRelease::ALL.into_iter().filter(|release| kept.is_in(*release)).collect();
        use HelmRelease::{V3_20, V3_21, V4_1, V4_2, V4_3};
        assert_eq!(in_it, [V3_20, V3_21, V4_1, V4_2, V4_3]);
        assert_eq!(kept.releases(), "3.20 to 3.21, 4.1 and later");
    }
}
