//! The codes of diagnostics about Helm charts.

mkmanifests_yaml::codes! {
    /// Why a chart cannot be loaded or rendered, or has a warning.
    pub enum ChartCode {
        /// The path is not a chart.
        NotAChart = "chart/not-a-chart",
        /// The archive is corrupt or truncated.
        BrokenArchive = "chart/broken-archive",
        /// The path of a file in an archive points out of the chart.
        IllegalPath = "chart/illegal-path",
        /// The chart contains something other than files and folders.
        IrregularFile = "chart/irregular-file",
        /// A link points out of the chart.
        ExternalLink = "chart/external-link",
        /// A link is broken, or points to a folder that contains it.
        BrokenLink = "chart/broken-link",
        /// The chart exceeds a limit on files, folders, values or dependencies.
        TooLarge = "chart/too-large",
        /// Folders or dependencies are nested too deeply.
        TooDeep = "chart/too-deep",
        /// A line of `.helmignore` is not a valid pattern.
        InvalidIgnore = "chart/invalid-helmignore",
        /// `Chart.yaml` is missing, or `.helmignore` excludes it.
        MissingMetadata = "chart/missing-metadata",
        /// `Chart.yaml` is invalid.
        InvalidMetadata = "chart/invalid-metadata",
        /// Helm does not support the chart's `apiVersion`.
        UnsupportedVersion = "chart/unsupported-version",
        /// A file belongs to charts of `apiVersion: v1`.
        OutdatedFile = "chart/outdated-file",
        /// The chart is deprecated.
        Deprecated = "chart/deprecated",
        /// The chart is a library chart, which cannot be rendered by itself.
        NotInstallable = "chart/not-installable",
        /// `charts/` lacks a dependency of `Chart.yaml`.
        MissingDependency = "chart/missing-dependency",
        /// `Chart.lock` does not match `Chart.yaml`.
        OutdatedLock = "chart/outdated-lock",
        /// The chart's `kubeVersion` excludes the Kubernetes version of the cluster.
        IncompatibleKubernetes = "chart/incompatible-kubernetes",
        /// A Kubernetes version cannot be parsed.
        InvalidKubernetesVersion = "chart/invalid-kubernetes-version",
        /// Helm refuses the name of the release.
        InvalidReleaseName = "chart/invalid-release-name",
        /// The values of the charts cannot be merged.
        ValuesNotMerged = "chart/values-not-merged",
        /// A value overrides a value of another type.
        ValueTypeConflict = "chart/value-type-conflict",
        /// Nothing in the chart reads a value.
        UnusedValue = "chart/unused-value",
        /// A template is too complex to find out which values it reads.
        UnusedValuesUnknown = "chart/unused-values-unknown",
        /// The values do not match the chart's JSON Schema.
        SchemaMismatch = "chart/schema-mismatch",
        /// A template has a syntax error.
        TemplateSyntax = "chart/template-syntax",
        /// A template fails while it is executed.
        TemplateFailed = "chart/template-failed",
        /// The templates exceed the limit on steps or output.
        LimitExceeded = "chart/limit-exceeded",
        /// A rendered document is not a Kubernetes object.
        InvalidManifest = "chart/invalid-manifest",
        /// Two documents render the same object.
        DuplicateObject = "chart/duplicate-object",
        /// A post-renderer failed, or its output is not YAML.
        PostRendererFailed = "chart/post-renderer-failed",
        /// `--show-only` names a template that does not exist or rendered nothing.
        UnknownTemplate = "chart/unknown-template",
    }
}
