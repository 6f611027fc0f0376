//! `autoscaler`: the cluster autoscaler, with the same objects as its Helm chart.
//!
//! The chart is `cluster-autoscaler` 9.59.0 of <https://kubernetes.github.io/autoscaler>. A values file for the chart works here:
//! the objects are those that the chart renders, and what makes the chart fail is an error.

mod args;
mod config;
mod context;
mod deployment;
mod env;
mod falsy;
mod flags;
mod image;
mod monitor;
mod objects;
pub mod parts;
mod policy;
mod rbac;
mod renamed;
mod rules;
pub mod scalar;
mod service;
mod text;
mod tpl;
pub mod values;
mod versions;
mod volumes;

use std::sync::LazyLock;

use schemars::{Schema, schema_for};

use self::context::Context;
pub use self::monitor::{ContainerPolicy, RelabelConfig};
pub use self::policy::{Scope, cluster_name, iam_policy};
pub use self::values::AutoscalerValues;
use super::{Built, Component, Fact, Setting, ValueFlag};
use crate::chart::Capabilities;
use crate::components::ComponentCode;
use crate::components::irsa;
use crate::diagnostic::{Diagnostic, Failure};
use crate::kube_version::KubeVersion;
use crate::release::Release;
use crate::values::{Layers, Values};

/// The component.
pub struct Autoscaler;

const DEFAULTS_TEXT: &str = include_str!("../../../values/autoscaler.yaml");

impl Component for Autoscaler {
    fn name(&self) -> &'static str {
        "autoscaler"
    }

    fn description(&self) -> &'static str {
        "The cluster autoscaler, with the objects of its Helm chart"
    }

    fn namespace(&self) -> &'static str {
        "kube-system"
    }

    fn release_name(&self) -> Option<&'static str> {
        Some("cluster-autoscaler")
    }

    fn defaults_text(&self) -> &'static str {
        DEFAULTS_TEXT
    }

    fn defaults(&self) -> &'static Values {
        static DEFAULTS: LazyLock<Values> = LazyLock::new(|| super::compiled_in("autoscaler", DEFAULTS_TEXT));
        &DEFAULTS
    }

    fn flags(&self) -> &'static [ValueFlag] {
        &[
            ValueFlag {
                flag: "region",
                value_name: "NAME",
                description: "AWS region of the cluster",
                settings: |region| vec![(&["awsRegion"], region.to_owned())],
            },
            ValueFlag {
                flag: "role-arn",
                value_name: "ARN",
                description: "IAM role that the pods assume (IRSA)",
                settings: role_annotations,
            },
        ]
    }

    fn merge(&self, layers: Layers<'_>) -> Result<Values, Failure> {
        layers.coalesce()
    }

    /// Sets the cluster whose node groups are discovered, its region, and the IAM role of the pods.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting> {
        match fact {
            Fact::ClusterName => vec![(&["autoDiscovery", "clusterName"], text.to_owned())],
            Fact::Region => vec![(&["awsRegion"], text.to_owned())],
            Fact::RoleArn => role_annotations(text),
            _ => Vec::new(),
        }
    }

    fn schema(&self) -> Schema {
        let mut schema = schema_for!(AutoscalerValues);
        falsy::accept(&mut schema);
        schema
    }

    /// Returns the release's version, or `kubeTargetVersionOverride` if it has none.
    fn kube_version(&self, values: &Values, release: &Release) -> Option<KubeVersion> {
        let target = || KubeVersion::parse_known(values.root.get("kubeTargetVersionOverride")?.as_str()?).ok();
        release.kube_version.clone().or_else(target)
    }

    fn object_ids(&self) -> &'static [&'static str] {
        &[
            "service-account",
            "cluster-role",
            "cluster-role-binding",
            "role",
            "role-binding",
            "secret",
            "kwok-config",
            "kwok-templates",
            "priorities",
            "pod-disruption-budget",
            "service",
            "deployment",
            "service-monitor",
            "prometheus-rule",
            "vertical-pod-autoscaler",
        ]
    }

    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
        let Some(typed) = read(values, diagnostics) else { return Vec::new() };
        let context = Context::new(&typed, values, release, capabilities(release));
        let objects = validate_and_render(&context, diagnostics);
        diagnostics.append(&mut context.diagnostics.into_inner().list);
        objects
    }
}

/// Returns the settings for an IAM role: the annotations of the service account.
fn role_annotations(arn: &str) -> Vec<(&'static [&'static str], String)> {
    const ROLE: &[&str] = &["rbac", "serviceAccount", "annotations", irsa::ROLE_ARN];
    const REGIONAL: &[&str] = &["rbac", "serviceAccount", "annotations", irsa::STS_REGIONAL_ENDPOINTS];
    let annotations = irsa::RoleBinding::to(arn).annotations();
    let path = |key: &String| if key == irsa::ROLE_ARN { ROLE } else { REGIONAL };
    annotations.iter().map(|(key, value)| (path(key), value.clone())).collect()
}

/// Reads the typed values.
fn read(values: &Values, diagnostics: &mut Vec<Diagnostic>) -> Option<AutoscalerValues> {
    let typed = falsy::as_absent(values, Autoscaler.defaults()).read(Autoscaler.defaults(), diagnostics);
    renamed::explain_all(diagnostics);
    flags::explain_lists(diagnostics);
    typed
}

/// Validates the values, adds what is wrong, and renders the objects.
fn validate_and_render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
    rules::check(context, &mut context.diagnostics.borrow_mut());
    objects::objects(context).unwrap_or_else(|error| {
        diagnostics
            .push(Diagnostic::error(ComponentCode::NotSerializable, format!("cannot render the objects: {error}")));
        Vec::new()
    })
}

/// Returns the cluster as templates see it.
fn capabilities(release: &Release) -> Capabilities {
    let mut capabilities = Capabilities::default();
    if let Some(version) = &release.kube_version {
        capabilities.kube_version = version.clone();
    }
    capabilities
}
