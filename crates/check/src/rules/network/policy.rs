//! NetworkPolicies.

use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::common::list;
use super::super::names::Name;
use super::super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{cidr, port, port_name};

pub(crate) fn validate(object: &NetworkPolicy, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let Some(spec) = &object.spec else { return };
    let at = Path::ROOT.field("spec");
    if let Some(wanted) = &spec.pod_selector {
        selector::label_selector(report, &at.field("podSelector"), wanted);
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

fn traffic(
    report: &mut Report<'_>,
    at: &Path<'_>,
    side: &str,
    ports: &[NetworkPolicyPort],
    peers: &[NetworkPolicyPeer],
) {
    let at_ports = at.field("ports");
    for (index, port) in ports.iter().enumerate() {
        policy_port(report, &at_ports.index(index), port);
    }
    let at_peers = at.field(side);
    for (index, peer) in peers.iter().enumerate() {
        policy_peer(report, &at_peers.index(index), peer);
    }
}

rules!(
    /// A port of a policy is a number or a name; a range of them ends with a number that is not below its first.
    ///
    /// Source: `ValidateNetworkPolicyPort`, pkg/apis/networking/validation/validation.go
    fn policy_port(report: &mut Report<'_>, at: &Path<'_>, wanted: &NetworkPolicyPort) {
        if let Some(protocol) = &wanted.protocol {
            report.one_of(&at.field("protocol"), protocol, &["TCP", "UDP", "SCTP"]);
        }
        let at_end = at.field("endPort");
        match (&wanted.port, wanted.end_port) {
            (None, None) => {}
            (None, Some(_)) => report.error(&at_end, "a range needs its first `port`"),
            (Some(IntOrString::String(name)), end) => {
                if end.is_some() {
                    report.error(&at_end, "a range begins with a number, not with a name");
                }
                report.require(&at.field("port"), port_name(name));
            }
            (Some(IntOrString::Int(first)), end) => {
                report.require(&at.field("port"), port((*first).into()));
                let Some(end) = end else { return };
                if end < *first {
                    report.error(&at_end, format_args!("{end} is below the first port, {first}"));
                }
                report.require(&at_end, port(end.into()));
            }
        }
    },

    /// A peer is pods, namespaces, pods in namespaces, or addresses.
    ///
    /// Source: `ValidateNetworkPolicyPeer`, pkg/apis/networking/validation/validation.go
    fn policy_peer(report: &mut Report<'_>, at: &Path<'_>, peer: &NetworkPolicyPeer) {
        let selectors = [("podSelector", &peer.pod_selector), ("namespaceSelector", &peer.namespace_selector)];
        let mut selects = false;
        for (field, wanted) in selectors {
            if let Some(wanted) = wanted {
                selects = true;
                selector::label_selector(report, &at.field(field), wanted);
            }
        }
        match &peer.ip_block {
            Some(block) => address_block(report, &at.field("ipBlock"), block),
            None if !selects => report.required(at, "`podSelector`, `namespaceSelector` or `ipBlock`"),
            None => {}
        }
        if peer.ip_block.is_some() && selects {
            report.forbidden(at, "`ipBlock` excludes selectors");
        }
    },

    /// Addresses are a range, and what is excepted are smaller ranges in it.
    ///
    /// Source: `ValidateIPBlock`, pkg/apis/networking/validation/validation.go
    fn address_block(report: &mut Report<'_>, at: &Path<'_>, block: &IPBlock) {
        if block.cidr.is_empty() {
            return report.required(&at.field("cidr"), "a range of addresses; all of them are `0.0.0.0/0` and `::/0`");
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
                    report.error(&at.index(index), format_args!("{text:?} is not a part of {:?}", block.cidr));
                }
                _ => {}
            }
        }
    },

    /// A policy is for ingress, egress or both.
    ///
    /// Source: `ValidateNetworkPolicySpec`, pkg/apis/networking/validation/validation.go
    fn policy_types(report: &mut Report<'_>, at: &Path<'_>, types: &[String]) {
        if types.len() > 2 {
            return report.error(at, format_args!("{} are too many: `Ingress`, `Egress` or both", types.len()));
        }
        for (index, kind) in types.iter().enumerate() {
            report.one_of(&at.index(index), kind, &["Ingress", "Egress"]);
        }
    }
);
