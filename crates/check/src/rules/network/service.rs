//! Services.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::common::{duplicates, list, text, within};
use super::super::meta;
use super::super::names::Name;
use super::{protocol, service_address};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, label_key, port, port_name};

/// The port of the kubelet, which a load balancer may not expose.
const KUBELET: i32 = 10250;

/// The default of `--service-node-port-range`.
const NODE_PORTS: std::ops::RangeInclusive<i32> = 30000..=32767;

pub(crate) fn validate(object: &Service, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Label);
    meta::ungenerated(report, &object.metadata);
    inside(report, &Path::ROOT, object);
}

/// Validates a Service except its metadata; `at` is the path of the Service.
pub(in super::super) fn inside(report: &mut Report<'_>, at: &Path<'_>, object: &Service) {
    let empty = ServiceSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = at.field("spec");
    valid_type(report, &at.field("type"), type_of(spec));
    required_ports(report, &at.field("ports"), spec);
    external_name(report, &at, spec);
    ports(report, &at.field("ports"), spec);
    meta::labels(report, &at.field("selector"), spec.selector.as_ref());
    session_affinity(report, &at, spec);
    service_address::addresses(report, &at, spec);
    service_address::load_balancer_source_ranges(report, &at, object, spec);
    load_balancer_fields(report, &at, spec);
    traffic_policies(report, &at, spec);
}

/// Returns the type; the default is `ClusterIP`.
pub(super) fn type_of(spec: &ServiceSpec) -> &str {
    match text(&spec.type_) {
        "" => "ClusterIP",
        written => written,
    }
}

/// Returns whether the Service is headless: `clusterIP: None`.
pub(super) fn is_headless(spec: &ServiceSpec) -> bool {
    match list(&spec.cluster_ips) {
        [] => text(&spec.cluster_ip) == "None",
        [one] => one == "None",
        _ => false,
    }
}

/// Returns whether the Service can be reached from outside the cluster.
fn is_external(spec: &ServiceSpec) -> bool {
    match type_of(spec) {
        "LoadBalancer" | "NodePort" => true,
        "ClusterIP" => !list(&spec.external_ips).is_empty(),
        _ => false,
    }
}

fn ports(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
    let ports = list(&spec.ports);
    for (index, port) in ports.iter().enumerate() {
        let at = at.index(index);
        valid_port(report, &at, port, ports.len() > 1);
        node_port(report, &at.field("nodePort"), port, spec);
        if type_of(spec) == "LoadBalancer" && port.port == KUBELET {
            load_balancer_port(report, &at);
        }
    }
    if ports.len() > 1 {
        unique_ports(report, at, ports);
    }
}

/// Validates a node port. Outside the default range it is a warning, since the range is a flag of the API server.
fn in_default_range(report: &mut Report<'_>, at: &Path<'_>, port: i32) {
    if !(1..=65535).contains(&port) {
        report.error(at, format_args!("{port} is not a port number: must be between 1 and 65535"));
    } else if !NODE_PORTS.contains(&port) {
        let message = format_args!("{port} is outside the default node port range, 30000 to 32767");
        report.warning_with_help(
            at,
            message,
            "an API server accepts it only with a matching `--service-node-port-range`",
        );
    }
}

/// The area of the rules below.
const AREA: &str = "service";

