//! The values that `ray-cron-job` adds to those of a job. `values/ray-cron-job.yaml` documents them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schedule of a job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RayCronJobPart {
    /// When to create a job: minute, hour, day of the month, month, day of the week; or `@daily`.
    pub schedule: Option<String>,
    /// The time zone of the schedule: `Europe/Berlin`. Default: that of the operator.
    pub time_zone: Option<String>,
    /// Whether to create no further jobs. Jobs that exist go on.
    pub suspend: bool,
}
