//! IngressClasses.

use k8s_openapi::api::networking::v1::{IngressClass, IngressClassParametersReference};

use super::super::common::text;
use super::super::meta;
use super::super::names::Name;
use super::segment;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, domain_path};

const MAX_BYTES: usize = 250;

pub(crate) fn validate(object: &IngressClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let spec = object.spec.as_ref();
    controller(report, &at.field("controller"), spec.map_or("", |spec| text(&spec.controller)));
    if let Some(reference) = spec.and_then(|spec| spec.parameters.as_ref()) {
        parameters(report, &at.field("parameters"), reference);
    }
}

/// The area of the rules below.
const AREA: &str = "ingressclass";

rules!(
    /// `controller` is required and must be a path with a domain, such as `example.com/controller`, of at most 250
    /// bytes.
    ///
    /// Example: `spec: {controller: nginx}`
    ///
    /// Source: `validateIngressClassSpec`, pkg/apis/networking/validation/validation.go
    fn controller(report: &mut Report<'_>, at: &Path<'_>, controller: &str) {
        if controller.is_empty() {
            return report.required(at, "the name of the controller, such as `example.com/controller`");
        }
        if controller.len() > MAX_BYTES {
            report.error(at, format_args!("must have at most {MAX_BYTES} bytes, found {}", controller.len()));
        }
        report.require(at, domain_path(controller));
    },

    /// `parameters` must have a `kind` and a `name`; `namespace` is required when `scope` is `Namespace`, and may not
    /// be set when it is `Cluster`.
    ///
    /// Example: `spec: {parameters: {kind: ConfigMap, name: a, scope: Namespace}}`
    ///
    /// Source: `validateIngressClassParametersReference`, pkg/apis/networking/validation/validation.go
    fn parameters(report: &mut Report<'_>, at: &Path<'_>, parameters: &IngressClassParametersReference) {
        if let Some(group) = &parameters.api_group {
            report.require(&at.field("apiGroup"), dns_subdomain(group));
        }
        segment(report, &at.field("kind"), &parameters.kind, "the kind of the object");
        segment(report, &at.field("name"), &parameters.name, "the name of the object");
        let at_namespace = at.field("namespace");
        // The default scope is `Cluster`.
        match (parameters.scope.as_deref().unwrap_or("Cluster"), &parameters.namespace) {
            ("Namespace", None) => report.required(&at_namespace, "`scope` is `Namespace`"),
            ("Namespace", Some(namespace)) => report.require(&at_namespace, dns_label(namespace)),
            ("Cluster", Some(_)) => report.forbidden(&at_namespace, "`scope` is `Cluster`"),
            ("Cluster", None) => {}
            (scope, _) => report.not_supported(&at.field("scope"), scope, &["Cluster", "Namespace"]),
        }
    }
);
