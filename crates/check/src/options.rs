//! How objects are checked.

use super::external::External;
use super::skip::Skips;
use crate::kube_version::KubeVersion;

/// How objects are checked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The cluster's version, if it is not the newest that is known.
    pub kube_version: Option<KubeVersion>,
    /// The namespace of objects that name none.
    pub namespace: String,
    /// Whether objects are held beside one another, too.
    pub across: bool,
    /// Whether warnings are errors.
    pub strict: bool,
    /// Rules that are not held to.
    pub skips: Skips,
    /// Objects that are made elsewhere.
    pub external: External,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            kube_version: None,
            namespace: "default".to_owned(),
            across: true,
            strict: false,
            skips: Skips::default(),
            external: External::default(),
        }
    }
}
