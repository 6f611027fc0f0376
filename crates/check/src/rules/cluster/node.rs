//! Nodes.

use k8s_openapi::api::core::v1::{Node, Taint};

use super::super::common::{duplicates, list, text};
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
    taints(report, spec.map_or(&[], |spec| list(&spec.taints)));
    pod_cidrs(report, &Path::ROOT.field("spec.podCIDRs"), spec.map_or(&[], |spec| list(&spec.pod_cidrs)));
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

/// The area of the rules below.
const AREA: &str = "node";

rules!(
    /// A taint must have a label key and value, and the effect `NoSchedule`, `PreferNoSchedule` or `NoExecute`; taints
    /// must be unique by key and effect.
    ///
    /// Example: `spec: {taints: [{key: a, effect: Never}]}`
    ///
    /// Source: `validateNodeTaints`, pkg/apis/core/validation/validation.go
    fn taints(report: &mut Report<'_>, taints: &[Taint]) {
        // An API server reports them below `metadata`.
        let (at, location) = (Path::ROOT.field("metadata.taints"), Path::ROOT.field("spec.taints"));
        let duplicates = duplicates(taints.iter().map(|taint| (&taint.key, &taint.effect)));
        for (index, taint) in taints.iter().enumerate() {
            let (at, location) = (at.index(index), location.index(index));
            report.require_in(&at.field("key"), &location.field("key"), label_key(&taint.key));
            report.require_in(&at.field("value"), &location.field("value"), label_value(text(&taint.value)));
            if !["NoExecute", "NoSchedule", "PreferNoSchedule"].contains(&taint.effect.as_str()) {
                let message = format_args!(
                    "{:?} is not an effect: must be `NoSchedule`, `PreferNoSchedule` or `NoExecute`",
                    taint.effect
                );
                report.error_in(&at.field("effect"), &location.field("effect"), message);
            }
            if duplicates[index] {
                report.error_in(
                    &at,
                    &location,
                    format_args!(
                        "the taint `{}:{}` is a duplicate: key and effect must be unique",
                        taint.key, taint.effect
                    ),
                );
            }
        }
    },

    /// `podCIDRs` must be unique CIDRs, at most one per IP family.
    ///
    /// Example: `spec: {podCIDRs: [10.0.0.0/8, 11.0.0.0/8]}`
    ///
    /// Source: `ValidateNode`, pkg/apis/core/validation/validation.go
    fn pod_cidrs(report: &mut Report<'_>, at: &Path<'_>, ranges: &[String]) {
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
            report.error(at, "must have at most one CIDR per IP family");
        }
    }
);
