//! Why a chart could not be fetched.

use std::fmt;
use std::io;
use std::path::Path;

use mkmanifests_yaml::diagnostic::io_reason;

use crate::http::{HttpError, TlsError};

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
            Error::Tls(error) => error.fmt(f),
            Error::Proxy { url } => write!(f, "invalid proxy URL: {url}"),
            Error::File { operation, path, reason } => write!(f, "{operation} {path}: {reason}"),
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
