//! Services.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::common::{list, repeated, text, within};
use super::super::meta;
use super::super::names::Name;
use super::{protocol, service_address};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, label_key, port, port_name};

/// The port of a kubelet, which no load balancer may open.
const KUBELET: i32 = 10250;

/// The ports of a node that a cluster gives to Services unless it is told otherwise.
const NODE_PORTS: std::ops::RangeInclusive<i32> = 30000..=32767;

pub(crate) fn validate(object: &Service, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Label);
    meta::ungenerated(report, &object.metadata);
    let empty = ServiceSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    service_type(report, &at.field("type"), type_of(spec));
    service_has_ports(report, &at.field("ports"), spec);
    external_name(report, &at, spec);
    ports(report, &at.field("ports"), spec);
    meta::labels(report, &at.field("selector"), spec.selector.as_ref());
    session_affinity(report, &at, spec);
    service_address::addresses(report, &at, spec);
    service_address::source_ranges(report, &at, object, spec);
    load_balancer_fields(report, &at, spec);
    traffic_policies(report, &at, spec);
}

/// The type, which is `ClusterIP` where none is written.
pub(super) fn type_of(spec: &ServiceSpec) -> &str {
    match text(&spec.type_) {
        "" => "ClusterIP",
        written => written,
    }
}

/// Whether it is only a list of addresses, without one of its own.
pub(super) fn is_headless(spec: &ServiceSpec) -> bool {
    match list(&spec.cluster_ips) {
        [] => text(&spec.cluster_ip) == "None",
        [one] => one == "None",
        _ => false,
    }
}

/// Whether it can be reached from outside of the cluster.
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
        service_port(report, &at, port, ports.len() > 1);
        node_port(report, &at.field("nodePort"), port, spec);
        if type_of(spec) == "LoadBalancer" && port.port == KUBELET {
            kubelet_stays_inside(report, &at);
        }
    }
    if ports.len() > 1 {
        ports_differ(report, at, ports);
    }
}

/// A node port outside of the default range is an error only where no server can allow it.
fn in_default_range(report: &mut Report<'_>, at: &Path<'_>, port: i32) {
    if !(1..=65535).contains(&port) {
        report.error(at, format_args!("{port} is not a port: 1 to 65535"));
    } else if !NODE_PORTS.contains(&port) {
        let message = format_args!("{port} is outside of the default range of node ports, 30000 to 32767");
        report.warning_with_help(at, message, "a server with another `--service-node-port-range` accepts it");
    }
}

