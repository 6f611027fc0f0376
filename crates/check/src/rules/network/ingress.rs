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

/// What a path that is matched exactly or by prefix does not contain, and how it does not end.
const NOT_WITHIN: [&str; 5] = ["//", "/./", "/../", "%2f", "%2F"];
const NOT_LAST: [&str; 2] = ["/..", "/."];

pub(crate) fn validate(object: &Ingress, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let empty = IngressSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    ingress_leads_somewhere(report, &at, spec);
    if let Some(backend) = &spec.default_backend {
        ingress_backend(report, &at.field("defaultBackend"), backend);
    }
    let at_rules = at.field("rules");
    for (index, rule) in list(&spec.rules).iter().enumerate() {
        rule_of(report, &at_rules.index(index), rule);
    }
    let at_tls = at.field("tls");
    for (index, tls) in list(&spec.tls).iter().enumerate() {
        ingress_tls(report, &at_tls.index(index), tls);
    }
    ingress_class_name(report, &at.field("ingressClassName"), object, spec);
}

fn rule_of(report: &mut Report<'_>, at: &Path<'_>, rule: &IngressRule) {
    ingress_host(report, &at.field("host"), text(&rule.host));
    let Some(http) = &rule.http else { return };
    let at = at.field("http.paths");
    ingress_has_paths(report, &at, &http.paths);
    for (index, path) in http.paths.iter().enumerate() {
        let at = at.index(index);
        ingress_path(report, &at, path);
        if !path.path_type.is_empty() {
            ingress_backend(report, &at.field("backend"), &path.backend);
        }
    }
}

rules!(
    /// An Ingress has rules or a default backend.
    ///
    /// Source: `ValidateIngressSpec`, pkg/apis/networking/validation/validation.go
    fn ingress_leads_somewhere(report: &mut Report<'_>, at: &Path<'_>, spec: &IngressSpec) {
        if list(&spec.rules).is_empty() && spec.default_backend.is_none() {
            report.error(at, "neither `rules` nor `defaultBackend` is there");
        }
    },

    /// A host is a DNS name, its first part perhaps `*`, and no address.
    ///
    /// Source: `validateIngressRules`, pkg/apis/networking/validation/validation.go
    fn ingress_host(report: &mut Report<'_>, at: &Path<'_>, host: &str) {
        if host.is_empty() {
            return;
        }
        if ip(host).is_ok() {
            report.error(at, format_args!("{host:?} is an address: a host is a DNS name"));
        } else if host.contains('*') {
            report.require(at, wildcard_subdomain(host));
        } else {
            report.require(at, dns_subdomain(host));
        }
    },

    /// A rule for HTTP has a path.
    ///
    /// Source: `validateHTTPIngressRuleValue`, pkg/apis/networking/validation/validation.go
    fn ingress_has_paths(report: &mut Report<'_>, at: &Path<'_>, paths: &[HTTPIngressPath]) {
        if paths.is_empty() {
            report.required(at, "a rule has a path at least; `/` is all of them");
        }
    },

    /// A path says how it is matched, begins with `/`, and has no part that a server would resolve.
    ///
    /// Source: `validateHTTPIngressPath`, pkg/apis/networking/validation/validation.go
    fn ingress_path(report: &mut Report<'_>, at: &Path<'_>, path: &HTTPIngressPath) {
        let (kind, written) = (path.path_type.as_str(), text(&path.path));
        let at_path = at.field("path");
        match kind {
            "" => return report.required(&at.field("pathType"), "`Exact`, `Prefix` or `ImplementationSpecific`"),
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
            report.error(&at_path, format_args!("{written:?} does not begin with `/`"));
        }
        if kind == "ImplementationSpecific" {
            return;
        }
        for part in NOT_WITHIN.iter().filter(|part| written.contains(**part)) {
            report.error(&at_path, format_args!("{written:?} contains `{part}`, which `{kind}` never matches"));
        }
        for end in NOT_LAST.iter().filter(|end| written.ends_with(**end)) {
            report.error(&at_path, format_args!("{written:?} ends with `{end}`, which `{kind}` never matches"));
        }
    },

    /// A backend is one port of a Service, by name or number, or another resource.
    ///
    /// Source: `validateIngressBackend`, pkg/apis/networking/validation/validation.go
    fn ingress_backend(report: &mut Report<'_>, at: &Path<'_>, backend: &IngressBackend) {
        match (&backend.resource, &backend.service) {
            (Some(_), Some(_)) => report.error(at, "`resource` and `service` exclude one another"),
            (Some(resource), None) => resource_backend(report, &at.field("resource"), resource),
            (None, Some(service)) => service_backend(report, at, service),
            (None, None) => report.error(at, "neither `service` nor `resource` is there"),
        }
    },

    /// Hosts of a certificate are DNS names, and its Secret has a name that a Secret can have.
    ///
    /// Source: `validateIngressTLS`, pkg/apis/networking/validation/validation.go
    fn ingress_tls(report: &mut Report<'_>, at: &Path<'_>, tls: &IngressTLS) {
        let at_hosts = at.field("hosts");
        for (index, host) in list(&tls.hosts).iter().enumerate() {
            let result = if host.contains('*') { wildcard_subdomain(host) } else { dns_subdomain(host) };
            report.require(&at_hosts.index(index), result);
        }
        if !text(&tls.secret_name).is_empty() {
            report.require(&at.field("secretName"), dns_subdomain(text(&tls.secret_name)));
        }
    },

    /// The class of an Ingress is a name, and the same one as the older annotation says.
    ///
    /// Source: `ValidateIngressCreate`, pkg/apis/networking/validation/validation.go
    fn ingress_class_name(report: &mut Report<'_>, at: &Path<'_>, ingress: &Ingress, spec: &IngressSpec) {
        let Some(class) = &spec.ingress_class_name else { return };
        report.require(at, dns_subdomain(class));
        let annotations = ingress.metadata.annotations.as_ref();
        if let Some(annotated) = annotations.and_then(|annotations| annotations.get(CLASS)).filter(|it| *it != class) {
            // An API server leaves `metadata` out here.
            let (at, location) = (Path::ROOT.field("annotations"), Path::ROOT.field("metadata.annotations"));
            let message = format_args!("{annotated:?} is not what `ingressClassName` says, {class:?}");
            report.error_in(&at.field(CLASS), &location.key(CLASS), message);
        }
    }
);

fn service_backend(report: &mut Report<'_>, at: &Path<'_>, service: &IngressServiceBackend) {
    let at_service = at.field("service");
    if service.name.is_empty() {
        report.required(&at_service.field("name"), "the Service that requests go to");
    } else {
        report.require(&at_service.field("name"), dns_label(&service.name));
    }
    let name = service.port.as_ref().map_or("", |port| text(&port.name));
    let number = service.port.as_ref().and_then(|port| port.number).unwrap_or_default();
    match (name, number) {
        ("", 0) => report.required(at, "the port of the Service, by `name` or `number`"),
        ("", number) => report.require(&at_service.field("port.number"), port(number.into())),
        (name, 0) => report.require(&at_service.field("port.name"), port_name(name)),
        _ => report.error(at, "`name` and `number` of the port exclude one another"),
    }
}

fn resource_backend(report: &mut Report<'_>, at: &Path<'_>, resource: &TypedLocalObjectReference) {
    if let Some(group) = &resource.api_group {
        report.require(&at.field("apiGroup"), dns_subdomain(group));
    }
    segment(report, &at.field("kind"), &resource.kind, "the kind of the resource");
    segment(report, &at.field("name"), &resource.name, "the name of the resource");
}
