//! Containers that the operator adds to pods.

/// Position of the container that runs Ray in a pod template.
pub const RAY_INDEX: usize = 0;

/// The Ray autoscaler, in the head's pod.
pub const AUTOSCALER: &str = "autoscaler";

/// The container that submits the job, in the head's pod, with `SidecarMode`.
pub const SUBMITTER: &str = "ray-job-submitter";

/// The container that collects logs and events, with `historyServerOptions`.
pub const COLLECTOR: &str = "ray-history-collector";

/// The init container of workers that waits for the head. `ENABLE_INIT_CONTAINER_INJECTION=false` of the operator turns it off.
pub const WAIT_GCS_READY: &str = "wait-gcs-ready";

/// The init container that waits until the certificate has the pod's address, with `tlsOptions`.
pub const WAIT_FOR_TLS: &str = "wait-for-tls-ip-san";
