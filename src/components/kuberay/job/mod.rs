//! `ray-job`: a job and the Ray cluster that the KubeRay operator starts for it.

mod deletion;
mod objects;
mod rules;
pub mod values;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use schemars::Schema;

pub(super) use self::objects::spec;
pub(super) use self::rules::{at_least, check, unused_cluster};
pub use self::values::{JobPart, ManagedBy, RayJobPart, SubmissionMode};
use super::build;
use super::{Kind, KubeRayValues, OperatedCluster, defaults, fields};
use crate::check::diagnostics::Diagnostics;
use crate::components::{Built, Component, Fact, Setting, compiled_in};
use crate::diagnostic::{Diagnostic, FieldPath};
use crate::kuberay::RayJob;
use crate::kuberay::names::label;
use crate::release::Release;
use crate::tree::write;
use crate::values::Values;

/// The component.
pub struct RayJobComponent;

type JobValues = KubeRayValues<(RayJobPart, JobPart)>;

/// `values/ray-job.yaml`.
pub(super) const OWN_TEXT: &str = include_str!("../../../../values/ray-job.yaml");

static DEFAULTS_TEXT: LazyLock<String> = LazyLock::new(|| defaults::with_cluster(OWN_TEXT));

impl Component for RayJobComponent {
    fn name(&self) -> &'static str {
        Kind::Job.component()
    }

    fn description(&self) -> &'static str {
        "A Ray job, with a Ray cluster of the KubeRay operator"
    }

    fn namespace(&self) -> &'static str {
        "ray"
    }

    fn defaults_text(&self) -> &'static str {
        &DEFAULTS_TEXT
    }

    fn defaults(&self) -> &'static Values {
        static DEFAULTS: LazyLock<Values> = LazyLock::new(|| compiled_in("ray-job", &DEFAULTS_TEXT));
        &DEFAULTS
    }

    /// Sets `clusterName` to the name of the release, which is the cluster's name by default, and the role of the pods.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting> {
        build::settings(fact, text)
    }

    fn schema(&self) -> Schema {
        JobValues::schema()
    }

    fn object_ids(&self) -> &'static [&'static str] {
        const { &build::object_ids("ray-job") }
    }

    fn note(&self, values: &Values, release: &Release) -> Option<String> {
        let typed = JobValues::read(values, self.defaults(), &mut Vec::new())?;
        let operated = typed.cluster(Kind::Job, release);
        let (name, namespace) = (operated.cluster.name, operated.cluster.namespace);
        Some(format!(
            "{}\n  = note: a job runs once; to run it again, delete it (`kubectl delete rayjob {name} -n {namespace}`), or set \
             another `clusterName`",
            note(&operated, &typed.kind.1)
        ))
    }

    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
        let Some(typed) = JobValues::read(values, self.defaults(), diagnostics) else { return Vec::new() };
        let (own, job) = &typed.kind;
        let mut operated = typed.cluster(Kind::Job, release);
        operated.dashboard_peers = submitters(job, Some(operated.cluster.name));
        let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
        super::check(&operated, &values.sources, &mut checked);
        build::no_static_service(&operated, &mut checked);
        check(job, operated.operator, &mut checked);
        unused_cluster(job, &values.root, &mut checked);
        rules::suspend(job, operated.operator, own.suspend, &mut checked);
        diagnostics.extend(checked.list);
        build::unless_refused(&operated.operator.operator, values, diagnostics, || objects(own, job, &operated))
    }
}

fn objects(own: &RayJobPart, job: &JobPart, operated: &OperatedCluster<'_>) -> Result<Vec<Built>, write::Error> {
    let mut spec = spec(job, operated)?;
    spec.suspend = own.suspend.then_some(true);
    let object = RayJob { metadata: operated.metadata(), spec, status: None };
    let custom = Built::of("ray-job", object).map_err(write::Error::Value)?;
    objects_of(job, operated, custom.set_by(sources_of(job, operated, "spec")))
}

/// Returns the values that the fields of a job's spec come from; `prefix` is the path of the spec.
pub(super) fn sources_of(job: &JobPart, operated: &OperatedCluster<'_>, prefix: &str) -> Vec<(FieldPath, FieldPath)> {
    let runtime_env = if job.runtime_env.is_some() { "runtimeEnv" } else { "runtimeEnvYAML" };
    let renamed = [
        ("", ""),
        (".runtimeEnvYAML", runtime_env),
        (".deletionStrategy", "deletionRules"),
        (".deletionStrategy.deletionRules", "deletionRules"),
        (".submitterConfig", "submitter"),
        (".submitterPodTemplate", "submitter.podTemplate"),
    ];
    let own = renamed.map(|(field, value)| (FieldPath::parse(&format!("{prefix}{field}")), FieldPath::parse(value)));
    let mut list = fields(operated, &format!("{prefix}.rayClusterSpec"));
    list.extend(own);
    list
}

/// Returns the custom resource together with the objects for its cluster, if it has one.
pub(super) fn objects_of(
    job: &JobPart,
    operated: &OperatedCluster<'_>,
    custom: Built,
) -> Result<Vec<Built>, write::Error> {
    match job.cluster_selector {
        Some(_) => Ok(vec![custom]),
        None => build::with_cluster(operated, custom),
    }
}

/// Returns what to know before a job is applied.
pub(super) fn note(operated: &OperatedCluster<'_>, job: &JobPart) -> String {
    let namespace = operated.cluster.namespace;
    let existing = job.cluster_selector.as_ref().and_then(|selector| selector.0.get(label::CLUSTER));
    let mut note = match existing {
        Some(name) => {
            format!(
                "the KubeRay operator must run in the cluster, and the RayCluster `{name}` in the namespace `{namespace}`"
            )
        }
        None => operated.note(),
    };
    if job.mode() == SubmissionMode::InteractiveMode && job.job_id.as_deref().is_none_or(str::is_empty) {
        note.push_str("\n  = note: the operator waits until `jobId` names the job that you submit");
    }
    note
}

/// Returns the pods of the Kubernetes Jobs that submit a job, which must reach the dashboard; `name` is that of the RayJob, if it
/// is known.
pub(super) fn submitters(job: &JobPart, name: Option<&str>) -> Vec<NetworkPolicyPeer> {
    if job.mode() != SubmissionMode::K8sJobMode {
        return Vec::new();
    }
    // The labels that the operator adds: `getSubmitterTemplate` in `rayjob_controller.go`.
    let mut labels = BTreeMap::from([(label::ORIGINATED_FROM_KIND.to_owned(), "RayJob".to_owned())]);
    labels.extend(name.map(|name| (label::ORIGINATED_FROM_NAME.to_owned(), name.to_owned())));
    let pods = LabelSelector { match_labels: Some(labels), match_expressions: None };
    vec![NetworkPolicyPeer { pod_selector: Some(pods), ..NetworkPolicyPeer::default() }]
}
