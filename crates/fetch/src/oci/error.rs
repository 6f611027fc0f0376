//! Why a registry could not be used. The texts are those of Helm and of the library that Helm uses.

use std::fmt;
use std::path::PathBuf;

use ureq::http::StatusCode;

use super::media;

/// Why a chart could not be pulled from or pushed to a registry.
///
/// The text is Helm's, as far as callers of Helm can search for it. It never contains credentials: no password, no token,
/// and no query of an address that a registry redirected to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The reference is not `HOST/PATH`, `HOST/PATH:TAG` or `HOST/PATH@DIGEST`.
    InvalidReference {
        /// What is wrong with it.
        reason: String,
    },
    /// The tag of the reference and the version that was asked for differ.
    VersionMismatch {
        /// The version that was asked for.
        version: String,
        /// The tag of the reference.
        tag: String,
    },
    /// The tag names another manifest than the digest of the reference.
    ReferenceDigestMismatch {
        /// The digest that the tag has.
        found: String,
        /// The digest of the reference.
        wanted: String,
    },
    /// The repository has no tag that is a version.
    NoTags {
        /// The address that was asked for.
        url: String,
    },
    /// The version is neither a version nor a range.
    InvalidConstraint {
        /// The text of the semver library.
        reason: String,
    },
    /// No tag matches the version.
    NoMatchingVersion {
        /// The version that was asked for.
        version: String,
    },
    /// The manifest lists too few parts of a chart.
    TooFewDescriptors {
        /// How many a chart has at least.
        minimum: usize,
        /// How many there are.
        found: usize,
    },
    /// The manifest has no configuration of a chart.
    MissingConfig,
    /// The manifest has no layer of a type.
    MissingLayer {
        /// The media type.
        media_type: &'static str,
    },
    /// The manifest is not an OCI image manifest or index.
    NotAnOciManifest {
        /// The digest of the manifest.
        digest: String,
    },
    /// The registry does not have a manifest or a blob.
    NotFound {
        /// The reference or digest.
        what: String,
    },
    /// The registry answered with a status that is not the expected one.
    Status {
        /// The method, in capitals.
        method: &'static str,
        /// The address.
        url: String,
        /// The status code.
        status: u16,
        /// What the body says, in the format of registries; empty if it says nothing.
        reasons: String,
    },
    /// The registry wants credentials, and there are none that fit, or the token server gave none.
    Authentication {
        /// The method, in capitals.
        method: &'static str,
        /// The address.
        url: String,
        /// What is missing.
        cause: Box<Error>,
    },
    /// There are no credentials, or only a part of them.
    MissingCredentials {
        /// What is missing, such as `basic credential not found`.
        reason: &'static str,
    },
    /// A registry names a token server to which credentials are not sent.
    UntrustedRealm {
        /// What is wrong with it.
        reason: String,
    },
    /// The file with credentials cannot be read or written.
    Credentials {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Credentials cannot be removed.
    Logout {
        /// The registry.
        host: String,
        /// Why.
        cause: Box<Error>,
    },
    /// A credential helper failed.
    Helper {
        /// What the helper says, or why it could not be started.
        reason: String,
    },
    /// An answer of the registry is not what the specification says.
    InvalidAnswer {
        /// The method, in capitals.
        method: &'static str,
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A manifest or blob has another digest than the one it was asked for by.
    WrongDigest {
        /// The digest that was asked for.
        digest: String,
    },
    /// A manifest or blob has another size than its descriptor says.
    WrongSize {
        /// The digest.
        digest: String,
        /// The size that the descriptor says.
        expected: u64,
        /// How many bytes the registry sent.
        found: u64,
    },
    /// Something is larger than the limit of this program.
    TooLarge {
        /// What is too large.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A document of the registry cannot be parsed.
    InvalidDocument {
        /// The digest of the document.
        digest: String,
        /// Why it cannot be parsed.
        reason: String,
    },
    /// A file that is to be pushed cannot be used.
    Unpushable {
        /// Helm's text.
        reason: String,
    },
    /// A login failed.
    Login {
        /// The registry.
        host: String,
        /// Why it failed.
        cause: Box<Error>,
    },
    /// A step of pulling or pushing failed.
    Step {
        /// The step, by the name that Helm's library gives it.
        step: Step,
        /// Why it failed.
        cause: Box<Error>,
    },
    /// The registry could not be reached.
    Http(Box<crate::Error>),
}

/// A step of pulling or pushing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Read the manifest of a tag or digest.
    FetchReference,
    /// Read what the manifest lists.
    Successors,
    /// Read a blob.
    Fetch,
    /// Check whether the registry has a blob already.
    Exists,
    /// Upload a blob or manifest.
    Push,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::FetchReference => "\"FetchReference\" on source",
            Step::Successors => "\"Successors\" on source",
            Step::Fetch => "\"Fetch\" on source",
            Step::Exists => "\"Exists\" on destination",
            Step::Push => "\"Push\" on destination",
        })
    }
}

