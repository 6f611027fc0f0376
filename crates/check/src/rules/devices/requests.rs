//! The device requests of a ResourceClaim.

use k8s_openapi::api::resource::v1::{DeviceRequest, DeviceSelector, DeviceToleration};

use super::super::common::{duplicates, list, text};
use super::parts::{max_items, selectors};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, label_key, label_value};

const MAX_ALTERNATIVES: usize = 8;

/// The fields that a request and its alternatives share.
struct Request<'r> {
    class: &'r str,
    mode: &'r str,
    count: i64,
    selectors: &'r [DeviceSelector],
    tolerations: &'r [DeviceToleration],
}

macro_rules! fields_of {
    ($request:ident) => {
        Request {
            class: &$request.device_class_name,
            mode: text(&$request.allocation_mode),
            count: $request.count.unwrap_or_default(),
            selectors: list(&$request.selectors),
            tolerations: list(&$request.tolerations),
        }
    };
}

/// Validates all requests of a claim.
pub(super) fn requests(report: &mut Report<'_>, at: &Path<'_>, requests: &[DeviceRequest]) {
    max_items(report, at, requests.len());
    let names = duplicates(requests.iter().map(|request| &request.name));
    for (index, request) in requests.iter().enumerate() {
        let at = at.index(index);
        request_name(report, &at, &request.name, names[index]);
        single_request_type(report, &at, request);
        if let Some(exactly) = request.exactly.as_ref() {
            request_fields(report, &at.field("exactly"), &fields_of!(exactly));
        }
        let alternatives = list(&request.first_available);
        let at = at.field("firstAvailable");
        max_alternatives(report, &at, alternatives.len());
        let names = duplicates(alternatives.iter().map(|alternative| &alternative.name));
        for (index, alternative) in alternatives.iter().enumerate() {
            let at = at.index(index);
            request_name(report, &at, &alternative.name, names[index]);
            request_fields(report, &at, &fields_of!(alternative));
        }
    }
}

fn request_fields(report: &mut Report<'_>, at: &Path<'_>, request: &Request<'_>) {
    device_class_name(report, &at.field("deviceClassName"), request.class);
    selectors(report, &at.field("selectors"), request.selectors);
    allocation_mode(report, at, request.mode, request.count);
    let at = at.field("tolerations");
    for (index, each) in request.tolerations.iter().enumerate() {
        toleration(report, &at.index(index), each);
    }
}

/// The area of the rules below.
const AREA: &str = "resourceclaim";

rules!(
    /// The name of a request must be a DNS label, unique in the claim.
    ///
    /// Example: `spec: {devices: {requests: [{name: A_b, exactly: {deviceClassName: a}}]}}`
    ///
    /// Source: `validateDeviceRequest`, `validateDeviceSubRequest`, pkg/apis/resource/validation/validation.go
    fn request_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, is_repeated: bool) {
        report.require(&at.field("name"), dns_label(name));
        if is_repeated {
            report.duplicate(at, format_args!("the request {name:?}"));
        }
    },

    /// A request must set exactly one of `exactly` and `firstAvailable`.
    ///
    /// Example: `spec: {devices: {requests: [{name: gpu}]}}`
    ///
    /// Source: `validateDeviceRequest`, pkg/apis/resource/validation/validation.go
    fn single_request_type(report: &mut Report<'_>, at: &Path<'_>, request: &DeviceRequest) {
        match (request.exactly.is_some(), !list(&request.first_available).is_empty()) {
            (false, false) => report.required(at, "set `exactly` or `firstAvailable`"),
            (true, true) => report.error(at, "`exactly` and `firstAvailable` are mutually exclusive"),
            _ => {}
        }
    },

    /// `firstAvailable` may have at most 8 items.
    ///
    /// Source: `validateDeviceRequest`, pkg/apis/resource/validation/validation.go
    fn max_alternatives(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count > MAX_ALTERNATIVES {
            report.error(at, format_args!("must have at most {MAX_ALTERNATIVES} items, found {count}"));
        }
    },

    /// `deviceClassName` is required and must be a DNS subdomain.
    ///
    /// Example: `spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: ''}}]}}`
    ///
    /// Source: `validateDeviceClass`, pkg/apis/resource/validation/validation.go
    fn device_class_name(report: &mut Report<'_>, at: &Path<'_>, class: &str) {
        if class.is_empty() {
            report.required(at, "the name of the DeviceClass");
        } else {
            report.require(at, dns_subdomain(class));
        }
    },

    /// `allocationMode` must be `ExactCount`, with a `count` of at least 1, or `All`, without `count`.
    ///
    /// Example: `spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: a, allocationMode: All, count: 1}}]}}`
    ///
    /// Source: `validateDeviceAllocationMode`, pkg/apis/resource/validation/validation.go
    fn allocation_mode(report: &mut Report<'_>, at: &Path<'_>, mode: &str, count: i64) {
        let at_count = at.field("count");
        match mode {
            // The default is 1, also for 0.
            "" | "ExactCount" if count >= 0 => {}
            "" | "ExactCount" => report.error(&at_count, format_args!("must be at least 1, found {count}")),
            "All" if count != 0 => report.error(&at_count, "may not be set when `allocationMode` is `All`"),
            "All" => {}
            _ => report.not_supported(&at.field("allocationMode"), mode, &["All", "ExactCount"]),
        }
    },

    /// A toleration must have a label key and value, the `operator` `Equal` or `Exists`, and the `effect` `NoExecute`,
    /// `NoSchedule` or `None`; `value` may not be set with `Exists`.
    ///
    /// Example: `spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: a, tolerations: [{operator: In}]}}]}}`
    ///
    /// Source: `validateDeviceToleration`, pkg/apis/resource/validation/validation.go
    fn toleration(report: &mut Report<'_>, at: &Path<'_>, toleration: &DeviceToleration) {
        let (key, value) = (text(&toleration.key), text(&toleration.value));
        if !key.is_empty() {
            report.require(&at.field("key"), label_key(key));
        }
        // The default operator is `Equal`.
        match text(&toleration.operator) {
            "" | "Equal" => report.require(&at.field("value"), label_value(value)),
            "Exists" if value.is_empty() => {}
            "Exists" => report.error(&at.field("value"), "may not be set when `operator` is `Exists`"),
            operator => report.not_supported(&at.field("operator"), operator, &["Equal", "Exists"]),
        }
        let effect = text(&toleration.effect);
        if !effect.is_empty() {
            report.one_of(&at.field("effect"), effect, &["NoExecute", "NoSchedule", "None"]);
        }
    }
);
