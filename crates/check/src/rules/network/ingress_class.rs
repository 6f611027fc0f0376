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

const LONGEST: usize = 250;

pub(crate) fn validate(object: &IngressClass, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let spec = object.spec.as_ref();
    ingress_controller(report, &at.field("controller"), spec.map_or("", |spec| text(&spec.controller)));
    if let Some(parameters) = spec.and_then(|spec| spec.parameters.as_ref()) {
        class_parameters(report, &at.field("parameters"), parameters);
    }
}

rules!(
    /// The controller of a class is named by a path with a domain, of at most 250 bytes.
    ///
    /// Source: `validateIngressClassSpec`, pkg/apis/networking/validation/validation.go
    fn ingress_controller(report: &mut Report<'_>, at: &Path<'_>, controller: &str) {
        if controller.is_empty() {
            return report.required(at, "who serves Ingresses of the class, such as `example.com/controller`");
        }
        if controller.len() > LONGEST {
            report.error(at, format_args!("{} bytes are too long: at most {LONGEST}", controller.len()));
        }
        report.require(at, domain_path(controller));
    },

    /// The parameters of a class are an object, in a namespace just where their scope says so.
    ///
    /// Source: `validateIngressClassParametersReference`, pkg/apis/networking/validation/validation.go
    fn class_parameters(report: &mut Report<'_>, at: &Path<'_>, parameters: &IngressClassParametersReference) {
        if let Some(group) = &parameters.api_group {
            report.require(&at.field("apiGroup"), dns_subdomain(group));
        }
        segment(report, &at.field("kind"), &parameters.kind, "the kind of the object");
        segment(report, &at.field("name"), &parameters.name, "the name of the object");
        let at_namespace = at.field("namespace");
        // A scope that is left out is `Cluster`.
        match (parameters.scope.as_deref().unwrap_or("Cluster"), &parameters.namespace) {
            ("Namespace", None) => report.required(&at_namespace, "`scope` is `Namespace`"),
            ("Namespace", Some(namespace)) => report.require(&at_namespace, dns_label(namespace)),
            ("Cluster", Some(_)) => report.forbidden(&at_namespace, "`scope` is `Cluster`"),
            ("Cluster", None) => {}
            (scope, _) => report.not_supported(&at.field("scope"), scope, &["Cluster", "Namespace"]),
        }
    }
);
