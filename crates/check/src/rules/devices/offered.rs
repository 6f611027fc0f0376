//! The devices of a ResourceSlice: their attributes, taints, nodes and conditions.

use k8s_openapi::api::resource::v1::{Device, DeviceAttribute, DeviceTaint};

use super::super::common::{list, repeated, text};
use super::super::pod::affinity;
use super::{capacity, counters};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_subdomain, label_key, label_value, semantic_version};

const MOST_ATTRIBUTES: usize = 32;
const MOST_TAINTS: usize = 16;
const MOST_CONDITIONS: usize = 4;
const LONGEST_VALUE: usize = 64;
const LONGEST_DOMAIN: usize = 63;
const LONGEST_ID: usize = 32;

/// Validates all of a device but its name.
pub(super) fn device(report: &mut Report<'_>, at: &Path<'_>, device: &Device) {
    let attributes = device.attributes.iter().flatten();
    device_sizes(report, at, device);
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
    counters::consumed_counters(report, &at.field("consumesCounters"), list(&device.consumes_counters));
    for (field, conditions) in [
        ("bindingConditions", list(&device.binding_conditions)),
        ("bindingFailureConditions", list(&device.binding_failure_conditions)),
    ] {
        binding_conditions(report, &at.field(field), conditions);
    }
    both_conditions(report, at, device);
}

/// Validates on which nodes a device is, if each device says it.
pub(super) fn nodes(report: &mut Report<'_>, at: &Path<'_>, device: &Device, is_by_device: bool) {
    device_nodes(report, at, device, is_by_device);
    if let Some(nodes) = device.node_selector.as_ref().filter(|_| is_by_device) {
        affinity::node_selector(report, &at.field("nodeSelector"), nodes);
    }
}

/// A C identifier, perhaps after a DNS subdomain and a `/`.
fn qualified_name(name: &str) -> Result<(), String> {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let (domain, id) = name.split_once('/').map_or((None, name), |(domain, id)| (Some(domain), id));
    if let Some(domain) = domain {
        if domain.len() > LONGEST_DOMAIN {
            return Err(format!("the domain of {name:?} is too long: at most {LONGEST_DOMAIN} characters"));
        }
        dns_subdomain(&domain.to_lowercase())?;
    }
    if id.is_empty() || id.starts_with(|first: char| first.is_ascii_digit()) || !id.bytes().all(is_inner) {
        return Err(format!("{name:?} is not the name of an attribute: letters, digits and `_`, no digit first"));
    }
    if id.len() > LONGEST_ID {
        return Err(format!("{id:?} is too long: at most {LONGEST_ID} characters"));
    }
    Ok(())
}

fn short(report: &mut Report<'_>, at: &Path<'_>, value: &str) {
    if value.len() > LONGEST_VALUE {
        report.error(at, format_args!("{} characters are too long: at most {LONGEST_VALUE}", value.len()));
    }
}

