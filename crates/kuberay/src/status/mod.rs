//! What the operator has observed. Only the operator writes these types.

mod cluster;
mod job;
mod service;

pub use cluster::{HeadInfo, RayClusterStatus};
pub use job::{RayCronJobStatus, RayJobStatus, RayJobStatusInfo};
pub use service::{AppStatus, RayServiceStatus, RayServiceStatuses, ServeDeploymentStatus};
