//! IPAddresses.

use k8s_openapi::api::networking::v1::IPAddress;
use k8s_openapi::api::networking::v1beta1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::common::text;
use super::super::meta;
use super::super::names::Name;
use super::segment;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{canonical_ip, dns_subdomain, path_segment};

pub(crate) fn address(object: &IPAddress, report: &mut Report<'_>) {
    let parent = &object.spec.parent_ref;
    let names = [text(&parent.group), &parent.resource, text(&parent.namespace), &parent.name];
    validate(report, &object.metadata, names);
}

pub(crate) fn address_beta(object: &v1beta1::IPAddress, report: &mut Report<'_>) {
    let parent = &object.spec.parent_ref;
    let names = [text(&parent.group), &parent.resource, text(&parent.namespace), &parent.name];
    validate(report, &object.metadata, names);
}

fn validate(report: &mut Report<'_>, metadata: &ObjectMeta, parent: [&str; 4]) {
    meta::cluster(report, metadata, Name::Segment);
    name(report, &Path::ROOT.field("metadata.name"), text(&metadata.name));
    let at = Path::ROOT.field("spec.parentRef");
    if parent.iter().all(|name| name.is_empty()) {
        required_parent_ref(report, &at);
    }
    parent_ref(report, &at, parent);
}

/// The area of the rules below.
const AREA: &str = "ipaddress";

rules!(
    /// The name of an IPAddress must be the IP address in canonical form, such as `10.0.0.1` or `fd00::1`.
    ///
    /// Example: `metadata: {name: 10.0.0.01}`
    ///
    /// Source: `ValidateIPAddressName`, pkg/apis/networking/validation/validation.go
    fn name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.require(at, canonical_ip(name).map(drop));
    },

    /// `parentRef` is required.
    ///
    /// Example: `spec: {parentRef: {name: null, resource: null, namespace: null}}`
    ///
    /// Source: `validateIPAddressParentReference`, pkg/apis/networking/validation/validation.go
    fn required_parent_ref(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "the object that uses the address");
    },

    /// `parentRef` must have a `resource` and a `name`.
    ///
    /// Example: `spec: {parentRef: {name: a/b}}`
    ///
    /// Source: `validateIPAddressParentReference`, pkg/apis/networking/validation/validation.go
    fn parent_ref(report: &mut Report<'_>, at: &Path<'_>, parent: [&str; 4]) {
        let [group, resource, namespace, name] = parent;
        if !group.is_empty() {
            report.require(&at.field("group"), dns_subdomain(group));
        }
        segment(report, &at.field("resource"), resource, "the resource of the object, such as `services`");
        segment(report, &at.field("name"), name, "the name of the object");
        if !namespace.is_empty() {
            report.require(&at.field("namespace"), path_segment(namespace));
        }
    }
);
