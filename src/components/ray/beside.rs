//! The objects beside the pods, which a static cluster and one of the KubeRay operator share: the service account, the head's
//! Service, disruption budgets, network policies and the PodMonitor.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::cluster::{Cluster, Pods};
use super::monitor::pod_monitor;
use super::network::{Access, network_policies};
use super::values::{Budget, ServiceType};
use crate::components::Built;
use crate::components::irsa::{RoleBinding, service_account};
use crate::tree::SerializeError;

/// Builds the service account that the pods run as, if it is to be created.
pub(in crate::components) fn account(cluster: &Cluster<'_>) -> Result<Option<Built>, SerializeError> {
    let values = &cluster.values.service_account;
    if !values.create {
        return Ok(None);
    }
    let binding = values.role_arn.as_deref().map(RoleBinding::to);
    let labels = cluster.labels("service-account");
    let name = cluster.service_account();
    let account = service_account(cluster.namespace, &name, labels, binding.as_ref(), &values.annotations);
    Built::of("service-account", account).map(Some)
}

/// Builds the disruption budgets, network policies and PodMonitor that the values enable.
pub(in crate::components) fn policies(cluster: &Cluster<'_>, access: &Access) -> Result<Vec<Built>, SerializeError> {
    let values = cluster.values;
    let mut list = Vec::new();
    let budgets = &values.pod_disruption_budget;
    for (budget, name, id, pods) in [
        (&budgets.head, cluster.head(), "head", Pods::Head),
        (&budgets.worker, cluster.worker(None), "worker", Pods::Workers),
    ] {
        if let Some(budget) = budget {
            let object = disruption_budget(cluster, budget, name, id, pods);
            list.push(Built::of(format!("{id}-disruption-budget"), object)?);
        }
    }
    if values.network_policy.enabled {
        for (id, policy) in network_policies(cluster, access) {
            list.push(Built::of(id, policy)?);
        }
    }
    if values.metrics.enabled && values.metrics.pod_monitor.enabled {
        list.push(Built::custom("pod-monitor", &pod_monitor(cluster))?);
    }
    Ok(list)
}

/// Builds the Service by which clients, and the workers of a static cluster, find the head.
pub(in crate::components) fn head_service(cluster: &Cluster<'_>) -> Service {
    let (ports, service) = (&cluster.values.ports, &cluster.values.service);
    // The GCS port is named `redis` as in the chart that `ray` replaces; Ray no longer starts a Redis.
    let named = [("client", ports.client), ("dashboard", ports.dashboard), ("redis", ports.gcs)];
    let mut metadata = cluster.metadata(cluster.head_service(), "head");
    metadata.annotations = Some(service.annotations.clone()).filter(|annotations| !annotations.is_empty());
    Service {
        metadata,
        spec: Some(ServiceSpec {
            type_: service.kind.map(ServiceType::as_str).map(str::to_owned),
            cluster_ip: (service.headless == Some(true)).then(|| "None".to_owned()),
            ports: Some(named.into_iter().filter_map(|(name, port)| Some(service_port(name, port?))).collect()),
            selector: Some(cluster.head_labels()),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

fn service_port(name: &str, port: u16) -> ServicePort {
    ServicePort {
        name: Some(name.to_owned()),
        protocol: Some("TCP".to_owned()),
        port: port.into(),
        target_port: Some(IntOrString::Int(port.into())),
        ..ServicePort::default()
    }
}

fn disruption_budget(
    cluster: &Cluster<'_>,
    budget: &Budget,
    name: String,
    component: &str,
    pods: Pods,
) -> PodDisruptionBudget {
    PodDisruptionBudget {
        metadata: cluster.metadata(name, component),
        spec: Some(PodDisruptionBudgetSpec {
            min_available: budget.min_available.clone(),
            max_unavailable: budget.max_unavailable.clone(),
            selector: Some(cluster.select(pods)),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    }
}
