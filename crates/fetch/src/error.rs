//! Why a chart could not be fetched.

use std::fmt;
use std::io;
use std::path::Path;

use mkmanifests_go::quote::quote;
use mkmanifests_yaml::diagnostic::{Diagnostic, io_reason};

use crate::code::FetchCode;
use crate::http::{HttpError, Response, TlsError, redact};
use crate::oci;
use crate::repositories::ManageError;
use crate::repository::RepositoryError;

/// Why a chart could not be fetched.
///
/// The text is Helm's where callers of Helm search for it. It never contains credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The network is not used, and the cache lacks what is needed.
    Offline {
        /// What is missing: the name or address of a chart or an index.
        wanted: String,
    },
    /// A request failed.
    Http(Box<HttpError>),
    /// A server answered with an error.
    Status {
        /// The address, without credentials.
        url: String,
        /// Code and reason, such as `404 Not Found`.
        status: String,
    },
    /// A registry could not be used.
    Registry(oci::Error),
    /// A repository, an index or a chart in it cannot be used.
    Repository(Box<RepositoryError>),
    /// A repository cannot be added, updated or removed.
    Manage(Box<ManageError>),
    /// No file or folder is there.
    PathNotFound {
        /// The path as it was named.
        path: String,
    },
    /// An archive is not the one that was announced.
    WrongDigest {
        /// The address, without credentials.
        url: String,
        /// The SHA-256 that the repository or a lock file has, in hex.
        expected: String,
        /// The SHA-256 of what was downloaded, in hex.
        actual: String,
    },
    /// What a server sent for an archive is none.
    NotAnArchive {
        /// The address, without credentials.
        url: String,
    },
    /// The content of an archive cannot be used.
    Archive {
        /// What is wrong, in Helm's words.
        reason: String,
    },
    /// A file or folder stands in the way of an unpacked chart.
    Exists {
        /// The path.
        path: String,
    },
    /// A provenance file that is needed cannot be downloaded.
    NoProvenance {
        /// Its address, without credentials.
        url: String,
    },
    /// Another process keeps a lock.
    Locked {
        /// The lock file.
        path: String,
    },
    /// Certificates or keys cannot be used.
    Tls(TlsError),
    /// A proxy variable is not a URL.
    Proxy {
        /// Its value, without credentials.
        url: String,
    },
    /// A file or folder cannot be read or written.
    File {
        /// What Go calls the operation: `open`, `mkdir`, `rename`, `stat`, `remove`.
        operation: &'static str,
        /// The path as it was named.
        path: String,
        /// The reason, as Go writes it: `no such file or directory`.
        reason: String,
    },
    /// An archive is not verified.
    Provenance(crate::provenance::Error),
    /// An error with what was tried, as `context: error`.
    Context {
        /// What was tried, in Helm's words.
        context: String,
        /// Why it failed.
        source: Box<Error>,
    },
}

impl Error {
    /// Creates an error of a file operation. `operation` is Go's name for it.
    pub fn file(operation: &'static str, path: &Path, error: &io::Error) -> Error {
        Error::File { operation, path: path.display().to_string(), reason: io_reason(error) }
    }

    /// Creates an error for a response whose status code is not the expected one.
    pub fn status(url: &str, response: &Response) -> Error {
        Error::Status { url: redact(url), status: response.status_text() }
    }

    /// Returns what kind of error this is.
    pub fn code(&self) -> FetchCode {
        match self {
            Error::Offline { .. } => FetchCode::Offline,
            Error::Status { .. } => FetchCode::Status,
            Error::Repository(error) => match **error {
                RepositoryError::Url(_)
                | RepositoryError::Reference(_)
                | RepositoryError::Scheme(_)
                | RepositoryError::Handler(_)
                | RepositoryError::Constraint(_) => FetchCode::InvalidName,
                RepositoryError::NoChart
                | RepositoryError::NoVersions
                | RepositoryError::NoMatch { .. }
                | RepositoryError::NotInRepository { .. } => FetchCode::NotFound,
                _ => FetchCode::Repository,
            },
            Error::PathNotFound { .. } => FetchCode::NotFound,
            Error::WrongDigest { .. } | Error::NotAnArchive { .. } | Error::Archive { .. } => FetchCode::WrongContent,
            Error::NoProvenance { .. } => FetchCode::Provenance,
            Error::Exists { .. } => FetchCode::Exists,
            Error::File { .. } | Error::Locked { .. } => FetchCode::File,
            Error::Tls(_) | Error::Proxy { .. } => FetchCode::Connection,
            Error::Context { source, .. } => source.code(),
            _ => FetchCode::Unreachable,
        }
    }

    /// Returns the error as a diagnostic, with what to do.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code(), self.to_string());
        match self.code() {
            FetchCode::Offline => diagnostic.help("run the command once without `--offline`: it fills the cache"),
            FetchCode::WrongContent => diagnostic.help("tell the owner of the repository; nothing was saved"),
            FetchCode::InvalidName => {
                diagnostic.help("expected REPOSITORY/NAME, a URL of http or https, oci://..., or NAME with --repo URL")
            }
            FetchCode::Exists => diagnostic.help("remove it, or choose another folder with `--destination`"),
            _ => diagnostic,
        }
    }

    /// Adds what was tried.
    #[must_use]
    pub fn context(self, context: impl Into<String>) -> Error {
        Error::Context { context: context.into(), source: Box::new(self) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Offline { wanted } => write!(f, "`{wanted}` is not in the cache, and `--offline` forbids downloads"),
            Error::Http(error) => error.fmt(f),
            Error::Status { url, status } => write!(f, "failed to fetch {url} : {status}"),
            Error::Registry(error) => error.fmt(f),
            Error::Repository(error) => error.fmt(f),
            Error::Manage(error) => error.fmt(f),
            Error::PathNotFound { path } => write!(f, "path {} not found", quote(path.as_bytes())),
            Error::WrongDigest { url, expected, actual } => {
                write!(f, "{url} has the SHA-256 digest {actual}, expected {expected}")
            }
            Error::NotAnArchive { url } => write!(f, "{url} does not appear to be a gzipped archive"),
            Error::Archive { reason } => f.write_str(reason),
            Error::Exists { path } => {
                write!(f, "failed to untar: a file or directory with the name {path} already exists")
            }
            Error::NoProvenance { url } => write!(f, "failed to fetch provenance {}", quote(url.as_bytes())),
            Error::Locked { path } => write!(f, "another process keeps the lock {path}"),
            Error::Tls(error) => error.fmt(f),
            Error::Proxy { url } => write!(f, "invalid proxy URL: {url}"),
            Error::File { operation, path, reason } => write!(f, "{operation} {path}: {reason}"),
            Error::Provenance(error) => error.fmt(f),
            Error::Context { context, source } => write!(f, "{context}: {source}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<HttpError> for Error {
    fn from(error: HttpError) -> Self {
        Error::Http(Box::new(error))
    }
}

impl From<ManageError> for Error {
    fn from(error: ManageError) -> Self {
        Error::Manage(Box::new(error))
    }
}

impl From<RepositoryError> for Error {
    fn from(error: RepositoryError) -> Self {
        Error::Repository(Box::new(error))
    }
}

impl From<TlsError> for Error {
    fn from(error: TlsError) -> Self {
        Error::Tls(error)
    }
}

impl From<crate::provenance::Error> for Error {
    fn from(error: crate::provenance::Error) -> Self {
        Error::Provenance(error)
    }
}
