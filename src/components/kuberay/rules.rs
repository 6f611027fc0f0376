//! Validation rules for the values of all components of the KubeRay operator: values that contradict each other, and values without
//! an effect. What the operator refuses is validated on the objects.

mod queue;
mod reserved;
mod scaling;

use self::reserved::OPERATOR;
use super::values::{AuthMode, Autoscaling, Backend, Ingress};
use super::{OperatedCluster, gates};
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{image, service_name};
use crate::components::ray::rules::{self, Limits, annotations, labels};
use crate::diagnostic::Sources;
use crate::kuberay::names::autoscaler_service_account;

/// Runs the rules of `ray`, and those of the values that the operator adds.
pub(in crate::components) fn check(
    operated: &OperatedCluster<'_>,
    sources: &Sources,
    diagnostics: &mut Diagnostics<'_>,
) {
    let limits = Limits {
        longest_name: Some(operated.kind.longest_name()),
        derived_names: derived_names(operated),
        reserved: &OPERATOR,
    };
    rules::check(&operated.cluster, &limits, sources, diagnostics);
    labels(&["labels"], &operated.operator.labels, diagnostics);
    annotations(&["annotations"], &operated.operator.annotations, diagnostics);
    images(operated, diagnostics);
    autoscaling(&operated.operator.autoscaling, diagnostics);
    account(operated, diagnostics);
    scaling::check(operated, diagnostics);
    ingress(&operated.operator.head.ingress, diagnostics);
    service(operated, diagnostics);
    auth(operated, diagnostics);
    fault_tolerance(operated, diagnostics);
    network_policy(operated, diagnostics);
    queue::check(operated, diagnostics);
    gates::check(&operated.operator.operator, diagnostics);
}

/// Returns the names that are derived from that of the cluster.
fn derived_names(operated: &OperatedCluster<'_>) -> Vec<String> {
    let is_static = operated.operator.service.is_static;
    is_static.then(|| operated.cluster.head_service()).into_iter().collect()
}

fn images(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let pods = operated.pods;
    let groups = pods.worker_groups.iter().map(|(name, options)| (vec!["workerGroups", name.as_str()], options));
    let own = [(vec!["head"], &pods.head), (vec!["worker"], &pods.worker)];
    for (mut path, options) in own.into_iter().chain(groups) {
        if let Some(name) = &options.image {
            path.push("image");
            diagnostics.require(&path, image(name));
            path.pop();
        }
        path.push("labels");
        labels(&path, &options.labels, diagnostics);
    }
    if let Some(name) = &operated.operator.autoscaling.image {
        diagnostics.require(&["autoscaling", "image"], image(name));
    }
}

fn autoscaling(values: &Autoscaling, diagnostics: &mut Diagnostics<'_>) {
    if values.enabled {
        return;
    }
    let set = [
        ("idleTimeoutSeconds", values.idle_timeout_seconds.is_some()),
        ("upscalingMode", values.upscaling_mode.is_some()),
        ("resources", values.resources.is_some()),
        ("image", values.image.is_some()),
        ("imagePullPolicy", values.image_pull_policy.is_some()),
        ("securityContext", values.security_context.is_some()),
        ("env", !values.env.is_empty()),
        ("envFrom", !values.env_from.is_empty()),
        ("volumeMounts", !values.volume_mounts.is_empty()),
        ("command", !values.command.is_empty()),
        ("args", !values.args.is_empty()),
    ];
    for (key, _) in set.iter().filter(|(_, is_set)| *is_set) {
        diagnostics.error(&["autoscaling", key], "has no effect unless `autoscaling.enabled` is `true`");
    }
}

/// Checks the name of the service account, which the operator changes for the autoscaler: `CheckName` of
/// `ray-operator/controllers/ray/utils/util.go`.
fn account(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let Some(name) = operated.service_account().filter(|_| operated.operator.autoscaling.enabled) else { return };
    let used = autoscaler_service_account(&name);
    if used != name {
        let message = format!("the operator runs the head with an autoscaler as {used:?} instead of {name:?}");
        let help = "set a name of at most 50 characters that starts with a letter";
        diagnostics.error_with_help(&["serviceAccount", "name"], message, help);
    }
}

