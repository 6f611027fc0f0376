//! Why a chart could not be fetched.

use std::fmt;

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
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Offline { wanted } => write!(f, "`{wanted}` is not in the cache, and `--offline` forbids downloads"),
        }
    }
}

impl std::error::Error for Error {}
