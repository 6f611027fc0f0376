//! Names that the operator reads, writes and derives, from
//! <https://github.com/ray-project/kuberay/blob/v1.7.0/ray-operator/controllers/ray/utils/constant.go>.

pub mod annotation;
pub mod container;
pub mod env;
pub mod label;
pub mod port;
pub mod volume;

/// Longest name of a RayCluster: the name of the Service that serves, `<name>-serve-svc`, has at most 63 characters.
pub const MAX_CLUSTER_NAME: usize = 53;

/// Longest name of a RayService: its clusters are `<name>-` and five random characters.
pub const MAX_SERVICE_NAME: usize = MAX_CLUSTER_NAME - 6;

/// Longest name of a RayJob: its clusters are `<name>-` and five random characters.
pub const MAX_JOB_NAME: usize = MAX_CLUSTER_NAME - 6;

/// Longest name of a RayCronJob: its jobs are `<name>-` and the minute of the start, with at most ten digits.
pub const MAX_CRON_JOB_NAME: usize = MAX_JOB_NAME - 11;

/// The value of `managedBy` with which the operator is responsible, as without a value.
pub const MANAGED_BY_OPERATOR: &str = "ray.io/kuberay-operator";

/// The value of `managedBy` with which MultiKueue is responsible.
pub const MANAGED_BY_MULTIKUEUE: &str = "kueue.x-k8s.io/multikueue";

/// Folder of the certificates in a container, with `tlsOptions`.
pub const TLS_MOUNT_PATH: &str = "/etc/ray/tls";

/// Folder of the embedded store in the head's container, with `gcsFaultToleranceOptions.backend: rocksdb`.
pub const GCS_STORAGE_MOUNT_PATH: &str = "/data/gcs";

/// Folder of the service account's token for Ray, with `authOptions.enableK8sTokenAuth`.
pub const TOKEN_MOUNT_PATH: &str = "/var/run/secrets/ray.io/serviceaccount";

/// Key of the token in the Secret of `authOptions`.
pub const AUTH_TOKEN_KEY: &str = "auth_token";

/// Name of an application of Ray Serve without a name.
pub const DEFAULT_APPLICATION: &str = "default";

/// Returns the name of the head's Service, unless `headService.metadata.name` sets another one. The clusters of RayJobs and
/// RayServices have it, too; a RayService has a second one with its own name, which stays the same in upgrades.
pub fn head_service(name: &str) -> String {
    format!("{name}-head-svc")
}

/// Returns the name of the Service for requests to Ray Serve, unless `serveService.metadata.name` sets another one. `name` is
/// that of the RayService.
pub fn serve_service(name: &str) -> String {
    format!("{name}-serve-svc")
}

/// Returns the name of the Service between the pods of a cluster with multi-host groups.
pub fn headless_service(cluster: &str) -> String {
    format!("{cluster}-headless")
}

/// Returns the name of the dashboard's Ingress, with `enableIngress`.
pub fn head_ingress(cluster: &str) -> String {
    checked(&format!("{cluster}-head-ingress"))
}

/// Returns the name of the service account of the head and its autoscaler, with `enableInTreeAutoscaling`, unless the head's pod
/// template has one. The operator creates it with a Role and a RoleBinding; one that the template names has to exist.
pub fn autoscaler_service_account(cluster: &str) -> String {
    checked(cluster)
}

/// Returns the name of the Secret with the token, with `authOptions`, unless `secretName` sets another one.
pub fn auth_secret(cluster: &str) -> String {
    checked(cluster)
}

/// Returns the name of the PersistentVolumeClaim of the embedded store, unless `claimName` sets another one.
pub fn gcs_storage_claim(cluster: &str) -> String {
    format!("{cluster}-gcs-pvc")
}

/// Returns the name of the head's NetworkPolicy, with `networkPolicy`.
pub fn head_network_policy(cluster: &str) -> String {
    format!("{cluster}-head")
}

/// Returns the name of a worker group's NetworkPolicy, with `networkPolicy`.
pub fn worker_network_policy(cluster: &str, group: &str) -> String {
    format!("{cluster}-workers-{group}")
}

/// Returns the name of the Gateway of a RayService, with an incremental upgrade.
pub fn gateway(service: &str) -> String {
    format!("{service}-gateway")
}

/// Returns the name of the HTTPRoute of a RayService, with an incremental upgrade.
pub fn http_route(service: &str) -> String {
    format!("{service}-httproute")
}

/// Returns the prefix of the names of the head's pods.
pub fn head_pod_prefix(cluster: &str) -> String {
    pod_prefix(cluster, "head")
}

/// Returns the prefix of the names of a worker group's pods.
pub fn worker_pod_prefix(cluster: &str, group: &str) -> String {
    pod_prefix(&format!("{cluster}-{group}"), "worker")
}

fn pod_prefix(prefix: &str, node_type: &str) -> String {
    let prefix: String = prefix.chars().take(50).collect();
    format!("{prefix}-{node_type}-").to_lowercase()
}

/// Shortens a name to its last 50 characters and replaces a digit or punctuation at its start, as the operator does
/// (`CheckName`).
fn checked(name: &str) -> String {
    let last = &name[name.char_indices().rev().nth(49).map_or(0, |(at, _)| at)..];
    let mut characters = last.chars();
    match characters.next() {
        Some(first) if first.is_ascii_digit() || first.is_ascii_punctuation() => format!("r{}", characters.as_str()),
        _ => last.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_loses_its_start() {
        assert_eq!(autoscaler_service_account("train"), "train");
        assert_eq!(autoscaler_service_account("1-train"), "r-train");
        assert_eq!(autoscaler_service_account(&format!("abc-{}", "x".repeat(49))), format!("r{}", "x".repeat(49)));
        assert_eq!(autoscaler_service_account(""), "");
    }

    #[test]
    fn a_long_pod_name_loses_its_end() {
        assert_eq!(head_pod_prefix("train"), "train-head-");
        assert_eq!(worker_pod_prefix("Train", "gpu"), "train-gpu-worker-");
        assert_eq!(head_pod_prefix(&"x".repeat(60)), format!("{}-head-", "x".repeat(50)));
    }
}
