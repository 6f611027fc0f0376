//! The error codes of fleets and rendered trees.

crate::codes! {
    /// Why a fleet cannot be rendered, or has a warning.
    pub enum FleetCode {
        /// The fleet has no cluster.
        NoCluster = "fleet/no-cluster",
        /// No cluster is at or below the path that `--only` names.
        NoSuchCluster = "fleet/no-such-cluster",
        /// A file of the fleet is not an app.
        NotAnApp = "fleet/not-an-app",
        /// A file is not a known fleet file.
        UnknownFile = "fleet/unknown-file",
        /// A folder is a link.
        LinkedFolder = "fleet/linked-folder",
        /// A file, folder or app has a name that cannot be used.
        InvalidName = "fleet/invalid-name",
        /// The folder has too many files for a fleet.
        TooManyFiles = "fleet/too-many-files",
        /// Two files are the same app.
        DuplicateApp = "fleet/duplicate-app",
        /// The folder of an app would be inside the folder of another app.
        NestedApp = "fleet/nested-app",
        /// A file contains defaults for an app that no cluster has.
        UnusedDefaults = "fleet/unused-defaults",
        /// `cluster.yaml` lacks a fact that an app needs.
        MissingFact = "fleet/missing-fact",
        /// An app is omitted, since its chart does not exist.
        MissingChart = "fleet/missing-chart",
        /// An app has no chart, or two.
        ChartSource = "fleet/chart-source",
        /// `charts.lock` has an invalid entry.
        InvalidLock = "fleet/invalid-lock",
        /// `charts.lock` does not have the chart that an app names.
        NotLocked = "fleet/not-locked",
        /// The archive of a chart is not on this machine.
        NotFetched = "fleet/not-fetched",
        /// The archive of a chart has another digest than expected.
        ChartDigest = "fleet/chart-digest",
        /// A chart cannot be fetched.
        FetchFailed = "fleet/fetch-failed",
        /// What a repository or registry offers is unusual.
        FetchWarning = "fleet/fetch-warning",
        /// No app names the chart that a flag names.
        NoSuchChart = "fleet/no-such-chart",
        /// The schema files of an app cannot be read.
        InvalidSchemaFiles = "fleet/invalid-schema-files",
        /// The hooks of a chart are omitted.
        OmittedHooks = "fleet/omitted-hooks",
        /// It is unknown whether objects of a kind have a namespace.
        UnknownScope = "fleet/unknown-scope",
        /// An object has no name.
        UnnamedObject = "fleet/unnamed-object",
        /// Two apps render the same object, or one app renders it twice.
        DuplicateObject = "fleet/duplicate-object",
        /// An object is too large for `kubectl apply`.
        ObjectTooLarge = "fleet/object-too-large",
        /// A Secret would be written to Git in plain text.
        SecretInGit = "fleet/secret-in-git",
        /// A Secret is omitted.
        OmittedSecret = "fleet/omitted-secret",
        /// An ExternalSecret replaces a Secret.
        ExternalSecret = "fleet/external-secret",
        /// The cluster has no secret store for an ExternalSecret.
        NoSecretStore = "fleet/no-secret-store",
        /// Clusters, or the objects of a GitOps tool, have the same name.
        NameConflict = "fleet/name-conflict",
    }
}

crate::codes! {
    /// Why a fleet cannot be written as a tree of files.
    pub enum GitopsCode {
        /// A written file was edited.
        EditedFile = "gitops/edited-file",
        /// A file was not written by mkmanifests.
        ForeignFile = "gitops/foreign-file",
        /// Something else is at the path of a file or folder of the tree.
        PathBlocked = "gitops/path-blocked",
        /// Two files would have the same path.
        DuplicatePath = "gitops/duplicate-path",
        /// The index of a folder cannot be read.
        InvalidIndex = "gitops/invalid-index",
        /// The folder contains the tree of another fleet.
        AnotherFleet = "gitops/another-fleet",
        /// The tree would be inside its own fleet.
        OutputInFleet = "gitops/output-in-fleet",
        /// The files changed while they were rendered.
        ChangedWhileRendering = "gitops/changed-while-rendering",
        /// Git has converted line endings.
        ConvertedLineEnds = "gitops/converted-line-ends",
        /// `git` cannot be run, or fails.
        GitFailed = "gitops/git-failed",
        /// The repository's URL is needed.
        MissingRepository = "gitops/missing-repository",
        /// The path of the tree in the repository is needed.
        MissingRepositoryPath = "gitops/missing-repository-path",
        /// The objects of a GitOps tool cannot be written.
        NotSerializable = "gitops/not-serializable",
        /// Threads cannot be started.
        NoThreads = "gitops/no-threads",
    }
}
