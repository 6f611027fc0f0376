//! Why a repository, an index or a chart in it cannot be used, in Helm's words.

use std::fmt;

use mkmanifests_go::quote::quote;

/// Why a repository, an index or a chart in it cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepositoryError {
    /// `repositories.yaml` has no repository of this name.
    Unknown(String),
    /// A repository in `repositories.yaml` has no URL.
    NoUrl(String),
    /// The name of a repository that cannot be part of a file name.
    Name(String),
    /// An address that is not a URL.
    Url(String),
    /// A chart that is neither a URL nor `repository/name`.
    Reference(String),
    /// The URL of a chart with a scheme other than `http`, `https` and `oci`.
    Scheme(String),
    /// The URL of a repository with a scheme other than `http` and `https`.
    Handler(String),
    /// An `index.yaml` that cannot be read: Helm's text.
    Index(String),
    /// An `index.yaml` without content.
    EmptyIndex,
    /// An `index.yaml` without `apiVersion`.
    NoApiVersion,
    /// The index has no chart of this name.
    NoChart,
    /// The index has a chart of this name without versions.
    NoVersions,
    /// The version that was asked for is neither a version nor a range.
    Constraint(String),
    /// No version of the chart matches.
    NoMatch {
        /// The chart.
        name: String,
        /// The version or range that was asked for.
        version: String,
    },
    /// The repository that `--repo` names has no such chart.
    NotInRepository {
        /// The chart.
        chart: String,
        /// The version or range that was asked for; empty if none was.
        version: String,
        /// The URL of the repository, without credentials.
        repository: String,
    },
    /// A version without `urls`: how Helm names the chart.
    NoUrls(String),
    /// An address whose path does not end with a file name.
    NoFileName(String),
    /// A `digest` that is not a SHA-256 in hex.
    Digest(String),
}

impl fmt::Display for RepositoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RepositoryError::Unknown(name) => write!(f, "repo {name} not found"),
            RepositoryError::NoUrl(name) => write!(f, "no URL found for repository {name}"),
            RepositoryError::Name(name) => {
                write!(f, "repository name ({name}) contains '/', please specify a different name without '/'")
            }
            RepositoryError::Url(url) => write!(f, "invalid chart URL format: {url}"),
            RepositoryError::Reference(reference) => {
                write!(f, "non-absolute URLs should be in form of repo_name/path_to_chart, got: {reference}")
            }
            RepositoryError::Scheme(scheme) => write!(f, "scheme {} not supported", quote(scheme.as_bytes())),
            RepositoryError::Handler(scheme) => write!(f, "could not find protocol handler for: {scheme}"),
            RepositoryError::Index(text) => f.write_str(text),
            RepositoryError::EmptyIndex => f.write_str("empty index.yaml file"),
            RepositoryError::NoApiVersion => f.write_str("no API version specified"),
            RepositoryError::NoChart => f.write_str("no chart name found"),
            RepositoryError::NoVersions => f.write_str("no chart version found"),
            RepositoryError::Constraint(text) => f.write_str(text),
            RepositoryError::NoMatch { name, version } => write!(f, "no chart version found for {name}-{version}"),
            RepositoryError::NotInRepository { chart, version, repository } => {
                write!(f, "{} not found in {repository} repository", chart_text(chart, version))
            }
            RepositoryError::NoUrls(chart) => write!(f, "{chart} has no downloadable URLs"),
            RepositoryError::NoFileName(url) => write!(f, "{url} does not end with a file name"),
            RepositoryError::Digest(text) => write!(f, "{} is not a SHA-256 digest", quote(text.as_bytes())),
        }
    }
}

impl std::error::Error for RepositoryError {}

/// Returns how Helm names a chart and the version that was asked for.
pub(crate) fn chart_text(chart: &str, version: &str) -> String {
    let chart = format!("chart {}", quote(chart.as_bytes()));
    if version.is_empty() { chart } else { format!("{chart} version {}", quote(version.as_bytes())) }
}
