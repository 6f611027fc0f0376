//! `ray-cron-job`: a job that the KubeRay operator creates at each time of a schedule.

mod rules;
pub mod values;

use std::sync::LazyLock;

use schemars::Schema;

pub use self::values::RayCronJobPart;
use super::build;
use super::job::values::DeletionPolicy;
use super::job::{self, JobPart};
use super::{Kind, KubeRayValues, OperatedCluster, defaults};
use crate::check::diagnostics::Diagnostics;
use crate::components::{Built, Component, Fact, Setting, compiled_in};
use crate::diagnostic::Diagnostic;
use crate::kuberay::{RayCronJob, RayCronJobSpec};
use crate::release::Release;
use crate::tree::write;
use crate::values::Values;

/// The component.
pub struct RayCronJobComponent;

type CronJobValues = KubeRayValues<(RayCronJobPart, JobPart)>;

const OWN_TEXT: &str = include_str!("../../../../values/ray-cron-job.yaml");

static DEFAULTS_TEXT: LazyLock<String> =
    LazyLock::new(|| defaults::with_cluster(&format!("{OWN_TEXT}{}", defaults::of_job(job::OWN_TEXT))));

impl Component for RayCronJobComponent {
    fn name(&self) -> &'static str {
        Kind::CronJob.component()
    }

    fn description(&self) -> &'static str {
        "A Ray job on a schedule, with a Ray cluster of the KubeRay operator"
    }

    fn namespace(&self) -> &'static str {
        "ray"
    }

    fn defaults_text(&self) -> &'static str {
        &DEFAULTS_TEXT
    }

    fn defaults(&self) -> &'static Values {
        static DEFAULTS: LazyLock<Values> = LazyLock::new(|| compiled_in("ray-cron-job", &DEFAULTS_TEXT));
        &DEFAULTS
    }

    /// Sets `clusterName` to the name of the release, which is the cluster's name by default, and the role of the pods.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting> {
        build::settings(fact, text)
    }

    fn schema(&self) -> Schema {
        CronJobValues::schema()
    }

    fn object_ids(&self) -> &'static [&'static str] {
        const { &build::object_ids("ray-cron-job") }
    }

    fn note(&self, values: &Values, release: &Release) -> Option<String> {
        let typed = CronJobValues::read(values, self.defaults(), &mut Vec::new())?;
        let (_, job) = &typed.kind;
        let note = job::note(&typed.cluster(Kind::CronJob, release), job);
        let is_deleted = job.deletion_rules.iter().any(|rule| rule.policy == DeletionPolicy::DeleteSelf);
        Some(match (is_deleted, &job.cluster_selector) {
            (true, _) => note,
            (false, Some(_)) => format!("{note}\n  = note: KubeRay keeps the RayJob of each run"),
            (false, None) => format!(
                "{note}\n  = note: KubeRay keeps the RayJob of each run; `deletionRules` with the policy `DeleteSelf` remove it"
            ),
        })
    }

    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
        let Some(typed) = CronJobValues::read(values, self.defaults(), diagnostics) else { return Vec::new() };
        let (cron_job, job) = &typed.kind;
        let mut operated = typed.cluster(Kind::CronJob, release);
        // Each run has a RayJob with another name.
        operated.dashboard_peers = job::submitters(job, None);
        let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
        super::check(&operated, &values.sources, &mut checked);
        build::no_static_service(&operated, &mut checked);
        rules::check(cron_job, operated.operator, &mut checked);
        job::check(job, operated.operator, &mut checked);
        job::unused_cluster(job, &values.root, &mut checked);
        diagnostics.extend(checked.list);
        build::unless_refused(&operated.operator.operator, values, diagnostics, || objects(cron_job, job, &operated))
    }
}

fn objects(
    cron_job: &RayCronJobPart,
    job: &JobPart,
    operated: &OperatedCluster<'_>,
) -> Result<Vec<Built>, write::Error> {
    let spec = RayCronJobSpec {
        job_template: job::spec(job, operated)?,
        schedule: cron_job.schedule.clone().unwrap_or_default(),
        time_zone: cron_job.time_zone.clone(),
        suspend: cron_job.suspend.then_some(true),
    };
    let object = RayCronJob { metadata: operated.metadata(), spec, status: None };
    let sources = job::sources_of(job, operated, "spec.jobTemplate");
    let custom = Built::of("ray-cron-job", object).map_err(write::Error::Value)?;
    job::objects_of(job, operated, custom.set_by(sources))
}
