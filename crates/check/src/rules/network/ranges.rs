//! ServiceCIDRs and IPAddresses: what addresses Services can have, and have.

use k8s_openapi::api::networking::v1::{IPAddress, ServiceCIDR};
use k8s_openapi::api::networking::v1beta1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use super::segment;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{canonical_cidr, canonical_ip, dns_subdomain, path_segment};

pub(crate) fn address(object: &IPAddress, report: &mut Report<'_>) {
    let parent = &object.spec.parent_ref;
    let names = [text(&parent.group), &parent.resource, text(&parent.namespace), &parent.name];
    an_address(report, &object.metadata, names);
}

pub(crate) fn address_beta(object: &v1beta1::IPAddress, report: &mut Report<'_>) {
    let parent = &object.spec.parent_ref;
    let names = [text(&parent.group), &parent.resource, text(&parent.namespace), &parent.name];
    an_address(report, &object.metadata, names);
}

pub(crate) fn range(object: &ServiceCIDR, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let ranges = object.spec.as_ref().map_or(&[] as &[_], |spec| list(&spec.cidrs));
    service_ranges(report, &Path::ROOT.field("spec.cidrs"), ranges);
}

pub(crate) fn range_beta(object: &v1beta1::ServiceCIDR, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let ranges = object.spec.as_ref().map_or(&[] as &[_], |spec| list(&spec.cidrs));
    service_ranges(report, &Path::ROOT.field("spec.cidrs"), ranges);
}

fn an_address(report: &mut Report<'_>, metadata: &ObjectMeta, parent: [&str; 4]) {
    meta::cluster(report, metadata, Name::Segment);
    address_is_the_name(report, &Path::ROOT.field("metadata.name"), text(&metadata.name));
    let at = Path::ROOT.field("spec.parentRef");
    if parent.iter().all(|name| name.is_empty()) {
        address_is_of_something(report, &at);
    }
    address_has_a_parent(report, &at, parent);
}

rules!(
    /// An IPAddress is called by the address, in its canonical form.
    ///
    /// Source: `ValidateIPAddressName`, pkg/apis/networking/validation/validation.go
    fn address_is_the_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.require(at, canonical_ip(name).map(drop));
    },

    /// An IPAddress belongs to an object.
    ///
    /// Source: `validateIPAddressParentReference`, pkg/apis/networking/validation/validation.go
    fn address_is_of_something(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "the object that has the address");
    },

    /// The object that an IPAddress belongs to has a resource and a name.
    ///
    /// Source: `validateIPAddressParentReference`, pkg/apis/networking/validation/validation.go
    fn address_has_a_parent(report: &mut Report<'_>, at: &Path<'_>, parent: [&str; 4]) {
        let [group, resource, namespace, name] = parent;
        if !group.is_empty() {
            report.require(&at.field("group"), dns_subdomain(group));
        }
        segment(report, &at.field("resource"), resource, "such as `services`");
        segment(report, &at.field("name"), name, "the name of the object");
        if !namespace.is_empty() {
            report.require(&at.field("namespace"), path_segment(namespace));
        }
    },

    /// A ServiceCIDR is a range of addresses, or one of each family, in canonical form.
    ///
    /// Source: `validateServiceCIDRSpec`, pkg/apis/networking/validation/validation.go
    fn service_ranges(report: &mut Report<'_>, at: &Path<'_>, ranges: &[String]) {
        match ranges.len() {
            0 => return report.required(at, "a range of addresses"),
            1 | 2 => {}
            count => return report.error(at, format_args!("{count} are too many: at most one of each family")),
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
            report.error(at, "two ranges are one of IPv4 and one of IPv6");
        }
    }
);
