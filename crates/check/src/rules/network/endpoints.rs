//! Endpoints, the predecessor of EndpointSlices.

use k8s_openapi::api::core::v1::{EndpointAddress, EndpointPort, EndpointSubset, Endpoints};

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use super::protocol;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, ip, label_key, port as port_number, reachable};

pub(crate) fn validate(object: &Endpoints, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let at = Path::ROOT.field("subsets");
    for (index, subset) in list(&object.subsets).iter().enumerate() {
        let at = at.index(index);
        subset_addresses(report, &at, subset);
        for (field, addresses) in [("addresses", &subset.addresses), ("notReadyAddresses", &subset.not_ready_addresses)]
        {
            let at = at.field(field);
            for (index, each) in list(addresses).iter().enumerate() {
                address(report, &at.index(index), each);
            }
        }
        let ports = list(&subset.ports);
        let at = at.field("ports");
        for (index, each) in ports.iter().enumerate() {
            port(report, &at.index(index), each, ports.len() > 1);
        }
    }
}

/// The area of the rules below.
const AREA: &str = "endpoints";

rules!(
    /// A subset must have `addresses` or `notReadyAddresses`.
    ///
    /// Example: `subsets: [{ports: [{port: 80}]}]`
    ///
    /// Source: `validateEndpointSubsets`, pkg/apis/core/validation/validation.go
    fn subset_addresses(report: &mut Report<'_>, at: &Path<'_>, subset: &EndpointSubset) {
        if list(&subset.addresses).is_empty() && list(&subset.not_ready_addresses).is_empty() {
            report.required(at, "set `addresses` or `notReadyAddresses`");
        }
    },

    /// `ip` must be an IP address that is not unspecified, loopback, link-local or multicast; `hostname` must be a DNS
    /// label and `nodeName` a DNS subdomain.
    ///
    /// Example: `subsets: [{addresses: [{ip: 127.0.0.1}]}]`
    ///
    /// Source: `validateEndpointAddress`, pkg/apis/core/validation/validation.go
    fn address(report: &mut Report<'_>, at: &Path<'_>, address: &EndpointAddress) {
        report.require(&at.field("ip"), ip(&address.ip).and_then(reachable));
        if !text(&address.hostname).is_empty() {
            report.require(&at.field("hostname"), dns_label(text(&address.hostname)));
        }
        if let Some(node) = &address.node_name {
            report.require(&at.field("nodeName"), dns_subdomain(node));
        }
    },

    /// `port` must be between 1 and 65535 and `protocol` `TCP`, `UDP` or `SCTP`; `name` is a DNS label, required when
    /// there are several ports; `appProtocol` must be a qualified name.
    ///
    /// Example: `subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 0}]}]`
    ///
    /// Source: `validateEndpointPort`, pkg/apis/core/validation/validation.go
    fn port(report: &mut Report<'_>, at: &Path<'_>, endpoint: &EndpointPort, has_others: bool) {
        match text(&endpoint.name) {
            "" if has_others => {
                report.required(&at.field("name"), "every port must have a name when there are several")
            }
            "" => {}
            name => report.require(&at.field("name"), dns_label(name)),
        }
        report.require(&at.field("port"), port_number(endpoint.port.into()));
        protocol(report, &at.field("protocol"), &endpoint.protocol);
        if let Some(protocol) = &endpoint.app_protocol {
            report.require(&at.field("appProtocol"), label_key(protocol));
        }
    }
);
