//! Renders the Deployment of the autoscaler.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{
    Container, ContainerPort, HTTPGetAction, LocalObjectReference, PodSpec, PodTemplateSpec, Probe,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::context::{Context, extend, some};
use super::{args, env, image, volumes};

/// The port on which the autoscaler serves health checks and metrics.
pub(super) const PORT: i32 = 8085;

pub(super) fn deployment(context: &Context<'_>) -> Deployment {
    let values = context.values;
    Deployment {
        metadata: ObjectMeta { annotations: values.deployment.annotations.clone(), ..context.metadata() },
        spec: Some(DeploymentSpec {
            replicas: values.replica_count,
            revision_history_limit: values.revision_history_limit,
            selector: selector(context),
            strategy: context.unless_empty("updateStrategy", &values.update_strategy),
            template: PodTemplateSpec { metadata: Some(pod_metadata(context)), spec: Some(pod(context)) },
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    }
}

fn selector(context: &Context<'_>) -> LabelSelector {
    let values = context.values;
    let labels = some(&values.deployment.selector).unwrap_or_else(|| {
        let mut labels = context.selector();
        extend(&mut labels, &values.pod_labels);
        labels
    });
    LabelSelector { match_labels: Some(labels), match_expressions: None }
}

fn pod_metadata(context: &Context<'_>) -> ObjectMeta {
    let values = context.values;
    let mut labels = context.selector();
    extend(&mut labels, &values.additional_labels);
    extend(&mut labels, &values.pod_labels);
    ObjectMeta { labels: Some(labels), annotations: some(&values.pod_annotations), ..ObjectMeta::default() }
}

fn pod(context: &Context<'_>) -> PodSpec {
    let values = context.values;
    let quoted = |key, value: &super::values::Scalar| value.is_truthy().then(|| context.quoted(&[key], value));
    PodSpec {
        priority_class_name: quoted("priorityClassName", &values.priority_class_name),
        dns_config: context.unless_empty("dnsConfig", &values.dns_config),
        dns_policy: quoted("dnsPolicy", &values.dns_policy),
        host_network: values.host_network.then_some(true),
        init_containers: list(&values.init_containers),
        containers: vec![container(context)],
        affinity: context.unless_empty("affinity", &values.affinity),
        node_selector: some(&values.node_selector),
        service_account_name: Some(context.service_account_name()),
        tolerations: values.tolerations.clone(),
        topology_spread_constraints: list(&values.topology_spread_constraints),
        security_context: context.unless_empty("securityContext", &values.security_context),
        volumes: volumes::volumes(context),
        image_pull_secrets: pull_secrets(context),
        ..PodSpec::default()
    }
}

fn pull_secrets(context: &Context<'_>) -> Option<Vec<LocalObjectReference>> {
    let secrets = &context.values.image.pull_secrets;
    let reference = |(index, name)| LocalObjectReference { name: context.text(&["image", "pullSecrets", index], name) };
    (!secrets.is_empty()).then(|| secrets.iter().map(reference).collect())
}

fn list<T: Clone>(items: &[T]) -> Option<Vec<T>> {
    (!items.is_empty()).then(|| items.to_vec())
}

fn container(context: &Context<'_>) -> Container {
    let values = context.values;
    Container {
        name: context.name(),
        image: Some(image::image(context)),
        image_pull_policy: Some(context.quoted(&["image", "pullPolicy"], &values.image.pull_policy)),
        command: Some(args::command(context)),
        env: Some(env::variables(context)),
        env_from: env::sources(context),
        liveness_probe: Some(health_check()),
        ports: Some(vec![ContainerPort { container_port: PORT, ..ContainerPort::default() }]),
        resources: values.resources.clone(),
        security_context: context.unless_empty("containerSecurityContext", &values.container_security_context),
        volume_mounts: volumes::mounts(context),
        ..Container::default()
    }
}

fn health_check() -> Probe {
    let action = HTTPGetAction {
        path: Some("/health-check".to_owned()),
        port: IntOrString::Int(PORT),
        ..HTTPGetAction::default()
    };
    Probe { http_get: Some(action), ..Probe::default() }
}
