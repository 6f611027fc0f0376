//! `ray`: a static Ray cluster, one head and its workers, without an operator.
//!
//! Ray's own description of such a cluster:
//! <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/static-ray-cluster-without-kuberay.html>.

pub(super) mod beside;
pub(super) mod cluster;
pub(super) mod command;
pub(super) mod monitor;
pub(super) mod network;
pub(super) mod nodes;
mod objects;
pub(super) mod params;
pub(super) mod pods;
pub(super) mod rules;
pub mod values;

use std::sync::LazyLock;

use schemars::{Schema, schema_for};

use self::cluster::{Cluster, PodCreator};
use self::rules::Limits;
pub use self::values::RayValues;
use super::{Built, Component, Fact, Setting};
use crate::check::diagnostics::Diagnostics;
use crate::components::ComponentCode;
use crate::diagnostic::{Code, Diagnostic, FieldPath, Step, ValueCode, nearest};
use crate::release::Release;
use crate::values::Values;

/// The component.
pub struct Ray;

const DEFAULTS_TEXT: &str = include_str!("../../../values/ray.yaml");

impl Component for Ray {
    fn name(&self) -> &'static str {
        "ray"
    }

    fn description(&self) -> &'static str {
        "A static Ray cluster: head, workers, and the service account they run as"
    }

    fn namespace(&self) -> &'static str {
        "ray"
    }

    fn defaults_text(&self) -> &'static str {
        DEFAULTS_TEXT
    }

    fn defaults(&self) -> &'static Values {
        static DEFAULTS: LazyLock<Values> = LazyLock::new(|| super::compiled_in("ray", DEFAULTS_TEXT));
        &DEFAULTS
    }

    /// Sets `clusterName` to the name of the release, which is the cluster's name by default, and the role of the pods.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting> {
        match fact {
            Fact::ReleaseName => vec![(&["clusterName"], text.to_owned())],
            Fact::RoleArn => vec![(&["serviceAccount", "roleArn"], text.to_owned())],
            _ => Vec::new(),
        }
    }

    fn schema(&self) -> Schema {
        schema_for!(RayValues)
    }

    fn object_ids(&self) -> &'static [&'static str] {
        &[
            "service-account",
            "head-service",
            "head-deployment",
            "worker-deployment",
            "head-disruption-budget",
            "worker-disruption-budget",
            "network-policy",
            "network-policy-clients",
            "network-policy-monitoring",
            "pod-monitor",
        ]
    }

    fn note(&self, values: &Values, release: &Release) -> Option<String> {
        let typed: RayValues = values.read(self.defaults(), &mut Vec::new())?;
        nodes::note(&cluster(&typed, release))
    }

    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
        let typed: Option<RayValues> = values.read(self.defaults(), diagnostics);
        explain_replicas(diagnostics);
        let Some(typed) = &typed else { return Vec::new() };
        let cluster = cluster(typed, release);
        if !has_sizes(typed, diagnostics) {
            return Vec::new();
        }
        let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
        rules::check(&cluster, &Limits::of_deployments(&cluster), &values.sources, &mut checked);
        diagnostics.extend(checked.list);
        if !diagnostics.iter().all(Diagnostic::is_warning) {
            return Vec::new();
        }
        objects::objects(&cluster).unwrap_or_else(|error| {
            diagnostics
                .push(Diagnostic::error(ComponentCode::NotSerializable, format!("cannot render the objects: {error}")));
            Vec::new()
        })
    }
}

fn cluster<'a>(values: &'a RayValues, release: &'a Release) -> Cluster<'a> {
    let name = values.cluster_name.as_deref().unwrap_or(&release.name);
    Cluster { name, namespace: &release.namespace, values, pods: PodCreator::Deployments }
}

/// Requires the number and the size of the workers, which only a cluster of the KubeRay operator can do without.
fn has_sizes(values: &RayValues, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let sizes = [
        ("workerReplicaCount", values.worker_replica_count),
        ("workerCPURequest", values.worker_cpu_request),
        ("workerMemRequestG", values.worker_mem_request_g),
    ];
    let before = diagnostics.len();
    for (name, _) in sizes.into_iter().filter(|(_, size)| size.is_none()) {
        let message = format!("required field `{name}` is missing");
        diagnostics.push(Diagnostic::error(ValueCode::MissingField, message).names_field(FieldPath::ROOT.child(name)));
    }
    diagnostics.len() == before
}

/// Corrects "did you mean `replicas`?" for head and worker, which do not have it.
fn explain_replicas(diagnostics: &mut [Diagnostic]) {
    let unknown = |it: &&mut Diagnostic| *it.code() == Code::Value(ValueCode::UnknownField);
    for diagnostic in diagnostics.iter_mut().filter(unknown) {
        let [Step::Field(group), Step::Field(key)] = diagnostic.field().steps() else { continue };
        let is_replicas = nearest(key, ["replicas"]).is_some();
        match group.as_str() {
            "worker" if is_replicas => diagnostic.help = vec!["use `workerReplicaCount`".to_owned()],
            "head" if is_replicas => diagnostic.help = vec![ONE_HEAD.to_owned()],
            _ => {}
        }
    }
}

/// What to do with a number of heads.
pub(super) const ONE_HEAD: &str = "remove it: a Ray cluster has one head";
