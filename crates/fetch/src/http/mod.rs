//! HTTP requests to servers that are not trusted: with timeouts, size limits, and credentials for one host only.
//!
//! [`Client::send`] follows redirects and retries by itself, so that both obey the same rules for every request:
//! - It follows at most [`MAX_REDIRECTS`] redirects. `Authorization` and `Cookie` stay behind when one leads to another
//!   host or port, or from `https` to `http`. A body stays behind too: then the redirect itself is the response.
//! - It repeats only `GET` and `HEAD`, at most twice: after a broken connection, and after the status codes 429, 502, 503
//!   and 504, whose `Retry-After` it obeys up to 5 seconds.
//! - A body that is shorter than its `Content-Length` is an error, one that is longer than the limit too.
//!
//! Bodies are not decompressed: Helm asks for none that are, and archives with a wrong `Content-Encoding` stay valid.

mod connection;
mod connector;
mod error;
pub mod limits;
mod proxy;
mod redirect;
mod resolver;
mod retry;
mod roots;
mod tls;
mod verifier;

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::{self, Method as HttpMethod};
use ureq::unversioned::transport::{ConnectProxyConnector, Connector as _, SocksConnector, TcpConnector};

pub use connection::{Connection, basic, redact, same_origin};
pub use error::{HttpError, Reason};
pub use limits::{MAX_REDIRECTS, Timeouts};
pub use proxy::Network;
pub use tls::TlsError;

use self::connector::TlsConnector;
use self::resolver::HostResolver;
use crate::{Error, Settings};

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

/// A request. The client adds `User-Agent`, and `Authorization` if the URL has user information.
#[derive(Clone)]
pub struct HttpRequest<'a> {
    /// The method.
    pub method: Method,
    /// The address.
    pub url: &'a str,
    /// Header names and values. `Authorization` and `Cookie` are dropped when a redirect leaves the host.
    pub headers: Vec<(&'static str, String)>,
    /// The body of a `POST`, `PUT` or `PATCH`.
    pub body: &'a [u8],
    /// The most bytes that a response may have; more is an error. See [`limits`].
    pub limit: u64,
}

impl<'a> HttpRequest<'a> {
    /// Creates a `GET` without headers.
    pub fn get(url: &'a str, limit: u64) -> HttpRequest<'a> {
        HttpRequest { method: Method::Get, url, headers: Vec::new(), body: b"", limit }
    }
}

/// A response, read whole.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, complete.
    pub body: Vec<u8>,
    /// The address after redirects.
    pub url: String,
}

impl Response {
    /// Returns the first header of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Returns code and reason, such as `404 Not Found`. Servers may send another reason; this is the standard's.
    pub fn status_text(&self) -> String {
        let reason = http::StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        reason.map_or_else(|| self.status.to_string(), |reason| format!("{} {reason}", self.status))
    }
}

/// A client for one set of TLS settings. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    /// One agent for each proxy, since each has its own connections.
    direct: ureq::Agent,
    proxied: Vec<(String, ureq::Agent)>,
    network: Arc<Network>,
    timeouts: Timeouts,
}

impl Client {
    /// Creates a client. Reads the files that `connection` names, and the certificates that the system trusts.
    ///
    /// # Errors
    /// A file cannot be read, or has no certificate or key; a proxy variable is not a URL.
    pub fn new(settings: &Settings, connection: &Connection) -> Result<Client, Error> {
        Client::with_timeouts(settings, connection, Timeouts::default())
    }

