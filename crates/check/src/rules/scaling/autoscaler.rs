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
    target_reference(report, &at_target, &target.kind, &target.name);
    target_api_version(report, &at_target.field("apiVersion"), text(&target.api_version));
    metrics::metrics(report, &at.field("metrics"), list(&spec.metrics));
    if let Some(directions) = &spec.behavior {
        let at = at.field("behavior");
        for (field, rules) in [("scaleUp", &directions.scale_up), ("scaleDown", &directions.scale_down)] {
            rules.iter().for_each(|rules| behavior::behavior_rules(report, &at.field(field), rules));
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
    target_reference(report, &at_target, &target.kind, &target.name);
    target_api_version(report, &at_target.field("apiVersion"), text(&target.api_version));
    if let Some(percent) = spec.target_cpu_utilization_percentage {
        let location = at.field("targetCPUUtilizationPercentage");
        // An API server reports the field of `autoscaling/v2`.
        let at = at.field("metrics");
        let at = at.index(0);
        target_cpu_utilization(report, &at.field("resource.target.averageUtilization"), &location, percent);
    }
}

/// The area of the rules below.
const AREA: &str = "horizontalpodautoscaler";

rules!(
    /// `minReplicas` and `maxReplicas` must be at least 1, and `minReplicas` may not be greater than `maxReplicas`.
    ///
    /// Example: `spec: {minReplicas: 5, maxReplicas: 2}`
    ///
    /// Source: `validateHorizontalPodAutoscalerSpec`, pkg/apis/autoscaling/validation/validation.go
    fn replica_bounds(report: &mut Report<'_>, at: &Path<'_>, min: Option<i32>, max: i32) {
        if let Some(min) = min.filter(|min| *min < 1) {
            report.error(&at.field("minReplicas"), format_args!("must be at least 1, found {min}"));
        }
        if max < 1 {
            report.required(&at.field("maxReplicas"), "must be at least 1");
        }
        if max < min.unwrap_or(1) && max > 0 {
            let min = min.unwrap_or(1);
            report.error(&at.field("maxReplicas"), format_args!("must be at least `minReplicas` ({min}), found {max}"));
        }
    },

    /// `kind` and `name` of `scaleTargetRef` and of `describedObject` are required, and may not be `.` or `..` or
    /// contain `/` or `%`.
    ///
    /// Example: `spec: {scaleTargetRef: {name: web/app}}`
    ///
    /// Source: `ValidateCrossVersionObjectReference`, pkg/apis/autoscaling/validation/validation.go
    pub(super) fn target_reference(report: &mut Report<'_>, at: &Path<'_>, kind: &str, name: &str) {
        for (field, value) in [("kind", kind), ("name", name)] {
            if value.is_empty() {
                report.required(&at.field(field), "the object to scale or measure");
            } else {
                report.require(&at.field(field), path_segment(value));
            }
        }
    },

    /// `apiVersion` of `scaleTargetRef` must be `group/version`, such as `apps/v1`.
    ///
    /// Example: `spec: {scaleTargetRef: {apiVersion: v1}}`
    ///
    /// Source: `ValidateAPIVersion`, pkg/apis/autoscaling/validation/validation.go
    fn target_api_version(report: &mut Report<'_>, at: &Path<'_>, version: &str) {
        let is_version = version.split_once('/').is_some_and(|(group, rest)| !group.is_empty() && !rest.contains('/'));
        if !is_version {
            report.error(at, format_args!("{version:?} has no API group: must be `group/version`, such as `apps/v1`"));
        }
    },

    /// `targetCPUUtilizationPercentage` (`autoscaling/v1`) must be at least 1.
    ///
    /// Source: `validateMetricTarget`, pkg/apis/autoscaling/validation/validation.go
    fn target_cpu_utilization(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, percent: i32) {
        if percent < 1 {
            report.error_in(at, location, format_args!("must be at least 1, found {percent}"));
        }
    }
);
