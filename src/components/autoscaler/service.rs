//! Renders the Service for metrics, and the disruption budget.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::context::{Context, extend, some};
use super::deployment::PORT;
use super::text;
use super::values::{Budget, Scalar};
use crate::tree::Kind;

pub(super) fn service(context: &Context<'_>) -> Service {
    let service = &context.values.service;
    let mut metadata = context.metadata();
    metadata.annotations = some(&service.annotations);
    extend(metadata.labels.get_or_insert_default(), &service.labels);
    let quoted = |key, value: &Scalar| value.is_truthy().then(|| context.quoted(&["service", key], value));
    let list = |items: &Vec<String>| Some(items.clone()).filter(|items| !items.is_empty());
    Service {
        metadata,
        spec: Some(ServiceSpec {
            cluster_ip: quoted("clusterIP", &service.cluster_ip),
            external_ips: list(&service.external_ips),
            load_balancer_ip: quoted("loadBalancerIP", &service.load_balancer_ip),
            load_balancer_source_ranges: list(&service.load_balancer_source_ranges),
            ports: Some(vec![port(context)]),
            selector: Some(some(&service.selector).unwrap_or_else(|| context.selector())),
            type_: Some(context.quoted(&["service", "type"], &service.kind)),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

fn port(context: &Context<'_>) -> ServicePort {
    let service = &context.values.service;
    ServicePort {
        name: context.plain(&["service", "portName"], &service.port_name),
        port: service.service_port.unwrap_or_default(),
        protocol: Some("TCP".to_owned()),
        target_port: Some(IntOrString::Int(PORT)),
        ..ServicePort::default()
    }
}

/// Renders the disruption budget. With a custom selector the chart omits the numbers, so that the budget allows no eviction.
pub(super) fn disruption_budget(context: &Context<'_>, budget: &Budget) -> PodDisruptionBudget {
    let own_selector = some(&budget.selector);
    let number = |key, value: &Scalar| {
        let counts = own_selector.is_none() && value.is_truthy();
        counts.then(|| int_or_string(context, &["podDisruptionBudget", key], value)).flatten()
    };
    let selector = LabelSelector {
        match_labels: Some(own_selector.clone().unwrap_or_else(|| context.selector())),
        match_expressions: None,
    };
    PodDisruptionBudget {
        metadata: ObjectMeta { annotations: some(&budget.annotations), ..context.metadata() },
        spec: Some(PodDisruptionBudgetSpec {
            selector: Some(selector),
            min_available: number("minAvailable", &budget.min_available),
            max_unavailable: number("maxUnavailable", &budget.max_unavailable),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    }
}

fn int_or_string(context: &Context<'_>, path: &[&str], value: &Scalar) -> Option<IntOrString> {
    let kind = text::any(&value.print()).and_then(|kind| match kind {
        Kind::Int(number) => {
            i32::try_from(number).map(IntOrString::Int).map_err(|_| "must be at most 2147483647".to_owned())
        }
        Kind::Str(text) => Ok(IntOrString::String(text)),
        _ => Err("expected an integer or a percentage".to_owned()),
    });
    context.accept(path, kind)
}
