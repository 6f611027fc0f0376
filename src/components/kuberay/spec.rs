//! Renders the specification of a Ray cluster from the values.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{EnvVarSource, SecretKeySelector, Service, ServiceSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::OperatedCluster;
use super::pods::{map, resources, start_params, template};
use super::values::{AuthMode, Autoscaling, Backend, OperatorNetworkPolicy, WorkerOptions};
use crate::components::ray::pods::{Role, list};
use crate::components::ray::values::{PullPolicy, SecretKey, ServiceType};
use crate::kuberay::{
    AuthOptions, AutoscalerOptions, GcsFaultToleranceOptions, HeadGroupSpec, HistoryServerOptions, IngressOptions,
    NetworkPolicyConfig, RayClusterSpec, RedisCredential, TLSOptions, WorkerGroupNetworkPolicyRules, WorkerGroupSpec,
};

/// Renders the specification. `suspend`, `managedBy` and `upgradeStrategy` are left to the kind.
pub(in crate::components) fn spec(operated: &OperatedCluster<'_>) -> RayClusterSpec {
    let operator = operated.operator;
    let groups: Vec<WorkerGroupSpec> =
        operated.groups().into_iter().map(|(name, role)| worker_group(operated, name, &role)).collect();
    RayClusterSpec {
        ray_version: operated.ray_version().map(str::to_owned),
        auth_options: auth(operated),
        autoscaler_options: autoscaler(&operator.autoscaling),
        enable_in_tree_autoscaling: operator.autoscaling.enabled.then_some(true),
        gcs_fault_tolerance_options: fault_tolerance(operated),
        head_service_annotations: head_service_annotations(operated),
        history_server_options: operator
            .history_server
            .collector
            .clone()
            .map(|collector| HistoryServerOptions { collector_options: Some(collector) }),
        network_policy: network_policy(&operator.network_policy),
        tls_options: operator.tls.enabled.then_some(TLSOptions { enabled: Some(true) }),
        head_group_spec: head_group(operated),
        worker_group_specs: Some(groups).filter(|groups| !groups.is_empty()),
        ..RayClusterSpec::default()
    }
}

fn head_group(operated: &OperatedCluster<'_>) -> HeadGroupSpec {
    let role = Role::Head;
    let ingress = &operated.operator.head.ingress;
    let options = IngressOptions {
        host: ingress.host.clone(),
        path: ingress.path.clone(),
        path_type: ingress.path_type.clone(),
        tls: list(&ingress.tls),
    };
    HeadGroupSpec {
        template: template(operated, &role),
        head_service: head_service(operated),
        enable_ingress: ingress.enabled.then_some(true),
        ingress_options: Some(options).filter(|options| *options != IngressOptions::default()),
        resources: resources(operated, &role),
        labels: map(&operated.pods.head.labels),
        ray_start_params: Some(start_params(operated, &role)),
        service_type: service_type(operated),
    }
}

fn worker_group(operated: &OperatedCluster<'_>, name: &str, role: &Role<'_>) -> WorkerGroupSpec {
    let options = operated.worker_options(role);
    let [replicas, min_replicas, max_replicas] = replicas(operated, role, options);
    WorkerGroupSpec {
        suspend: options.suspend,
        group_name: name.to_owned(),
        replicas,
        min_replicas,
        max_replicas,
        idle_timeout_seconds: options.idle_timeout_seconds,
        priority: options.priority,
        resources: resources(operated, role),
        labels: map(&operated.pod_options(role).labels),
        ray_start_params: Some(start_params(operated, role)),
        template: template(operated, role),
        scale_strategy: None,
        num_of_hosts: options.num_of_hosts,
    }
}

/// Returns `replicas`, `minReplicas` and `maxReplicas` of a group.
///
/// With autoscaling, the number of workers of a static cluster is the most that the autoscaler may create. `replicas` is then
/// its field: rendering it would undo its decision whenever the object is applied. Only a group with both numbers has it.
fn replicas(operated: &OperatedCluster<'_>, role: &Role<'_>, options: &WorkerOptions) -> [Option<i32>; 3] {
    let WorkerOptions { min_replicas, max_replicas, .. } = *options;
    let replicas = role.replicas(&operated.cluster);
    if !operated.operator.autoscaling.enabled {
        return [Some(replicas), min_replicas, max_replicas];
    }
    let initial = match role {
        Role::Group(_, group) if group.replicas.is_some() && max_replicas.is_some() => Some(replicas),
        _ => None,
    };
    [initial, Some(min_replicas.unwrap_or(0)), Some(max_replicas.unwrap_or(replicas))]
}

/// Returns the options of the autoscaler, if any is set.
fn autoscaler(values: &Autoscaling) -> Option<AutoscalerOptions> {
    let options = AutoscalerOptions {
        resources: values.resources.clone(),
        image: values.image.clone(),
        image_pull_policy: values.image_pull_policy.map(PullPolicy::as_str).map(str::to_owned),
        security_context: values.security_context.clone(),
        idle_timeout_seconds: values.idle_timeout_seconds,
        upscaling_mode: values.upscaling_mode.clone(),
        version: values.version.clone(),
        env: list(&values.env),
        env_from: list(&values.env_from),
        volume_mounts: list(&values.volume_mounts),
        command: list(&values.command),
        args: list(&values.args),
    };
    (values.enabled && options != AutoscalerOptions::default()).then_some(options)
}

