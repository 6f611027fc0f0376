//! EndpointSlices: the endpoints of a Service.

use std::net::IpAddr;

use k8s_openapi::api::discovery::v1::{Endpoint, EndpointHints, EndpointPort, EndpointSlice};

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use super::PROTOCOLS;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, full_domain, ip, label_key, label_value, reachable};

const MAX_ENDPOINTS: usize = 1000;
const MAX_ADDRESSES: usize = 100;
const MAX_PORTS: usize = 20000;
const MAX_HINTS: usize = 8;

pub(crate) fn validate(object: &EndpointSlice, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    address_type(report, &Path::ROOT.field("addressType"), &object.address_type);
    let at = Path::ROOT.field("endpoints");
    let endpoints = list(&object.endpoints);
    max_items(report, &at, endpoints.len(), MAX_ENDPOINTS);
    for (index, endpoint) in endpoints.iter().take(MAX_ENDPOINTS).enumerate() {
        let at = at.index(index);
        addresses(report, &at.field("addresses"), &object.address_type, &endpoint.addresses);
        endpoint_names(report, &at, endpoint);
        if let Some(preferred) = &endpoint.hints {
            hints(report, &at.field("hints"), preferred);
        }
    }
    let at = Path::ROOT.field("ports");
    max_items(report, &at, list(&object.ports).len(), MAX_PORTS);
    ports(report, &at, list(&object.ports));
}

/// The area of the rules below.
const AREA: &str = "endpointslice";

rules!(
    /// `addressType` must be `IPv4`, `IPv6` or `FQDN`.
    ///
    /// Example: `addressType: IP`
    ///
    /// Source: `validateAddressType`, pkg/apis/discovery/validation/validation.go
    fn address_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        if kind.is_empty() {
            report.required(at, "must be `IPv4`, `IPv6` or `FQDN`");
        } else {
            report.one_of(at, kind, &["FQDN", "IPv4", "IPv6"]);
        }
    },

    /// An EndpointSlice may have at most 1000 `endpoints` and 20000 `ports`.
    ///
    /// Source: `validateEndpoints`, `validatePorts`, pkg/apis/discovery/validation/validation.go
    fn max_items(report: &mut Report<'_>, at: &Path<'_>, count: usize, most: usize) {
        if count > most {
            report.error(at, format_args!("must have at most {most} items, found {count}"));
        }
    },

    /// An endpoint must have 1 to 100 `addresses` of the `addressType`; IP addresses may not be unspecified, loopback,
    /// link-local or multicast.
    ///
    /// Example: `endpoints: [{addresses: ['fd00::1']}]`
    ///
    /// Source: `validateEndpoints`, pkg/apis/discovery/validation/validation.go
    fn addresses(report: &mut Report<'_>, at: &Path<'_>, kind: &str, addresses: &[String]) {
        if addresses.is_empty() {
            report.required(at, "at least one address");
        } else if addresses.len() > MAX_ADDRESSES {
            report.error(at, format_args!("must have at most {MAX_ADDRESSES} items, found {}", addresses.len()));
        }
        for (index, address) in addresses.iter().enumerate() {
            match kind {
                "IPv4" | "IPv6" => ip_address(report, at, index, kind, address),
                "FQDN" => report.require(&at.index(index), full_domain(address)),
                _ => {}
            }
        }
    },

    /// `hostname` of an endpoint must be a DNS label, and `nodeName` a DNS subdomain.
    ///
    /// Example: `endpoints: [{addresses: [10.0.0.1], hostname: a_b}]`
    ///
    /// Source: `validateEndpoints`, pkg/apis/discovery/validation/validation.go
    fn endpoint_names(report: &mut Report<'_>, at: &Path<'_>, endpoint: &Endpoint) {
        if let Some(host) = &endpoint.hostname {
            report.require(&at.field("hostname"), dns_label(host));
        }
        if let Some(node) = &endpoint.node_name {
            report.require(&at.field("nodeName"), dns_subdomain(node));
        }
    },

    /// `hints` may have at most 8 `forZones` and 8 `forNodes`, each a unique and valid name.
    ///
    /// Example: `endpoints: [{addresses: [10.0.0.1], hints: {forZones: [{name: a}, {name: a}]}}]`
    ///
    /// Source: `validateHints`, pkg/apis/discovery/validation/validation.go
    fn hints(report: &mut Report<'_>, at: &Path<'_>, hints: &EndpointHints) {
        let zones: Vec<&str> = list(&hints.for_zones).iter().map(|zone| zone.name.as_str()).collect();
        let nodes: Vec<&str> = list(&hints.for_nodes).iter().map(|node| node.name.as_str()).collect();
        hint_names(report, &at.field("forZones"), &zones, label_value);
        hint_names(report, &at.field("forNodes"), &nodes, dns_subdomain);
    },

    /// Ports must have unique names that are DNS labels; `protocol` must be `TCP`, `UDP` or `SCTP`, and `appProtocol`
    /// a qualified name.
    ///
    /// Example: `ports: [{name: a, port: 80}, {name: a, port: 81}]`
    ///
    /// Source: `validatePorts`, pkg/apis/discovery/validation/validation.go
    fn ports(report: &mut Report<'_>, at: &Path<'_>, ports: &[EndpointPort]) {
        for (index, port) in ports.iter().take(MAX_PORTS).enumerate() {
            let at = at.index(index);
            let name = text(&port.name);
            if !name.is_empty() {
                report.require(&at.field("name"), dns_label(name));
            }
            if ports[..index].iter().any(|other| text(&other.name) == name) {
                report.duplicate(&at.field("name"), format_args!("the name {name:?}"));
            }
            if let Some(protocol) = &port.protocol {
                report.one_of(&at.field("protocol"), protocol, &PROTOCOLS);
            }
            if let Some(protocol) = &port.app_protocol {
                report.require(&at.field("appProtocol"), label_key(protocol));
            }
        }
    }
);

fn ip_address(report: &mut Report<'_>, at: &Path<'_>, index: usize, kind: &str, text: &str) {
    let address = match ip(text) {
        Ok(address) => address,
        Err(why) => return report.error(&at.index(index), why),
    };
    if matches!((kind, address), ("IPv4", IpAddr::V6(_)) | ("IPv6", IpAddr::V4(_))) {
        // An API server names the list here.
        report.error_in(
            at,
            &at.index(index),
            format_args!("{text:?} must be an {kind} address, since `addressType` is `{kind}`"),
        );
    }
    report.require(&at.index(index), reachable(address));
}

fn hint_names(report: &mut Report<'_>, at: &Path<'_>, names: &[&str], rule: fn(&str) -> Result<(), String>) {
    if names.len() > MAX_HINTS {
        return report.error(at, format_args!("must have at most {MAX_HINTS} items, found {}", names.len()));
    }
    for (index, name) in names.iter().enumerate() {
        let at = at.index(index);
        if names[..index].contains(name) {
            report.duplicate(&at.field("name"), format_args!("`{name}`"));
        }
        report.require(&at.field("name"), rule(name));
    }
}
