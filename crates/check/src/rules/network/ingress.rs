//! Ingresses.

use k8s_openapi::api::core::v1::TypedLocalObjectReference;
use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressServiceBackend, IngressSpec, IngressTLS,
};

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use super::segment;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, ip, port, port_name, wildcard_subdomain};

const CLASS: &str = "kubernetes.io/ingress.class";

/// Sequences that a path of type `Exact` or `Prefix` may not contain, and suffixes that it may not have.
const INVALID_SEQUENCES: [&str; 5] = ["//", "/./", "/../", "%2f", "%2F"];
const INVALID_SUFFIXES: [&str; 2] = ["/..", "/."];

pub(crate) fn validate(object: &Ingress, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let empty = IngressSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    rules_or_default_backend(report, &at, spec);
    if let Some(default) = &spec.default_backend {
        backend(report, &at.field("defaultBackend"), default);
    }
    let at_rules = at.field("rules");
    for (index, rule) in list(&spec.rules).iter().enumerate() {
        validate_rule(report, &at_rules.index(index), rule);
    }
    let at_tls = at.field("tls");
    for (index, each) in list(&spec.tls).iter().enumerate() {
        tls(report, &at_tls.index(index), each);
    }
    class_name(report, &at.field("ingressClassName"), object, spec);
}

fn validate_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &IngressRule) {
    host(report, &at.field("host"), text(&rule.host));
    let Some(http) = &rule.http else { return };
    let at = at.field("http.paths");
    required_paths(report, &at, &http.paths);
    for (index, each) in http.paths.iter().enumerate() {
        let at = at.index(index);
        path(report, &at, each);
        if !each.path_type.is_empty() {
            backend(report, &at.field("backend"), &each.backend);
        }
    }
}

/// The area of the rules below.
const AREA: &str = "ingress";

