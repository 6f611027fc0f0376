//! What devices a claim asks for.

use k8s_openapi::api::resource::v1::{DeviceRequest, DeviceSelector, DeviceToleration};

use super::super::common::{list, repeated, text};
use super::class::{few_devices, selectors};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, label_key, label_value};

const MOST_ALTERNATIVES: usize = 8;

/// What a request and each of its alternatives say alike.
struct Wanted<'r> {
    class: &'r str,
    mode: &'r str,
    count: i64,
    selectors: &'r [DeviceSelector],
    tolerations: &'r [DeviceToleration],
}

macro_rules! wanted {
    ($request:ident) => {
        Wanted {
            class: &$request.device_class_name,
            mode: text(&$request.allocation_mode),
            count: $request.count.unwrap_or_default(),
            selectors: list(&$request.selectors),
            tolerations: list(&$request.tolerations),
        }
    };
}

/// Everything about the requests of a claim.
pub(super) fn requests(report: &mut Report<'_>, at: &Path<'_>, requests: &[DeviceRequest]) {
    few_devices(report, at, requests.len());
    let names = repeated(requests.iter().map(|request| &request.name));
    for (index, request) in requests.iter().enumerate() {
        let at = at.index(index);
        request_name(report, &at, &request.name, names[index]);
        one_way(report, &at, request);
        if let Some(exactly) = request.exactly.as_ref() {
            wanted(report, &at.field("exactly"), &wanted!(exactly));
        }
        let alternatives = list(&request.first_available);
        let at = at.field("firstAvailable");
        few_alternatives(report, &at, alternatives.len());
        let names = repeated(alternatives.iter().map(|alternative| &alternative.name));
        for (index, alternative) in alternatives.iter().enumerate() {
            let at = at.index(index);
            request_name(report, &at, &alternative.name, names[index]);
            wanted(report, &at, &wanted!(alternative));
        }
    }
}

fn wanted(report: &mut Report<'_>, at: &Path<'_>, wanted: &Wanted<'_>) {
    wanted_class(report, &at.field("deviceClassName"), wanted.class);
    selectors(report, &at.field("selectors"), wanted.selectors);
    wanted_count(report, at, wanted.mode, wanted.count);
    let at = at.field("tolerations");
    for (index, toleration) in wanted.tolerations.iter().enumerate() {
        device_toleration(report, &at.index(index), toleration);
    }
}

rules!(
    /// A request is named by a DNS label of its own.
    ///
    /// Source: `validateDeviceRequest`, `validateDeviceSubRequest`, pkg/apis/resource/validation/validation.go
    fn request_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, is_repeated: bool) {
        report.require(&at.field("name"), dns_label(name));
        if is_repeated {
            report.duplicate(at, format_args!("the request {name:?}"));
        }
    },

    /// A request is for one thing, or for the first of several that is there.
    ///
    /// Source: `validateDeviceRequest`, pkg/apis/resource/validation/validation.go
    fn one_way(report: &mut Report<'_>, at: &Path<'_>, request: &DeviceRequest) {
        match (request.exactly.is_some(), !list(&request.first_available).is_empty()) {
            (false, false) => report.required(at, "`exactly` or `firstAvailable`"),
            (true, true) => report.error(at, "`exactly` and `firstAvailable` exclude one another"),
            _ => {}
        }
    },

    /// A request has 8 alternatives at most.
    ///
    /// Source: `validateDeviceRequest`, pkg/apis/resource/validation/validation.go
    fn few_alternatives(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count > MOST_ALTERNATIVES {
            report.error(at, format_args!("{count} are too many: at most {MOST_ALTERNATIVES}"));
        }
    },

    /// A request is for devices of a class.
    ///
    /// Source: `validateDeviceClass`, pkg/apis/resource/validation/validation.go
    fn wanted_class(report: &mut Report<'_>, at: &Path<'_>, class: &str) {
        if class.is_empty() {
            report.required(at, "the DeviceClass");
        } else {
            report.require(at, dns_subdomain(class));
        }
    },

    /// A request is for a number of devices or for all.
    ///
    /// Source: `validateDeviceAllocationMode`, pkg/apis/resource/validation/validation.go
    fn wanted_count(report: &mut Report<'_>, at: &Path<'_>, mode: &str, count: i64) {
        let at_count = at.field("count");
        match mode {
            // One that is left out, or 0, is 1.
            "" | "ExactCount" if count >= 0 => {}
            "" | "ExactCount" => report.error(&at_count, format_args!("{count} is too few: at least 1")),
            "All" if count != 0 => report.error(&at_count, "`allocationMode: All` counts none"),
            "All" => {}
            _ => report.not_supported(&at.field("allocationMode"), mode, &["All", "ExactCount"]),
        }
    },

    /// A toleration has a key and a value as labels have, and an operator and an effect that there are.
    ///
    /// Source: `validateDeviceToleration`, pkg/apis/resource/validation/validation.go
    fn device_toleration(report: &mut Report<'_>, at: &Path<'_>, toleration: &DeviceToleration) {
        let (key, value) = (text(&toleration.key), text(&toleration.value));
        if !key.is_empty() {
            report.require(&at.field("key"), label_key(key));
        }
        // An operator that is left out is `Equal`.
        match text(&toleration.operator) {
            "" | "Equal" => report.require(&at.field("value"), label_value(value)),
            "Exists" if value.is_empty() => {}
            "Exists" => report.error(&at.field("value"), "`Exists` compares with no value"),
            operator => report.not_supported(&at.field("operator"), operator, &["Equal", "Exists"]),
        }
        let effect = text(&toleration.effect);
        if !effect.is_empty() {
            report.one_of(&at.field("effect"), effect, &["NoExecute", "NoSchedule", "None"]);
        }
    }
);
