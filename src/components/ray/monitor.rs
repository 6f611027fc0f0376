//! The PodMonitor, by which the Prometheus operator finds the metrics of each node.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::Serialize;

use super::cluster::{Cluster, Pods};

/// <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PodMonitor {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: PodMonitorSpec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PodMonitorSpec {
    pod_metrics_endpoints: Vec<Endpoint>,
    selector: LabelSelector,
}

#[derive(Serialize)]
struct Endpoint {
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<String>,
    port: &'static str,
}

/// The name of the pods' metrics port.
pub(in crate::components) const METRICS_PORT: &str = "metrics";

pub(super) fn pod_monitor(cluster: &Cluster<'_>) -> PodMonitor {
    let values = &cluster.values.metrics.pod_monitor;
    let mut metadata = cluster.metadata(format!("{}-ray", cluster.name), "metrics");
    let labels: &mut BTreeMap<String, String> = metadata.labels.get_or_insert_default();
    labels.extend(values.labels.iter().map(|(key, value)| (key.clone(), value.clone())));
    PodMonitor {
        api_version: "monitoring.coreos.com/v1",
        kind: "PodMonitor",
        metadata,
        spec: PodMonitorSpec {
            pod_metrics_endpoints: vec![Endpoint { interval: values.interval.clone(), port: METRICS_PORT }],
            selector: cluster.select(Pods::All),
        },
    }
}
