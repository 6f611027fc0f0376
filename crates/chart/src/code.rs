//! What can be wrong with a Helm chart.

mkmanifests_yaml::codes! {
    /// Why a chart cannot be loaded or rendered, and what it warns of.
    pub enum ChartCode {
        /// The path is not a chart.
        NotAChart = "chart/not-a-chart",
        /// The archive is not one, or ends early.
        BrokenArchive = "chart/broken-archive",
        /// The name of a file leads out of the chart.
        IllegalPath = "chart/illegal-path",
        /// Something in the chart is neither a file nor a folder.
        IrregularFile = "chart/irregular-file",
        /// A link leads out of the chart.
        ExternalLink = "chart/external-link",
        /// A link leads nowhere, or back to a folder that it is in.
        BrokenLink = "chart/broken-link",
        /// The chart has more or larger files, folders, values or dependencies than the limit.
        TooLarge = "chart/too-large",
        /// Folders or dependencies are nested too deeply.
        TooDeep = "chart/too-deep",
        /// A line of `.helmignore` is not a pattern.
        InvalidIgnore = "chart/invalid-helmignore",
        /// There is no `Chart.yaml`.
        MissingMetadata = "chart/missing-metadata",
        /// `Chart.yaml` breaks a rule of Helm.
        InvalidMetadata = "chart/invalid-metadata",
        /// Helm does not know the chart's `apiVersion`.
        UnsupportedVersion = "chart/unsupported-version",
        /// A file belongs to charts of `apiVersion: v1`.
        OutdatedFile = "chart/outdated-file",
        /// The chart is deprecated.
        Deprecated = "chart/deprecated",
        /// The chart is a library, which makes no objects.
        NotInstallable = "chart/not-installable",
        /// `charts/` lacks a dependency of `Chart.yaml`.
        MissingDependency = "chart/missing-dependency",
        /// `Chart.lock` does not fit `Chart.yaml`.
        OutdatedLock = "chart/outdated-lock",
        /// The chart does not support the cluster's Kubernetes version.
        IncompatibleKubernetes = "chart/incompatible-kubernetes",
        /// A Kubernetes version cannot be read.
        InvalidKubernetesVersion = "chart/invalid-kubernetes-version",
        /// The release has a name that Helm refuses.
        InvalidReleaseName = "chart/invalid-release-name",
        /// The values of charts cannot be put together.
        ValuesNotMerged = "chart/values-not-merged",
        /// A value overrides one of another type.
        ValueTypeConflict = "chart/value-type-conflict",
        /// Nothing in the chart reads a value.
        UnusedValue = "chart/unused-value",
        /// A template is too complex to tell which values it reads.
        UnusedValuesUnknown = "chart/unused-values-unknown",
        /// The values do not fit the chart's JSON Schema.
        SchemaMismatch = "chart/schema-mismatch",
        /// A template does not follow the grammar.
        TemplateSyntax = "chart/template-syntax",
        /// A template fails while it is rendered.
        TemplateFailed = "chart/template-failed",
        /// The templates take more steps, or write more, than the limit.
        LimitExceeded = "chart/limit-exceeded",
        /// A rendered document is not a Kubernetes object.
        InvalidManifest = "chart/invalid-manifest",
        /// The chart has no template that `--show-only` names.
        UnknownTemplate = "chart/unknown-template",
    }
}
