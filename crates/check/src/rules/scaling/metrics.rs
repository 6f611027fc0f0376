//! The metrics and targets of a HorizontalPodAutoscaler.

use k8s_openapi::api::autoscaling::v2::{
    ContainerResourceMetricSource, ExternalMetricSource, MetricIdentifier, MetricSpec, MetricTarget,
    ObjectMetricSource, PodsMetricSource,
};

use super::super::amount::Amount;
use super::super::common::{required_text, text};
use super::super::quota::container_resource_name;
use super::autoscaler::target_reference;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, path_segment};

const TYPES: [&str; 5] = ["ContainerResource", "External", "Object", "Pods", "Resource"];

/// Validates all metrics of an autoscaler.
pub(super) fn metrics(report: &mut Report<'_>, at: &Path<'_>, metrics: &[MetricSpec]) {
    for (index, metric) in metrics.iter().enumerate() {
        let at = at.index(index);
        metric_source(report, &at, metric);
        source(report, &at, metric);
    }
}

/// Returns the sources in the order in which an API server reads them: type, field, whether it is set.
fn sources(metric: &MetricSpec) -> [(&'static str, &'static str, bool); 5] {
    [
        ("Object", "object", metric.object.is_some()),
        ("External", "external", metric.external.is_some()),
        ("Pods", "pods", metric.pods.is_some()),
        ("Resource", "resource", metric.resource.is_some()),
        ("ContainerResource", "containerResource", metric.container_resource.is_some()),
    ]
}

/// Validates the first source that is set, as an API server does.
fn source(report: &mut Report<'_>, at: &Path<'_>, metric: &MetricSpec) {
    if let Some(source) = &metric.object {
        object_metric(report, &at.field("object"), source);
    } else if let Some(source) = &metric.external {
        external_metric(report, &at.field("external"), source);
    } else if let Some(source) = &metric.pods {
        pods_metric(report, &at.field("pods"), source);
    } else if let Some(source) = &metric.resource {
        let at = at.field("resource");
        required_text(report, &at.field("name"), &source.name, "the resource, such as `cpu` or `memory`");
        resource_metric(report, &at.field("target"), &source.target);
    } else if let Some(source) = &metric.container_resource {
        let at = at.field("containerResource");
        container_resource_metric(report, &at, source);
        resource_metric(report, &at.field("target"), &source.target);
    }
}

/// The area of the rules below.
const AREA: &str = "horizontalpodautoscaler";

