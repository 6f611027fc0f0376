//! Nodes.

use k8s_openapi::api::core::v1::{Node, Taint};

use super::super::common::{list, repeated, text};
use super::super::names::Name;
use super::super::{meta, quota};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{cidr, label_key, label_value};

pub(crate) fn validate(object: &Node, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let spec = object.spec.as_ref();
    node_taints(report, spec.map_or(&[], |spec| list(&spec.taints)));
    pod_ranges(report, &Path::ROOT.field("spec.podCIDRs"), spec.map_or(&[], |spec| list(&spec.pod_cidrs)));
    let status = object.status.as_ref();
    for (field, resources) in [
        ("status.capacity", status.and_then(|status| status.capacity.as_ref())),
        ("status.allocatable", status.and_then(|status| status.allocatable.as_ref())),
    ] {
        let at = Path::ROOT.field(field);
        for (name, quantity) in resources.into_iter().flatten() {
            quota::resource_amount(report, &at.key(name), name, quantity);
        }
    }
}

rules!(
    /// A taint has a key and a value as labels have, an effect that there is, and differs from the others in key or effect.
    ///
    /// Source: `validateNodeTaints`, pkg/apis/core/validation/validation.go
    fn node_taints(report: &mut Report<'_>, taints: &[Taint]) {
        // An API server takes them for metadata.
        let (at, location) = (Path::ROOT.field("metadata.taints"), Path::ROOT.field("spec.taints"));
        let repeated = repeated(taints.iter().map(|taint| (&taint.key, &taint.effect)));
        for (index, taint) in taints.iter().enumerate() {
            let (at, location) = (at.index(index), location.index(index));
            report.require_in(&at.field("key"), &location.field("key"), label_key(&taint.key));
            report.require_in(&at.field("value"), &location.field("value"), label_value(text(&taint.value)));
            if !["NoExecute", "NoSchedule", "PreferNoSchedule"].contains(&taint.effect.as_str()) {
                let message =
                    format_args!("{:?} is no effect: `NoSchedule`, `PreferNoSchedule` or `NoExecute`", taint.effect);
                report.error_in(&at.field("effect"), &location.field("effect"), message);
            }
            if repeated[index] {
                report.error_in(&at, &location, format_args!("`{}:{}` is there twice", taint.key, taint.effect));
            }
        }
    },

    /// The addresses of a node's pods are a range, or one of each family.
    ///
    /// Source: `ValidateNode`, pkg/apis/core/validation/validation.go
    fn pod_ranges(report: &mut Report<'_>, at: &Path<'_>, ranges: &[String]) {
        let mut families = Vec::new();
        for (index, text) in ranges.iter().enumerate() {
            match cidr(text) {
                Ok(range) => families.push(range.addr().is_ipv4()),
                Err(why) => report.error(&at.index(index), why),
            }
            if ranges[..index].contains(text) {
                report.duplicate(&at.index(index), format_args!("{text:?}"));
            }
        }
        let is_dual = families.contains(&true) && families.contains(&false);
        if ranges.len() > 2 || (ranges.len() == 2 && families.len() == 2 && !is_dual) {
            report.error(at, "at most one range of each family");
        }
    }
);