    /// Creates a client with other timeouts.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_timeouts(settings: &Settings, connection: &Connection, timeouts: Timeouts) -> Result<Client, Error> {
        let tls = tls::config(connection, &settings.network).map_err(Error::Tls)?;
        let agent = |proxy: Option<ureq::Proxy>| {
            let config = ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .user_agent(concat!("mkmanifests/", env!("CARGO_PKG_VERSION")))
                .accept("")
                .accept_encoding("")
                .proxy(proxy)
                .timeout_global(Some(timeouts.total))
                .timeout_connect(Some(timeouts.connect))
                .timeout_per_read(Some(timeouts.stall))
                .timeout_per_write(Some(timeouts.stall));
            let connector = SocksConnector::default().chain(ConnectProxyConnector::default());
            let connector = connector.chain(TcpConnector::default()).chain(TlsConnector(tls.clone()));
            ureq::Agent::with_parts(config.build(), connector, HostResolver::default())
        };
        let mut proxied = Vec::new();
        for proxy in settings.network.proxies() {
            let parsed = ureq::Proxy::new(proxy).map_err(|_| Error::Proxy { url: redact(proxy) })?;
            proxied.push((proxy.to_owned(), agent(Some(parsed))));
        }
        Ok(Client { direct: agent(None), proxied, network: Arc::new(settings.network.clone()), timeouts })
    }

    /// Sends a request, follows redirects, and retries a `GET` or `HEAD` that failed on the way.
    ///
    /// # Errors
    /// The server cannot be reached, does not answer in time, or sends more than the limit. A status code is not an
    /// error.
    pub fn send(&self, request: &HttpRequest<'_>) -> Result<Response, Error> {
        let mut hop = redirect::Hop::first(request)?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.attempts(request, &hop)?;
            match hop.next(&response)? {
                Some(next) => hop = next,
                None => return Ok(response),
            }
        }
        Err(hop.error(Reason::TooManyRedirects).into())
    }

    /// Sends one request, again if it is worth it.
    fn attempts(&self, request: &HttpRequest<'_>, hop: &redirect::Hop) -> Result<Response, HttpError> {
        let mut retry = retry::Retry::new(hop.method, self.timeouts.pause);
        loop {
            let result = self.once(request, hop);
            match retry.pause_after(&result) {
                Some(pause) => std::thread::sleep(pause),
                None => return result,
            }
        }
    }

    fn once(&self, request: &HttpRequest<'_>, hop: &redirect::Hop) -> Result<Response, HttpError> {
        let fail = |error: ureq::Error| hop.error(Reason::new(&error, &hop.host(), self.timeouts));
        let mut builder = http::Request::builder().method(http_method(hop.method)).uri(&hop.url);
        for (name, value) in &hop.headers {
            builder = builder.header(*name, value);
        }
        let invalid = |error: http::Error| hop.error(Reason::Invalid(error.to_string()));
        let agent = self.agent(&hop.url);
        let mut response = if matches!(hop.method, Method::Get | Method::Head) {
            agent.run(builder.body(()).map_err(invalid)?).map_err(fail)?
        } else {
            let body = if hop.has_body { request.body } else { b"" };
            agent.run(builder.body(body).map_err(invalid)?).map_err(fail)?
        };
        let limit = if hop.method == Method::Head { None } else { Some(request.limit) };
        let body = read(&mut response, limit).map_err(|error| match error {
            ReadError::TooLarge => hop.error(Reason::TooLarge { limit: request.limit }),
            ReadError::Broken(error) => fail(error),
        })?;
        let headers = response.headers().iter();
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        Ok(Response { status: response.status().as_u16(), headers, body, url: hop.url.clone() })
    }

    /// Returns the agent for the proxy that the environment sets for an address.
    fn agent(&self, address: &str) -> &ureq::Agent {
        let proxy = self.network.proxy_for(address);
        let agent = proxy.and_then(|proxy| self.proxied.iter().find(|(name, _)| name == proxy));
        agent.map_or(&self.direct, |(_, agent)| agent)
    }
}

enum ReadError {
    TooLarge,
    Broken(ureq::Error),
}

/// Reads a body up to a limit, without trusting the length that the server announces. Without a limit, there is no body.
fn read(response: &mut http::Response<ureq::Body>, limit: Option<u64>) -> Result<Vec<u8>, ReadError> {
    const FIRST: u64 = 64 << 10;
    let Some(limit) = limit else { return Ok(Vec::new()) };
    let body = response.body_mut();
    let announced = body.content_length().unwrap_or(0);
    if announced > limit {
        return Err(ReadError::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(announced.min(FIRST)).unwrap_or_default());
    let mut reader = body.with_config().limit(u64::MAX).reader().take(limit + 1);
    reader.read_to_end(&mut bytes).map_err(|error| ReadError::Broken(error.into()))?;
    if bytes.len() as u64 > limit { Err(ReadError::TooLarge) } else { Ok(bytes) }
}

fn http_method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::GET,
        Method::Head => HttpMethod::HEAD,
        Method::Post => HttpMethod::POST,
        Method::Put => HttpMethod::PUT,
        Method::Patch => HttpMethod::PATCH,
    }
}

/// Returns a duration for a message, such as `30s` or `200ms`.
fn seconds(duration: Duration) -> String {
    if duration.subsec_millis() == 0 {
        format!("{}s", duration.as_secs())
    } else {
        format!("{}ms", duration.as_millis())
    }
}