rules!(
    /// A Service is of a type that there is.
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn service_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        report.one_of(at, kind, &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
    },

    /// A Service has a port, unless it is headless or a name for a host outside.
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn service_has_ports(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        if list(&spec.ports).is_empty() && !is_headless(spec) && type_of(spec) != "ExternalName" {
            report.required(at, "only a headless Service and one of type `ExternalName` have none");
        }
    },

    /// A Service of type `ExternalName` names a host, and has no address of its own.
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn external_name(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        if type_of(spec) != "ExternalName" {
            return;
        }
        let why = "a Service of type `ExternalName` has no address";
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
            "" => report.required(&at.field("externalName"), "the host that it stands for"),
            host => report.require(&at.field("externalName"), dns_subdomain(host)),
        }
    },

    /// A port of a Service has a number, a protocol and a target that there can be; of several, each has a name.
    ///
    /// Source: `validateServicePort`, pkg/apis/core/validation/validation.go
    fn service_port(report: &mut Report<'_>, at: &Path<'_>, service: &ServicePort, has_others: bool) {
        match text(&service.name) {
            "" if has_others => report.required(&at.field("name"), "a Service of several ports names each"),
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

    /// Ports of a Service differ in their names, in number or protocol, and in what they take of a node.
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn ports_differ(report: &mut Report<'_>, at: &Path<'_>, ports: &[ServicePort]) {
        let protocol = |port: &'_ ServicePort| port.protocol.clone().unwrap_or_else(|| "TCP".to_owned());
        let names = repeated(ports.iter().map(|port| text(&port.name)));
        let node_ports = repeated(ports.iter().map(|port| (port.node_port, protocol(port))));
        let numbers = repeated(ports.iter().map(|port| (port.port, protocol(port))));
        for (index, port) in ports.iter().enumerate() {
            let at = at.index(index);
            let name = text(&port.name);
            if !name.is_empty() && names[index] {
                report.duplicate(&at.field("name"), format_args!("the name `{name}`"));
            }
            let taken = port.node_port.unwrap_or_default();
            if taken != 0 && node_ports[index] {
                report.duplicate(&at.field("nodePort"), format_args!("port {taken} of a node"));
            }
            if numbers[index] {
                report.duplicate(&at, format_args!("port {} of {}", port.port, protocol(port)));
            }
        }
    },

    /// What a Service takes of a node's ports is within their range, and only types that are reached there take any.
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go; the default of `--service-node-port-range`
    fn node_port(report: &mut Report<'_>, at: &Path<'_>, port: &ServicePort, spec: &ServiceSpec) {
        let number = port.node_port.unwrap_or_default();
        if number == 0 {
            return;
        }
        match type_of(spec) {
            "ClusterIP" => report.forbidden(at, "a Service of type `ClusterIP` has no port of a node"),
            "NodePort" | "LoadBalancer" => in_default_range(report, at, number),
            _ => {}
        }
    },

    /// A load balancer does not open the port of a kubelet.
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn kubelet_stays_inside(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(at, format_args!("port {KUBELET} is the kubelet's: a load balancer may not open it"));
    },

    /// A client is kept at a pod by its address or not at all, for a day at most.
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

    /// What is said of a load balancer is said by a Service of type `LoadBalancer`.
    ///
    /// Source: `ValidateService`, `validateLoadBalancerClassField`, pkg/apis/core/validation/validation.go
    fn load_balancer_fields(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        let is_balanced = type_of(spec) == "LoadBalancer";
        let why = "only a Service of type `LoadBalancer` has it";
        if spec.allocate_load_balancer_node_ports.is_some() && !is_balanced {
            report.forbidden(&at.field("allocateLoadBalancerNodePorts"), why);
        }
        match &spec.load_balancer_class {
            Some(class) if is_balanced => report.require(&at.field("loadBalancerClass"), label_key(class)),
            Some(_) => report.forbidden(&at.field("loadBalancerClass"), why),
            None => {}
        }
    },

    /// Policies of traffic are ones that there are, and those for traffic from outside stand where some can come.
    ///
    /// Source: `validateServiceExternalTrafficPolicy`, `validateServiceInternalTrafficFieldsValue`,
    /// `validateServiceTrafficDistribution`, pkg/apis/core/validation/validation.go
    fn traffic_policies(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
        let external = text(&spec.external_traffic_policy);
        let at_external = at.field("externalTrafficPolicy");
        if !external.is_empty() && is_external(spec) {
            report.one_of(&at_external, external, &["Cluster", "Local"]);
        } else if !external.is_empty() {
            report.error(&at_external, "nothing from outside reaches a Service of this type");
        }
        let checked = spec.health_check_node_port.unwrap_or_default();
        let at_checked = at.field("healthCheckNodePort");
        if checked != 0 && !(type_of(spec) == "LoadBalancer" && external == "Local") {
            report.error(&at_checked, "only a `LoadBalancer` with `externalTrafficPolicy: Local` is checked there");
        } else if checked != 0 {
            in_default_range(report, &at_checked, checked);
        }
        if let Some(policy) = &spec.internal_traffic_policy {
            report.one_of(&at.field("internalTrafficPolicy"), policy, &["Cluster", "Local"]);
        }
        if let Some(wanted) = &spec.traffic_distribution {
            let known = ["PreferClose", "PreferSameZone", "PreferSameNode"];
            report.one_of(&at.field("trafficDistribution"), wanted, &known);
        }
    }
);
