//! How a fleet is rendered.

use super::select::Selection;

/// How a fleet is rendered and written.
#[derive(Clone, Default)]
pub struct Options<'a> {
    /// How many files an app has.
    pub layout: Layout,
    /// What becomes of Secrets.
    pub secrets: Secrets,
    /// Whether an ApplicationSet for Argo CD is written, and lists of apps that it reads.
    pub argocd: bool,
    /// Whether Kustomizations for Flux are written.
    pub flux: bool,
    /// Where the tree is in Git; both of the above need it.
    pub git: GitSource,
    /// Whether the objects of a cluster are held to one another too, and what does not fit together stops the run.
    pub strict: bool,
    /// Which clusters are rendered.
    pub selection: Selection,
    /// How many threads render; as many as there are processors if it is not said.
    pub jobs: Option<usize>,
    /// How many bytes of rendered files are kept until all clusters are rendered, 64 MiB if it is not said; clusters beyond
    /// are rendered again when they are written, so that a fleet may be larger than the memory.
    pub kept_bytes: Option<usize>,
    /// Whether files that somebody edited or added are overwritten.
    pub force: bool,
    /// Told of every cluster that is rendered: how many are, and of how many.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
    /// Told that the run waits for another one that holds the tree.
    pub waiting: Option<&'a (dyn Fn() + Sync)>,
}

/// Where the tree is in Git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitSource {
    /// URL of the repository, as Argo CD reaches it.
    pub repo_url: Option<String>,
    /// Branch, tag or commit.
    pub revision: String,
    /// Path of the tree in the repository, with slashes; empty if it is the repository.
    pub path: String,
}

impl Default for GitSource {
    fn default() -> Self {
        GitSource { repo_url: None, revision: "HEAD".to_owned(), path: String::new() }
    }
}

/// How many files an app has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// One an object: `deployment-foo-head.yaml`.
    #[default]
    Objects,
    /// One an app: `manifests.yaml`.
    Apps,
}

/// What becomes of objects of the kind Secret that hold data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Secrets {
    /// They stop the run.
    #[default]
    Refuse,
    /// An ExternalSecret is written in the place of each, which reads the same keys from the cluster's secret store:
    /// <https://external-secrets.io/latest/api/externalsecret/>.
    External,
    /// They are left out.
    Omit,
    /// They are written.
    Plain,
}
