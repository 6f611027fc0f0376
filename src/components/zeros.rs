//! Zero values of built-in kinds that an API server does not store: the field in Go is not a pointer and has the tag `omitempty`.
//!
//! The tables list the fields that components can write. Rust's types do not show which fields are pointers in Go; that is from
//! <https://github.com/kubernetes/api>: `core/v1`, `apps/v1` and `rbac/v1`. If a server sets a default for a zero, such as
//! `periodSeconds: 0`, it sets the same default for a missing field.

use crate::tree::{Kind, Node};

/// Numbers and booleans.
const NUMBERS: &[&str] = &[
    "failureThreshold",
    "healthCheckNodePort",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostPort",
    "initialDelaySeconds",
    "minReadySeconds",
    "nodePort",
    "paused",
    "periodSeconds",
    "publishNotReadyAddresses",
    "readOnly",
    "stdin",
    "stdinOnce",
    "successThreshold",
    "timeoutSeconds",
    "tty",
];

/// Numbers and booleans of the same names that are pointers, with the field that they are in.
const POINTERS: &[(&str, &str)] =
    &[("clientIP", "timeoutSeconds"), ("csi", "readOnly"), ("webhooks", "timeoutSeconds")];

/// Strings, by the field that they are in, or in whose items they are.
const TEXTS: &[(&str, &[&str])] = &[
    ("containers", CONTAINER),
    ("emptyDir", &["medium"]),
    ("env", &["value"]),
    ("envFrom", &["prefix"]),
    ("fieldRef", &["apiVersion"]),
    ("httpGet", &["host", "path", "scheme"]),
    ("initContainers", CONTAINER),
    ("ports", &["hostIP", "name", "protocol"]),
    ("secret", &["secretName"]),
    ("spec", SPEC),
    ("subjects", &["apiGroup", "namespace"]),
    ("tcpSocket", &["host"]),
    ("tolerations", &["effect", "key", "operator", "value"]),
    ("volumeMounts", &["subPath", "subPathExpr"]),
];

const CONTAINER: &[&str] =
    &["image", "imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy", "workingDir"];

/// Fields of `spec` in pods and Services.
const SPEC: &[&str] = &[
    "clusterIP",
    "dnsPolicy",
    "externalName",
    "externalTrafficPolicy",
    "hostname",
    "loadBalancerIP",
    "nodeName",
    "priorityClassName",
    "restartPolicy",
    "schedulerName",
    "serviceAccountName",
    "sessionAffinity",
    "subdomain",
    "type",
];

/// Returns whether an API server omits this value of the field `key` in `parent`.
pub(super) fn is_dropped(parent: &str, key: &str, value: &Node) -> bool {
    match &value.kind {
        Kind::Bool(false) | Kind::Int(0) => NUMBERS.contains(&key) && !POINTERS.contains(&(parent, key)),
        Kind::Str(text) if text.is_empty() => TEXTS.iter().any(|(field, keys)| *field == parent && keys.contains(&key)),
        _ => false,
    }
}
