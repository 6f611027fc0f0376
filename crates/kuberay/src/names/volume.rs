//! Volumes that the operator adds to pods.

/// `/dev/shm` as an emptyDir in memory, for the object store.
pub const SHARED_MEMORY: &str = "shared-mem";

/// `/tmp/ray` as an emptyDir, if the autoscaler or the collector reads the logs.
pub const LOGS: &str = "ray-logs";

/// The certificates, with `tlsOptions`.
pub const TLS: &str = "ray-tls";

/// The service account's token for Ray, with `authOptions.enableK8sTokenAuth`.
pub const TOKEN: &str = "ray-token";

/// The embedded store, with `gcsFaultToleranceOptions.backend: rocksdb`.
pub const GCS_STORAGE: &str = "gcs-storage";
