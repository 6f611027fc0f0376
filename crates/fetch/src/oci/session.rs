//! One registry: requests, and how they authenticate.
//!
//! The first request has no credentials. If the registry asks for some, they go to the registry itself or to the token
//! server that it names, and nowhere else.
//!
//! Source: <https://distribution.github.io/distribution/spec/auth/token/>

use std::cell::RefCell;

use serde_json::Value;

use super::Error;
use super::answer::{unexpected, verb};
use super::challenge::{Challenge, merge_scopes};
use super::credentials::{Credential, Source};
use super::origin::{check_realm, is_same_origin};
use crate::Settings;
use crate::http::{Client, Connection, HttpRequest, Method, Response, basic};

/// The most bytes of a token, with the JSON around it, as in Helm.
const MAX_TOKEN_BYTES: u64 = 128 << 10;

/// The name under which Helm's library asks for a token.
const CLIENT_ID: &str = "oras-go";

/// What a user may do in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Pull,
    Push,
}

/// A registry with credentials.
pub(super) struct Session {
    client: Client,
    scheme: &'static str,
    /// The host that requests go to, with its port.
    host: String,
    source: Source,
    /// The access that every request needs.
    scopes: Vec<String>,
    /// Whether to get a token with a password grant, as `helm registry login` tries first.
    pub password_grant: bool,
    /// The header that the registry accepted last.
    authorization: RefCell<Option<String>>,
}

impl Session {
    /// Opens a session for one repository. Sends nothing yet.
    ///
    /// # Errors
    /// A file of the TLS settings or of the credentials cannot be read.
    pub fn open(
        settings: &Settings,
        connection: &Connection,
        registry: &str,
        (repository, access): (&str, Access),
    ) -> Result<Session, Error> {
        let source = match (&*connection.username, &*connection.password) {
            ("", _) | (_, "") => Source::stored(settings)?,
            (username, password) => Source::Given(Credential {
                username: username.to_owned(),
                password: password.to_owned(),
                ..Credential::default()
            }),
        };
        let actions = if access == Access::Push { "pull,push" } else { "pull" };
        // Helm ignores `--plain-http` beside flags for TLS.
        let has_tls_flags = connection.ca_file.is_some()
            || connection.insecure_skip_tls_verify
            || (connection.cert_file.is_some() && connection.key_file.is_some());
        let is_plain = connection.plain_http && !has_tls_flags;
        let scopes = vec![format!("repository:{repository}:{actions}")];
        let client = Client::new(settings, connection).map_err(|error| error.context("missing registry client"))?;
        Ok(Session::new(client, is_plain, registry, source, scopes))
    }

    /// Opens a session with the given credentials and scopes.
    pub fn new(client: Client, is_plain: bool, registry: &str, source: Source, scopes: Vec<String>) -> Session {
        let host = if registry == "docker.io" { "registry-1.docker.io" } else { registry };
        let scheme = if is_plain { "http" } else { "https" };
        let authorization = RefCell::new(None);
        Session { client, scheme, host: host.to_owned(), source, scopes, password_grant: false, authorization }
    }

