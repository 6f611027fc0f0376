//! How to connect to a server, and which servers get credentials.

use std::fmt;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mkmanifests_go::url;

/// How to connect to a server: the flags that `helm pull`, `helm template` and `helm repo add` share.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Connection {
    /// `--username`.
    pub username: String,
    /// `--password`. It is never printed.
    pub password: String,
    /// `--pass-credentials`: send the credentials to other hosts too.
    pub pass_credentials: bool,
    /// `--ca-file`: certificates to trust instead of the system's.
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

impl Connection {
    /// Returns the value of `Authorization` for a request to `url`, if there are credentials and `url` has the scheme,
    /// host and port of the `repository` for which they were given.
    pub fn authorization(&self, repository: &str, url: &str) -> Option<String> {
        // Helm ignores credentials unless both are there.
        if self.username.is_empty() || self.password.is_empty() {
            return None;
        }
        (self.pass_credentials || same_origin(repository, url)).then(|| basic(&self.username, &self.password))
    }

    /// Returns the settings with those of `other` where these are not set: credentials as a whole, TLS files as a whole.
    #[must_use]
    pub fn or(&self, other: Connection) -> Connection {
        let has_credentials = !self.username.is_empty() || !self.password.is_empty();
        let has_files = self.ca_file.is_some() || self.cert_file.is_some() || self.key_file.is_some();
        let (credentials, files) = (if has_credentials { self } else { &other }, if has_files { self } else { &other });
        Connection {
            username: credentials.username.clone(),
            password: credentials.password.clone(),
            pass_credentials: self.pass_credentials || credentials.pass_credentials,
            ca_file: files.ca_file.clone(),
            cert_file: files.cert_file.clone(),
            key_file: files.key_file.clone(),
            insecure_skip_tls_verify: self.insecure_skip_tls_verify || other.insecure_skip_tls_verify,
            plain_http: self.plain_http || other.plain_http,
        }
    }

    /// Returns the settings that decide about TLS.
    pub(crate) fn without_credentials(&self) -> Connection {
        Connection { username: String::new(), password: String::new(), pass_credentials: false, ..self.clone() }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_credentials = !self.username.is_empty() || !self.password.is_empty();
        f.debug_struct("Connection")
            .field("has_credentials", &has_credentials)
            .field("pass_credentials", &self.pass_credentials)
            .field("ca_file", &self.ca_file)
            .field("cert_file", &self.cert_file)
            .field("insecure_skip_tls_verify", &self.insecure_skip_tls_verify)
            .field("plain_http", &self.plain_http)
            .finish_non_exhaustive()
    }
}

/// Returns the value of `Authorization` for a user and a password.
pub fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

/// Returns whether two addresses have the same scheme, host and port. Ports are compared as they are written, as Helm
/// does.
pub fn same_origin(one: &str, other: &str) -> bool {
    match (url::parse(one.as_bytes()), url::parse(other.as_bytes())) {
        (Ok(one), Ok(other)) => one.scheme == other.scheme && one.host.eq_ignore_ascii_case(&other.host),
        _ => false,
    }
}

/// Returns an address without what may be a credential: user information and the values of the query.
pub fn redact(address: &str) -> String {
    let (before, query) = match address.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (address, None),
    };
    let mut text = without_user(before);
    if let Some(query) = query {
        text.push('?');
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let names =
            query.split('&').map(|pair| pair.split_once('=').map_or("***".into(), |(name, _)| format!("{name}=***")));
        text.push_str(&names.collect::<Vec<_>>().join("&"));
    }
    text
}

/// Replaces the user information, even in an address whose password has a slash, which is not valid.
fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let authority = rest.split('/').next().unwrap_or_default();
    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
    let is_broken = !authority.ends_with(']') && port.bytes().any(|byte| !byte.is_ascii_digit());
    let place = if authority.contains('@') || !is_broken { authority } else { rest };
    match place.rfind('@') {
        Some(at) => format!("{scheme}://***{}", &rest[at..]),
        None => address.to_owned(),
    }
}
