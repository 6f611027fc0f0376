//! Which values the fields of a custom resource come from, so that diagnostics about the object point at them.

use super::OperatedCluster;
use crate::components::ray::pods::Role;
use crate::diagnostic::{FieldPath, Step};

/// Fields of the custom resource, each with its value. Other fields of its specification have the same name as their value.
const OBJECT: &[(&str, &str)] = &[
    ("metadata.name", "clusterName"),
    ("metadata.labels", "labels"),
    ("metadata.annotations", "annotations"),
    ("spec", ""),
];

/// Fields of the specification of the Ray cluster, each with its value.
const SPEC: &[(&str, &str)] = &[
    ("rayVersion", "rayVersion"),
    ("enableInTreeAutoscaling", "autoscaling.enabled"),
    ("autoscalerOptions", "autoscaling"),
    ("authOptions", "auth"),
    ("authOptions.secretName", "auth.token.secretName"),
    ("authOptions.enableK8sTokenAuth", "auth.kubernetes"),
    ("gcsFaultToleranceOptions", "gcsFaultTolerance"),
    ("gcsFaultToleranceOptions.externalStorageNamespace", "gcsFaultTolerance.storageNamespace"),
    ("historyServerOptions.collectorOptions", "historyServer.collector"),
    ("historyServerOptions", "historyServer"),
    ("networkPolicy", "networkPolicy"),
    ("tlsOptions", "tls"),
    ("headServiceAnnotations", "service.annotations"),
    ("headGroupSpec.serviceType", "service.type"),
    ("headGroupSpec.headService", "service"),
    ("headGroupSpec.headService.metadata", "service"),
    ("headGroupSpec.headService.spec", "service"),
    ("headGroupSpec.enableIngress", "head.ingress.enabled"),
    ("headGroupSpec.ingressOptions", "head.ingress"),
];

/// Fields of a group that have another name in its values, or another parent.
const GROUP: &[(&str, &str)] = &[
    ("", ""),
    ("resources", "rayResources"),
    ("template.metadata.labels", "podLabels"),
    ("template.metadata.annotations", "podAnnotations"),
    ("template.spec", ""),
    ("template.spec.securityContext", "podSecurityContext"),
    ("template.spec.containers[0]", ""),
];

/// Fields of a group that have values outside of it.
const SHARED: &[(&str, &str)] = &[
    ("template.spec.serviceAccountName", "serviceAccount.name"),
    ("template.spec.imagePullSecrets", "imagePullSecrets"),
    ("template.spec.containers[0].imagePullPolicy", "imagePullPolicy"),
];

/// Returns the path of each field of the custom resource with that of its value; `prefix` is the path of the specification of the
/// Ray cluster, such as `spec.rayClusterSpec`.
pub(in crate::components) fn fields(operated: &OperatedCluster<'_>, prefix: &str) -> Vec<(FieldPath, FieldPath)> {
    let prefix = FieldPath::parse(prefix);
    let mut list: Vec<(FieldPath, FieldPath)> =
        OBJECT.iter().map(|(field, value)| (FieldPath::parse(field), FieldPath::parse(value))).collect();
    list.extend(SPEC.iter().map(|(field, value)| (joined(&prefix, field), FieldPath::parse(value))));
    if operated.operator.ray_version.is_none() {
        list.push((joined(&prefix, "rayVersion"), FieldPath::parse("rayImage")));
    }
    for (index, name) in operated.operator.network_policy.worker_groups.keys().enumerate() {
        let value = FieldPath::parse("networkPolicy.workerGroups").child(name);
        list.push((joined(&prefix, &format!("networkPolicy.workerGroups[{index}]")), value));
    }
    group(operated, &joined(&prefix, "headGroupSpec"), &Role::Head, &mut list);
    for (index, (_, role)) in operated.groups().iter().enumerate() {
        group(operated, &joined(&prefix, &format!("workerGroupSpecs[{index}]")), role, &mut list);
    }
    list
}

fn group(operated: &OperatedCluster<'_>, field: &FieldPath, role: &Role<'_>, list: &mut Vec<(FieldPath, FieldPath)>) {
    let value = match role {
        Role::Head => FieldPath::parse("head"),
        Role::Worker => FieldPath::parse("worker"),
        Role::Group(name, _) => FieldPath::parse("workerGroups").child(name),
    };
    list.extend(GROUP.iter().map(|(below, name)| (joined(field, below), joined(&value, name))));
    list.extend(SHARED.iter().map(|(below, path)| (joined(field, below), FieldPath::parse(path))));
    if matches!(role, Role::Worker) {
        list.push((joined(field, "replicas"), FieldPath::parse("workerReplicaCount")));
    }
    let image = match operated.pod_options(role).image {
        Some(_) => value.child("image"),
        None => FieldPath::parse("rayImage"),
    };
    list.push((joined(field, "template.spec.containers[0].image"), image));
    for index in 0..role.group(&operated.cluster).sidecars.len() {
        let container = joined(field, &format!("template.spec.containers[{}]", index + 1));
        list.push((container, joined(&value, &format!("sidecars[{index}]"))));
    }
}

fn joined(path: &FieldPath, below: &str) -> FieldPath {
    let steps = path.steps().iter().cloned();
    steps.chain(FieldPath::parse(below).steps().iter().cloned()).collect::<Vec<Step>>().into_iter().collect()
}
