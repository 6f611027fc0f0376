//! Ray clusters, jobs and services that the KubeRay operator runs: what the components of the four kinds share.
//!
//! Their values are those of `ray`, and what the operator adds. `KubeRayValues` reads both from one tree, with the values of the
//! kind itself. `spec` renders the specification of the Ray cluster, `OperatedCluster::beside` the objects beside it.

mod build;
pub mod cluster;
pub mod cron_job;
mod defaults;
mod explain;
mod gates;
pub mod job;
mod pods;
mod queue;
mod rules;
pub mod service;
mod spec;
mod text;
pub mod values;
mod version;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ContainerPort;
use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use schemars::{JsonSchema, Schema, schema_for};

pub(in crate::components) use self::explain::fields;
pub(in crate::components) use self::gates::check_objects;
pub(in crate::components) use self::rules::check;
pub(in crate::components) use self::spec::spec;
use self::values::{AuthMode, OperatorValues, PodOptions, PodValues, WorkerOptions};
use self::version::version_of_image;
use super::Built;
use super::ray::ONE_HEAD;
use super::ray::beside::{account, policies};
use super::ray::cluster::{Cluster, OperatedPods, PodCreator};
use super::ray::network::Access;
use super::ray::nodes;
use super::ray::pods::Role;
use super::ray::values::RayValues;
use super::schema::merged;
use crate::diagnostic::{Code, Diagnostic, Step, ValueCode, nearest};
use crate::kuberay::names::{MAX_CLUSTER_NAME, MAX_CRON_JOB_NAME, MAX_JOB_NAME, MAX_SERVICE_NAME, label};
use crate::release::Release;
use crate::tree::{PartReader, Parts, SerializeError};
use crate::values::Values;

/// The name of the group of the default workers.
pub(in crate::components) const DEFAULT_GROUP: &str = "worker";

/// A kind of custom resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::components) enum Kind {
    Cluster,
    Job,
    Service,
    CronJob,
}

impl Kind {
    /// Returns the name of the component.
    pub fn component(self) -> &'static str {
        match self {
            Kind::Cluster => "ray-cluster",
            Kind::Job => "ray-job",
            Kind::Service => "ray-service",
            Kind::CronJob => "ray-cron-job",
        }
    }

    /// Returns the most characters of a name, with the reason: `ray-operator/controllers/ray/utils/constant.go`.
    fn longest_name(self) -> (usize, &'static str) {
        match self {
            Kind::Cluster => (MAX_CLUSTER_NAME, "the operator appends to it to name Services and pods"),
            Kind::Job => (MAX_JOB_NAME, "the operator appends to it to name the Ray cluster"),
            Kind::Service => (MAX_SERVICE_NAME, "the operator appends to it to name Ray clusters"),
            Kind::CronJob => (MAX_CRON_JOB_NAME, "the operator appends to it to name jobs and their Ray clusters"),
        }
    }

    /// Returns the labels of the pod templates. The operator names the clusters of jobs and services itself and does not copy the
    /// labels of the job or service to the pods, so that other objects could not select these pods otherwise.
    fn template_labels(self, name: &str) -> BTreeMap<String, String> {
        match self {
            Kind::Cluster => BTreeMap::new(),
            _ => BTreeMap::from([
                ("app.kubernetes.io/instance".to_owned(), name.to_owned()),
                ("app.kubernetes.io/part-of".to_owned(), self.component().to_owned()),
            ]),
        }
    }

    /// Returns how other objects select the pods.
    fn pods(self, name: &str) -> OperatedPods {
        let labels = match self {
            Kind::Cluster => BTreeMap::from([(label::CLUSTER.to_owned(), name.to_owned())]),
            _ => self.template_labels(name),
        };
        OperatedPods { labels, node_type: [label::NODE_TYPE, label::NODE_TYPE_HEAD, label::NODE_TYPE_WORKER] }
    }
}

/// The values of a component: those of `ray`, those of the operator, and those of the kind.
#[derive(Debug)]
pub(in crate::components) struct KubeRayValues<K> {
    pub ray: RayValues,
    pub pods: PodValues,
    pub operator: OperatorValues,
    pub kind: K,
}

/// The values of a kind: one or more types.
pub(in crate::components) trait KindParts: Parts {
    /// Returns the JSON Schema of each type.
    fn schemas() -> Vec<Schema>;
}

