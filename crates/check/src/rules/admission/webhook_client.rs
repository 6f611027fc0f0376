//! How a webhook is reached, which CustomResourceDefinitions say too.

use super::super::common::{filled, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_1035_label, dns_subdomain, port};

/// A path of one port of a Service.
pub(in super::super) struct Service<'s> {
    pub(in super::super) name: &'s str,
    pub(in super::super) namespace: &'s str,
    pub(in super::super) path: &'s Option<String>,
    pub(in super::super) port: Option<i32>,
    /// Where the server reports a missing name and a missing namespace.
    pub(in super::super) fields: [&'static str; 2],
}

rules!(
    /// A webhook outside of the cluster is reached by https, and its URL says a host and a path and no more.
    ///
    /// Source: `ValidateWebhookURL`, apiserver pkg/util/webhook/validation.go
    pub(in super::super) fn url_of_webhook(report: &mut Report<'_>, at: &Path<'_>, url: &str) {
        report.require(at, https_url(url));
    },

    /// A webhook in the cluster is a port of a Service, and a path whose parts are DNS subdomains.
    ///
    /// Source: `ValidateWebhookService`, apiserver pkg/util/webhook/validation.go
    pub(in super::super) fn service_of_webhook(report: &mut Report<'_>, at: &Path<'_>, service: &Service<'_>) {
        let [name, namespace] = service.fields;
        filled(report, &at.field(name), service.name, "the `name` of the Service");
        filled(report, &at.field(namespace), service.namespace, "the `namespace` of the Service");
        report.require(&at.field("port"), port(service.port.unwrap_or(443).into()));
        report.require(&at.field("path"), path_of_service(text(service.path)));
    },

    /// A webhook reads a version of reviews that an API server writes, and names each version once.
    ///
    /// Source: `validateAdmissionReviewVersions`, pkg/apis/admissionregistration/validation/validation.go;
    /// `validateConversionReviewVersions`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    pub(in super::super) fn review_versions(report: &mut Report<'_>, at: &Path<'_>, versions: &[String]) {
        if versions.is_empty() {
            return report.required(at, "the versions that the webhook reads: `v1`");
        }
        for (index, version) in versions.iter().enumerate() {
            if versions[..index].contains(version) {
                report.duplicate(&at.index(index), format_args!("`{version}`"));
            } else {
                report.require(&at.index(index), dns_1035_label(version));
            }
        }
        if !versions.iter().any(|version| matches!(version.as_str(), "v1" | "v1beta1")) {
            report.error(at, "an API server writes `v1` and `v1beta1`, and neither is there");
        }
    }
);

fn https_url(url: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{url:?} is not the URL of a webhook, `https://host[/path]`: {why}"));
    if url.contains(|c: char| c.is_ascii_control()) {
        return refuse("it has a character that no URL has");
    }
    let (url_part, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (before, query) = url_part.split_once('?').unwrap_or((url_part, ""));
    let Some(("https", rest)) = before
        .split_once(':')
        .map(|(scheme, rest)| if scheme.eq_ignore_ascii_case("https") { ("https", rest) } else { ("", rest) })
    else {
        return refuse("only `https` is allowed");
    };
    let Some(rest) = rest.strip_prefix("//") else { return refuse("it has no host") };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if host.is_empty() {
        return refuse("it has no host");
    }
    if !is_host(host) || !has_whole_escapes(path) {
        return refuse("it cannot be read");
    }
    match (user, fragment, query) {
        (Some(_), ..) => refuse("it names a user"),
        (None, "", "") => Ok(()),
        (None, "", _) => refuse("it has a query"),
        _ => refuse("it has a fragment"),
    }
}

/// A host and perhaps a port, which may be empty.
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
    let refuse = |why: &str| Err(format!("{path:?} is not a path of a webhook: {why}"));
    if path.is_empty() || path == "/" {
        return Ok(());
    }
    let Some(rest) = path.strip_prefix('/') else { return refuse("it begins with `/`") };
    for part in rest.strip_suffix('/').unwrap_or(rest).split('/') {
        if part.is_empty() {
            return refuse("a part of it is empty");
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
