//! Codes of the errors of selecting manifests.

mkmanifests_yaml::codes! {
    /// The reason why manifests cannot be selected.
    pub enum ManifestCode {
        /// No manifest has the id that `--show-only` names.
        UnknownId = "manifest/unknown-id",
    }
}
