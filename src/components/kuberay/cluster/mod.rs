//! `ray-cluster`: a Ray cluster of the KubeRay operator.
//!
//! <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/raycluster-quick-start.html>

mod rules;
pub mod values;

use std::sync::LazyLock;

use schemars::Schema;

use self::values::RayClusterPart;
use super::{Kind, KubeRayValues, OperatedCluster, check, check_objects, fields, spec};
use crate::check::diagnostics::Diagnostics;
use crate::components::ray::beside::head_service;
use crate::components::{Built, Component, ComponentCode, Fact, Setting, compiled_in};
use crate::diagnostic::Diagnostic;
use crate::kuberay::{RayCluster, RayClusterSpec, RayClusterUpgradeStrategy};
use crate::release::Release;
use crate::tree::SerializeError;
use crate::values::Values;

/// The component.
pub struct RayClusterComponent;

const DEFAULTS_TEXT: &str = include_str!("../../../../values/ray-cluster.yaml");

type ClusterValues = KubeRayValues<(RayClusterPart,)>;

impl Component for RayClusterComponent {
    fn name(&self) -> &'static str {
        Kind::Cluster.component()
    }

    fn description(&self) -> &'static str {
        "A Ray cluster of the KubeRay operator, with autoscaling"
    }

    fn namespace(&self) -> &'static str {
        "ray"
    }

    fn defaults_text(&self) -> &'static str {
        DEFAULTS_TEXT
    }

    fn defaults(&self) -> &'static Values {
        static DEFAULTS: LazyLock<Values> = LazyLock::new(|| compiled_in(Kind::Cluster.component(), DEFAULTS_TEXT));
        &DEFAULTS
    }

    /// Sets the same values as `ray`.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting> {
        crate::components::ray::Ray.values_from_fact(fact, text)
    }

    fn schema(&self) -> Schema {
        ClusterValues::schema()
    }

    fn object_ids(&self) -> &'static [&'static str] {
        &[
            "service-account",
            "ray-cluster",
            "head-service",
            "head-disruption-budget",
            "worker-disruption-budget",
            "network-policy",
            "network-policy-clients",
            "network-policy-operator",
            "network-policy-monitoring",
            "pod-monitor",
        ]
    }

    fn note(&self, values: &Values, release: &Release) -> Option<String> {
        let typed = ClusterValues::read(values, self.defaults(), &mut Vec::new())?;
        Some(typed.cluster(Kind::Cluster, release).note())
    }

    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
        let Some(typed) = ClusterValues::read(values, self.defaults(), diagnostics) else { return Vec::new() };
        let operated = typed.cluster(Kind::Cluster, release);
        let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
        check(&operated, &values.sources, &mut checked);
        rules::check(&operated, &typed.kind.0, &mut checked);
        diagnostics.extend(checked.list);
        if !diagnostics.iter().all(Diagnostic::is_warning) {
            return Vec::new();
        }
        let built = objects(&operated, &typed.kind.0).unwrap_or_else(|error| {
            let message = format!("cannot render the objects: {error}");
            diagnostics.push(Diagnostic::error(ComponentCode::NotSerializable, message));
            Vec::new()
        });
        check_objects(&built, &typed.operator.operator, values, diagnostics);
        built
    }
}

fn objects(operated: &OperatedCluster<'_>, values: &RayClusterPart) -> Result<Vec<Built>, SerializeError> {
    let upgrade_strategy =
        values.upgrade_strategy.map(|strategy| RayClusterUpgradeStrategy { type_: Some(strategy.as_str().to_owned()) });
    let spec = RayClusterSpec {
        suspend: values.suspend.then_some(true),
        managed_by: values.managed_by.clone(),
        upgrade_strategy,
        ..spec(operated)
    };
    let object = RayCluster { metadata: operated.metadata(), spec, status: None };
    let mut list: Vec<Built> = operated.account()?.into_iter().collect();
    list.push(Built::of("ray-cluster", object)?.set_by(fields(operated, "spec")));
    if operated.operator.service.is_static {
        list.push(Built::of("head-service", head_service(&operated.cluster))?);
    }
    list.extend(operated.beside()?);
    Ok(list)
}
