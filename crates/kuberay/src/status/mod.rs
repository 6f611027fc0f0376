//! What the operator has observed. It writes these types; nobody else does.

mod cluster;
mod job;
mod service;

pub use cluster::{HeadInfo, RayClusterStatus};
pub use job::{RayCronJobStatus, RayJobStatus, RayJobStatusInfo};
pub use service::{AppStatus, RayServiceStatus, RayServiceStatuses, ServeDeploymentStatus};