fn ingress(values: &Ingress, diagnostics: &mut Diagnostics<'_>) {
    let set = [
        ("host", values.host.is_some()),
        ("path", values.path.is_some()),
        ("pathType", values.path_type.is_some()),
        ("tls", !values.tls.is_empty()),
    ];
    for (key, _) in set.iter().filter(|(_, is_set)| *is_set && !values.enabled) {
        diagnostics.error(&["head", "ingress", key], "has no effect unless `head.ingress.enabled` is `true`");
    }
}

fn service(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let options = &operated.operator.service;
    labels(&["service", "labels"], &options.labels, diagnostics);
    let Some(name) = &options.name else { return };
    diagnostics.require(&["service", "name"], service_name(name));
    if options.is_static && *name == operated.cluster.head_service() {
        let message = "must differ from the name of the Service that `service.static` creates";
        diagnostics.error(&["service", "name"], message);
    }
}

fn auth(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let token = &operated.cluster.values.auth.token;
    if token.secret_name.is_some() && token.secret_key.as_deref().is_some_and(|key| key != "auth_token") {
        let help = "rename the entry of the Secret, or use `ray`";
        let message = "must be `auth_token`: the operator reads no other entry";
        diagnostics.error_with_help(&["auth", "token", "secretKey"], message, help);
    }
    if operated.auth_mode() != Some(AuthMode::Token) {
        let set = [
            (&["auth", "token", "secretName"][..], token.secret_name.is_some()),
            (&["auth", "kubernetes"][..], operated.operator.auth.kubernetes),
        ];
        for (path, _) in set.iter().filter(|(_, is_set)| *is_set) {
            diagnostics.error(path, "has no effect when `auth.mode` is `disabled`");
        }
    } else if operated.ray_version().is_none() {
        let message =
            "the operator must know the version of Ray for authentication, and the tag of the image does not tell it";
        diagnostics.error_with_help(&["rayImage"], message, "set `rayVersion`, such as `rayVersion: 2.60.0`");
    }
}

fn fault_tolerance(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let values = &operated.operator.gcs_fault_tolerance;
    if values.storage.is_some() && values.backend != Some(Backend::Rocksdb) {
        let message = "has no effect unless `gcsFaultTolerance.backend` is `rocksdb`";
        diagnostics.error(&["gcsFaultTolerance", "storage"], message);
    }
    let redis = &operated.cluster.values.gcs_fault_tolerance;
    match (values.backend, &redis.redis_address) {
        (Some(Backend::Rocksdb), Some(_)) => {
            let message = "has no effect when `gcsFaultTolerance.backend` is `rocksdb`";
            diagnostics.error(&["gcsFaultTolerance", "redisAddress"], message);
        }
        (Some(Backend::Redis), None) => {
            let message = "required when `gcsFaultTolerance.backend` is `redis`";
            diagnostics.error(&["gcsFaultTolerance", "redisAddress"], message);
        }
        (None, None) if redis.storage_namespace.is_some() => {
            let message = "has no effect unless `gcsFaultTolerance.redisAddress` is set";
            diagnostics.error(&["gcsFaultTolerance", "storageNamespace"], message);
        }
        _ => {}
    }
}

fn network_policy(operated: &OperatedCluster<'_>, diagnostics: &mut Diagnostics<'_>) {
    let values = &operated.operator.network_policy;
    let set = [
        ("mode", values.mode.is_some()),
        ("head", values.head.is_some()),
        ("worker", values.worker.is_some()),
        ("workerGroups", !values.worker_groups.is_empty()),
    ];
    let enabled = operated.cluster.values.network_policy.enabled;
    for (key, _) in set.iter().filter(|(_, is_set)| *is_set && enabled) {
        let message = "is for the operator's policies, which exclude `networkPolicy.enabled`";
        let help = format!("remove `networkPolicy.enabled` or `networkPolicy.{key}`");
        diagnostics.error_with_help(&["networkPolicy", key], message, help);
    }
}
