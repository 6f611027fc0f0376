//! EndpointSlices, the lists of what stands behind a Service.

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

const MOST_ENDPOINTS: usize = 1000;
const MOST_ADDRESSES: usize = 100;
const MOST_PORTS: usize = 20000;
const MOST_HINTS: usize = 8;

pub(crate) fn validate(object: &EndpointSlice, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    address_type(report, &Path::ROOT.field("addressType"), &object.address_type);
    let at = Path::ROOT.field("endpoints");
    let endpoints = list(&object.endpoints);
    slice_is_not_too_long(report, &at, endpoints.len(), MOST_ENDPOINTS);
    for (index, endpoint) in endpoints.iter().take(MOST_ENDPOINTS).enumerate() {
        let at = at.index(index);
        slice_addresses(report, &at.field("addresses"), &object.address_type, &endpoint.addresses);
        endpoint_place(report, &at, endpoint);
        if let Some(hints) = &endpoint.hints {
            endpoint_hints(report, &at.field("hints"), hints);
        }
    }
    let at = Path::ROOT.field("ports");
    slice_is_not_too_long(report, &at, list(&object.ports).len(), MOST_PORTS);
    slice_ports(report, &at, list(&object.ports));
}

rules!(
    /// A slice says what its addresses are.
    ///
    /// Source: `validateAddressType`, pkg/apis/discovery/validation/validation.go
    fn address_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        if kind.is_empty() {
            report.required(at, "`IPv4`, `IPv6` or `FQDN`");
        } else {
            report.one_of(at, kind, &["FQDN", "IPv4", "IPv6"]);
        }
    },

    /// A slice has at most 1000 endpoints and 20000 ports.
    ///
    /// Source: `validateEndpoints`, `validatePorts`, pkg/apis/discovery/validation/validation.go
    fn slice_is_not_too_long(report: &mut Report<'_>, at: &Path<'_>, count: usize, most: usize) {
        if count > most {
            report.error(at, format_args!("{count} are too many: at most {most}"));
        }
    },

    /// An endpoint has 1 to 100 addresses of the slice's type, which can be reached.
    ///
    /// Source: `validateEndpoints`, pkg/apis/discovery/validation/validation.go
    fn slice_addresses(report: &mut Report<'_>, at: &Path<'_>, kind: &str, addresses: &[String]) {
        if addresses.is_empty() {
            report.required(at, "an endpoint has an address at least");
        } else if addresses.len() > MOST_ADDRESSES {
            report.error(at, format_args!("{} are too many: at most {MOST_ADDRESSES}", addresses.len()));
        }
        for (index, address) in addresses.iter().enumerate() {
            match kind {
                "IPv4" | "IPv6" => one_address(report, at, index, kind, address),
                "FQDN" => report.require(&at.index(index), full_domain(address)),
                _ => {}
            }
        }
    },

    /// The host and the node of an endpoint are names. (What `deprecatedTopology` says is thrown away.)
    ///
    /// Source: `validateEndpoints`, pkg/apis/discovery/validation/validation.go
    fn endpoint_place(report: &mut Report<'_>, at: &Path<'_>, endpoint: &Endpoint) {
        if let Some(host) = &endpoint.hostname {
            report.require(&at.field("hostname"), dns_label(host));
        }
        if let Some(node) = &endpoint.node_name {
            report.require(&at.field("nodeName"), dns_subdomain(node));
        }
    },

    /// Hints name at most 8 zones and 8 nodes, each once.
    ///
    /// Source: `validateHints`, pkg/apis/discovery/validation/validation.go
    fn endpoint_hints(report: &mut Report<'_>, at: &Path<'_>, hints: &EndpointHints) {
        let zones: Vec<&str> = list(&hints.for_zones).iter().map(|zone| zone.name.as_str()).collect();
        let nodes: Vec<&str> = list(&hints.for_nodes).iter().map(|node| node.name.as_str()).collect();
        hinted(report, &at.field("forZones"), &zones, label_value);
        hinted(report, &at.field("forNodes"), &nodes, dns_subdomain);
    },

    /// Ports of a slice have different names and a protocol that there is.
    ///
    /// Source: `validatePorts`, pkg/apis/discovery/validation/validation.go
    fn slice_ports(report: &mut Report<'_>, at: &Path<'_>, ports: &[EndpointPort]) {
        for (index, port) in ports.iter().take(MOST_PORTS).enumerate() {
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

fn one_address(report: &mut Report<'_>, at: &Path<'_>, index: usize, kind: &str, text: &str) {
    let address = match ip(text) {
        Ok(address) => address,
        Err(why) => return report.error(&at.index(index), why),
    };
    if matches!((kind, address), ("IPv4", IpAddr::V6(_)) | ("IPv6", IpAddr::V4(_))) {
        // An API server names the list here.
        report.error_in(at, &at.index(index), format_args!("{text:?} is not {kind}, as `addressType` says"));
    }
    report.require(&at.index(index), reachable(address));
}

fn hinted(report: &mut Report<'_>, at: &Path<'_>, names: &[&str], rule: fn(&str) -> Result<(), String>) {
    if names.len() > MOST_HINTS {
        return report.error(at, format_args!("{} are too many: at most {MOST_HINTS}", names.len()));
    }
    for (index, name) in names.iter().enumerate() {
        let at = at.index(index);
        if names[..index].contains(name) {
            report.duplicate(&at.field("name"), format_args!("`{name}`"));
        }
        report.require(&at.field("name"), rule(name));
    }
}