rules!(
    area = "resourceslice",
    /// A device has at most 32 attributes and capacities together, and at most 16 taints.
    ///
    /// Source: `validateDevice`, pkg/apis/resource/validation/validation.go
    fn device_sizes(report: &mut Report<'_>, at: &Path<'_>, device: &Device) {
        let count =
            device.attributes.as_ref().map_or(0, |map| map.len()) + device.capacity.as_ref().map_or(0, |map| map.len());
        if count > MOST_ATTRIBUTES {
            report.error(at, format_args!("{count} attributes and capacities are too many: at most {MOST_ATTRIBUTES}"));
        }
        let taints = list(&device.taints).len();
        if taints > MOST_TAINTS {
            report.error(&at.field("taints"), format_args!("{taints} are too many: at most {MOST_TAINTS}"));
        }
    },
    /// An attribute or capacity is named by an identifier of at most 32 characters, perhaps after a domain and a `/`.
    ///
    /// Source: `validateQualifiedName`, pkg/apis/resource/validation/validation.go
    fn attribute_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.require_in(at, &at.key(name), qualified_name(name));
    },
    /// An attribute has exactly one value; a string or version has at most 64 characters.
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
            0 => report.required(at, "exactly one of `bool`, `int`, `string` and `version`"),
            1 => {}
            count => {
                report.error(at, format_args!("{count} values: exactly one of `bool`, `int`, `string` and `version`"))
            }
        }
        short(report, &at.field("string"), text(&attribute.string));
        if let Some(version) = &attribute.version {
            report.require(&at.field("version"), semantic_version(version));
            short(report, &at.field("version"), version);
        }
    },
    /// The taint of a device has a key and a value as labels have, and a known effect.
    ///
    /// Source: `validateDeviceTaint`, pkg/apis/resource/validation/validation.go
    fn device_taint(report: &mut Report<'_>, at: &Path<'_>, taint: &DeviceTaint) {
        report.require(&at.field("key"), label_key(&taint.key));
        report.require(&at.field("value"), label_value(text(&taint.value)));
        match taint.effect.as_str() {
            "" => report.required(&at.field("effect"), "`NoExecute`, `NoSchedule` or `None`"),
            effect => report.one_of(&at.field("effect"), effect, &["NoExecute", "NoSchedule", "None"]),
        }
    },
    /// At most four conditions of each kind have to hold before a pod is bound, each named as labels are.
    ///
    /// Source: `validateDevice`, pkg/apis/resource/validation/validation.go
    fn binding_conditions(report: &mut Report<'_>, at: &Path<'_>, conditions: &[String]) {
        if conditions.len() > MOST_CONDITIONS {
            report.error(at, format_args!("{} are too many: at most {MOST_CONDITIONS}", conditions.len()));
        }
        let repeated = repeated(conditions.iter());
        for (index, condition) in conditions.iter().enumerate() {
            report.require(&at.index(index), label_key(condition));
            if repeated[index] {
                report.duplicate(&at.index(index), format_args!("{condition:?}"));
            }
        }
    },
    /// Conditions for binding and for its failure are set together, and differ.
    ///
    /// Source: `validateDeviceBindingParameters`, pkg/apis/resource/validation/validation.go
    fn both_conditions(report: &mut Report<'_>, at: &Path<'_>, device: &Device) {
        let (ready, failed) = (list(&device.binding_conditions), list(&device.binding_failure_conditions));
        let at_failed = at.field("bindingFailureConditions");
        for (index, condition) in failed.iter().enumerate().filter(|(_, condition)| ready.contains(condition)) {
            report.error(&at_failed.index(index), format_args!("{condition:?} is one of `bindingConditions` too"));
        }
        match (ready.is_empty(), failed.is_empty()) {
            (true, false) => report.error(&at.field("bindingConditions"), "`bindingFailureConditions` need them"),
            (false, true) => report.error(&at_failed, "`bindingConditions` need them"),
            _ => {}
        }
    },
    /// A device says on which nodes it is if the slice leaves that to its devices, and only then.
    ///
    /// Source: `validateDevice`, pkg/apis/resource/validation/validation.go
    fn device_nodes(report: &mut Report<'_>, at: &Path<'_>, device: &Device, is_by_device: bool) {
        if !is_by_device {
            if device.node_name.is_some() || device.node_selector.is_some() || device.all_nodes.is_some() {
                report.error(at, "only with `perDeviceNodeSelection: true` in the slice has it nodes of its own");
            }
            return;
        }
        let node = text(&device.node_name);
        match &device.node_name {
            Some(_) if node.is_empty() => report.error(&at.field("nodeName"), "it is empty"),
            Some(_) => report.require(&at.field("nodeName"), dns_subdomain(node)),
            None => {}
        }
        if device.all_nodes == Some(false) {
            report.error(&at.field("allNodes"), "it is `true` or left out");
        }
        let ways = [!node.is_empty(), device.node_selector.is_some(), device.all_nodes == Some(true)];
        let rule = "one of `nodeName`, `nodeSelector` and `allNodes`";
        match ways.into_iter().filter(|way| *way).count() {
            0 => report.required(at, rule),
            1 => {}
            _ => report.error(at, rule),
        }
    }
);
