//! Renders the objects of a Ray cluster from typed values that passed the rules.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{PodTemplateSpec, Service, ServicePort, ServiceSpec};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::monitor::pod_monitor;
use super::network::network_policies;
use super::pods::{self, Role};
use super::values::{Budget, RayValues, ServiceType};
use crate::components::Built;
use crate::components::irsa::{RoleBinding, service_account};
use crate::tree::SerializeError;

/// One Ray cluster: its name, its namespace and its values.
pub(super) struct Cluster<'a> {
    pub name: &'a str,
    pub namespace: &'a str,
    pub values: &'a RayValues,
}

impl Cluster<'_> {
    /// Returns the name of the head: of its Deployment, and the value of the label `component` of its pods.
    pub fn head(&self) -> String {
        format!("{}-ray-head", self.name)
    }

    /// Returns the name of the Service by which workers and clients find the head.
    pub fn head_service(&self) -> String {
        format!("{}-ray-head-svc", self.name)
    }

    /// Returns the name of the workers, or of a worker group.
    pub fn worker(&self, group: Option<&str>) -> String {
        match group {
            None => format!("{}-ray-worker", self.name),
            Some(group) => format!("{}-ray-worker-{group}", self.name),
        }
    }

    /// Returns the name of the service account that the pods run as.
    pub fn service_account(&self) -> String {
        self.values.service_account.name.clone().unwrap_or_else(|| format!("{}-daft", self.name))
    }

    /// Returns the names of the workers and of all worker groups, which their pods have as the label `component`.
    pub fn workers(&self) -> Vec<String> {
        let groups = self.values.worker_groups.keys().map(|group| self.worker(Some(group)));
        std::iter::once(self.worker(None)).chain(groups).collect()
    }

    /// Returns the labels of the objects themselves. Selectors and pods do not have them, as in the chart that `ray` replaces:
    /// the selector of a live Deployment is immutable.
    /// <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>
    pub fn labels(&self, component: &str) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("app.kubernetes.io/component".to_owned(), component.to_owned()),
            ("app.kubernetes.io/instance".to_owned(), self.name.to_owned()),
            ("app.kubernetes.io/managed-by".to_owned(), "mkmanifests".to_owned()),
            ("app.kubernetes.io/name".to_owned(), "ray".to_owned()),
        ])
    }

    /// Returns the metadata of one object.
    pub fn metadata(&self, name: String, component: &str) -> ObjectMeta {
        ObjectMeta {
            name: Some(name),
            namespace: Some(self.namespace.to_owned()),
            labels: Some(self.labels(component)),
            ..ObjectMeta::default()
        }
    }

    /// Returns a selector for the pods of all of `components`.
    pub fn select(&self, components: Vec<String>) -> LabelSelector {
        LabelSelector {
            match_expressions: Some(vec![LabelSelectorRequirement {
                key: "component".to_owned(),
                operator: "In".to_owned(),
                values: Some(components),
            }]),
            match_labels: Some(BTreeMap::from([("type".to_owned(), "ray".to_owned())])),
        }
    }
}

