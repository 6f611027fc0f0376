//! The devices of a ResourceSlice: their attributes, taints, nodes and conditions.

use k8s_openapi::api::resource::v1::{Device, DeviceAttribute, DeviceTaint};

use super::super::common::{duplicates, list, text};
use super::super::pod::affinity;
use super::{capacity, counters};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_subdomain, label_key, label_value, semantic_version};

const MAX_ATTRIBUTES: usize = 32;
const MAX_TAINTS: usize = 16;
const MAX_CONDITIONS: usize = 4;
const MAX_VALUE: usize = 64;
const MAX_DOMAIN: usize = 63;
const MAX_ID: usize = 32;

/// Validates all fields of a device except its name.
pub(super) fn device(report: &mut Report<'_>, at: &Path<'_>, device: &Device) {
    let attributes = device.attributes.iter().flatten();
    device_max_items(report, at, device);
    for (name, attribute) in attributes {
        attribute_name(report, &at.field("attributes"), name);
        attribute_value(report, &at.field("attributes").key(name), attribute);
    }
    for name in device.capacity.iter().flatten().map(|(name, _)| name) {
        attribute_name(report, &at.field("capacity"), name);
    }
    capacity::capacities(report, &at.field("capacity"), device);
    let at_taints = at.field("taints");
    for (index, taint) in list(&device.taints).iter().enumerate() {
        device_taint(report, &at_taints.index(index), taint);
    }
    counters::consumes_counters(report, &at.field("consumesCounters"), list(&device.consumes_counters));
    for (field, conditions) in [
        ("bindingConditions", list(&device.binding_conditions)),
        ("bindingFailureConditions", list(&device.binding_failure_conditions)),
    ] {
        binding_conditions(report, &at.field(field), conditions);
    }
    binding_condition_pairs(report, at, device);
}

/// Validates the nodes of a device; `is_by_device` is `perDeviceNodeSelection` of the slice.
pub(super) fn nodes(report: &mut Report<'_>, at: &Path<'_>, device: &Device, is_by_device: bool) {
    device_nodes(report, at, device, is_by_device);
    if let Some(nodes) = device.node_selector.as_ref().filter(|_| is_by_device) {
        affinity::node_selector(report, &at.field("nodeSelector"), nodes);
    }
}

/// Validates a C identifier with an optional DNS subdomain and `/` before it.
fn qualified_name(name: &str) -> Result<(), String> {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let (domain, id) = name.split_once('/').map_or((None, name), |(domain, id)| (Some(domain), id));
    if let Some(domain) = domain {
        if domain.len() > MAX_DOMAIN {
            return Err(format!("the domain of {name:?} must have at most {MAX_DOMAIN} characters"));
        }
        dns_subdomain(&domain.to_lowercase())?;
    }
    if id.is_empty() || id.starts_with(|first: char| first.is_ascii_digit()) || !id.bytes().all(is_inner) {
        return Err(format!(
            "{name:?} is not an attribute name: must consist of letters, digits and `_`, and not start with a digit"
        ));
    }
    if id.len() > MAX_ID {
        return Err(format!("{id:?} must have at most {MAX_ID} characters"));
    }
    Ok(())
}

fn max_length(report: &mut Report<'_>, at: &Path<'_>, value: &str) {
    if value.len() > MAX_VALUE {
        report.error(at, format_args!("must have at most {MAX_VALUE} characters, found {}", value.len()));
    }
}

/// The area of the rules below.
const AREA: &str = "resourceslice";