rules!(
    /// `type` of a metric must be `ContainerResource`, `External`, `Object`, `Pods` or `Resource`, and only the field
    /// of that type may be set.
    ///
    /// Example: `spec: {metrics: [{type: Pods, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}`
    ///
    /// Source: `validateMetricSpec`, pkg/apis/autoscaling/validation/validation.go
    fn metric_source(report: &mut Report<'_>, at: &Path<'_>, metric: &MetricSpec) {
        if metric.type_.is_empty() {
            report.required(
                &at.field("type"),
                "must be one of `ContainerResource`, `External`, `Object`, `Pods`, `Resource`",
            );
        } else {
            report.one_of(&at.field("type"), &metric.type_, &TYPES);
        }
        let sources = sources(metric);
        let is_one = sources.iter().filter(|(_, _, is_there)| *is_there).count() == 1;
        for (kind, field, is_there) in sources {
            if kind == metric.type_ && !is_there {
                report.required(&at.field(field), format_args!("`type` is `{kind}`"));
            } else if kind != metric.type_ && is_there && !is_one {
                report.forbidden(&at.field(field), format_args!("`type` is `{}`", metric.type_));
            }
        }
    },

    /// An `object` metric must name `describedObject` and `metric.name`, and its `target` must set `value` or
    /// `averageValue`.
    ///
    /// Source: `validateObjectSource`, pkg/apis/autoscaling/validation/validation.go
    fn object_metric(report: &mut Report<'_>, at: &Path<'_>, source: &ObjectMetricSource) {
        let object = &source.described_object;
        target_reference(report, &at.field("describedObject"), &object.kind, &object.name);
        let version = text(&object.api_version);
        if version.matches('/').count() > 1 {
            let at = at.field("describedObject.apiVersion");
            report.error(&at, format_args!("{version:?} must be `version` or `group/version`"));
        }
        metric_name(report, &at.field("metric.name"), &source.metric);
        let at = at.field("target");
        metric_target(report, &at, &source.target);
        if source.target.value.is_none() && source.target.average_value.is_none() {
            report.required(&at.field("averageValue"), "set `value` or `averageValue`");
        }
    },

    /// An `external` metric must set `metric.name`, and its `target` either `value` or `averageValue`.
    ///
    /// Example: `spec: {metrics: [{type: External, external: {metric: {name: a}, target: {type: Value}}}]}`
    ///
    /// Source: `validateExternalSource`, pkg/apis/autoscaling/validation/validation.go
    fn external_metric(report: &mut Report<'_>, at: &Path<'_>, source: &ExternalMetricSource) {
        metric_name(report, &at.field("metric.name"), &source.metric);
        let at = at.field("target");
        metric_target(report, &at, &source.target);
        match (&source.target.value, &source.target.average_value) {
            (None, None) => report.required(&at.field("averageValue"), "set `value` or `averageValue`"),
            (Some(_), Some(_)) => {
                report.forbidden(&at.field("value"), "`averageValue` is set, and the two are mutually exclusive")
            }
            _ => {}
        }
    },

    /// A `pods` metric must set `metric.name` and `target.averageValue`.
    ///
    /// Example: `spec: {metrics: [{type: Pods, pods: {metric: {name: a}, target: {type: AverageValue}}}]}`
    ///
    /// Source: `validatePodsSource`, pkg/apis/autoscaling/validation/validation.go
    fn pods_metric(report: &mut Report<'_>, at: &Path<'_>, source: &PodsMetricSource) {
        metric_name(report, &at.field("metric.name"), &source.metric);
        let at = at.field("target");
        metric_target(report, &at, &source.target);
        if source.target.average_value.is_none() {
            report.required(&at.field("averageValue"), "the target value per pod");
        }
    },

    /// A `containerResource` metric must name a resource and a `container`, whose name is a DNS label.
    ///
    /// Source: `validateContainerResourceSource`, pkg/apis/autoscaling/validation/validation.go
    fn container_resource_metric(report: &mut Report<'_>, at: &Path<'_>, source: &ContainerResourceMetricSource) {
        if source.name.is_empty() {
            report.required(&at.field("name"), "the resource, such as `cpu` or `memory`");
        } else {
            container_resource_name(report, &at.field("name"), &source.name);
        }
        if source.container.is_empty() {
            report.required(&at.field("container"), "the name of the container");
        } else {
            report.require(&at.field("container"), dns_label(&source.container));
        }
    },

    /// `target` of a resource metric must set either `averageUtilization` or `averageValue`.
    ///
    /// Example: `spec: {metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]}`
    ///
    /// Source: `validateResourceSource`, pkg/apis/autoscaling/validation/validation.go
    fn resource_metric(report: &mut Report<'_>, at: &Path<'_>, target: &MetricTarget) {
        metric_target(report, at, target);
        match (target.average_utilization, &target.average_value) {
            (None, None) => {
                report.required(&at.field("averageUtilization"), "set `averageUtilization` or `averageValue`")
            }
            (Some(_), Some(_)) => report.forbidden(
                &at.field("averageValue"),
                "`averageUtilization` is set, and the two are mutually exclusive",
            ),
            _ => {}
        }
    },

    /// `target.type` must be `Utilization`, `Value` or `AverageValue`; `value` and `averageValue` must be greater than
    /// 0, and `averageUtilization` at least 1.
    ///
    /// Example: `spec: {metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 0}}}]}`
    ///
    /// Source: `validateMetricTarget`, pkg/apis/autoscaling/validation/validation.go
    fn metric_target(report: &mut Report<'_>, at: &Path<'_>, target: &MetricTarget) {
        report.one_of(&at.field("type"), &target.type_, &["Utilization", "Value", "AverageValue"]);
        for (field, value) in [("value", &target.value), ("averageValue", &target.average_value)] {
            if let Some(value) = value.as_ref().filter(|value| Amount::of(value).milli <= 0) {
                report.error(&at.field(field), format_args!("must be greater than 0, found {:?}", value.0));
            }
        }
        if let Some(percent) = target.average_utilization.filter(|percent| *percent < 1) {
            report.error(&at.field("averageUtilization"), format_args!("must be at least 1, found {percent}"));
        }
    },

    /// `metric.name` is required, and may not be `.` or `..` or contain `/` or `%`.
    ///
    /// Example: `spec: {metrics: [{type: Pods, pods: {metric: {name: a/b}, target: {type: AverageValue, averageValue: 1}}}]}`
    ///
    /// Source: `validateMetricIdentifier`, pkg/apis/autoscaling/validation/validation.go
    fn metric_name(report: &mut Report<'_>, at: &Path<'_>, metric: &MetricIdentifier) {
        if metric.name.is_empty() {
            report.required(at, "the name of the metric");
        } else {
            report.require(at, path_segment(&metric.name));
        }
    }
);