/// Renders all objects of the cluster.
pub(super) fn objects(cluster: &Cluster<'_>) -> Result<Vec<Built>, Error> {
    let values = cluster.values;
    let mut list = Vec::with_capacity(8);
    if values.service_account.create {
        let binding = values.service_account.role_arn.as_deref().map(RoleBinding::to);
        let annotations = &values.service_account.annotations;
        let labels = cluster.labels("service-account");
        let account =
            service_account(cluster.namespace, &cluster.service_account(), labels, binding.as_ref(), annotations);
        list.push(Built::of("service-account", account)?);
    }
    list.push(Built::of("head-service", head_service(cluster))?);
    list.push(Built::of("head-deployment", deployment(cluster, &Role::Head)?)?);
    list.push(Built::of("worker-deployment", deployment(cluster, &Role::Worker)?)?);
    for (name, group) in &values.worker_groups {
        let role = Role::Group(name, group);
        list.push(Built::of(format!("worker-group-{name}"), deployment(cluster, &role)?)?);
    }
    let budgets = &values.pod_disruption_budget;
    for (budget, name, components) in [
        (&budgets.head, cluster.head(), vec![cluster.head()]),
        (&budgets.worker, cluster.worker(None), cluster.workers()),
    ] {
        if let Some(budget) = budget {
            let id = if components.len() == 1 && components[0] == cluster.head() { "head" } else { "worker" };
            let object = disruption_budget(cluster, budget, name, id, components);
            list.push(Built::of(format!("{id}-disruption-budget"), object)?);
        }
    }
    if values.network_policy.enabled {
        for (id, policy) in network_policies(cluster) {
            list.push(Built::of(id, policy)?);
        }
    }
    if values.metrics.enabled && values.metrics.pod_monitor.enabled {
        list.push(Built::custom("pod-monitor", &pod_monitor(cluster))?);
    }
    Ok(list)
}

/// Why objects cannot be rendered from values that passed the rules: a bug of this program.
#[derive(Debug)]
pub(super) enum Error {
    Serialize(SerializeError),
    Template(minijinja::Error),
}

impl From<SerializeError> for Error {
    fn from(error: SerializeError) -> Self {
        Error::Serialize(error)
    }
}

impl From<minijinja::Error> for Error {
    fn from(error: minijinja::Error) -> Self {
        Error::Template(error)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Serialize(error) => error.fmt(f),
            Error::Template(error) => error.fmt(f),
        }
    }
}

fn head_service(cluster: &Cluster<'_>) -> Service {
    let (ports, service) = (&cluster.values.ports, &cluster.values.service);
    // The GCS port is named `redis` as in the chart that `ray` replaces; Ray no longer starts a Redis.
    let named = [("client", ports.client), ("dashboard", ports.dashboard), ("redis", ports.gcs)];
    let mut metadata = cluster.metadata(cluster.head_service(), "head");
    metadata.annotations = Some(service.annotations.clone()).filter(|annotations| !annotations.is_empty());
    Service {
        metadata,
        spec: Some(ServiceSpec {
            type_: service.kind.map(ServiceType::as_str).map(str::to_owned),
            cluster_ip: service.headless.then(|| "None".to_owned()),
            ports: Some(named.into_iter().filter_map(|(name, port)| Some(service_port(name, port?))).collect()),
            selector: Some(BTreeMap::from([("component".to_owned(), cluster.head())])),
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

fn deployment(cluster: &Cluster<'_>, role: &Role<'_>) -> Result<Deployment, Error> {
    let name = role.name(cluster);
    let labels = BTreeMap::from([("component".to_owned(), name.clone()), ("type".to_owned(), "ray".to_owned())]);
    let group = role.group(cluster);
    let mut pod_labels = labels.clone();
    pod_labels.extend(group.pod_labels.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(Deployment {
        metadata: cluster.metadata(name, role.component()),
        spec: Some(DeploymentSpec {
            replicas: Some(role.replicas(cluster)),
            selector: LabelSelector { match_labels: Some(labels), match_expressions: None },
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(pod_labels),
                    annotations: Some(group.pod_annotations.clone()).filter(|annotations| !annotations.is_empty()),
                    ..ObjectMeta::default()
                }),
                spec: Some(pods::spec(cluster, role)?),
            },
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    })
}

fn disruption_budget(
    cluster: &Cluster<'_>,
    budget: &Budget,
    name: String,
    component: &str,
    components: Vec<String>,
) -> PodDisruptionBudget {
    PodDisruptionBudget {
        metadata: cluster.metadata(name, component),
        spec: Some(PodDisruptionBudgetSpec {
            min_available: budget.min_available.clone(),
            max_unavailable: budget.max_unavailable.clone(),
            selector: Some(cluster.select(components)),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    }
}
