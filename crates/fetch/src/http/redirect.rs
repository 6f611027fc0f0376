//! Redirects, and what does not follow them.

use mkmanifests_go::url::{self, Url};

use super::{HttpError, HttpRequest, Method, Reason, Response, basic, redact};

/// Headers that are for one host only.
const SENSITIVE: [&str; 3] = ["authorization", "cookie", "www-authenticate"];

/// One request in a chain of redirects.
pub(super) struct Hop {
    pub(super) method: Method,
    /// The address without user information and fragment.
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    /// Whether the body of the request is sent along.
    pub(super) has_body: bool,
    parsed: Url,
}

impl Hop {
    pub(super) fn first(request: &HttpRequest<'_>) -> Result<Hop, HttpError> {
        Hop::new(request.method, request.url, request.headers.clone(), !request.body.is_empty())
    }

    fn new(
        method: Method,
        address: &str,
        mut headers: Vec<(&'static str, String)>,
        has_body: bool,
    ) -> Result<Hop, HttpError> {
        let error = |reason| HttpError { method, url: redact(address), reason };
        let mut parsed = url::parse(address.as_bytes()).map_err(|_| error(Reason::Invalid("not a URL".into())))?;
        let scheme = String::from_utf8_lossy(&parsed.scheme).into_owned();
        if scheme != "http" && scheme != "https" {
            return Err(error(Reason::Scheme(scheme)));
        }
        if parsed.host.is_empty() {
            return Err(error(Reason::Invalid("no host in the URL".into())));
        }
        if let Some(user) = parsed.user.take()
            && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
        {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let password = user.password.as_deref().map(text).unwrap_or_default();
            headers.push(("Authorization", basic(&text(&user.name), &password)));
        }
        parsed.fragment.clear();
        if parsed.path.is_empty() {
            parsed.path = b"/".to_vec();
        }
        let url = String::from_utf8_lossy(&url::write(&parsed)).into_owned();
        Ok(Hop { method, url, headers, has_body, parsed })
    }

    /// Returns the request that a response redirects to, if it does.
    pub(super) fn next(&self, response: &Response) -> Result<Option<Hop>, HttpError> {
        let keeps_method = match response.status {
            301..=303 => matches!(self.method, Method::Get | Method::Head),
            307 | 308 => true,
            _ => return Ok(None),
        };
        let Some(location) = response.header("location") else { return Ok(None) };
        let invalid = |_| self.error(Reason::Invalid("the server redirects to something that is not a URL".into()));
        let target = url::join(&self.parsed, location.as_bytes()).map_err(invalid)?;
        let mut headers = self.headers.clone();
        if !url::parse(target.as_bytes()).is_ok_and(|target| keeps_credentials(&self.parsed, &target)) {
            if self.has_body && keeps_method {
                // The body of a request for a token has a password.
                return Ok(None);
            }
            headers.retain(|(name, _)| !SENSITIVE.iter().any(|sensitive| name.eq_ignore_ascii_case(sensitive)));
        }
        let method = if keeps_method { self.method } else { Method::Get };
        Hop::new(method, &target, headers, self.has_body && keeps_method).map(Some)
    }

    /// Returns host and port.
    pub(super) fn host(&self) -> String {
        let host = String::from_utf8_lossy(&self.parsed.host).into_owned();
        if url::hostname(&self.parsed.host).len() < self.parsed.host.len() && !host.ends_with(']') {
            return host;
        }
        format!("{host}:{}", if self.parsed.scheme == b"https" { 443 } else { 80 })
    }

    pub(super) fn error(&self, reason: Reason) -> HttpError {
        HttpError { method: self.method, url: redact(&self.url), reason }
    }
}

/// Returns whether credentials may follow a redirect: to the same scheme, host and port, or from `http` to `https` on the
/// standard ports of the same host.
fn keeps_credentials(from: &Url, to: &Url) -> bool {
    if !from.host.eq_ignore_ascii_case(&to.host) {
        return false;
    }
    let has_port = url::hostname(&to.host).len() < to.host.len() && !to.host.ends_with(b"]");
    from.scheme == to.scheme || (from.scheme == b"http" && to.scheme == b"https" && !has_port)
}