rules!(
    /// `type` must be `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    ///
    /// Example: `spec: {type: Headless}`
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn valid_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        report.one_of(at, kind, &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
    },

    /// `ports` is required, unless the Service is headless or of type `ExternalName`.
    ///
    /// Example: `spec: {ports: []}`
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn required_ports(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        if list(&spec.ports).is_empty() && !is_headless(spec) && type_of(spec) != "ExternalName" {
            report.required(at, "at least one port, unless the Service is headless or of type `ExternalName`");
        }
    },

    /// A Service of type `ExternalName` must have an `externalName` that is a DNS name, and may not set `clusterIPs`,
    /// `ipFamilies` or `ipFamilyPolicy`.
    ///
    /// Example: `spec: {type: ExternalName}`
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn external_name(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        if type_of(spec) != "ExternalName" {
            return;
        }
        let why = "`type` is `ExternalName`";
        if !list(&spec.cluster_ips).is_empty() || !text(&spec.cluster_ip).is_empty() {
            report.forbidden(&at.field("clusterIPs"), why);
        }
        if !list(&spec.ip_families).is_empty() {
            report.forbidden(&at.field("ipFamilies"), why);
        }
        if spec.ip_family_policy.is_some() {
            report.forbidden(&at.field("ipFamilyPolicy"), why);
        }
        let name = text(&spec.external_name);
        match name.strip_suffix('.').unwrap_or(name) {
            "" => report.required(&at.field("externalName"), "`type` is `ExternalName`"),
            host => report.require(&at.field("externalName"), dns_subdomain(host)),
        }
    },

    /// `port` and `targetPort` must be between 1 and 65535, or `targetPort` a port name; `protocol` must be `TCP`,
    /// `UDP` or `SCTP`; `name` is a DNS label, required when there are several ports; `appProtocol` must be a
    /// qualified name.
    ///
    /// Example: `spec: {ports: [{port: 0}]}`
    ///
    /// Source: `validateServicePort`, pkg/apis/core/validation/validation.go
    fn valid_port(report: &mut Report<'_>, at: &Path<'_>, service: &ServicePort, has_others: bool) {
        match text(&service.name) {
            "" if has_others => {
                report.required(&at.field("name"), "every port must have a name when there are several")
            }
            "" => {}
            name => report.require(&at.field("name"), dns_label(name)),
        }
        report.require(&at.field("port"), port(service.port.into()));
        protocol(report, &at.field("protocol"), &service.protocol);
        match &service.target_port {
            Some(IntOrString::Int(0)) | None => report.require(&at.field("targetPort"), port(service.port.into())),
            Some(IntOrString::Int(target)) => report.require(&at.field("targetPort"), port((*target).into())),
            Some(IntOrString::String(name)) if name.is_empty() => {}
            Some(IntOrString::String(name)) => report.require(&at.field("targetPort"), port_name(name)),
        }
        if let Some(protocol) = &service.app_protocol {
            report.require(&at.field("appProtocol"), label_key(protocol));
        }
    },

    /// Ports must be unique by `name`, by `port` and `protocol`, and by `nodePort` and `protocol`.
    ///
    /// Example: `spec: {ports: [{name: a, port: 80}, {name: b, port: 80}]}`
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn unique_ports(report: &mut Report<'_>, at: &Path<'_>, ports: &[ServicePort]) {
        let protocol = |port: &'_ ServicePort| port.protocol.clone().unwrap_or_else(|| "TCP".to_owned());
        let names = duplicates(ports.iter().map(|port| text(&port.name)));
        let node_ports = duplicates(ports.iter().map(|port| (port.node_port, protocol(port))));
        let numbers = duplicates(ports.iter().map(|port| (port.port, protocol(port))));
        for (index, port) in ports.iter().enumerate() {
            let at = at.index(index);
            let name = text(&port.name);
            if !name.is_empty() && names[index] {
                report.duplicate(&at.field("name"), format_args!("the name `{name}`"));
            }
            let number = port.node_port.unwrap_or_default();
            if number != 0 && node_ports[index] {
                report.duplicate(&at.field("nodePort"), format_args!("node port {number}"));
            }
            if numbers[index] {
                report.duplicate(&at, format_args!("port {}/{}", port.port, protocol(port)));
            }
        }
    },

    /// `nodePort` may not be set when `type` is `ClusterIP`, and must be within the node port range of the cluster
    /// (default 30000 to 32767).
    ///
    /// Example: `spec: {ports: [{port: 80, nodePort: 30080}]}`
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go; the default of `--service-node-port-range`
    fn node_port(report: &mut Report<'_>, at: &Path<'_>, port: &ServicePort, spec: &ServiceSpec) {
        let number = port.node_port.unwrap_or_default();
        if number == 0 {
            return;
        }
        match type_of(spec) {
            "ClusterIP" => report.forbidden(at, "`type` is `ClusterIP`"),
            "NodePort" | "LoadBalancer" => in_default_range(report, at, number),
            _ => {}
        }
    },

    /// A Service of type `LoadBalancer` may not have port 10250, the port of the kubelet.
    ///
    /// Example: `spec: {type: LoadBalancer, ports: [{port: 10250}]}`
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn load_balancer_port(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(
            at,
            format_args!("port {KUBELET} is the kubelet's, and may not be exposed when `type` is `LoadBalancer`"),
        );
    },

    /// `sessionAffinity` must be `ClientIP` or `None`; `sessionAffinityConfig.clientIP.timeoutSeconds` must be between
    /// 1 and 86400.
    ///
    /// Example: `spec: {sessionAffinity: Cookie}`
    ///
    /// Source: `ValidateService`, `validateClientIPAffinityConfig`, pkg/apis/core/validation/validation.go
    fn session_affinity(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        let affinity = text(&spec.session_affinity);
        if !affinity.is_empty() {
            report.one_of(&at.field("sessionAffinity"), affinity, &["ClientIP", "None"]);
        }
        let config = spec.session_affinity_config.as_ref().and_then(|config| config.client_ip.as_ref());
        if let (Some(seconds), "ClientIP") = (config.and_then(|config| config.timeout_seconds), affinity) {
            within(report, &at.field("sessionAffinityConfig.clientIP.timeoutSeconds"), seconds, 1, 86400);
        }
    },

    /// `allocateLoadBalancerNodePorts` and `loadBalancerClass` may only be set when `type` is `LoadBalancer`;
    /// `loadBalancerClass` must be a qualified name.
    ///
    /// Example: `spec: {loadBalancerClass: example.com/lb}`
    ///
    /// Source: `ValidateService`, `validateLoadBalancerClassField`, pkg/apis/core/validation/validation.go
    fn load_balancer_fields(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        let is_balanced = type_of(spec) == "LoadBalancer";
        let why = "`type` is not `LoadBalancer`";
        if spec.allocate_load_balancer_node_ports.is_some() && !is_balanced {
            report.forbidden(&at.field("allocateLoadBalancerNodePorts"), why);
        }
        match &spec.load_balancer_class {
            Some(class) if is_balanced => report.require(&at.field("loadBalancerClass"), label_key(class)),
            Some(_) => report.forbidden(&at.field("loadBalancerClass"), why),
            None => {}
        }
    },

    /// `internalTrafficPolicy` and `externalTrafficPolicy` must be `Cluster` or `Local`. `externalTrafficPolicy`
    /// requires a Service that is reachable from outside the cluster. `healthCheckNodePort` requires type
    /// `LoadBalancer` and `externalTrafficPolicy: Local`. `trafficDistribution` must be `PreferClose`, `PreferSameZone`
    /// or `PreferSameNode`.
    ///
    /// Example: `spec: {externalTrafficPolicy: Local}`
    ///
    /// Source: `validateServiceExternalTrafficPolicy`, `validateServiceInternalTrafficFieldsValue`,
    /// `validateServiceTrafficDistribution`, pkg/apis/core/validation/validation.go
    fn traffic_policies(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        let external = text(&spec.external_traffic_policy);
        let at_external = at.field("externalTrafficPolicy");
        if !external.is_empty() && is_external(spec) {
            report.one_of(&at_external, external, &["Cluster", "Local"]);
        } else if !external.is_empty() {
            report.error(
                &at_external,
                "may only be set when `type` is `NodePort` or `LoadBalancer`, or with `externalIPs`",
            );
        }
        let checked = spec.health_check_node_port.unwrap_or_default();
        let at_checked = at.field("healthCheckNodePort");
        if checked != 0 && !(type_of(spec) == "LoadBalancer" && external == "Local") {
            report.error(
                &at_checked,
                "may only be set when `type` is `LoadBalancer` and `externalTrafficPolicy` is `Local`",
            );
        } else if checked != 0 {
            in_default_range(report, &at_checked, checked);
        }
        if let Some(policy) = &spec.internal_traffic_policy {
            report.one_of(&at.field("internalTrafficPolicy"), policy, &["Cluster", "Local"]);
        }
        if let Some(distribution) = &spec.traffic_distribution {
            let known = ["PreferClose", "PreferSameZone", "PreferSameNode"];
            report.one_of(&at.field("trafficDistribution"), distribution, &known);
        }
    }
);
