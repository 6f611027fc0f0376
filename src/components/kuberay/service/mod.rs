//! `ray-service`: applications of Ray Serve, and the Ray clusters that the KubeRay operator starts for them.

mod objects;
mod rules;
pub mod values;

use std::sync::LazyLock;

use k8s_openapi::api::core::v1::ContainerPort;
use schemars::Schema;

use self::objects::ServePorts;
pub use self::values::RayServicePart;
use super::build;
use super::{Kind, KubeRayValues, OperatedCluster, defaults, fields, spec};
use crate::check::diagnostics::Diagnostics;
use crate::components::{Built, Component, Fact, Setting, compiled_in};
use crate::diagnostic::{Diagnostic, FieldPath};
use crate::kuberay::RayService;
use crate::kuberay::names::{annotation, serve_service};
use crate::release::Release;
use crate::tree::write;
use crate::values::Values;

/// The component.
pub struct RayServiceComponent;

type ServiceValues = KubeRayValues<(RayServicePart,)>;

const OWN_TEXT: &str = include_str!("../../../../values/ray-service.yaml");

static DEFAULTS_TEXT: LazyLock<String> = LazyLock::new(|| defaults::with_cluster(OWN_TEXT));

impl Component for RayServiceComponent {
    fn name(&self) -> &'static str {
        Kind::Service.component()
    }

    fn description(&self) -> &'static str {
        "Ray Serve applications, with a Ray cluster of the KubeRay operator"
    }

    fn namespace(&self) -> &'static str {
        "ray"
    }

    fn defaults_text(&self) -> &'static str {
        &DEFAULTS_TEXT
    }

    fn defaults(&self) -> &'static Values {
        static DEFAULTS: LazyLock<Values> = LazyLock::new(|| compiled_in("ray-service", &DEFAULTS_TEXT));
        &DEFAULTS
    }

    /// Sets `clusterName` to the name of the release, which is the cluster's name by default, and the role of the pods.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting> {
        build::settings(fact, text)
    }

    fn schema(&self) -> Schema {
        ServiceValues::schema()
    }

    fn object_ids(&self) -> &'static [&'static str] {
        const { &build::object_ids("ray-service") }
    }

    fn note(&self, values: &Values, release: &Release) -> Option<String> {
        let typed = ServiceValues::read(values, self.defaults(), &mut Vec::new())?;
        let (service,) = &typed.kind;
        let operated = typed.cluster(Kind::Service, release);
        let (name, namespace) = (operated.cluster.name, operated.cluster.namespace);
        let service_name = service.serve_service.name.clone().unwrap_or_else(|| serve_service(name));
        let port = service.serve_service.port().unwrap_or_else(|| ServePorts::of(service).http.into());
        let mut note = operated.note();
        if !service.is_incremental() {
            note.push_str(&format!(
                "\n  = note: clients reach the applications at http://{service_name}.{namespace}:{port}"
            ));
        }
        if !service.keeps_its_cluster() {
            note.push_str(
                "\n  = note: a change of the cluster starts a second one, so the nodes must have room for both",
            );
        }
        Some(note)
    }

    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
        let Some(typed) = ServiceValues::read(values, self.defaults(), diagnostics) else { return Vec::new() };
        let (service,) = &typed.kind;
        let mut operated = typed.cluster(Kind::Service, release);
        let ports = ServePorts::of(service);
        operated.serve_ports = ports.named().map(|(name, port)| container_port(name, port)).collect();
        let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
        super::check(&operated, &values.sources, &mut checked);
        build::no_static_service(&operated, &mut checked);
        rules::check(service, &operated, ports, &mut checked);
        diagnostics.extend(checked.list);
        build::unless_refused(&operated.operator.operator, values, diagnostics, || objects(service, &operated))
    }
}

fn container_port(name: &str, port: u16) -> ContainerPort {
    ContainerPort { name: Some(name.to_owned()), container_port: port.into(), ..ContainerPort::default() }
}

fn objects(service: &RayServicePart, operated: &OperatedCluster<'_>) -> Result<Vec<Built>, write::Error> {
    let mut metadata = operated.metadata();
    if let Some(timeout) = &service.initializing_timeout {
        metadata
            .annotations
            .get_or_insert_default()
            .insert(annotation::INITIALIZING_TIMEOUT.to_owned(), timeout.0.clone());
    }
    let spec = objects::spec(service, spec(operated))?;
    let object = RayService { metadata, spec, status: None };
    let custom = Built::of("ray-service", object).map_err(write::Error::Value)?;
    build::with_cluster(operated, custom.set_by(sources_of(service, operated)))
}

/// Returns the values that the fields of the RayService come from.
fn sources_of(service: &RayServicePart, operated: &OperatedCluster<'_>) -> Vec<(FieldPath, FieldPath)> {
    let config = if service.serve_config.is_some() { "serveConfig" } else { "serveConfigV2" };
    let renamed = [
        ("spec.serveConfigV2", config),
        ("spec.serveService.metadata", "serveService"),
        ("spec.serveService.spec", "serveService.spec"),
        ("spec.upgradeStrategy.clusterUpgradeOptions", "upgradeStrategy"),
        ("spec.excludeHeadPodFromServeSvc", "excludeHeadPodFromServe"),
    ];
    let mut list = fields(operated, "spec.rayClusterConfig");
    list.extend(renamed.map(|(field, value)| (FieldPath::parse(field), FieldPath::parse(value))));
    list
}
