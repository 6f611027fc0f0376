//! What keeps a check from being done; what it finds in objects are rules.

mkmanifests_yaml::codes! {
    /// Why something cannot be checked.
    pub enum CheckCode {
        /// No rule has this id.
        UnknownRule = "check/unknown-rule",
        /// A rule is skipped without a reason.
        SkipWithoutReason = "check/skip-without-reason",
        /// There is no Kubernetes object in a file or folder.
        NoObject = "check/no-object",
        /// The folder is a Helm chart, which has to be rendered first.
        HelmChart = "check/helm-chart",
        /// More documents cannot be read than are reported.
        MoreFailures = "check/more-failures",
    }
}
