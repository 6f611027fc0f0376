//! Default ports of Ray, and their names in containers and Services.

/// Ray clients: `ray.init("ray://...")`.
pub const CLIENT: u16 = 10001;

/// The Global Control Store, which workers connect to.
pub const GCS: u16 = 6379;

/// The dashboard and its job server.
pub const DASHBOARD: u16 = 8265;

/// Prometheus metrics.
pub const METRICS: u16 = 8080;

/// The agent of the dashboard on each node.
pub const DASHBOARD_AGENT: u16 = 52365;

/// Requests to applications of Ray Serve.
pub const SERVE: u16 = 8000;

/// Name of [`CLIENT`].
pub const CLIENT_NAME: &str = "client";

/// Name of [`GCS`].
pub const GCS_NAME: &str = "gcs-server";

/// Name of [`DASHBOARD`].
pub const DASHBOARD_NAME: &str = "dashboard";

/// Name of [`METRICS`].
pub const METRICS_NAME: &str = "metrics";

/// Name of [`SERVE`].
pub const SERVE_NAME: &str = "serve";
