//! Why the dependencies of a chart could not be fetched.

use std::fmt;
use std::io;

use mkmanifests_go::quote::quote;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// Why the dependencies of a chart could not be fetched. The text is Helm's.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// An index or an archive could not be fetched, or a file could not be read or written.
    Fetch(crate::Error),
    /// The path is not the folder of a chart.
    NotAFolder {
        /// The path.
        path: String,
        /// Whether it exists.
        exists: bool,
    },
    /// A chart cannot be loaded.
    Chart {
        /// What was loaded, in Helm's words; empty for the chart itself.
        context: String,
        /// Why.
        diagnostics: Vec<Diagnostic>,
    },
    /// `Chart.lock` does not match `Chart.yaml`.
    OutOfSync {
        /// Whether the chart has `requirements.yaml` and `requirements.lock` instead.
        is_v1: bool,
    },
    /// `Chart.lock` names repositories that are not in `repositories.yaml`.
    NoRepositories {
        /// Their URLs.
        missing: Vec<String>,
    },
    /// `Chart.yaml` names repositories that are neither URLs nor in `repositories.yaml`.
    UnknownRepositories {
        /// As they are written.
        missing: Vec<String>,
    },
    /// A folder that a dependency names does not exist.
    NoFolder {
        /// The folder.
        path: String,
    },
    /// The version of a dependency cannot be read as a constraint.
    Constraint {
        /// The name of the dependency.
        name: String,
        /// Whether the name is quoted, as Helm does in one of two places.
        quoted: bool,
        /// Why.
        reason: String,
    },
    /// A chart on disk has no valid version.
    Version {
        /// The version and the dependency; `None` where Helm says only the reason.
        of: Option<(String, String)>,
        /// Why.
        reason: String,
    },
    /// A folder in `charts/` has another version.
    OtherVersion {
        /// The name of the dependency.
        name: String,
        /// The version in `charts/`.
        found: String,
        /// The constraint.
        wanted: String,
    },
    /// A folder that is packed has another version.
    NoValidVersion {
        /// The name of the dependency.
        name: String,
    },
    /// The repositories have no version that matches.
    NoVersions {
        /// Each dependency with its repository and constraint.
        missing: Vec<Dependency>,
    },
    /// A repository has no chart of this name.
    NoChart {
        /// The name.
        name: String,
        /// The URL of the repository.
        repository: String,
    },
    /// No cached index of a repository exists.
    NoIndex {
        /// The name of the repository.
        name: String,
        /// Why.
        source: Box<crate::Error>,
    },
    /// The tags of a repository of a registry cannot be listed.
    NoTags {
        /// The URL of the repository.
        repository: String,
        /// Why.
        source: Box<crate::Error>,
    },
    /// The address of an archive was not found.
    NotFound {
        /// Why, in Helm's words.
        reason: String,
    },
    /// An archive could not be downloaded.
    Download {
        /// Its address.
        url: String,
        /// Why.
        source: Box<crate::Error>,
    },
    /// What was downloaded is not a chart.
    NotAChart {
        /// The name of the file.
        file: String,
        /// Why.
        diagnostics: Vec<Diagnostic>,
    },
    /// `charts/` is a file.
    NoChartsFolder {
        /// Its path.
        path: String,
    },
    /// The lock file is a symbolic link.
    LinkedLock {
        /// The name of the lock file.
        file: &'static str,
        /// Where it points to.
        target: String,
    },
    /// The lines could not be written.
    Output(io::ErrorKind),
}

/// A dependency that no version matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the chart.
    pub name: String,
    /// The URL of the repository.
    pub repository: String,
    /// The constraint.
    pub version: String,
}

/// What Helm adds if a repository is neither a URL nor an alias.
const NOTE: &str = "\nNote that repositories must be URLs or aliases. For example, to refer to the \"example\"
repository, use \"https://charts.example.com/\" or \"@example\" instead of
\"example\". Don't forget to add the repo, too ('helm repo add').";

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Fetch(error) => error.fmt(f),
            Error::NotAFolder { path, exists: false } => {
                write!(f, "could not find {path}: stat {path}: no such file or directory")
            }
            Error::NotAFolder { .. } => f.write_str("only unpacked charts can be updated"),
            Error::Chart { context, diagnostics } => {
                let separator = if context.is_empty() { "" } else { ": " };
                write!(f, "{context}{separator}{}", reasons(diagnostics))
            }
            Error::OutOfSync { is_v1: true } => f.write_str(
                "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). \
                 Please update the dependencies",
            ),
            Error::OutOfSync { .. } => f.write_str(
                "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). \
                 Please update the dependencies with 'helm dependency update'",
            ),
            Error::NoRepositories { missing } => {
                let missing = missing.join(", ");
                write!(f, "no repository definition for {missing}. Please add the missing repos via 'helm repo add'")
            }
            Error::UnknownRepositories { missing } => {
                write!(f, "no repository definition for {}. Please add them via 'helm repo add'", missing.join(", "))?;
                let is_name =
                    |text: &String| !text.contains("//") && !text.starts_with('@') && !text.starts_with("alias:");
                f.write_str(if missing.iter().any(is_name) { NOTE } else { "" })
            }
            Error::NoFolder { path } => write!(f, "directory {path} not found"),
            Error::Constraint { name, quoted, reason } => {
                let name = if *quoted { quote(name.as_bytes()) } else { name.clone() };
                write!(f, "dependency {name} has an invalid version/constraint format: {reason}")
            }
            Error::Version { of: Some((version, name)), reason } => {
                write!(f, "invalid version {version} for dependency {name}: {reason}")
            }
            Error::Version { of: None, reason } => f.write_str(reason),
            Error::OtherVersion { name, found, wanted } => {
                write!(f, "dependency {name} at version {found} does not satisfy the constraint {wanted}")
            }
            Error::NoValidVersion { name } => write!(f, "can't get a valid version for dependency {name}"),
            Error::NoVersions { missing } => {
                let all: Vec<String> = missing.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in \
                     the repo, or change the version constraint in Chart.yaml",
                    missing.len(),
                    all.join(", ")
                )
            }
            Error::NoChart { name, repository } => write!(f, "{name} chart not found in repo {repository}"),
            Error::NoIndex { name, source } => {
                write!(f, "no cached repository for {name} found. (try 'helm repo update'): {source}")
            }
            Error::NoTags { repository, source } => {
                write!(f, "could not retrieve list of tags for repository {repository}: {source}")
            }
            Error::NotFound { reason } => write!(f, "could not find : {reason}"),
            Error::Download { url, source } => write!(f, "could not download {url}: {source}"),
            Error::NotAChart { file, diagnostics } => {
                write!(f, "could not verify {file} for moving: {}", reasons(diagnostics))
            }
            Error::NoChartsFolder { path } => write!(f, "{} is not a directory", quote(path.as_bytes())),
            Error::LinkedLock { file, target } => {
                write!(f, "the {file} file is a symlink to {}", quote(target.as_bytes()))
            }
            Error::Output(kind) => write!(f, "cannot write the output: {kind}"),
        }
    }
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [name, repository, version] =
            [&self.name, &self.repository, &self.version].map(|text| quote(text.as_bytes()));
        write!(f, "{name} (repository {repository}, version {version})")
    }
}

impl std::error::Error for Error {}

impl From<crate::Error> for Error {
    fn from(error: crate::Error) -> Self {
        Error::Fetch(error)
    }
}

/// Returns the reasons of all diagnostics, one per line.
fn reasons(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.reason.as_str()).collect::<Vec<_>>().join("\n")
}
