//! What can be wrong with the choice of manifests.

mkmanifests_yaml::codes! {
    /// Why manifests cannot be chosen.
    pub enum ManifestCode {
        /// No manifest has the id that `--show-only` names.
        UnknownId = "manifest/unknown-id",
    }
}
