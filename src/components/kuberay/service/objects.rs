//! Values of `ray-service` -> `RayServiceSpec`.

use k8s_openapi::api::core::v1::{Service, ServiceSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::job::ManagedBy;
use super::super::text;
use super::values::{RayServicePart, ServeService, UpgradeStrategy, UpgradeType};
use crate::components::ray::values::ServiceType;
use crate::kuberay::{ClusterUpgradeOptions, RayClusterSpec, RayServiceSpec, RayServiceUpgradeStrategy};
use crate::tree::{Kind, Node, to_node, write};

/// Returns the spec of a service, with the cluster that serves the applications.
pub(super) fn spec(service: &RayServicePart, cluster: RayClusterSpec) -> Result<RayServiceSpec, write::Error> {
    let config = service.serve_config.as_ref().map(text::write).transpose()?;
    Ok(RayServiceSpec {
        ray_cluster_deletion_delay_seconds: service.ray_cluster_deletion_delay_seconds,
        serve_service: service.serve_service.is_set().then(|| serve_service(&service.serve_service)),
        upgrade_strategy: upgrade_strategy(&service.upgrade_strategy),
        managed_by: service.managed_by.map(ManagedBy::as_str).map(str::to_owned),
        serve_config_v2: config.or_else(|| service.serve_config_v2.clone()),
        ray_cluster_config: cluster,
        exclude_head_pod_from_serve_svc: service.exclude_head_pod_from_serve.then_some(true),
        suspend: service.suspend.then_some(true),
        ..RayServiceSpec::default()
    })
}

fn serve_service(values: &ServeService) -> Service {
    let kind = values.kind.map(ServiceType::as_str).map(str::to_owned);
    let spec = match (&values.spec, kind) {
        (None, None) => None,
        (spec, kind) => {
            let spec = spec.clone().unwrap_or_default();
            Some(ServiceSpec { type_: kind.or_else(|| spec.type_.clone()), ..spec })
        }
    };
    Service {
        metadata: ObjectMeta {
            name: values.name.clone(),
            labels: Some(values.labels.clone()).filter(|labels| !labels.is_empty()),
            annotations: Some(values.annotations.clone()).filter(|annotations| !annotations.is_empty()),
            ..ObjectMeta::default()
        },
        spec,
        status: None,
    }
}

fn upgrade_strategy(values: &UpgradeStrategy) -> Option<RayServiceUpgradeStrategy> {
    let kind = values.kind?;
    let options = || ClusterUpgradeOptions {
        max_surge_percent: values.max_surge_percent,
        step_size_percent: values.step_size_percent.unwrap_or_default(),
        interval_seconds: values.interval_seconds.unwrap_or_default(),
        gateway_class_name: values.gateway_class_name.clone().unwrap_or_default(),
    };
    let is_incremental = kind == UpgradeType::NewClusterWithIncrementalUpgrade;
    Some(RayServiceUpgradeStrategy {
        type_: Some(kind.as_str().to_owned()),
        cluster_upgrade_options: is_incremental.then(options),
    })
}

/// The ports of Ray Serve's proxies, on the head and on every worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ServePorts {
    /// HTTP.
    pub http: u16,
    /// gRPC, if the configuration has servicers.
    pub grpc: Option<u16>,
}

impl ServePorts {
    /// Returns the ports of a configuration: 8000 and 9000 by default.
    /// <https://docs.ray.io/en/latest/serve/api/doc/ray.serve.schema.ServeDeploySchema.html>
    pub fn of(service: &RayServicePart) -> ServePorts {
        let written = service.serve_config_v2.as_deref().and_then(|written| text::read(written).ok());
        let typed = || service.serve_config.as_ref().and_then(|config| to_node(config).ok());
        let config = written.or_else(typed).unwrap_or_default();
        let servicers = config.find(["grpc_options", "grpc_servicer_functions"]).and_then(Node::as_seq);
        ServePorts {
            http: port(&config, "http_options").unwrap_or(8000),
            grpc: servicers.filter(|list| !list.is_empty()).map(|_| port(&config, "grpc_options").unwrap_or(9000)),
        }
    }

    /// Returns the ports with the names by which the operator finds them.
    pub fn named(self) -> impl Iterator<Item = (&'static str, u16)> {
        [("serve", Some(self.http)), ("serve-grpc", self.grpc)]
            .into_iter()
            .filter_map(|(name, port)| Some((name, port?)))
    }
}

fn port(config: &Node, options: &'static str) -> Option<u16> {
    match config.find([options, "port"])?.kind {
        Kind::Int(port) => u16::try_from(port).ok(),
        _ => None,
    }
}
