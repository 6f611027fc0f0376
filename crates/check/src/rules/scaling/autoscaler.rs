//! HorizontalPodAutoscalers.

use k8s_openapi::api::autoscaling::{v1, v2};

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use super::{behavior, metrics};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::path_segment;

pub(crate) fn validate(object: &v2::HorizontalPodAutoscaler, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let at = Path::ROOT.field("spec");
    let spec = &object.spec;
    replica_bounds(report, &at, spec.min_replicas, spec.max_replicas);
    let target = &spec.scale_target_ref;
    let at_target = at.field("scaleTargetRef");
    scale_target(report, &at_target, &target.kind, &target.name);
    target_group(report, &at_target.field("apiVersion"), text(&target.api_version));
    metrics::metrics(report, &at.field("metrics"), list(&spec.metrics));
    if let Some(wanted) = &spec.behavior {
        let at = at.field("behavior");
        for (field, rules) in [("scaleUp", &wanted.scale_up), ("scaleDown", &wanted.scale_down)] {
            rules.iter().for_each(|rules| behavior::scaling_rules(report, &at.field(field), rules));
        }
    }
}

pub(crate) fn version_1(object: &v1::HorizontalPodAutoscaler, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let at = Path::ROOT.field("spec");
    let spec = &object.spec;
    replica_bounds(report, &at, spec.min_replicas, spec.max_replicas);
    let target = &spec.scale_target_ref;
    let at_target = at.field("scaleTargetRef");
    scale_target(report, &at_target, &target.kind, &target.name);
    target_group(report, &at_target.field("apiVersion"), text(&target.api_version));
    if let Some(percent) = spec.target_cpu_utilization_percentage {
        let location = at.field("targetCPUUtilizationPercentage");
        // An API server tells it where version 2 has it.
        let at = at.field("metrics");
        let at = at.index(0);
        cpu_target(report, &at.field("resource.target.averageUtilization"), &location, percent);
    }
}

rules!(
    /// There is a replica at least, and no more at least than at most.
    ///
    /// Source: `validateHorizontalPodAutoscalerSpec`, pkg/apis/autoscaling/validation/validation.go
    fn replica_bounds(report: &mut Report<'_>, at: &Path<'_>, min: Option<i32>, max: i32) {
        if let Some(min) = min.filter(|min| *min < 1) {
            report.error(&at.field("minReplicas"), format_args!("{min} is too few: at least 1"));
        }
        if max < 1 {
            report.required(&at.field("maxReplicas"), "at least 1");
        }
        if max < min.unwrap_or(1) && max > 0 {
            let min = min.unwrap_or(1);
            report.error(&at.field("maxReplicas"), format_args!("{max} is fewer than `minReplicas`, {min}"));
        }
    },

    /// What is referred to has a kind and a name.
    ///
    /// Source: `ValidateCrossVersionObjectReference`, pkg/apis/autoscaling/validation/validation.go
    pub(super) fn scale_target(report: &mut Report<'_>, at: &Path<'_>, kind: &str, name: &str) {
        for (field, value) in [("kind", kind), ("name", name)] {
            if value.is_empty() {
                report.required(&at.field(field), "what is scaled or measured");
            } else {
                report.require(&at.field(field), path_segment(value));
            }
        }
    },

    /// What is scaled is known by the API group of its kind.
    ///
    /// Source: `ValidateAPIVersion`, pkg/apis/autoscaling/validation/validation.go
    fn target_group(report: &mut Report<'_>, at: &Path<'_>, version: &str) {
        let is_version = version.split_once('/').is_some_and(|(group, rest)| !group.is_empty() && !rest.contains('/'));
        if !is_version {
            report.error(at, format_args!("{version:?} has no API group, as `apps/v1` has"));
        }
    },

    /// The use of CPU that is aimed at is more than none.
    ///
    /// Source: `validateMetricTarget`, pkg/apis/autoscaling/validation/validation.go
    fn cpu_target(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, percent: i32) {
        if percent < 1 {
            report.error_in(at, location, format_args!("{percent} is too little: at least 1"));
        }
    }
);
