//! Services, Endpoints, EndpointSlices, Ingresses, NetworkPolicies, IPAddresses and ServiceCIDRs.

mod endpoints;
mod ingress;
mod ingress_class;
mod ip_address;
mod policy;
mod service;
mod service_address;
mod service_cidr;
mod slice;

use super::common::text;
use crate::path::Path;
use crate::report::Report;
use crate::rule::Rule;
use crate::syntax::path_segment;

pub(crate) use endpoints::validate as endpoints;
pub(crate) use ingress::validate as ingress;
pub(crate) use ingress_class::validate as ingress_class;
pub(crate) use ip_address::{address as ip_address, address_beta as ip_address_beta};
pub(crate) use policy::validate as network_policy;
pub(crate) use service::validate as service;
pub(crate) use service_cidr::{range as service_cidr, range_beta as service_cidr_beta};
pub(crate) use slice::validate as endpoint_slice;

// What the objects of other kinds have inside.
pub(super) use ingress::{host as ingress_host, path as ingress_path, tls as ingress_tls};
pub(super) use policy::traffic as policy_traffic;
pub(super) use service::inside as service_inside;

/// The protocols of a port.
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        endpoints::RULES,
        ingress::RULES,
        ingress_class::RULES,
        policy::RULES,
        ip_address::RULES,
        service::RULES,
        service_address::RULES,
        service_cidr::RULES,
        slice::RULES,
    ];
    files.into_iter().flatten()
}

/// Validates a protocol; an empty one is the default, TCP.
fn protocol(report: &mut Report<'_>, at: &Path<'_>, protocol: &Option<String>) {
    if !text(protocol).is_empty() {
        report.one_of(at, text(protocol), &PROTOCOLS);
    }
}

/// Validates a required name or kind that becomes a path segment.
fn segment(report: &mut Report<'_>, at: &Path<'_>, name: &str, why: &str) {
    if name.is_empty() {
        report.required(at, why);
    } else {
        report.require(at, path_segment(name));
    }
}
