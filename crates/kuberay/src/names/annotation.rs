//! Annotations that the operator reads on custom resources, and those that it sets.

/// `true` turns on fault tolerance of the Global Control Store. `gcsFaultToleranceOptions` replaces it.
pub const FT_ENABLED: &str = "ray.io/ft-enabled";

/// Prefix of the keys in Redis. `gcsFaultToleranceOptions.externalStorageNamespace` replaces it.
pub const EXTERNAL_STORAGE_NAMESPACE: &str = "ray.io/external-storage-namespace";

/// Seconds after which the deletion of a cluster no longer waits for the cleanup of Redis. Default: 300.
pub const FT_DELETION_TIMEOUT: &str = "ray.io/gcs-ft-deletion-timeout";

/// `true` keeps the command of the containers, which then starts Ray itself: the operator's command is in
/// [`KUBERAY_GEN_RAY_START_CMD`](super::env::KUBERAY_GEN_RAY_START_CMD).
pub const OVERWRITE_CONTAINER_COMMAND: &str = "ray.io/overwrite-container-cmd";

/// Time in which a RayService has to become ready, as a duration of Go (`30m`) or in seconds. Otherwise it has failed for
/// good.
pub const INITIALIZING_TIMEOUT: &str = "ray.io/initializing-timeout";

/// `true` creates the Service for Ray Serve beside a RayCluster without a RayService.
pub const ENABLE_SERVE_SERVICE: &str = "ray.io/enable-serve-service";

/// `true` keeps the operator from replacing a head that has run. The operator sets it on clusters of RayJobs with `SidecarMode`.
pub const DISABLE_HEAD_RESTART: &str = "ray.io/disable-provisioned-head-restart";

/// The time for which a RayJob was due. The operator sets it on the jobs of a RayCronJob.
pub const CRON_JOB_TIMESTAMP: &str = "ray.io/cronjob-scheduled-timestamp";

/// Hash of a cluster's spec, by which the operator finds that a RayService has changed.
pub const HASH: &str = "ray.io/hash-without-replicas-and-workers-to-delete";

/// Hash of a cluster's spec, by which the operator finds pods to replace, with `upgradeStrategy.type: Recreate`.
pub const RECREATE_HASH: &str = "ray.io/upgrade-strategy-recreate-hash";

/// Number of worker groups, with which the operator finds that a RayService has a new group.
pub const WORKER_GROUPS: &str = "ray.io/num-worker-groups";

/// Version of the operator that created a pod or a cluster.
pub const KUBERAY_VERSION: &str = "ray.io/kuberay-version";

/// Class of the dashboard's Ingress. Other annotations of the RayCluster are copied to the Ingress, too.
pub const INGRESS_CLASS: &str = "kubernetes.io/ingress.class";
