//! What an autoscaler measures, and what it aims at.

use k8s_openapi::api::autoscaling::v2::{
    ContainerResourceMetricSource, ExternalMetricSource, MetricIdentifier, MetricSpec, MetricTarget,
    ObjectMetricSource, PodsMetricSource,
};

use super::super::amount::Amount;
use super::super::common::{filled, text};
use super::super::quota::given_resource;
use super::autoscaler::scale_target;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, path_segment};

const TYPES: [&str; 5] = ["ContainerResource", "External", "Object", "Pods", "Resource"];

/// Everything about the metrics of an autoscaler.
pub(super) fn metrics(report: &mut Report<'_>, at: &Path<'_>, metrics: &[MetricSpec]) {
    for (index, metric) in metrics.iter().enumerate() {
        let at = at.index(index);
        metric_has_its_source(report, &at, metric);
        source(report, &at, metric);
    }
}

/// The sources in the order in which an API server looks at them, each with the type that has it.
fn sources(metric: &MetricSpec) -> [(&'static str, &'static str, bool); 5] {
    [
        ("Object", "object", metric.object.is_some()),
        ("External", "external", metric.external.is_some()),
        ("Pods", "pods", metric.pods.is_some()),
        ("Resource", "resource", metric.resource.is_some()),
        ("ContainerResource", "containerResource", metric.container_resource.is_some()),
    ]
}

/// Of several sources only the first is looked into.
fn source(report: &mut Report<'_>, at: &Path<'_>, metric: &MetricSpec) {
    if let Some(source) = &metric.object {
        object_metric(report, &at.field("object"), source);
    } else if let Some(source) = &metric.external {
        external_metric(report, &at.field("external"), source);
    } else if let Some(source) = &metric.pods {
        pods_metric(report, &at.field("pods"), source);
    } else if let Some(source) = &metric.resource {
        let at = at.field("resource");
        filled(report, &at.field("name"), &source.name, "`cpu` or `memory`");
        resource_metric(report, &at.field("target"), &source.target);
    } else if let Some(source) = &metric.container_resource {
        let at = at.field("containerResource");
        container_metric(report, &at, source);
        resource_metric(report, &at.field("target"), &source.target);
    }
}

rules!(
    /// A metric has the source that its type names, and no other.
    ///
    /// Source: `validateMetricSpec`, pkg/apis/autoscaling/validation/validation.go
    fn metric_has_its_source(report: &mut Report<'_>, at: &Path<'_>, metric: &MetricSpec) {
        if metric.type_.is_empty() {
            report.required(&at.field("type"), "what is measured: `Resource` or such");
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

    /// A metric of an object says which, and aims at a value, of the object or for each pod.
    ///
    /// Source: `validateObjectSource`, pkg/apis/autoscaling/validation/validation.go
    fn object_metric(report: &mut Report<'_>, at: &Path<'_>, source: &ObjectMetricSource) {
        let object = &source.described_object;
        scale_target(report, &at.field("describedObject"), &object.kind, &object.name);
        let version = text(&object.api_version);
        if version.matches('/').count() > 1 {
            let at = at.field("describedObject.apiVersion");
            report.error(&at, format_args!("{version:?} has more than a group and a version"));
        }
        metric_name(report, &at.field("metric.name"), &source.metric);
        let at = at.field("target");
        metric_target(report, &at, &source.target);
        if source.target.value.is_none() && source.target.average_value.is_none() {
            report.required(&at.field("averageValue"), "`value` or `averageValue`");
        }
    },

    /// A metric from outside aims at a value, as a whole or for each pod.
    ///
    /// Source: `validateExternalSource`, pkg/apis/autoscaling/validation/validation.go
    fn external_metric(report: &mut Report<'_>, at: &Path<'_>, source: &ExternalMetricSource) {
        metric_name(report, &at.field("metric.name"), &source.metric);
        let at = at.field("target");
        metric_target(report, &at, &source.target);
        match (&source.target.value, &source.target.average_value) {
            (None, None) => report.required(&at.field("averageValue"), "`value` or `averageValue`"),
            (Some(_), Some(_)) => report.forbidden(&at.field("value"), "`averageValue` excludes it"),
            _ => {}
        }
    },

    /// A metric of pods aims at a value for each.
    ///
    /// Source: `validatePodsSource`, pkg/apis/autoscaling/validation/validation.go
    fn pods_metric(report: &mut Report<'_>, at: &Path<'_>, source: &PodsMetricSource) {
        metric_name(report, &at.field("metric.name"), &source.metric);
        let at = at.field("target");
        metric_target(report, &at, &source.target);
        if source.target.average_value.is_none() {
            report.required(&at.field("averageValue"), "the value for each pod");
        }
    },

    /// A metric of a container says which container and which resource.
    ///
    /// Source: `validateContainerResourceSource`, pkg/apis/autoscaling/validation/validation.go
    fn container_metric(report: &mut Report<'_>, at: &Path<'_>, source: &ContainerResourceMetricSource) {
        if source.name.is_empty() {
            report.required(&at.field("name"), "`cpu` or `memory`");
        } else {
            given_resource(report, &at.field("name"), &source.name);
        }
        if source.container.is_empty() {
            report.required(&at.field("container"), "the name of the container");
        } else {
            report.require(&at.field("container"), dns_label(&source.container));
        }
    },

    /// A metric of a resource aims at a part of what was requested or at an amount.
    ///
    /// Source: `validateResourceSource`, pkg/apis/autoscaling/validation/validation.go
    fn resource_metric(report: &mut Report<'_>, at: &Path<'_>, target: &MetricTarget) {
        metric_target(report, at, target);
        match (target.average_utilization, &target.average_value) {
            (None, None) => report.required(&at.field("averageUtilization"), "`averageUtilization` or `averageValue`"),
            (Some(_), Some(_)) => report.forbidden(&at.field("averageValue"), "`averageUtilization` excludes it"),
            _ => {}
        }
    },

    /// A target is of a type that there is, and every value of it is more than nothing.
    ///
    /// Source: `validateMetricTarget`, pkg/apis/autoscaling/validation/validation.go
    fn metric_target(report: &mut Report<'_>, at: &Path<'_>, target: &MetricTarget) {
        report.one_of(&at.field("type"), &target.type_, &["Utilization", "Value", "AverageValue"]);
        for (field, value) in [("value", &target.value), ("averageValue", &target.average_value)] {
            if let Some(value) = value.as_ref().filter(|value| Amount::of(value).milli <= 0) {
                report.error(&at.field(field), format_args!("{:?} is not more than 0", value.0));
            }
        }
        if let Some(percent) = target.average_utilization.filter(|percent| *percent < 1) {
            report.error(&at.field("averageUtilization"), format_args!("{percent} is too little: at least 1"));
        }
    },

    /// A metric has a name that can be one part of a path.
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
