//! ResourceClaims and their templates.

use k8s_openapi::api::resource::v1::{
    DeviceClaim, DeviceConstraint, DeviceRequest, ResourceClaim, ResourceClaimSpec, ResourceClaimTemplate,
};

use super::super::common::list;
use super::super::meta;
use super::super::names::Name;
use super::parts::{device_config, max_items};
use super::requests;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

pub(crate) fn validate(object: &ResourceClaim, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    spec(report, &Path::ROOT.field("spec"), &object.spec);
}

pub(crate) fn template(object: &ResourceClaimTemplate, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    if let Some(metadata) = &object.spec.metadata {
        let at = at.field("metadata");
        meta::annotations(report, &at.field("annotations"), metadata.annotations.as_ref());
        meta::labels(report, &at.field("labels"), metadata.labels.as_ref());
        meta::template_metadata(report, &at, metadata);
    }
    spec(report, &at.field("spec"), &object.spec.spec);
}

fn spec(report: &mut Report<'_>, at: &Path<'_>, spec: &ResourceClaimSpec) {
    let empty = DeviceClaim::default();
    let devices = spec.devices.as_ref().unwrap_or(&empty);
    let at = at.field("devices");
    let requests = list(&devices.requests);
    requests::requests(report, &at.field("requests"), requests);
    let (at_constraints, constraints) = (at.field("constraints"), list(&devices.constraints));
    max_items(report, &at_constraints, constraints.len());
    for (index, each) in constraints.iter().enumerate() {
        let at = at_constraints.index(index);
        request_reference(report, &at.field("requests"), list(&each.requests), requests);
        constraint(report, &at, each);
    }
    let (at_config, configurations) = (at.field("config"), list(&devices.config));
    max_items(report, &at_config, configurations.len());
    for (index, configuration) in configurations.iter().enumerate() {
        let at = at_config.index(index);
        request_reference(report, &at.field("requests"), list(&configuration.requests), requests);
        device_config(report, &at.field("opaque"), configuration.opaque.as_ref());
    }
}

/// Returns whether `name` is the name of a request, or `request/subrequest`.
fn is_requested(name: &str, requests: &[DeviceRequest]) -> bool {
    let (first, part) = name.split_once('/').map_or((name, None), |(first, part)| (first, Some(part)));
    requests
        .iter()
        .filter(|request| request.name == first)
        .any(|request| part.is_none_or(|part| list(&request.first_available).iter().any(|other| other.name == part)))
}

/// Validates a fully qualified attribute name: a domain, `/` and a C identifier.
fn attribute_name(name: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{name:?} is not an attribute name such as `example.com/model`: {why}"));
    let Some((domain, id)) = name.split_once('/') else { return refuse("must have a domain") };
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if domain.len() > 63 || dns_subdomain(&domain.to_lowercase()).is_err() {
        return refuse("the domain must be a DNS subdomain of at most 63 characters");
    }
    if id.is_empty() || id.len() > 32 || !id.bytes().all(is_inner) || id.starts_with(|c: char| c.is_ascii_digit()) {
        return refuse("the part after `/` must have at most 32 letters, digits and `_`, and not start with a digit");
    }
    Ok(())
}

/// The area of the rules below.
const AREA: &str = "resourceclaim";

rules!(
    /// `requests` of a constraint or configuration must be unique names of requests in the claim, or
    /// `request/subrequest`.
    ///
    /// Example: `spec: {devices: {constraints: [{requests: [other], matchAttribute: example.com/a}]}}`
    ///
    /// Source: `validateRequestNameRef`, pkg/apis/resource/validation/validation.go
    fn request_reference(report: &mut Report<'_>, at: &Path<'_>, names: &[String], requests: &[DeviceRequest]) {
        max_items(report, at, names.len());
        for (index, name) in names.iter().enumerate() {
            let at = at.index(index);
            let parts = name.split('/');
            if let Some(Err(why)) = parts.map(dns_label).find(Result::is_err) {
                report.error(&at, why);
            } else if !is_requested(name, requests) {
                report.error(&at, format_args!("{name:?} is not the name of a request in this claim"));
            }
            if names[..index].contains(name) {
                report.duplicate(&at, format_args!("{name:?}"));
            }
        }
    },

    /// A constraint must set exactly one of `matchAttribute` and `distinctAttribute`, a qualified name such as
    /// `example.com/model`.
    ///
    /// Example: `spec: {devices: {constraints: [{requests: [gpu]}]}}`
    ///
    /// Source: `validateDeviceConstraint`, pkg/apis/resource/validation/validation.go
    fn constraint(report: &mut Report<'_>, at: &Path<'_>, constraint: &DeviceConstraint) {
        for (field, name) in
            [("matchAttribute", &constraint.match_attribute), ("distinctAttribute", &constraint.distinct_attribute)]
        {
            name.iter().for_each(|name| report.require(&at.field(field), attribute_name(name)));
        }
        if constraint.match_attribute.is_some() == constraint.distinct_attribute.is_some() {
            report.required(at, "exactly one of `matchAttribute` and `distinctAttribute` must be set");
        }
    }
);
