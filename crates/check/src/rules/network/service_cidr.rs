//! ServiceCIDRs.

use k8s_openapi::api::networking::v1::ServiceCIDR;
use k8s_openapi::api::networking::v1beta1;

use super::super::common::list;
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::canonical_cidr;

pub(crate) fn range(object: &ServiceCIDR, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let ranges = object.spec.as_ref().map_or(&[] as &[_], |spec| list(&spec.cidrs));
    cidrs(report, &Path::ROOT.field("spec.cidrs"), ranges);
}

pub(crate) fn range_beta(object: &v1beta1::ServiceCIDR, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let ranges = object.spec.as_ref().map_or(&[] as &[_], |spec| list(&spec.cidrs));
    cidrs(report, &Path::ROOT.field("spec.cidrs"), ranges);
}

/// The area of the rules below.
const AREA: &str = "servicecidr";

rules!(
    /// `cidrs` must be one CIDR, or one of IPv4 and one of IPv6, in canonical form.
    ///
    /// Example: `spec: {cidrs: [10.0.0.1/8]}`
    ///
    /// Source: `validateServiceCIDRSpec`, pkg/apis/networking/validation/validation.go
    fn cidrs(report: &mut Report<'_>, at: &Path<'_>, ranges: &[String]) {
        match ranges.len() {
            0 => return report.required(at, "at least one CIDR"),
            1 | 2 => {}
            count => return report.error(at, format_args!("must have at most one CIDR per IP family, found {count}")),
        }
        let mut families = Vec::new();
        for (index, text) in ranges.iter().enumerate() {
            match canonical_cidr(text) {
                Ok(range) => families.push(range.addr().is_ipv4()),
                Err(why) => report.error(&at.index(index), why),
            }
        }
        if let [first, second] = families[..]
            && first == second
        {
            report.error(at, "two CIDRs must be one of IPv4 and one of IPv6");
        }
    }
);