    /// Returns the address of a path on the registry, such as `/v2/`.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.host)
    }

    /// Sends a request, with credentials if the registry asks for them.
    ///
    /// # Errors
    /// The registry cannot be reached, or there are no credentials. A status code is not an error.
    pub fn send(&self, request: &HttpRequest<'_>) -> Result<Response, Error> {
        let response = self.attempt(request)?;
        if response.status != 401 || !is_same_origin(request.url, &response.url) {
            return Ok(response);
        }
        let Some(challenge) = response.header("www-authenticate").and_then(Challenge::parse) else {
            return Ok(response);
        };
        let authorization = self.authorize(&challenge).map_err(|cause| Error::Authentication {
            method: verb(request.method),
            url: request.url.to_owned(),
            cause: Box::new(cause),
        })?;
        self.authorization.replace(Some(authorization));
        self.attempt(request)
    }

    fn attempt(&self, request: &HttpRequest<'_>) -> Result<Response, Error> {
        let mut request = request.clone();
        let authorization = self.authorization.borrow().clone();
        request.headers.extend(authorization.map(|value| ("Authorization", value)));
        Ok(self.client.send(&request)?)
    }

    /// Returns the header that answers a challenge.
    fn authorize(&self, challenge: &Challenge) -> Result<String, Error> {
        match challenge {
            Challenge::Basic => {
                let credential = self.source.get(&self.host)?;
                let reason = "missing username or password for basic auth";
                match (&*credential.username, &*credential.password) {
                    _ if credential.is_empty() => {
                        Err(Error::MissingCredentials { reason: "basic credential not found" })
                    }
                    ("", _) | (_, "") => Err(Error::MissingCredentials { reason }),
                    (username, password) => Ok(basic(username, password)),
                }
            }
            Challenge::Bearer { realm, service, scope } => {
                check_realm(realm, &self.url(""))?;
                let own = self.scopes.iter().map(String::as_str);
                let scopes = merge_scopes(own.chain(scope.split(' ')));
                Ok(format!("Bearer {}", self.token(realm, service, &scopes)?))
            }
        }
    }

    /// Gets a token from a token server.
    fn token(&self, realm: &str, service: &str, scopes: &[String]) -> Result<String, Error> {
        let credential = self.source.get(&self.host)?;
        if !credential.access_token.is_empty() {
            return checked_token(credential.access_token, "GET", realm);
        }
        let has_refresh_token = !credential.refresh_token.is_empty();
        if credential.is_empty() || !(has_refresh_token || self.password_grant) {
            let query = [("service", service)].into_iter().filter(|(_, service)| !service.is_empty());
            let query = form(query.chain(scopes.iter().map(|scope| ("scope", &**scope))));
            let separator = if realm.contains('?') { '&' } else { '?' };
            let url = if query.is_empty() { realm.to_owned() } else { format!("{realm}{separator}{query}") };
            let mut headers = Vec::new();
            if !(credential.username.is_empty() && credential.password.is_empty()) {
                headers.push(("Authorization", basic(&credential.username, &credential.password)));
            }
            return self.ask_token(&HttpRequest {
                method: Method::Get,
                url: &url,
                headers,
                body: &[],
                limit: MAX_TOKEN_BYTES,
            });
        }
        let grant = match (&*credential.username, &*credential.password) {
            _ if has_refresh_token => {
                vec![("grant_type", "refresh_token"), ("refresh_token", &credential.refresh_token)]
            }
            ("", _) | (_, "") => {
                return Err(Error::MissingCredentials { reason: "missing username or password for bearer auth" });
            }
            (username, password) => vec![("grant_type", "password"), ("username", username), ("password", password)],
        };
        let scope = scopes.join(" ");
        let rest = [("service", service), ("client_id", CLIENT_ID), ("scope", &*scope)];
        let rest = rest.into_iter().filter(|(name, value)| *name != "scope" || !value.is_empty());
        let body = form(grant.into_iter().chain(rest));
        let headers = vec![("Content-Type", "application/x-www-form-urlencoded".to_owned())];
        self.ask_token(&HttpRequest {
            method: Method::Post,
            url: realm,
            headers,
            body: body.as_bytes(),
            limit: MAX_TOKEN_BYTES,
        })
    }

    fn ask_token(&self, request: &HttpRequest<'_>) -> Result<String, Error> {
        let response = self.client.send(request)?;
        let method = verb(request.method);
        if response.status != 200 {
            return Err(unexpected(method, request.url, &response));
        }
        let answer: Value = serde_json::from_slice(&response.body).map_err(|_| Error::InvalidAnswer {
            method,
            url: request.url.to_owned(),
            reason: "failed to decode response: not JSON".to_owned(),
        })?;
        let token = |name: &str| answer.get(name).and_then(Value::as_str).filter(|token| !token.is_empty());
        let other = || token("token").filter(|_| request.method == Method::Get);
        checked_token(token("access_token").or_else(other).unwrap_or_default().to_owned(), method, request.url)
    }
}

/// Checks that a token can stand in a header.
fn checked_token(token: String, method: &'static str, url: &str) -> Result<String, Error> {
    let failed = |reason: &str| Error::InvalidAnswer { method, url: url.to_owned(), reason: reason.to_owned() };
    match token.as_bytes() {
        [] => Err(failed("empty token returned")),
        bytes if bytes.iter().all(u8::is_ascii_graphic) => Ok(token),
        _ => Err(failed("the token contains characters that a header cannot have")),
    }
}

/// Writes the query of an address, or the body of a form.
fn form<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", query_escape(value))).collect();
    pairs.join("&")
}

/// Escapes a value of a query.
pub(super) fn query_escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}
