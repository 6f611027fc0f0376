//! What the operator sets, so that values may not.

use crate::components::ray::rules::Reserved;
use crate::kuberay::names::{container, env, label};

const BY_OPERATOR: &str = "the operator sets it";
const SELECTED: &str = "the operator selects its pods by it";

/// `setContainerEnvVars`, `DefaultHeadPodTemplate` and `labelPod` of `ray-operator/controllers/ray/common/pod.go`. The operator
/// appends these variables even if the container has them.
pub(super) static OPERATOR: Reserved = Reserved {
    variables: &[
        (env::FQ_RAY_IP, BY_OPERATOR),
        (env::KUBERAY_GEN_RAY_START_CMD, BY_OPERATOR),
        (env::RAY_CLOUD_INSTANCE_ID, BY_OPERATOR),
        (env::RAY_CLUSTER_NAME, BY_OPERATOR),
        (env::RAY_CLUSTER_NAMESPACE, BY_OPERATOR),
        (env::RAY_IP, BY_OPERATOR),
        (env::RAY_NODE_TYPE_NAME, BY_OPERATOR),
    ],
    volumes: &[],
    containers: &[
        (container::AUTOSCALER, "for the container of the autoscaler"),
        (container::COLLECTOR, "for the container of the history server"),
        ("ray-head", "for Ray's own container"),
        ("ray-worker", "for Ray's own container"),
        (container::WAIT_FOR_TLS, "for a container of the operator"),
        (container::WAIT_GCS_READY, "for a container of the operator"),
    ],
    pod_labels: &[(label::CLUSTER, SELECTED), (label::GROUP, SELECTED), (label::NODE_TYPE, SELECTED)],
    start_params: &[
        ("address", "it is the address of the head's Service"),
        ("block", "it is always set, so that the container ends with Ray"),
        ("dashboard-agent-listen-port", "use `ports.dashboardAgent`"),
        ("dashboard-port", "use `ports.dashboard`"),
        ("head", "it is always set for the head, and only there"),
        ("labels", "use `labels` of the group"),
        ("metrics-export-port", "use `metrics.port`"),
        ("no-monitor", "use `autoscaling.enabled`"),
        ("port", "use `ports.gcs`"),
        ("ray-client-server-port", "use `ports.client`"),
        ("redis-shard-ports", "Ray has not started its own Redis since 1.11; remove it"),
        ("redis-username", "use `gcsFaultTolerance.redisUsername`"),
    ],
    is_operated: true,
};
