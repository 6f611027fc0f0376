//! Endpoints, the older list of what stands behind a Service.

use k8s_openapi::api::core::v1::{EndpointAddress, EndpointPort, EndpointSubset, Endpoints};

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use super::protocol;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, ip, label_key, port, reachable};

pub(crate) fn validate(object: &Endpoints, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let at = Path::ROOT.field("subsets");
    for (index, subset) in list(&object.subsets).iter().enumerate() {
        let at = at.index(index);
        subset_has_addresses(report, &at, subset);
        for (field, addresses) in [("addresses", &subset.addresses), ("notReadyAddresses", &subset.not_ready_addresses)]
        {
            let at = at.field(field);
            for (index, address) in list(addresses).iter().enumerate() {
                endpoint_address(report, &at.index(index), address);
            }
        }
        let ports = list(&subset.ports);
        let at = at.field("ports");
        for (index, port) in ports.iter().enumerate() {
            endpoint_port(report, &at.index(index), port, ports.len() > 1);
        }
    }
}

rules!(
    /// A subset of endpoints has an address, ready or not.
    ///
    /// Source: `validateEndpointSubsets`, pkg/apis/core/validation/validation.go
    fn subset_has_addresses(report: &mut Report<'_>, at: &Path<'_>, subset: &EndpointSubset) {
        if list(&subset.addresses).is_empty() && list(&subset.not_ready_addresses).is_empty() {
            report.required(at, "`addresses` or `notReadyAddresses`");
        }
    },

    /// An endpoint has an address that can be reached; its host and node are names.
    ///
    /// Source: `validateEndpointAddress`, pkg/apis/core/validation/validation.go
    fn endpoint_address(report: &mut Report<'_>, at: &Path<'_>, address: &EndpointAddress) {
        report.require(&at.field("ip"), ip(&address.ip).and_then(reachable));
        if !text(&address.hostname).is_empty() {
            report.require(&at.field("hostname"), dns_label(text(&address.hostname)));
        }
        if let Some(node) = &address.node_name {
            report.require(&at.field("nodeName"), dns_subdomain(node));
        }
    },

    /// A port of endpoints has a number and a protocol that there can be; of several, each has a name.
    ///
    /// Source: `validateEndpointPort`, pkg/apis/core/validation/validation.go
    fn endpoint_port(report: &mut Report<'_>, at: &Path<'_>, endpoint: &EndpointPort, has_others: bool) {
        match text(&endpoint.name) {
            "" if has_others => report.required(&at.field("name"), "of several ports each has one"),
            "" => {}
            name => report.require(&at.field("name"), dns_label(name)),
        }
        report.require(&at.field("port"), port(endpoint.port.into()));
        protocol(report, &at.field("protocol"), &endpoint.protocol);
        if let Some(protocol) = &endpoint.app_protocol {
            report.require(&at.field("appProtocol"), label_key(protocol));
        }
    }
);
