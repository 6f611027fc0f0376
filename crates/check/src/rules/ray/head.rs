//! The Service and the Ingress of the head, which the operator creates.

use k8s_openapi::api::core::v1::{Service, ServicePort};
use k8s_openapi::api::networking::v1::HTTPIngressPath;
use mkmanifests_kuberay::names::port;
use mkmanifests_kuberay::{HeadGroupSpec, IngressOptions, RayClusterSpec};

use super::super::common::{list, text};
use super::super::meta;
use super::super::network::{ingress_host, ingress_path, ingress_tls, service_inside};
use super::read;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

/// The ports of the head's Service where the Ray container has none.
const DEFAULT_PORTS: [(&str, u16); 5] = [
    (port::CLIENT_NAME, port::CLIENT),
    (port::DASHBOARD_NAME, port::DASHBOARD),
    (port::GCS_NAME, port::GCS),
    (port::METRICS_NAME, port::METRICS),
    (port::SERVE_NAME, port::SERVE),
];

/// The types that the head's Service can have.
pub(super) const SERVICE_TYPES: [&str; 3] = ["ClusterIP", "LoadBalancer", "NodePort"];

/// Validates the Service and the Ingress of the head; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
    let head = &spec.head_group_spec;
    meta::annotations(report, &at.field("headServiceAnnotations"), spec.head_service_annotations.as_ref());
    let at = at.field("headGroupSpec");
    head_service_type(report, &at.field("serviceType"), text(&head.service_type));
    if let Some(service) = &head.head_service {
        head_service(report, &at.field("headService"), service, head);
    }
    if let Some(options) = &head.ingress_options {
        ingress(report, &at.field("ingressOptions"), options, head.enable_ingress == Some(true));
    }
}

/// Validates the Service that the operator creates from `headService`.
fn head_service(report: &mut Report<'_>, at: &Path<'_>, service: &Service, head: &HeadGroupSpec) {
    let added = added_ports(head);
    let at_metadata = at.field("metadata");
    head_service_name(report, &at_metadata.field("name"), text(&service.metadata.name));
    meta::labels(report, &at_metadata.field("labels"), service.metadata.labels.as_ref());
    meta::annotations(report, &at_metadata.field("annotations"), service.metadata.annotations.as_ref());
    let mut service = service.clone();
    let spec = service.spec.get_or_insert_default();
    let own = spec.ports.get_or_insert_default();
    head_service_ports(report, &at.field("spec.ports"), own, &added);
    // A conflict has been reported at the port that was written.
    let free: Vec<ServicePort> =
        added.into_iter().filter(|added| !own.iter().any(|own| conflicts(own, added))).collect();
    own.extend(free);
    spec.selector = None;
    let default = head.service_type.as_deref().filter(|kind| SERVICE_TYPES.contains(kind));
    if text(&spec.type_).is_empty() {
        spec.type_ = default.map(str::to_owned);
    }
    service_inside(report, at, &service);
}

/// Returns the ports that the operator adds to the head's Service: those of the Ray container, or the default ones.
fn added_ports(head: &HeadGroupSpec) -> Vec<ServicePort> {
    let service_port = |name: String, port| ServicePort { name: Some(name), port, ..ServicePort::default() };
    let written = read::ray_container(&head.template).map(|container| list(&container.ports)).unwrap_or_default();
    let mut ports: Vec<ServicePort> = Vec::new();
    for port in written {
        let name = port.name.clone().filter(|name| !name.is_empty());
        ports.push(service_port(name.unwrap_or_else(|| format!("{}-port", port.container_port)), port.container_port));
    }
    let is_empty = written.is_empty();
    for (name, number) in DEFAULT_PORTS.into_iter().filter(|(name, _)| is_empty || *name == port::METRICS_NAME) {
        if ports.iter().all(|written| text(&written.name) != name) {
            ports.push(service_port(name.to_owned(), number.into()));
        }
    }
    ports
}

/// Returns whether a Service cannot have both ports.
fn conflicts(own: &ServicePort, added: &ServicePort) -> bool {
    let is_tcp = matches!(text(&own.protocol), "" | "TCP");
    own.name == added.name || (own.port == added.port && is_tcp)
}

/// Validates `ingressOptions`. Without `enableIngress: true`, only the CRD validates them.
fn ingress(report: &mut Report<'_>, at: &Path<'_>, options: &IngressOptions, is_enabled: bool) {
    let kind = options.path_type.as_deref().unwrap_or("Prefix");
    ingress_path_type(report, &at.field("pathType"), kind);
    if !is_enabled {
        return;
    }
    ingress_host(report, &at.field("host"), text(&options.host));
    if matches!(kind, "Exact" | "Prefix" | "ImplementationSpecific") {
        let path = Some(options.path.clone().unwrap_or_else(|| "/".to_owned()));
        ingress_path(report, at, &HTTPIngressPath { path, path_type: kind.to_owned(), ..HTTPIngressPath::default() });
    }
    let at_tls = at.field("tls");
    for (index, each) in list(&options.tls).iter().enumerate() {
        ingress_tls(report, &at_tls.index(index), each);
    }
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// `headGroupSpec.serviceType` must be `ClusterIP` (the default), `NodePort` or `LoadBalancer`.
    ///
    /// Example: `spec: {headGroupSpec: {serviceType: Headless}}`
    ///
    /// Source: `BuildServiceForHeadPod`, ray-operator/controllers/ray/common/service.go; `ValidateService`, pkg/apis/core/validation/validation.go
    fn head_service_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        if !kind.is_empty() {
            report.one_of(at, kind, &SERVICE_TYPES);
        }
    },

    /// `headService.metadata.name` must be a DNS label, as the name of any Service.
    ///
    /// Example: `spec: {headGroupSpec: {headService: {metadata: {name: ray.head}}}}`
    ///
    /// Source: `BuildServiceForHeadPod`, ray-operator/controllers/ray/common/service.go; `ValidateService`, pkg/apis/core/validation/validation.go
    fn head_service_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if !name.is_empty() {
            report.require(at, dns_label(name));
        }
    },

    /// `headService.spec.ports` may not have a port that the operator adds: those of the Ray container, or `client`
    /// (10001), `dashboard` (8265), `gcs-server` (6379), `metrics` (8080) and `serve` (8000) if it has none.
    ///
    /// Example: `spec: {headGroupSpec: {headService: {spec: {ports: [{name: dashboard, port: 80}]}}}}`
    ///
    /// Source: `BuildServiceForHeadPod`, ray-operator/controllers/ray/common/service.go
    fn head_service_ports(report: &mut Report<'_>, at: &Path<'_>, ports: &[ServicePort], added: &[ServicePort]) {
        for (index, port) in ports.iter().enumerate() {
            if let Some(added) = added.iter().find(|added| conflicts(port, added)) {
                let message =
                    format_args!("the operator adds the port `{}` ({}) itself", text(&added.name), added.port);
                report.error_with_help(&at.index(index), message, "remove this port, or use another name and number");
            }
        }
    },

    /// `ingressOptions.pathType` must be `Exact`, `Prefix` (the default) or `ImplementationSpecific`.
    ///
    /// Example: `spec: {headGroupSpec: {ingressOptions: {pathType: Regex}}}`
    ///
    /// Source: `IngressPathType`, ray-operator/apis/ray/v1/raycluster_types.go
    fn ingress_path_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        report.one_of(at, kind, &["Exact", "ImplementationSpecific", "Prefix"]);
    }
);
