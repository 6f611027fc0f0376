//! NetworkPolicies.

use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::common::list;
use super::super::names::Name;
use super::super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{cidr, port as port_number, port_name};

pub(crate) fn validate(object: &NetworkPolicy, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let Some(spec) = &object.spec else { return };
    let at = Path::ROOT.field("spec");
    if let Some(labels) = &spec.pod_selector {
        selector::label_selector(report, &at.field("podSelector"), labels);
    }
    let at_ingress = at.field("ingress");
    for (index, rule) in list(&spec.ingress).iter().enumerate() {
        traffic(report, &at_ingress.index(index), "from", list(&rule.ports), list(&rule.from));
    }
    let at_egress = at.field("egress");
    for (index, rule) in list(&spec.egress).iter().enumerate() {
        traffic(report, &at_egress.index(index), "to", list(&rule.ports), list(&rule.to));
    }
    policy_types(report, &at.field("policyTypes"), list(&spec.policy_types));
}

/// Validates a rule of a NetworkPolicy; `side` is the field with its peers, `from` or `to`.
pub(in super::super) fn traffic(
    report: &mut Report<'_>,
    at: &Path<'_>,
    side: &str,
    ports: &[NetworkPolicyPort],
    peers: &[NetworkPolicyPeer],
) {
    let at_ports = at.field("ports");
    for (index, each) in ports.iter().enumerate() {
        port(report, &at_ports.index(index), each);
    }
    let at_peers = at.field(side);
    for (index, each) in peers.iter().enumerate() {
        peer(report, &at_peers.index(index), each);
    }
}

/// The area of the rules below.
const AREA: &str = "networkpolicy";

rules!(
    /// `port` must be a number between 1 and 65535 or a port name; `endPort` needs a numeric `port` and may not be
    /// less than it; `protocol` must be `TCP`, `UDP` or `SCTP`.
    ///
    /// Example: `spec: {ingress: [{ports: [{port: 90, endPort: 80}]}]}`
    ///
    /// Source: `ValidateNetworkPolicyPort`, pkg/apis/networking/validation/validation.go
    fn port(report: &mut Report<'_>, at: &Path<'_>, allowed: &NetworkPolicyPort) {
        if let Some(protocol) = &allowed.protocol {
            report.one_of(&at.field("protocol"), protocol, &["TCP", "UDP", "SCTP"]);
        }
        let at_end = at.field("endPort");
        match (&allowed.port, allowed.end_port) {
            (None, None) => {}
            (None, Some(_)) => report.error(&at_end, "may not be set without `port`"),
            (Some(IntOrString::String(name)), end) => {
                if end.is_some() {
                    report.error(&at_end, "may not be set when `port` is a name");
                }
                report.require(&at.field("port"), port_name(name));
            }
            (Some(IntOrString::Int(first)), end) => {
                report.require(&at.field("port"), port_number((*first).into()));
                let Some(end) = end else { return };
                if end < *first {
                    report.error(&at_end, format_args!("must be at least `port` ({first}), found {end}"));
                }
                report.require(&at_end, port_number(end.into()));
            }
        }
    },

    /// A peer must set `podSelector`, `namespaceSelector` or both, or else `ipBlock` alone.
    ///
    /// Example: `spec: {egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}`
    ///
    /// Source: `ValidateNetworkPolicyPeer`, pkg/apis/networking/validation/validation.go
    fn peer(report: &mut Report<'_>, at: &Path<'_>, peer: &NetworkPolicyPeer) {
        let selectors = [("podSelector", &peer.pod_selector), ("namespaceSelector", &peer.namespace_selector)];
        let mut selects = false;
        for (field, labels) in selectors {
            if let Some(labels) = labels {
                selects = true;
                selector::label_selector(report, &at.field(field), labels);
            }
        }
        match &peer.ip_block {
            Some(block) => ip_block(report, &at.field("ipBlock"), block),
            None if !selects => report.required(at, "set `podSelector`, `namespaceSelector` or `ipBlock`"),
            None => {}
        }
        if peer.ip_block.is_some() && selects {
            report.error(at, "`ipBlock` is mutually exclusive with `podSelector` and `namespaceSelector`");
        }
    },

    /// `ipBlock.cidr` must be a CIDR, and each of `except` a smaller CIDR within it.
    ///
    /// Example: `spec: {egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]}]}`
    ///
    /// Source: `ValidateIPBlock`, pkg/apis/networking/validation/validation.go
    fn ip_block(report: &mut Report<'_>, at: &Path<'_>, block: &IPBlock) {
        if block.cidr.is_empty() {
            return report.required(&at.field("cidr"), "a CIDR such as `10.0.0.0/8`; `0.0.0.0/0` is all of IPv4");
        }
        let range = match cidr(&block.cidr) {
            Ok(range) => Some(range),
            Err(why) => {
                report.error(&at.field("cidr"), why);
                None
            }
        };
        let at = at.field("except");
        for (index, text) in list(&block.except).iter().enumerate() {
            match (cidr(text), range) {
                (Err(why), _) => report.error(&at.index(index), why),
                (Ok(except), Some(range)) if !range.contains(&except) || range == except => {
                    report.error(
                        &at.index(index),
                        format_args!("{text:?} must be a smaller CIDR within {:?}", block.cidr),
                    );
                }
                _ => {}
            }
        }
    },

    /// `policyTypes` may have at most two items, each `Ingress` or `Egress`.
    ///
    /// Example: `spec: {policyTypes: [Both]}`
    ///
    /// Source: `ValidateNetworkPolicySpec`, pkg/apis/networking/validation/validation.go
    fn policy_types(report: &mut Report<'_>, at: &Path<'_>, types: &[String]) {
        if types.len() > 2 {
            return report
                .error(at, format_args!("must have at most 2 items (`Ingress`, `Egress`), found {}", types.len()));
        }
        for (index, kind) in types.iter().enumerate() {
            report.one_of(&at.index(index), kind, &["Ingress", "Egress"]);
        }
    }
);
