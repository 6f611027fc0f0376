//! ResourceSlices: the devices that a driver offers.

use k8s_openapi::api::resource::v1::{Device, ResourceSlice, ResourceSliceSpec};

use super::super::common::{duplicates, list, required_text, text};
use super::super::meta;
use super::super::names::Name;
use super::super::pod::affinity;
use super::{counters, offered};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

const MAX_DEVICES: usize = 128;
const MAX_ADVANCED_DEVICES: usize = 64;

pub(crate) fn validate(object: &ResourceSlice, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    driver_and_pool(report, &at, &object.spec);
    node_selection(report, &at, &object.spec);
    if let Some(nodes) = &object.spec.node_selector {
        affinity::node_selector(report, &at.field("nodeSelector"), nodes);
        single_node_selector_term(report, &at.field("nodeSelector.nodeSelectorTerms"), nodes.node_selector_terms.len());
    }
    devices_or_counters(report, &at, &object.spec);
    counters::shared_counters(report, &at.field("sharedCounters"), list(&object.spec.shared_counters));
    let at_devices = at.field("devices");
    devices(report, &at_devices, &object.spec);
    for (index, device) in list(&object.spec.devices).iter().enumerate() {
        let at = at_devices.index(index);
        offered::device(report, &at, device);
        offered::nodes(report, &at, device, object.spec.per_device_node_selection == Some(true));
    }
}

/// The area of the rules below.
const AREA: &str = "resourceslice";

rules!(
    /// `driver` must be a DNS subdomain of at most 63 characters. `pool.name` must have at most 253 characters, with
    /// DNS subdomains between `/`; `resourceSliceCount` must be at least 1 and `generation` 0 or more.
    ///
    /// Example: `spec: {pool: {resourceSliceCount: 0}}`
    ///
    /// Source: `validateResourceSliceSpec`, `validateResourcePool`, pkg/apis/resource/validation/validation.go
    fn driver_and_pool(report: &mut Report<'_>, at: &Path<'_>, spec: &ResourceSliceSpec) {
        let driver = spec.driver.as_str();
        if driver.is_empty() {
            report.required(&at.field("driver"), "the name of the driver");
        } else if driver.len() > 63 {
            report.error(&at.field("driver"), format_args!("must have at most 63 characters, found {}", driver.len()));
        } else {
            report.require(&at.field("driver"), dns_subdomain(&driver.to_lowercase()));
        }
        let at = at.field("pool");
        required_text(report, &at.field("name"), &spec.pool.name, "the name of the pool");
        if spec.pool.name.len() > 253 {
            report.error(
                &at.field("name"),
                format_args!("must have at most 253 characters, found {}", spec.pool.name.len()),
            );
        }
        for part in spec.pool.name.split('/').filter(|_| !spec.pool.name.is_empty()) {
            report.require(&at.field("name"), dns_subdomain(part));
        }
        if spec.pool.resource_slice_count < 1 {
            let count = spec.pool.resource_slice_count;
            report.error(&at.field("resourceSliceCount"), format_args!("must be at least 1, found {count}"));
        }
        if spec.pool.generation < 0 {
            report.error(&at.field("generation"), format_args!("must be 0 or more, found {}", spec.pool.generation));
        }
    },

    /// Exactly one of `nodeName`, `nodeSelector`, `allNodes: true` and `perDeviceNodeSelection: true` must be set.
    ///
    /// Example: `spec: {nodeName: null}`
    ///
    /// Source: `validateResourceSliceSpec`, pkg/apis/resource/validation/validation.go
    fn node_selection(report: &mut Report<'_>, at: &Path<'_>, spec: &ResourceSliceSpec) {
        let node = text(&spec.node_name);
        let ways = [
            !node.is_empty(),
            spec.node_selector.is_some(),
            spec.all_nodes == Some(true),
            spec.per_device_node_selection == Some(true),
        ];
        let rule = "exactly one of `nodeName`, `nodeSelector`, `allNodes` and `perDeviceNodeSelection` must be set";
        match ways.into_iter().filter(|way| *way).count() {
            0 => report.required(at, rule),
            1 => {}
            _ => report.error(at, rule),
        }
        match &spec.node_name {
            Some(_) if node.is_empty() => report.error(&at.field("nodeName"), "may not be empty"),
            Some(_) => report.require(&at.field("nodeName"), dns_subdomain(node)),
            None => {}
        }
        for (field, flag) in [("allNodes", spec.all_nodes), ("perDeviceNodeSelection", spec.per_device_node_selection)]
        {
            if flag == Some(false) {
                report.error(&at.field(field), "must be `true` or omitted");
            }
        }
    },

    /// `nodeSelector` must have exactly one of `nodeSelectorTerms`.
    ///
    /// Source: `validateResourceSliceSpec`, pkg/apis/resource/validation/validation.go
    fn single_node_selector_term(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count != 1 {
            report.error(at, format_args!("must have exactly one term, found {count}"));
        }
    },

    /// `devices` and `sharedCounters` are mutually exclusive.
    ///
    /// Example: `spec: {sharedCounters: [{name: a, counters: {a: {value: 1}}}]}`
    ///
    /// Source: `validateResourceSliceSpec`, pkg/apis/resource/validation/validation.go
    fn devices_or_counters(report: &mut Report<'_>, at: &Path<'_>, spec: &ResourceSliceSpec) {
        if spec.shared_counters.is_some() && spec.devices.is_some() {
            report.error(
                at,
                "`sharedCounters` and `devices` are mutually exclusive: put the counters into another ResourceSlice of the pool",
            );
        }
    },

    /// A slice may have at most 128 `devices`, or 64 if one has taints or consumes counters; each must have a unique
    /// name that is a DNS label.
    ///
    /// Example: `spec: {devices: [{name: a}, {name: a}]}`
    ///
    /// Source: `validateDevice`, pkg/apis/resource/validation/validation.go
    fn devices(report: &mut Report<'_>, at: &Path<'_>, spec: &ResourceSliceSpec) {
        let devices = list(&spec.devices);
        let is_advanced =
            |device: &Device| !list(&device.taints).is_empty() || !list(&device.consumes_counters).is_empty();
        let most = if devices.iter().any(is_advanced) { MAX_ADVANCED_DEVICES } else { MAX_DEVICES };
        if devices.len() > most {
            report.error(at, format_args!("must have at most {most} items, found {}", devices.len()));
        }
        let duplicates = duplicates(devices.iter().map(|device| &device.name));
        for (index, device) in devices.iter().enumerate() {
            let at = at.index(index);
            report.require(&at.field("name"), dns_label(&device.name));
            if duplicates[index] {
                report.duplicate(&at, format_args!("the device {:?}", device.name));
            }
        }
    }
);