rules!(
    /// A device may have at most 32 attributes and capacities in total, and at most 16 taints.
    ///
    /// Source: `validateDevice`, pkg/apis/resource/validation/validation.go
    fn device_max_items(report: &mut Report<'_>, at: &Path<'_>, device: &Device) {
        let count =
            device.attributes.as_ref().map_or(0, |map| map.len()) + device.capacity.as_ref().map_or(0, |map| map.len());
        if count > MAX_ATTRIBUTES {
            report.error(
                at,
                format_args!("must have at most {MAX_ATTRIBUTES} attributes and capacities in total, found {count}"),
            );
        }
        let taints = list(&device.taints).len();
        if taints > MAX_TAINTS {
            report.error(&at.field("taints"), format_args!("must have at most {MAX_TAINTS} items, found {taints}"));
        }
    },

    /// The name of an attribute or capacity must be a C identifier of at most 32 characters, with an optional domain
    /// of at most 63 characters before `/`.
    ///
    /// Example: `spec: {devices: [{name: a, attributes: {my-model: {string: a}}}]}`
    ///
    /// Source: `validateQualifiedName`, pkg/apis/resource/validation/validation.go
    fn attribute_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.require_in(at, &at.key(name), qualified_name(name));
    },

    /// An attribute must have exactly one value; a string or version may have at most 64 characters, and `version`
    /// must be a semantic version.
    ///
    /// Example: `spec: {devices: [{name: a, attributes: {model: {string: a, int: 1}}}]}`
    ///
    /// Source: `validateDeviceAttribute`, pkg/apis/resource/validation/validation.go
    fn attribute_value(report: &mut Report<'_>, at: &Path<'_>, attribute: &DeviceAttribute) {
        let values = [
            attribute.bool.is_some(),
            attribute.int.is_some(),
            attribute.string.is_some(),
            attribute.version.is_some(),
            !list(&attribute.bools).is_empty(),
            !list(&attribute.ints).is_empty(),
            !list(&attribute.strings).is_empty(),
            !list(&attribute.versions).is_empty(),
        ];
        match values.into_iter().filter(|is_set| *is_set).count() {
            0 => report.required(at, "set exactly one of `bool`, `int`, `string` and `version`"),
            1 => {}
            count => report.error(
                at,
                format_args!("must have exactly one of `bool`, `int`, `string` and `version`, found {count} values"),
            ),
        }
        max_length(report, &at.field("string"), text(&attribute.string));
        if let Some(version) = &attribute.version {
            report.require(&at.field("version"), semantic_version(version));
            max_length(report, &at.field("version"), version);
        }
    },

    /// A device taint must have a label key and value, and the `effect` `NoExecute`, `NoSchedule` or `None`.
    ///
    /// Example: `spec: {devices: [{name: a, taints: [{key: a, effect: Never}]}]}`
    ///
    /// Source: `validateDeviceTaint`, pkg/apis/resource/validation/validation.go
    fn device_taint(report: &mut Report<'_>, at: &Path<'_>, taint: &DeviceTaint) {
        report.require(&at.field("key"), label_key(&taint.key));
        report.require(&at.field("value"), label_value(text(&taint.value)));
        match taint.effect.as_str() {
            "" => report.required(&at.field("effect"), "must be `NoExecute`, `NoSchedule` or `None`"),
            effect => report.one_of(&at.field("effect"), effect, &["NoExecute", "NoSchedule", "None"]),
        }
    },

    /// `bindingConditions` and `bindingFailureConditions` may have at most 4 unique items each, which must be
    /// qualified names.
    ///
    /// Example: `spec: {devices: [{name: a, bindingConditions: [a, a], bindingFailureConditions: [b]}]}`
    ///
    /// Source: `validateDevice`, pkg/apis/resource/validation/validation.go
    fn binding_conditions(report: &mut Report<'_>, at: &Path<'_>, conditions: &[String]) {
        if conditions.len() > MAX_CONDITIONS {
            report.error(at, format_args!("must have at most {MAX_CONDITIONS} items, found {}", conditions.len()));
        }
        let duplicates = duplicates(conditions.iter());
        for (index, condition) in conditions.iter().enumerate() {
            report.require(&at.index(index), label_key(condition));
            if duplicates[index] {
                report.duplicate(&at.index(index), format_args!("{condition:?}"));
            }
        }
    },

    /// `bindingConditions` and `bindingFailureConditions` must be set together, with no condition in both.
    ///
    /// Example: `spec: {devices: [{name: a, bindingConditions: [a]}]}`
    ///
    /// Source: `validateDeviceBindingParameters`, pkg/apis/resource/validation/validation.go
    fn binding_condition_pairs(report: &mut Report<'_>, at: &Path<'_>, device: &Device) {
        let (ready, failed) = (list(&device.binding_conditions), list(&device.binding_failure_conditions));
        let at_failed = at.field("bindingFailureConditions");
        for (index, condition) in failed.iter().enumerate().filter(|(_, condition)| ready.contains(condition)) {
            report.error(&at_failed.index(index), format_args!("{condition:?} is also one of `bindingConditions`"));
        }
        match (ready.is_empty(), failed.is_empty()) {
            (true, false) => {
                report.error(&at.field("bindingConditions"), "must be set when `bindingFailureConditions` is set")
            }
            (false, true) => report.error(&at_failed, "must be set when `bindingConditions` is set"),
            _ => {}
        }
    },

    /// A device must set exactly one of `nodeName`, `nodeSelector` and `allNodes: true` when the slice has
    /// `perDeviceNodeSelection: true`, and none of them otherwise.
    ///
    /// Example: `spec: {devices: [{name: a, nodeName: node}]}`
    ///
    /// Source: `validateDevice`, pkg/apis/resource/validation/validation.go
    fn device_nodes(report: &mut Report<'_>, at: &Path<'_>, device: &Device, is_by_device: bool) {
        if !is_by_device {
            if device.node_name.is_some() || device.node_selector.is_some() || device.all_nodes.is_some() {
                report.error(at, "may only set `nodeName`, `nodeSelector` or `allNodes` when the slice has `perDeviceNodeSelection: true`");
            }
            return;
        }
        let node = text(&device.node_name);
        match &device.node_name {
            Some(_) if node.is_empty() => report.error(&at.field("nodeName"), "may not be empty"),
            Some(_) => report.require(&at.field("nodeName"), dns_subdomain(node)),
            None => {}
        }
        if device.all_nodes == Some(false) {
            report.error(&at.field("allNodes"), "must be `true` or omitted");
        }
        let ways = [!node.is_empty(), device.node_selector.is_some(), device.all_nodes == Some(true)];
        let rule = "exactly one of `nodeName`, `nodeSelector` and `allNodes` must be set";
        match ways.into_iter().filter(|way| *way).count() {
            0 => report.required(at, rule),
            1 => {}
            _ => report.error(at, rule),
        }
    }
);
