//! Environment variables of Ray's containers that the operator sets or reads.

/// Name of the cluster.
pub const RAY_CLUSTER_NAME: &str = "RAY_CLUSTER_NAME";

/// Namespace of the cluster.
pub const RAY_CLUSTER_NAMESPACE: &str = "RAY_CLUSTER_NAMESPACE";

/// Name of the head's Service; superseded by [`FQ_RAY_IP`].
pub const RAY_IP: &str = "RAY_IP";

/// DNS name of the head's Service, with the namespace and the cluster's domain.
pub const FQ_RAY_IP: &str = "FQ_RAY_IP";

/// Port of the Global Control Store.
pub const RAY_PORT: &str = "RAY_PORT";

/// Address of the Ray cluster.
pub const RAY_ADDRESS: &str = "RAY_ADDRESS";

/// Address of the Redis server. `gcsFaultToleranceOptions.redisAddress` replaces it.
pub const RAY_REDIS_ADDRESS: &str = "RAY_REDIS_ADDRESS";

/// User of the Redis server. `gcsFaultToleranceOptions.redisUsername` replaces it.
pub const REDIS_USERNAME: &str = "REDIS_USERNAME";

/// Password of the Redis server. `gcsFaultToleranceOptions.redisPassword` replaces it.
pub const REDIS_PASSWORD: &str = "REDIS_PASSWORD";

/// Prefix of the keys in Redis. `gcsFaultToleranceOptions.externalStorageNamespace` replaces it.
pub const EXTERNAL_STORAGE_NAMESPACE: &str = "RAY_external_storage_namespace";

/// The backend of the Global Control Store: `rocksdb`.
pub const GCS_STORAGE: &str = "RAY_gcs_storage";

/// Folder of the embedded store.
pub const GCS_STORAGE_PATH: &str = "RAY_gcs_storage_path";

/// Seconds for which a worker waits for the head: 600 with fault tolerance.
pub const GCS_RECONNECT_TIMEOUT: &str = "RAY_gcs_rpc_server_reconnect_timeout_s";

/// Name of the pod, for version 2 of the autoscaler.
pub const RAY_CLOUD_INSTANCE_ID: &str = "RAY_CLOUD_INSTANCE_ID";

/// Name of the group, for version 2 of the autoscaler.
pub const RAY_NODE_TYPE_NAME: &str = "RAY_NODE_TYPE_NAME";

/// Whether version 2 of the autoscaler runs: `true` or `false`, with `autoscalerOptions.version`.
pub const ENABLE_AUTOSCALER_V2: &str = "RAY_enable_autoscaler_v2";

/// `token` with `authOptions`.
pub const RAY_AUTH_MODE: &str = "RAY_AUTH_MODE";

/// The token, from the Secret of `authOptions`.
pub const RAY_AUTH_TOKEN: &str = "RAY_AUTH_TOKEN";

/// `true` with `authOptions.enableK8sTokenAuth`.
pub const RAY_ENABLE_K8S_TOKEN_AUTH: &str = "RAY_ENABLE_K8S_TOKEN_AUTH";

/// `1` with `tlsOptions`.
pub const RAY_USE_TLS: &str = "RAY_USE_TLS";

/// File of the certificate.
pub const RAY_TLS_SERVER_CERT: &str = "RAY_TLS_SERVER_CERT";

/// File of the private key.
pub const RAY_TLS_SERVER_KEY: &str = "RAY_TLS_SERVER_KEY";

/// File of the certificate authority.
pub const RAY_TLS_CA_CERT: &str = "RAY_TLS_CA_CERT";

/// The `ray start` command that the operator has built.
pub const KUBERAY_GEN_RAY_START_CMD: &str = "KUBERAY_GEN_RAY_START_CMD";

/// The command of the autoscaler that the operator has built.
pub const KUBERAY_GEN_AUTOSCALER_START_CMD: &str = "KUBERAY_GEN_AUTOSCALER_START_CMD";

/// The most open files of Ray's processes. Default: 65536.
pub const RAY_START_ULIMIT_OPEN_FILES: &str = "RAY_START_ULIMIT_OPEN_FILES";

/// Address of the dashboard, in the container that submits a job.
pub const RAY_DASHBOARD_ADDRESS: &str = "RAY_DASHBOARD_ADDRESS";

/// Submission ID of the job, in the container that submits it.
pub const RAY_JOB_SUBMISSION_ID: &str = "RAY_JOB_SUBMISSION_ID";
