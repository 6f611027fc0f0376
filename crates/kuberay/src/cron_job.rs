//! `RayCronJob`: a RayJob on a schedule.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object::kind;
use crate::{RayCronJobStatus, RayJobSpec};

/// A RayJob that the operator creates on a schedule. Needs the gate `RayCronJob`.
///
/// Its name is limited: see [`names::MAX_CRON_JOB_NAME`](crate::names::MAX_CRON_JOB_NAME).
/// <https://ray-project.github.io/kuberay/reference/api/>
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
pub struct RayCronJob {
    /// Name, namespace, labels and annotations.
    pub metadata: ObjectMeta,
    /// The schedule and the job.
    pub spec: RayCronJobSpec,
    /// What the operator has observed.
    pub status: Option<RayCronJobStatus>,
}

kind!(RayCronJob, "RayCronJobList", "raycronjobs", RayCronJobSpec, RayCronJobStatus);

/// The schedule and the job.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RayCronJobSpec {
    /// The job.
    pub job_template: RayJobSpec,
    /// When the job starts, such as `0 2 * * *`.
    pub schedule: String,
    /// Time zone of the schedule, such as `Europe/Berlin`. Default: that of the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// `true` starts no more jobs. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
}
