//! Codes of errors that prevent a check. The errors of objects have rule ids instead.

mkmanifests_yaml::codes! {
    /// The reason why something cannot be checked.
    pub enum CheckCode {
        /// No rule has this id.
        UnknownRule = "check/unknown-rule",
        /// A rule is skipped without a reason.
        SkipWithoutReason = "check/skip-without-reason",
        /// A file or folder contains no Kubernetes object.
        NoObject = "check/no-object",
        /// The folder is a Helm chart, which must be rendered first.
        HelmChart = "check/helm-chart",
        /// More documents have errors than are reported.
        MoreFailures = "check/more-failures",
    }
}
