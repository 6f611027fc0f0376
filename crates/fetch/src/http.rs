//! HTTP requests to servers that are not trusted: with timeouts, size limits, and credentials for one host only.

use std::path::PathBuf;

use crate::Error;

/// How to connect to a server: the flags that `helm pull`, `helm template` and `helm repo add` share.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// `--username`.
    pub username: String,
    /// `--password`. It is never printed.
    pub password: String,
    /// `--pass-credentials`: send the credentials to other hosts too.
    pub pass_credentials: bool,
    /// `--ca-file`.
    pub ca_file: Option<PathBuf>,
    /// `--cert-file`.
    pub cert_file: Option<PathBuf>,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
    /// `--insecure-skip-tls-verify`.
    pub insecure_skip_tls_verify: bool,
    /// `--plain-http`, for registries.
    pub plain_http: bool,
}

/// A method of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
}

/// A request. The client adds `User-Agent`, and nothing else.
#[derive(Debug, Clone)]
pub struct HttpRequest<'a> {
    /// The method.
    pub method: Method,
    /// The address, without credentials.
    pub url: &'a str,
    /// Header names and values. `Authorization` is dropped when a redirect leaves the host.
    pub headers: Vec<(&'static str, String)>,
    /// The body of a `POST`, `PUT` or `PATCH`.
    pub body: &'a [u8],
    /// The most bytes that a response may have; more is an error.
    pub limit: u64,
}

/// A response, read whole.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, complete: a shorter body than `Content-Length` says is an error.
    pub body: Vec<u8>,
    /// The address after redirects.
    pub url: String,
}

/// A client for one set of TLS settings.
#[derive(Debug, Clone)]
pub struct Client {}

impl Client {
    /// Creates a client. Reads the files that `connection` names.
    ///
    /// # Errors
    /// A file cannot be read or is no certificate or key.
    pub fn new(connection: &Connection) -> Result<Client, Error> {
        let _ = connection;
        todo!()
    }

    /// Sends a request, follows redirects, and retries a `GET` or `HEAD` that failed on the way.
    ///
    /// # Errors
    /// The server cannot be reached, does not answer in time, or sends more than the limit. A status code is not an
    /// error.
    pub fn send(&self, request: &HttpRequest<'_>) -> Result<Response, Error> {
        let _ = request;
        todo!()
    }
}
