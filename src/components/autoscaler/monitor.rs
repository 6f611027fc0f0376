//! Renders custom resources: ServiceMonitor, PrometheusRule and VerticalPodAutoscaler.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::context::{Context, some};
use super::text;
use super::values::{Labels, Scalar};
use crate::chart::yaml_bridge::{GoYaml, to_value};
use crate::diagnostic::SourceId;
use crate::gotmpl::helm::Yaml as _;
use crate::tree::read::{Duplicates, first_document};
use crate::tree::{Node, Nulls, from_node};

/// A custom resource.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Custom<S> {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: S,
}

/// <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitorSpec>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceMonitorSpec {
    selector: LabelSelector,
    endpoints: Vec<Endpoint>,
    namespace_selector: NamespaceSelector,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relabelings: Option<Vec<RelabelConfig>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metric_relabelings: Option<Vec<RelabelConfig>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NamespaceSelector {
    match_names: Vec<String>,
}

/// A relabeling rule: <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.RelabelConfig>.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RelabelConfig {
    /// Labels whose values are concatenated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_labels: Option<Vec<String>>,
    /// Separator between the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// The label that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_label: Option<String>,
    /// Regular expression that the concatenated values must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// Modulus of the hash of the concatenated values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modulus: Option<u64>,
    /// Value that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// Action of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

pub(super) fn service_monitor(context: &Context<'_>) -> Custom<ServiceMonitorSpec> {
    let values = &context.values.service_monitor;
    let path = |key| ["serviceMonitor", key];
    let optional = |key, value: &Option<Scalar>| context.plain(&path(key), value.as_ref()?);
    // Between quotes as Go writes them, which YAML reads back as they are.
    let label = |(key, value): (&String, &Option<Scalar>)| {
        let read = context.accept(&["serviceMonitor", "selector", key], text::key(key));
        (read.unwrap_or_default(), value.as_ref().map(|value| value.print().into_owned()).unwrap_or_default())
    };
    let labels: Labels = values.selector.iter().map(label).collect();
    let relabelings = |key, given: bool| given.then(|| templated(context, &path(key)).unwrap_or_default());
    Custom {
        api_version: "monitoring.coreos.com/v1",
        kind: "ServiceMonitor",
        metadata: ObjectMeta {
            name: Some(context.full_name()),
            namespace: namespace(context, "serviceMonitor", &values.namespace),
            annotations: some(&values.annotations),
            labels: some(&labels),
            ..ObjectMeta::default()
        },
        spec: ServiceMonitorSpec {
            selector: LabelSelector { match_labels: Some(context.selector()), match_expressions: None },
            endpoints: vec![Endpoint {
                port: context.plain(&["service", "portName"], &context.values.service.port_name),
                interval: optional("interval", &values.interval),
                path: optional("path", &values.path),
                relabelings: relabelings("relabelings", !values.relabelings.is_empty()),
                metric_relabelings: relabelings("metricRelabelings", !values.metric_relabelings.is_empty()),
            }],
            namespace_selector: NamespaceSelector { match_names: vec![context.release.namespace.clone()] },
        },
    }
}

fn namespace(context: &Context<'_>, key: &str, namespace: &Scalar) -> Option<String> {
    namespace.is_truthy().then(|| context.plain(&[key, "namespace"], namespace)).flatten()
}

/// <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRuleSpec>
#[derive(Serialize)]
pub(super) struct PrometheusRuleSpec {
    groups: Vec<RuleGroup>,
}

#[derive(Serialize)]
struct RuleGroup {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Vec<Rule>>,
}

/// <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Rule>
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<String>,
    expr: IntOrString,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    for_: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_firing_for: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Labels>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<Labels>,
}

pub(super) fn prometheus_rule(context: &Context<'_>) -> Custom<PrometheusRuleSpec> {
    let values = &context.values.prometheus_rule;
    let interval = values.interval.as_ref();
    Custom {
        api_version: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: ObjectMeta {
            name: Some(context.full_name()),
            namespace: namespace(context, "prometheusRule", &values.namespace),
            labels: values.additional_labels.clone(),
            ..ObjectMeta::default()
        },
        spec: PrometheusRuleSpec {
            groups: vec![RuleGroup {
                name: context.full_name(),
                interval: interval.and_then(|interval| context.plain(&["prometheusRule", "interval"], interval)),
                rules: values.rules.as_ref().and_then(|_| templated(context, &["prometheusRule", "rules"])),
            }],
        },
    }
}

/// Renders the templates in a value, and reads the result as a type.
fn templated<T: DeserializeOwned>(context: &Context<'_>, path: &[&str]) -> Option<T> {
    let node = context.root.find(path.iter().copied())?;
    let node = context.accept(path, render(context, node))?;
    let mut diagnostics = Vec::new();
    let typed = from_node(&node, Nulls::Skipped, &mut diagnostics);
    for diagnostic in diagnostics {
        context.diagnostics.borrow_mut().error(path, diagnostic);
    }
    typed
}

/// Renders the templates in a value.
pub(super) fn render(context: &Context<'_>, node: &Node) -> Result<Node, String> {
    let text = GoYaml.write(&to_value(node.clone()))?;
    if !text.contains("{{") {
        return Ok(node.clone());
    }
    let text = context.tpl.render(&text).map_err(|reason| format!("cannot render the template: {reason}"))?;
    first_document(SourceId::default(), &text, Duplicates::LastWins)
        .map_err(|_| "the rendered template is not valid YAML".to_owned())
}

/// <https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/api.md>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerticalPodAutoscalerSpec {
    target_ref: TargetRef,
    update_policy: UpdatePolicy,
    recommenders: Vec<Recommender>,
    resource_policy: ResourcePolicy,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TargetRef {
    api_version: &'static str,
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdatePolicy {
    update_mode: String,
}

#[derive(Serialize)]
struct Recommender {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourcePolicy {
    container_policies: Vec<NamedPolicy>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NamedPolicy {
    container_name: String,
    #[serde(flatten)]
    policy: ContainerPolicy,
}

/// Limits of the recommendations for the container.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ContainerPolicy {
    /// Whether recommendations are applied: `Auto` or `Off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Lowest recommendation by resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_allowed: Option<BTreeMap<String, Quantity>>,
    /// Highest recommendation by resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_allowed: Option<BTreeMap<String, Quantity>>,
    /// Resources that are recommended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controlled_resources: Option<Vec<String>>,
    /// Which values are set: `RequestsOnly` or `RequestsAndLimits`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controlled_values: Option<String>,
}

pub(super) fn vertical_pod_autoscaler(
    context: &Context<'_>,
    deployment_version: &'static str,
) -> Custom<VerticalPodAutoscalerSpec> {
    let values = &context.values.vpa;
    let policy = values.container_policy.clone().unwrap_or_default();
    let target_ref = TargetRef { api_version: deployment_version, kind: "Deployment", name: context.full_name() };
    Custom {
        api_version: "autoscaling.k8s.io/v1",
        kind: "VerticalPodAutoscaler",
        metadata: context.metadata(),
        spec: VerticalPodAutoscalerSpec {
            target_ref,
            update_policy: UpdatePolicy { update_mode: values.update_mode.print().into_owned() },
            recommenders: vec![Recommender { name: values.recommender.print().into_owned() }],
            resource_policy: ResourcePolicy {
                container_policies: vec![NamedPolicy { container_name: context.name(), policy }],
            },
        },
    }
}
