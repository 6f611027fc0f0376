//! Values that the schema cannot express: providers, flags, templates, objects.

use serde_json::{Value, json};

/// Cloud providers; those with more branches in the chart are listed more often.
pub const PROVIDERS: &[&str] = &[
    "aws",
    "aws",
    "aws",
    "azure",
    "azure",
    "gce",
    "magnum",
    "clusterapi",
    "clusterapi",
    "civo",
    "hetzner",
    "vultr",
    "oci",
    "rancher",
    "kwok",
    "exoscale",
    "coreweave",
    "huaweicloud",
    "externalgrpc",
    "somethingelse",
];

/// The modes in which clusters of Cluster API are reached.
pub const MODES: &[&str] = &[
    "incluster-incluster",
    "incluster-kubeconfig",
    "kubeconfig-incluster",
    "kubeconfig-kubeconfig",
    "single-kubeconfig",
    "other",
];

/// Flags of the autoscaler with valid values.
pub fn extra_args() -> Value {
    json!({
        "expander": "priority,least-waste", "leader-elect": true, "leader-elect-resource-lock": "configmaps",
        "scan-interval": "30s", "scale-down-utilization-threshold": 0.5, "max-nodes-total": 100, "v": "5",
        "balancing-ignore-label_1": "a", "balancing-ignore-label_2": "b/c", "skip-nodes-with-local-storage": false,
        "balance-similar-node-groups": null, "stderrthreshold": null, "logtostderr": null,
    })
}

/// Keys whose texts the chart renders as templates.
pub const TEMPLATES: &[&str] = &[
    "autoDiscovery.clusterName",
    "autoDiscovery.tags",
    "autoDiscovery.roles",
    "autoscalingGroupsnamePrefix[].name",
    "awsRegion",
    "magnumClusterName",
    "rbac.annotations",
    "rbac.serviceAccount.annotations",
    "serviceMonitor.relabelings",
    "serviceMonitor.metricRelabelings",
];

/// Templates that render to something.
pub const TEMPLATE_TEXTS: &[&str] = &[
    "{{ .Release.Name }}",
    "k8s.io/{{ .Values.cloudProvider }}/{{ .Release.Namespace }}",
    "{{ .Chart.Name }}-{{ .Chart.Version }}-{{ .Chart.AppVersion }}",
    "{{ .Values.image.tag | trimPrefix \"v\" | quote }}",
    "{{ .Capabilities.KubeVersion.Major }}.{{ .Capabilities.KubeVersion.Minor }}",
    "{{ if .Values.service.create }}a{{ else }}b{{ end }}",
    "{{ default \"none\" .Values.nothing }}",
];

/// An object with templates in it.
pub fn config_map(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name},
        "data": {"provider": "{{ .Values.cloudProvider }}", "text": "two\nlines: {{ .Release.Namespace }}\n"},
    })
}

/// An alert with templates in it, one of which is for Prometheus.
pub fn rules() -> Value {
    json!([{
        "alert": "NotSafeToScale", "expr": "cluster_autoscaler_cluster_safe_to_autoscale{job=\"{{ .Release.Name }}\"} == 0",
        "for": "10m", "labels": {"severity": "critical"},
        "annotations": {"summary": "{{ \"{{\" }} $labels.instance {{ \"}}\" }} cannot scale"},
    }])
}