impl<A: JsonSchema> KindParts for (A,)
where
    (A,): Parts,
{
    fn schemas() -> Vec<Schema> {
        vec![schema_for!(A)]
    }
}

impl<A: JsonSchema, B: JsonSchema> KindParts for (A, B)
where
    (A, B): Parts,
{
    fn schemas() -> Vec<Schema> {
        vec![schema_for!(A), schema_for!(B)]
    }
}

impl<K: KindParts> Parts for KubeRayValues<K> {
    fn read(reader: &mut PartReader<'_>) -> Option<Self> {
        let (ray, pods, operator) = (reader.part(), reader.part(), reader.part());
        let kind = K::read(reader);
        Some(KubeRayValues { ray: ray?, pods: pods?, operator: operator?, kind: kind? })
    }
}

impl<K: KindParts> KubeRayValues<K> {
    /// Reads the values; see [`Values::read_parts`].
    pub fn read(values: &Values, defaults: &Values, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let read = values.read_parts(defaults, diagnostics);
        explain_head_replicas(diagnostics);
        read
    }

    /// Returns the JSON Schema of the values.
    pub fn schema() -> Schema {
        let mut schemas = K::schemas();
        schemas.extend([schema_for!(RayValues), schema_for!(PodValues), schema_for!(OperatorValues)]);
        merged(schemas)
    }

    /// Returns the Ray cluster that the values describe.
    pub fn cluster<'a>(&'a self, kind: Kind, release: &'a Release) -> OperatedCluster<'a> {
        let name = self.ray.cluster_name.as_deref().unwrap_or(&release.name);
        let pods = PodCreator::Operator(kind.pods(name));
        OperatedCluster {
            kind,
            cluster: Cluster { name, namespace: &release.namespace, values: &self.ray, pods },
            pods: &self.pods,
            operator: &self.operator,
            serve_ports: Vec::new(),
            dashboard_peers: Vec::new(),
        }
    }
}

/// Corrects "did you mean `replicas`?" for the head, which does not have a number.
fn explain_head_replicas(diagnostics: &mut [Diagnostic]) {
    let unknown = |it: &&mut Diagnostic| *it.code() == Code::Value(ValueCode::UnknownField);
    for diagnostic in diagnostics.iter_mut().filter(unknown) {
        let [Step::Field(group), Step::Field(key)] = diagnostic.field().steps() else { continue };
        let numbers = ["replicas", "minReplicas", "maxReplicas"];
        if group == "head" && nearest(key, numbers).is_some() {
            diagnostic.help = vec![ONE_HEAD.to_owned()];
        }
    }
}

/// A Ray cluster of the operator: alone, or that of a job or service.
pub(in crate::components) struct OperatedCluster<'a> {
    pub kind: Kind,
    pub cluster: Cluster<'a>,
    pub pods: &'a PodValues,
    pub operator: &'a OperatorValues,
    /// Ports of Ray Serve, on every node.
    pub serve_ports: Vec<ContainerPort>,
    /// Peers besides the operator that must reach the dashboard.
    pub dashboard_peers: Vec<NetworkPolicyPeer>,
}

impl<'a> OperatedCluster<'a> {
    /// Returns the worker groups by name, the default workers first.
    pub fn groups(&self) -> Vec<(&'a str, Role<'a>)> {
        let values = self.cluster.values;
        let default = values.worker_replica_count.map(|_| (DEFAULT_GROUP, Role::Worker));
        let groups = values.worker_groups.iter().map(|(name, group)| (name.as_str(), Role::Group(name, group)));
        default.into_iter().chain(groups).collect()
    }