rules!(
    /// An Ingress must have `rules` or a `defaultBackend`.
    ///
    /// Example: `spec: {rules: null}`
    ///
    /// Source: `ValidateIngressSpec`, pkg/apis/networking/validation/validation.go
    fn rules_or_default_backend(report: &mut Report<'_>, at: &Path<'_>, spec: &IngressSpec) {
        if list(&spec.rules).is_empty() && spec.default_backend.is_none() {
            report.error(at, "set `rules` or `defaultBackend`");
        }
    },

    /// `host` must be a DNS name, whose first label may be `*`; it may not be an IP address.
    ///
    /// Example: `spec: {rules: [{host: 10.0.0.1}]}`
    ///
    /// Source: `validateIngressRules`, pkg/apis/networking/validation/validation.go
    pub(in super::super) fn host(report: &mut Report<'_>, at: &Path<'_>, host: &str) {
        if host.is_empty() {
            return;
        }
        if ip(host).is_ok() {
            report.error(at, format_args!("{host:?} is an IP address: must be a DNS name"));
        } else if host.contains('*') {
            report.require(at, wildcard_subdomain(host));
        } else {
            report.require(at, dns_subdomain(host));
        }
    },

    /// `http.paths` must have at least one path.
    ///
    /// Example: `spec: {rules: [{http: {paths: []}}]}`
    ///
    /// Source: `validateHTTPIngressRuleValue`, pkg/apis/networking/validation/validation.go
    fn required_paths(report: &mut Report<'_>, at: &Path<'_>, paths: &[HTTPIngressPath]) {
        if paths.is_empty() {
            report.required(at, "at least one path; `/` with `pathType: Prefix` matches all");
        }
    },

    /// `pathType` must be `Exact`, `Prefix` or `ImplementationSpecific`. `path` must start with `/`; with `Exact` and
    /// `Prefix` it may not contain `//`, `/./`, `/../` or `%2f`, or end with `/.` or `/..`.
    ///
    /// Example: `spec: {rules: [{http: {paths: [{path: web, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}`
    ///
    /// Source: `validateHTTPIngressPath`, pkg/apis/networking/validation/validation.go
    pub(in super::super) fn path(report: &mut Report<'_>, at: &Path<'_>, path: &HTTPIngressPath) {
        let (kind, written) = (path.path_type.as_str(), text(&path.path));
        let at_path = at.field("path");
        match kind {
            "" => {
                return report.required(&at.field("pathType"), "must be `Exact`, `Prefix` or `ImplementationSpecific`");
            }
            "Exact" | "Prefix" => {}
            "ImplementationSpecific" if written.is_empty() => return,
            "ImplementationSpecific" => {}
            _ => {
                return report.not_supported(
                    &at.field("pathType"),
                    kind,
                    &["Exact", "ImplementationSpecific", "Prefix"],
                );
            }
        }
        if !written.starts_with('/') {
            report.error(&at_path, format_args!("{written:?} must start with `/`"));
        }
        if kind == "ImplementationSpecific" {
            return;
        }
        for part in INVALID_SEQUENCES.iter().filter(|part| written.contains(**part)) {
            report.error(&at_path, format_args!("{written:?} may not contain `{part}` when `pathType` is `{kind}`"));
        }
        for end in INVALID_SUFFIXES.iter().filter(|end| written.ends_with(**end)) {
            report.error(&at_path, format_args!("{written:?} may not end with `{end}` when `pathType` is `{kind}`"));
        }
    },

    /// A backend must have either a `resource`, or a `service` with a `name` and exactly one of `port.name` and
    /// `port.number`.
    ///
    /// Example: `spec: {defaultBackend: {service: {name: web}}}`
    ///
    /// Source: `validateIngressBackend`, pkg/apis/networking/validation/validation.go
    fn backend(report: &mut Report<'_>, at: &Path<'_>, backend: &IngressBackend) {
        match (&backend.resource, &backend.service) {
            (Some(_), Some(_)) => report.error(at, "`resource` and `service` are mutually exclusive"),
            (Some(resource), None) => resource_backend(report, &at.field("resource"), resource),
            (None, Some(service)) => service_backend(report, at, service),
            (None, None) => report.error(at, "set `service` or `resource`"),
        }
    },

    /// `tls[].hosts` must be DNS names, whose first label may be `*`; `secretName` must be a DNS subdomain.
    ///
    /// Example: `spec: {tls: [{hosts: [a_b], secretName: web}]}`
    ///
    /// Source: `validateIngressTLS`, pkg/apis/networking/validation/validation.go
    pub(in super::super) fn tls(report: &mut Report<'_>, at: &Path<'_>, tls: &IngressTLS) {
        let at_hosts = at.field("hosts");
        for (index, host) in list(&tls.hosts).iter().enumerate() {
            let result = if host.contains('*') { wildcard_subdomain(host) } else { dns_subdomain(host) };
            report.require(&at_hosts.index(index), result);
        }
        if !text(&tls.secret_name).is_empty() {
            report.require(&at.field("secretName"), dns_subdomain(text(&tls.secret_name)));
        }
    },

    /// `ingressClassName` must be a DNS subdomain, and equal the annotation `kubernetes.io/ingress.class` if both are
    /// set.
    ///
    /// Example: `spec: {ingressClassName: My Class}`
    ///
    /// Source: `ValidateIngressCreate`, pkg/apis/networking/validation/validation.go
    fn class_name(report: &mut Report<'_>, at: &Path<'_>, ingress: &Ingress, spec: &IngressSpec) {
        let Some(class) = &spec.ingress_class_name else { return };
        report.require(at, dns_subdomain(class));
        let annotations = ingress.metadata.annotations.as_ref();
        if let Some(annotated) = annotations.and_then(|annotations| annotations.get(CLASS)).filter(|it| *it != class) {
            // An API server leaves `metadata` out here.
            let (at, location) = (Path::ROOT.field("annotations"), Path::ROOT.field("metadata.annotations"));
            let message = format_args!("{annotated:?} must equal `ingressClassName`, {class:?}; remove the annotation");
            report.error_in(&at.field(CLASS), &location.key(CLASS), message);
        }
    }
);

fn service_backend(report: &mut Report<'_>, at: &Path<'_>, service: &IngressServiceBackend) {
    let at_service = at.field("service");
    if service.name.is_empty() {
        report.required(&at_service.field("name"), "the name of the Service");
    } else {
        report.require(&at_service.field("name"), dns_label(&service.name));
    }
    let name = service.port.as_ref().map_or("", |port| text(&port.name));
    let number = service.port.as_ref().and_then(|port| port.number).unwrap_or_default();
    match (name, number) {
        ("", 0) => report.required(at, "set `port.name` or `port.number` of the Service"),
        ("", number) => report.require(&at_service.field("port.number"), port(number.into())),
        (name, 0) => report.require(&at_service.field("port.name"), port_name(name)),
        _ => report.error(at, "`port.name` and `port.number` are mutually exclusive"),
    }
}

fn resource_backend(report: &mut Report<'_>, at: &Path<'_>, resource: &TypedLocalObjectReference) {
    if let Some(group) = &resource.api_group {
        report.require(&at.field("apiGroup"), dns_subdomain(group));
    }
    segment(report, &at.field("kind"), &resource.kind, "the kind of the resource");
    segment(report, &at.field("name"), &resource.name, "the name of the resource");
}
