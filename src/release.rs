//! The release that one rendering is for.

/// One instance of a source: Helm's word, Helm's meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// The namespace that its objects are put into.
    pub namespace: String,
    /// The cluster that it is for.
    pub cluster: String,
}
