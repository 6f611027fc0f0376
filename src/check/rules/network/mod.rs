//! Services and what stands behind and before them: endpoints, ingresses, network policies, addresses.

mod endpoints;
mod ingress;
mod ingress_class;
mod policy;
mod ranges;
mod service;
mod service_address;
mod slice;

use super::common::text;
use crate::check::path::Path;
use crate::check::report::Report;
use crate::check::rule::Rule;
use crate::check::syntax::path_segment;

pub(in crate::check) use endpoints::validate as endpoints;
pub(in crate::check) use ingress::validate as ingress;
pub(in crate::check) use ingress_class::validate as ingress_class;
pub(in crate::check) use policy::validate as network_policy;
pub(in crate::check) use ranges::{
    address as ip_address, address_beta as ip_address_beta, range as service_cidr, range_beta as service_cidr_beta,
};
pub(in crate::check) use service::validate as service;
pub(in crate::check) use slice::validate as endpoint_slice;

/// What carries data of a port.
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        endpoints::RULES,
        ingress::RULES,
        ingress_class::RULES,
        policy::RULES,
        ranges::RULES,
        service::RULES,
        service_address::RULES,
        slice::RULES,
    ];
    files.into_iter().flatten()
}

/// A protocol, which is TCP where none is written.
fn protocol(report: &mut Report<'_>, at: &Path<'_>, protocol: &Option<String>) {
    if !text(protocol).is_empty() {
        report.one_of(at, text(protocol), &PROTOCOLS);
    }
}

/// A name or kind that becomes part of a path, and has to be there.
fn segment(report: &mut Report<'_>, at: &Path<'_>, name: &str, why: &str) {
    if name.is_empty() {
        report.required(at, why);
    } else {
        report.require(at, path_segment(name));
    }
}
