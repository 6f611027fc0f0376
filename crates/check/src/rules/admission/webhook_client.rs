//! The client configuration of webhooks, also of conversion webhooks in CustomResourceDefinitions.

use super::super::common::{required_text, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_1035_label, dns_subdomain, port};

/// A reference to a Service, with port and path.
pub(in super::super) struct Service<'s> {
    pub(in super::super) name: &'s str,
    pub(in super::super) namespace: &'s str,
    pub(in super::super) path: &'s Option<String>,
    pub(in super::super) port: Option<i32>,
    /// Where the server reports a missing name and a missing namespace.
    pub(in super::super) fields: [&'static str; 2],
}

/// The area of the rules below.
const AREA: &str = "webhook";

rules!(
    /// `url` of a webhook must be `https://host[:port][/path]`, without user, query and fragment.
    ///
    /// Example: `webhooks: [{name: a.b.c, clientConfig: {url: 'http://a'}, admissionReviewVersions: [v1], sideEffects: None}]`
    ///
    /// Source: `ValidateWebhookURL`, apiserver pkg/util/webhook/validation.go
    pub(in super::super) fn client_url(report: &mut Report<'_>, at: &Path<'_>, url: &str) {
        report.require(at, https_url(url));
    },

    /// `service` of a webhook must have a `name` and a `namespace`, a `port` between 1 and 65535, and a `path` whose
    /// segments are DNS subdomains.
    ///
    /// Source: `ValidateWebhookService`, apiserver pkg/util/webhook/validation.go
    pub(in super::super) fn client_service(report: &mut Report<'_>, at: &Path<'_>, service: &Service<'_>) {
        let [name, namespace] = service.fields;
        required_text(report, &at.field(name), service.name, "the `name` of the Service");
        required_text(report, &at.field(namespace), service.namespace, "the `namespace` of the Service");
        report.require(&at.field("port"), port(service.port.unwrap_or(443).into()));
        report.require(&at.field("path"), path_of_service(text(service.path)));
    },

    /// `admissionReviewVersions` or `conversionReviewVersions` must be unique versions and include `v1` or `v1beta1`.
    ///
    /// Example: `webhooks: [{name: a.b.c, clientConfig: {url: 'https://a'}, admissionReviewVersions: [v2], sideEffects: None}]`
    ///
    /// Source: `validateAdmissionReviewVersions`, pkg/apis/admissionregistration/validation/validation.go;
    /// `validateConversionReviewVersions`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    pub(in super::super) fn review_versions(report: &mut Report<'_>, at: &Path<'_>, versions: &[String]) {
        if versions.is_empty() {
            return report.required(at, "the review versions that the webhook accepts, such as `v1`");
        }
        for (index, version) in versions.iter().enumerate() {
            if versions[..index].contains(version) {
                report.duplicate(&at.index(index), format_args!("`{version}`"));
            } else {
                report.require(&at.index(index), dns_1035_label(version));
            }
        }
        if !versions.iter().any(|version| matches!(version.as_str(), "v1" | "v1beta1")) {
            report.error(at, "must include `v1` or `v1beta1`");
        }
    }
);

fn https_url(url: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{url:?} is not a webhook URL, `https://host[:port][/path]`: {why}"));
    if url.contains(|c: char| c.is_ascii_control()) {
        return refuse("may not contain control characters");
    }
    let (url_part, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (before, query) = url_part.split_once('?').unwrap_or((url_part, ""));
    let Some(("https", rest)) = before
        .split_once(':')
        .map(|(scheme, rest)| if scheme.eq_ignore_ascii_case("https") { ("https", rest) } else { ("", rest) })
    else {
        return refuse("the scheme must be `https`");
    };
    let Some(rest) = rest.strip_prefix("//") else { return refuse("must have a host") };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if host.is_empty() {
        return refuse("must have a host");
    }
    if !is_host(host) || !has_whole_escapes(path) {
        return refuse("the host or the path is malformed");
    }
    match (user, fragment, query) {
        (Some(_), ..) => refuse("may not have a user"),
        (None, "", "") => Ok(()),
        (None, "", _) => refuse("may not have a query"),
        _ => refuse("may not have a fragment"),
    }
}

/// Returns whether `host` is a host with an optional port, which may be empty.
fn is_host(host: &str) -> bool {
    let after = if host.starts_with('[') { host.find(']').map_or(0, |end| end + 1) } else { 0 };
    let (_, port) = host[after..].rsplit_once(':').unwrap_or(("", ""));
    let is_right = |c: char| !c.is_whitespace() && !"\\^`{}|\"<>%".contains(c);
    host.chars().all(is_right) && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_whole_escapes(path: &str) -> bool {
    let is_hex = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    path.split('%').skip(1).all(is_hex)
}

fn path_of_service(path: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{path:?} is not a webhook path: {why}"));
    if path.is_empty() || path == "/" {
        return Ok(());
    }
    let Some(rest) = path.strip_prefix('/') else { return refuse("must start with `/`") };
    for part in rest.strip_suffix('/').unwrap_or(rest).split('/') {
        if part.is_empty() {
            return refuse("may not have an empty segment");
        }
        dns_subdomain(part)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_a_host_and_a_path() {
        for good in ["https://example.com", "https://example.com:8443/a/b", "HTTPS://[::1]:443/", "https://a/b%20c"] {
            assert!(https_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "http://a",
            "https://",
            "https:///a",
            "https:a",
            "https://u:p@a/",
            "https://a/#f",
            "https://a/?q=1",
            "https://a b/",
            "https://a:x/",
            "https://a/%zz",
        ] {
            assert!(https_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_are_subdomains() {
        for good in ["", "/", "/validate", "/a/b-c.d/"] {
            assert!(path_of_service(good).is_ok(), "{good}");
        }
        for bad in ["//", "validate", "/a//b", "/A", "/a_b", "/a?x=1"] {
            assert!(path_of_service(bad).is_err(), "{bad}");
        }
    }
}