impl Error {
    /// Says during which step the error happened.
    pub(super) fn during(step: Step) -> impl Fn(Error) -> Error {
        move |cause| Error::Step { step, cause: Box::new(cause) }
    }

    pub(super) fn reference(reason: impl Into<String>) -> Error {
        Error::InvalidReference { reason: reason.into() }
    }
}

impl From<crate::Error> for Error {
    fn from(error: crate::Error) -> Self {
        Error::Http(Box::new(error))
    }
}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Http(error) => *error,
            error => crate::Error::Registry(error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::InvalidReference { reason } => write!(f, "invalid reference: {reason}"),
            Error::VersionMismatch { version, tag } => {
                write!(f, "chart reference and version mismatch: {version} is not {tag}")
            }
            Error::ReferenceDigestMismatch { found, wanted } => {
                write!(f, "chart reference digest mismatch: {found} is not {wanted}")
            }
            Error::NoTags { url } => write!(f, "unable to locate any tags in provided repository: {url}"),
            Error::NoMatchingVersion { version } => {
                write!(f, "could not locate a version matching provided version string {version}")
            }
            Error::Status { method, url, status, reasons } => {
                let reasons = if reasons.is_empty() { status_text(*status) } else { reasons };
                write!(f, "{method} \"{url}\": response status code {status}: {reasons}")
            }
            Error::Authentication { method, url, cause } => write!(f, "{method} \"{url}\": {cause}"),
            Error::InvalidAnswer { method, url, reason } => write!(f, "{method} \"{url}\": {reason}"),
            Error::MissingCredentials { reason } => f.write_str(reason),
            Error::Credentials { path, reason } => write!(f, "{reason}: {}", path.display()),
            Error::UntrustedRealm { reason }
            | Error::InvalidConstraint { reason }
            | Error::Helper { reason }
            | Error::Unpushable { reason } => f.write_str(reason),
            Error::Logout { host, cause } => write!(f, "failed to delete the credential for {host}: {cause}"),
            Error::Login { host, cause } => write!(f, "authenticating to \"{host}\": {cause}"),
            Error::Step { step, cause } => write!(f, "failed to perform {step}: {cause}"),
            Error::Http(error) => error.fmt(f),
            content => content.fmt_content(f),
        }
    }
}

impl Error {
    /// Writes the errors about what a manifest lists.
    fn fmt_content(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::TooFewDescriptors { minimum, found } => write!(
                f,
                "manifest does not contain minimum number of descriptors ({minimum}), descriptors found: {found}"
            ),
            Error::MissingConfig => write!(f, "could not load config with mediatype {}", media::CONFIG),
            Error::MissingLayer { media_type } => {
                write!(f, "manifest does not contain a layer with mediatype {media_type}")
            }
            Error::NotAnOciManifest { digest } => {
                write!(f, "unable to retrieve blob with digest {digest}: {digest}: not found")
            }
            Error::NotFound { what } => write!(f, "{what}: not found"),
            Error::WrongDigest { digest } => write!(f, "mismatched digest: the content is not {digest}"),
            Error::WrongSize { digest, expected, found } => {
                write!(f, "read failed: expected content size of {expected}, got {found}, for digest {digest}")
            }
            Error::TooLarge { what, limit } => write!(f, "{what} is larger than the limit of {limit}"),
            Error::InvalidDocument { digest, reason } => write!(f, "cannot parse {digest}: {reason}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// Returns the standard's name of a status code.
fn status_text(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default()
}
