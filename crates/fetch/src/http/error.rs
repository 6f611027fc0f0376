//! Why a request failed, in Go's words where Helm's users know them.

use std::fmt;
use std::io;

use mkmanifests_yaml::diagnostic::io_reason;
use ureq::Timeout;

use super::limits::Timeouts;
use super::{Method, seconds};

/// A failed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpError {
    /// The method.
    pub method: Method,
    /// The address, without credentials.
    pub url: String,
    /// What happened.
    pub reason: Reason,
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// No server listens there, or it cannot be reached.
    Connect {
        /// Host and port.
        host: String,
        /// The reason of the operating system.
        reason: String,
    },
    /// The host has no address.
    UnknownHost(String),
    /// The server did not answer in time: what took how long.
    Timeout(String),
    /// The connection ended before the response was complete.
    Truncated,
    /// The connection broke.
    Broken(String),
    /// The response is larger than the limit.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The response is not HTTP.
    Protocol(String),
    /// A secure connection to this server is not possible.
    Tls(String),
    /// The proxy refused.
    Proxy(String),
    /// More than 10 redirects.
    TooManyRedirects,
    /// An address that is neither `http` nor `https`.
    Scheme(String),
    /// An address or header that cannot be sent.
    Invalid(String),
}

impl Reason {
    pub(super) fn new(error: &ureq::Error, host: &str, timeouts: Timeouts) -> Reason {
        match error {
            ureq::Error::Io(error) => Reason::of_io(error, host),
            ureq::Error::HostNotFound => {
                let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
                Reason::UnknownHost(host.to_owned())
            }
            ureq::Error::ConnectionFailed => {
                Reason::Connect { host: host.to_owned(), reason: "connection failed".into() }
            }
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                Reason::Timeout(format!("no connection within {}", seconds(timeouts.connect)))
            }
            ureq::Error::Timeout(Timeout::Global | Timeout::PerCall) => {
                Reason::Timeout(format!("no complete response within {}", seconds(timeouts.total)))
            }
            ureq::Error::Timeout(_) => Reason::Timeout(format!("no progress for {}", seconds(timeouts.stall))),
            ureq::Error::Tls(text) => Reason::Tls((*text).to_owned()),
            ureq::Error::ConnectProxyFailed(text) => Reason::Proxy(text.clone()),
            ureq::Error::LargeResponseHeader(_, limit) => {
                Reason::Protocol(format!("the headers have more than {limit} bytes"))
            }
            ureq::Error::Protocol(error) => Reason::Protocol(error.to_string()),
            ureq::Error::BadUri(text) => Reason::Invalid(text.clone()),
            error => Reason::Protocol(error.to_string()),
        }
    }

    fn of_io(error: &io::Error, host: &str) -> Reason {
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Reason::Tls(tls_text(error, host));
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::AddrNotAvailable => {
                Reason::Connect { host: host.to_owned(), reason: format!("connect: {}", io_reason(error)) }
            }
            io::ErrorKind::UnexpectedEof => Reason::Truncated,
            _ => Reason::Broken(io_reason(error)),
        }
    }

    /// Returns whether the same request may succeed a moment later.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Reason::Connect { .. } | Reason::Truncated | Reason::Broken(_))
    }
}

/// Returns Go's text for the usual errors of certificates.
fn tls_text(error: &rustls::Error, host: &str) -> String {
    use rustls::CertificateError as Bad;
    let certificate = match error {
        rustls::Error::InvalidCertificate(certificate) => certificate,
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            return "http: server gave HTTP response to HTTPS client".into();
        }
        error => return format!("tls: {error}"),
    };
    let reason = match certificate {
        Bad::UnknownIssuer => "certificate signed by unknown authority".to_owned(),
        Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            "certificate has expired or is not yet valid".to_owned()
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => format!("certificate is not valid for {host}"),
        other => other.to_string(),
    };
    format!("tls: failed to verify certificate: x509: {reason}")
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}: {}", self.method, self.url, self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Connect { host, reason } => write!(f, "dial tcp {host}: {reason}"),
            Reason::UnknownHost(host) => write!(f, "dial tcp: lookup {host}: no such host"),
            Reason::Timeout(text) => write!(f, "timeout: {text}"),
            Reason::Truncated => f.write_str("unexpected EOF"),
            Reason::Broken(reason) => f.write_str(reason),
            Reason::TooLarge { limit } => write!(f, "the response has more than {limit} bytes"),
            Reason::Protocol(text) => write!(f, "malformed HTTP response: {text}"),
            Reason::Tls(text) => f.write_str(text),
            Reason::Proxy(text) => write!(f, "the proxy refused the connection: {text}"),
            Reason::TooManyRedirects => write!(f, "stopped after {} redirects", super::MAX_REDIRECTS),
            Reason::Scheme(scheme) => write!(f, "unsupported protocol scheme {scheme:?}"),
            Reason::Invalid(text) => write!(f, "invalid request: {text}"),
        }
    }
}

impl std::error::Error for HttpError {}
