//! Proxies and trusted certificates from the environment, with Go's rules.
//!
//! Source: <https://pkg.go.dev/golang.org/x/net/http/httpproxy>.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use mkmanifests_go::url::{self, Url};

/// Proxies and trusted certificates.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// `HTTP_PROXY` or `http_proxy`; empty for none. It may contain a password.
    pub http_proxy: String,
    /// `HTTPS_PROXY` or `https_proxy`.
    pub https_proxy: String,
    /// `NO_PROXY` or `no_proxy`: hosts, domains, addresses and address ranges, separated by commas.
    pub no_proxy: String,
    /// `SSL_CERT_FILE`: certificates to trust.
    pub ssl_cert_file: Option<PathBuf>,
    /// `SSL_CERT_DIR`: folders of certificates to trust, separated by colons.
    pub ssl_cert_dir: Option<Vec<PathBuf>>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("no_proxy", &self.no_proxy).finish_non_exhaustive()
    }
}

impl Network {
    pub(crate) fn new(text: &impl Fn(&str) -> Option<String>) -> Network {
        let set = |name: &str| text(name).filter(|value| !value.is_empty());
        let either = |upper: &str| set(upper).or_else(|| set(&upper.to_lowercase())).unwrap_or_default();
        // In a CGI program, HTTP_PROXY is a header of the request: https://httpoxy.org.
        let http_proxy = if set("REQUEST_METHOD").is_some() { String::new() } else { either("HTTP_PROXY") };
        Network {
            http_proxy: with_scheme(http_proxy),
            https_proxy: with_scheme(either("HTTPS_PROXY")),
            no_proxy: either("NO_PROXY"),
            ssl_cert_file: set("SSL_CERT_FILE").map(PathBuf::from),
            ssl_cert_dir: set("SSL_CERT_DIR").map(|folders| folders.split(':').map(PathBuf::from).collect()),
        }
    }

    /// Returns the proxy for an address, if it has one. It may contain a password.
    pub fn proxy_for(&self, address: &str) -> Option<&str> {
        self.proxy(&url::parse(address.as_bytes()).ok()?)
    }

    /// Returns the proxies that some address may use.
    pub(super) fn proxies(&self) -> impl Iterator<Item = &str> {
        let second = (self.https_proxy != self.http_proxy).then_some(&self.https_proxy);
        [Some(&self.http_proxy), second].into_iter().flatten().map(String::as_str).filter(|proxy| !proxy.is_empty())
    }

    /// Returns the proxy for an address.
    pub(super) fn proxy(&self, address: &Url) -> Option<&str> {
        let is_https = address.scheme == b"https";
        let proxy = if is_https { &self.https_proxy } else { &self.http_proxy };
        let host = String::from_utf8_lossy(url::hostname(&address.host)).to_lowercase();
        let port = String::from_utf8_lossy(&address.host).rsplit_once(':').map(|(_, port)| port.to_owned());
        let port = port.filter(|port| port.parse::<u16>().is_ok());
        let port = port.unwrap_or_else(|| if is_https { "443" } else { "80" }.to_owned());
        (!proxy.is_empty() && !self.is_excluded(host.trim_end_matches('.'), &port)).then_some(proxy.as_str())
    }

    fn is_excluded(&self, host: &str, port: &str) -> bool {
        let address: Option<IpAddr> = host.parse().ok();
        if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
            return true;
        }
        self.no_proxy
            .split(',')
            .map(|entry| entry.trim().to_lowercase())
            .filter(|entry| !entry.is_empty())
            .any(|entry| entry == "*" || in_range(&entry, address) || matches(&entry, host, port, address))
    }
}

/// Go takes a proxy without a scheme for one of `http`.
fn with_scheme(proxy: String) -> String {
    if proxy.is_empty() || proxy.contains("://") { proxy } else { format!("http://{proxy}") }
}

/// Compares with an entry: an address or a domain, with or without a port.
fn matches(entry: &str, host: &str, port: &str, address: Option<IpAddr>) -> bool {
    let (name, wanted) = match entry.rsplit_once(':') {
        Some((name, wanted)) if wanted.parse::<u16>().is_ok() && (!name.contains(':') || name.ends_with(']')) => {
            (name, Some(wanted))
        }
        _ => (entry, None),
    };
    if wanted.is_some_and(|wanted| wanted != port) {
        return false;
    }
    let name = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(excluded) = name.parse::<IpAddr>() {
        return address == Some(excluded);
    }
    let name = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
    // `.example.com` matches only subdomains, `example.com` the domain too.
    match name.strip_prefix('.') {
        Some(domain) => is_below(host, domain),
        None => host == name || is_below(host, name),
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// Returns whether an address is in a range such as `10.0.0.0/8`.
fn in_range(entry: &str, address: Option<IpAddr>) -> bool {
    let Some((start, bits)) = entry.split_once('/') else { return false };
    let (Ok(start), Ok(bits), Some(address)) = (start.parse::<IpAddr>(), bits.parse::<u32>(), address) else {
        return false;
    };
    match (start, address) {
        (IpAddr::V4(start), IpAddr::V4(address)) if bits <= 32 => {
            let difference = start.to_bits() ^ address.to_bits();
            difference.checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(start), IpAddr::V6(address)) if bits <= 128 => {
            let difference = start.to_bits() ^ address.to_bits();
            difference.checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}