    fn pod_options(&self, role: &Role<'_>) -> &'a PodOptions {
        static DEFAULT: std::sync::LazyLock<PodOptions> = std::sync::LazyLock::new(PodOptions::default);
        match role {
            Role::Head => &self.pods.head,
            Role::Worker => &self.pods.worker,
            Role::Group(name, _) => self.pods.worker_groups.get(*name).unwrap_or(&DEFAULT),
        }
    }

    fn worker_options(&self, role: &Role<'_>) -> &'a WorkerOptions {
        static DEFAULT: std::sync::LazyLock<WorkerOptions> = std::sync::LazyLock::new(WorkerOptions::default);
        match role {
            Role::Head => &DEFAULT,
            Role::Worker => &self.operator.worker,
            Role::Group(name, _) => self.operator.worker_groups.get(*name).unwrap_or(&DEFAULT),
        }
    }

    /// Returns the service account of the pods; `None` for that of the namespace.
    pub fn service_account(&self) -> Option<String> {
        Some(self.cluster.service_account()).filter(|name| !name.is_empty())
    }

    /// Returns the version of Ray, if it is known.
    pub fn ray_version(&self) -> Option<&'a str> {
        match self.operator.ray_version.as_deref() {
            Some("") => None,
            Some(version) => Some(version),
            None => version_of_image(&self.cluster.values.ray_image),
        }
    }

    /// Returns how clients prove who they are, if the values say so.
    fn auth_mode(&self) -> Option<AuthMode> {
        let has_token = self.operator.auth.kubernetes || self.cluster.values.auth.token.secret_name.is_some();
        self.operator.auth.mode.or(has_token.then_some(AuthMode::Token))
    }

    /// Returns the metadata of the custom resource.
    pub fn metadata(&self) -> ObjectMeta {
        let operator = self.operator;
        let mut metadata = self.cluster.metadata(self.cluster.name.to_owned(), self.kind.component());
        let labels = metadata.labels.get_or_insert_default();
        labels.extend(operator.queue.labels(self.cluster.name));
        labels.extend(operator.labels.iter().map(|(key, value)| (key.clone(), value.clone())));
        metadata.annotations = pods::map(&operator.annotations);
        metadata
    }

    /// Builds the objects that the custom resource needs before it: the service account.
    pub fn account(&self) -> Result<Option<Built>, SerializeError> {
        account(&self.cluster)
    }

    /// Builds the objects beside the custom resource that the values enable: disruption budgets, network policies, the PodMonitor.
    pub fn beside(&self) -> Result<Vec<Built>, SerializeError> {
        let operator = NetworkPolicyPeer {
            namespace_selector: Some(LabelSelector::default()),
            pod_selector: Some(LabelSelector {
                // The label of the operator's pods in KubeRay's chart and manifests.
                match_labels: Some(BTreeMap::from([(
                    "app.kubernetes.io/component".to_owned(),
                    "kuberay-operator".to_owned(),
                )])),
                match_expressions: None,
            }),
            ip_block: None,
        };
        let dashboard = std::iter::once(operator).chain(self.dashboard_peers.iter().cloned()).collect();
        let ports = self.serve_ports.iter().filter_map(|port| u16::try_from(port.container_port).ok());
        policies(&self.cluster, &Access { dashboard, client_ports: ports.collect() })
    }

    /// Returns what to know before the objects are applied: that the operator must run, and which nodes the pods need.
    pub fn note(&self) -> String {
        let mut roles = vec![Role::Head];
        roles.extend(self.groups().into_iter().map(|(_, role)| role).filter(|role| role.replicas(&self.cluster) > 0));
        let name = |role: &Role<'_>| match role {
            Role::Head => "head".to_owned(),
            Role::Worker => DEFAULT_GROUP.to_owned(),
            Role::Group(name, _) => (*name).to_owned(),
        };
        let mut needed = "the KubeRay operator must run in the cluster".to_owned();
        if let Some(size) = self.autoscaler_size() {
            needed.push_str(&format!(", the autoscaler beside the head needs {size}"));
        }
        match nodes::note_about(&self.cluster, &roles, name) {
            Some(nodes) => format!("{needed}, and {nodes}"),
            None => needed,
        }
    }

    /// Returns the CPUs and the memory that the autoscaler needs in the pod of the head.
    fn autoscaler_size(&self) -> Option<String> {
        let values = Some(&self.operator.autoscaling).filter(|values| values.enabled)?;
        let Some(resources) = &values.resources else { return Some("500m CPU and 512Mi of memory".to_owned()) };
        let amounts = [("cpu", "CPU"), ("memory", "of memory")].into_iter().filter_map(|(name, unit)| {
            let amount =
                [&resources.requests, &resources.limits].into_iter().flatten().find_map(|all| all.get(name))?;
            Some(format!("{} {unit}", amount.0))
        });
        Some(amounts.collect::<Vec<_>>().join(" and ")).filter(|size| !size.is_empty())
    }
}