fn auth(operated: &OperatedCluster<'_>) -> Option<AuthOptions> {
    let mode = operated.auth_mode()?;
    Some(AuthOptions {
        mode: Some(match mode {
            AuthMode::Token => "token".to_owned(),
            AuthMode::Disabled => "disabled".to_owned(),
        }),
        secret_name: operated.cluster.values.auth.token.secret_name.clone(),
        enable_k8s_token_auth: operated.operator.auth.kubernetes.then_some(true),
    })
}

fn fault_tolerance(operated: &OperatedCluster<'_>) -> Option<GcsFaultToleranceOptions> {
    let redis = &operated.cluster.values.gcs_fault_tolerance;
    let values = &operated.operator.gcs_fault_tolerance;
    let text = |text: &str| RedisCredential { value: Some(text.to_owned()), value_from: None };
    let options = GcsFaultToleranceOptions {
        backend: values.backend.map(|backend| match backend {
            Backend::Redis => "redis".to_owned(),
            Backend::Rocksdb => "rocksdb".to_owned(),
        }),
        redis_username: redis.redis_username.as_deref().map(text),
        redis_password: from_secret(&redis.redis_password),
        external_storage_namespace: redis.storage_namespace.clone(),
        redis_address: redis.redis_address.clone(),
        storage: values.storage.clone(),
    };
    (options != GcsFaultToleranceOptions::default()).then_some(options)
}

fn from_secret(secret: &SecretKey) -> Option<RedisCredential> {
    let selector = SecretKeySelector {
        name: secret.secret_name.clone()?,
        key: secret.secret_key.clone().unwrap_or_else(|| "password".to_owned()),
        ..SecretKeySelector::default()
    };
    let source = EnvVarSource { secret_key_ref: Some(selector), ..EnvVarSource::default() };
    Some(RedisCredential { value: None, value_from: Some(source) })
}

fn network_policy(values: &OperatorNetworkPolicy) -> Option<NetworkPolicyConfig> {
    let groups = values.worker_groups.iter().map(|(name, rules)| WorkerGroupNetworkPolicyRules {
        group_name: name.clone(),
        ingress_rules: rules.ingress_rules.clone(),
        egress_rules: rules.egress_rules.clone(),
    });
    let config = NetworkPolicyConfig {
        mode: values.mode.clone(),
        head: values.head.clone(),
        worker: values.worker.clone(),
        worker_groups: Some(groups.collect::<Vec<_>>()).filter(|groups| !groups.is_empty()),
    };
    (config != NetworkPolicyConfig::default()).then_some(config)
}

/// Returns whether the values describe more of the operator's Service than its type and annotations.
fn has_custom_service(operated: &OperatedCluster<'_>) -> bool {
    let values = &operated.cluster.values.service;
    let options = &operated.operator.service;
    // Without a custom one, the operator's Service of this type is headless.
    let is_cluster_ip = values.kind.is_none_or(|kind| kind == ServiceType::ClusterIp);
    let has_address = values.headless == Some(false) && is_cluster_ip && !options.is_static;
    options.name.is_some() || !options.labels.is_empty() || !options.ports.is_empty() || has_address
}

/// Returns the type of the operator's Service. The static Service has the values' type instead, if there is one.
fn service_type(operated: &OperatedCluster<'_>) -> Option<String> {
    let kind = operated.cluster.values.service.kind.filter(|_| !operated.operator.service.is_static);
    kind.filter(|_| !has_custom_service(operated)).map(|kind| kind.as_str().to_owned())
}

fn head_service_annotations(operated: &OperatedCluster<'_>) -> Option<BTreeMap<String, String>> {
    let is_here = !operated.operator.service.is_static && !has_custom_service(operated);
    map(&operated.cluster.values.service.annotations).filter(|_| is_here)
}

fn head_service(operated: &OperatedCluster<'_>) -> Option<Service> {
    if !has_custom_service(operated) {
        return None;
    }
    let options = &operated.operator.service;
    let values = Some(&operated.cluster.values.service).filter(|_| !options.is_static);
    let kind = values.and_then(|values| values.kind);
    let headless = values.and_then(|values| values.headless);
    let kind = kind.or((headless == Some(false)).then_some(ServiceType::ClusterIp));
    let spec = ServiceSpec {
        type_: kind.map(|kind| kind.as_str().to_owned()),
        cluster_ip: (headless == Some(true)).then(|| "None".to_owned()),
        publish_not_ready_addresses: (headless == Some(true)).then_some(true),
        ports: list(&options.ports),
        ..ServiceSpec::default()
    };
    Some(Service {
        metadata: ObjectMeta {
            name: options.name.clone(),
            labels: map(&options.labels),
            annotations: values.and_then(|values| map(&values.annotations)),
            ..ObjectMeta::default()
        },
        spec: Some(spec).filter(|spec| *spec != ServiceSpec::default()),
        ..Service::default()
    })
}
