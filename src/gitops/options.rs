//! Options of rendering a fleet.

use super::select::Selection;

/// Options of [`write`](fn@super::write) and [`check`](fn@super::check).
#[derive(Clone, Default)]
pub struct Options<'a> {
    /// One file per object or per app.
    pub layout: Layout,
    /// What to do with Secrets that have data.
    pub secrets: Secrets,
    /// Whether to write an ApplicationSet for Argo CD, and the lists of apps that it reads.
    pub argocd: bool,
    /// Whether to write Kustomizations for Flux.
    pub flux: bool,
    /// Where the rendered tree is in Git; required with `argocd` or `flux`.
    pub git: GitSource,
    /// Whether warnings about objects of one cluster are errors, such as a Service that selects no pods.
    pub strict: bool,
    /// The clusters to render.
    pub selection: Selection,
    /// The number of threads; by default the number of processors.
    pub jobs: Option<usize>,
    /// How many bytes of rendered files to keep in memory, by default 64 MiB. Clusters beyond the limit are rendered a second
    /// time when they are written, so that a fleet may be larger than the memory.
    pub kept_bytes: Option<usize>,
    /// Whether to overwrite files that were edited or added by hand.
    pub force: bool,
    /// Called after each step, with the number of finished steps and the number of all. A cluster is one step to render,
    /// and another one to write, unless the run only compares.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
    /// Called when the run has to wait for another run that writes the same tree.
    pub waiting: Option<&'a (dyn Fn() + Sync)>,
}

/// Where the rendered tree is in Git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitSource {
    /// URL from which Argo CD clones the repository.
    pub repo_url: Option<String>,
    /// Branch, tag or commit.
    pub revision: String,
    /// Path of the tree in the repository, with slashes; empty if the tree is the whole repository.
    pub path: String,
}

impl Default for GitSource {
    fn default() -> Self {
        GitSource { repo_url: None, revision: "HEAD".to_owned(), path: String::new() }
    }
}

/// One file per object or per app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// One file per object: `deployment-foo-head.yaml`.
    #[default]
    Objects,
    /// One file per app: `manifests.yaml`.
    Apps,
}

/// What to do with Secrets that have data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Secrets {
    /// Report each as an error.
    #[default]
    Refuse,
    /// Replace each with an ExternalSecret, which reads the same keys from the cluster's secret store:
    /// <https://external-secrets.io/latest/api/externalsecret/>.
    External,
    /// Leave them out.
    Omit,
    /// Write them as they are.
    Plain,
}
