//! Labels that the operator sets or reads.

/// Name of the cluster, on all its pods and Services. In the `clusterSelector` of a RayJob: the cluster to submit to.
pub const CLUSTER: &str = "ray.io/cluster";

/// `head`, `worker` or `redis-cleanup`, on pods and on the head's Service.
pub const NODE_TYPE: &str = "ray.io/node-type";

/// Value of [`NODE_TYPE`] on the head's pod.
pub const NODE_TYPE_HEAD: &str = "head";

/// Value of [`NODE_TYPE`] on the pods of workers.
pub const NODE_TYPE_WORKER: &str = "worker";

/// Name of the worker group, or [`GROUP_HEAD`], on pods.
pub const GROUP: &str = "ray.io/group";

/// Value of [`GROUP`] on the head's pod.
pub const GROUP_HEAD: &str = "headgroup";

/// `yes`, on the pods of the head and the workers.
pub const IS_RAY_NODE: &str = "ray.io/is-ray-node";

/// `<cluster>-head` or `<cluster>-worker`, on pods and on the head's Service.
pub const IDENTIFIER: &str = "ray.io/identifier";

/// `true` on pods that get requests for Ray Serve.
pub const SERVE: &str = "ray.io/serve";

/// Name of the cluster, on the Service between the pods of multi-host groups.
pub const HEADLESS_WORKER_SERVICE: &str = "ray.io/headless-worker-svc";

/// Name of the RayJob or RayService that an object belongs to.
pub const ORIGINATED_FROM_NAME: &str = "ray.io/originated-from-cr-name";

/// Kind of the object that [`ORIGINATED_FROM_NAME`] names: `RayJob` or `RayService`.
pub const ORIGINATED_FROM_KIND: &str = "ray.io/originated-from-crd";

/// Name of the RayCronJob, on its RayJobs.
pub const CRON_JOB: &str = "ray.io/cronjob-name";

/// The submission mode, on the cluster of a RayJob.
pub const SUBMISSION_MODE: &str = "ray.io/job-submission-mode";

/// Name of the replica of a multi-host group that a pod belongs to.
pub const REPLICA_NAME: &str = "ray.io/worker-group-replica-name";

/// Number of the replica of a multi-host group that a pod belongs to.
pub const REPLICA_INDEX: &str = "ray.io/worker-group-replica-index";

/// Number of a pod in its replica of a multi-host group.
pub const HOST_INDEX: &str = "ray.io/replica-host-index";

/// Priority class for Volcano. Set it on the RayCluster or RayJob.
pub const PRIORITY_CLASS: &str = "ray.io/priority-class-name";

/// Schedules all pods together, with YuniKorn and the scheduler plugins. Set it on the RayCluster or RayJob; any value does.
pub const GANG_SCHEDULING: &str = "ray.io/gang-scheduling-enabled";

/// Queue of Kueue. <https://kueue.sigs.k8s.io/docs/tasks/run/rayclusters/>
pub const KUEUE_QUEUE: &str = "kueue.x-k8s.io/queue-name";

/// Queue of Volcano.
pub const VOLCANO_QUEUE: &str = "volcano.sh/queue-name";

/// `hard` or `soft`: how Volcano keeps the pods near to each other.
pub const VOLCANO_TOPOLOGY_MODE: &str = "volcano.sh/network-topology-mode";

/// The highest tier of the network that the pods may span, with Volcano.
pub const VOLCANO_TOPOLOGY_TIER: &str = "volcano.sh/network-topology-highest-tier-allowed";

/// Application ID of YuniKorn.
pub const YUNIKORN_APPLICATION: &str = "yunikorn.apache.org/app-id";

/// Queue of YuniKorn.
pub const YUNIKORN_QUEUE: &str = "yunikorn.apache.org/queue";

/// Queue of the KAI scheduler.
pub const KAI_QUEUE: &str = "kai.scheduler/queue";
