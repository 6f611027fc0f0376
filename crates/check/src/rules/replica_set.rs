//! ReplicaSets.

use k8s_openapi::api::apps::v1::{ReplicaSet, ReplicaSetSpec};
use k8s_openapi::api::core::v1::PodTemplateSpec;

use super::meta;
use super::names::Name;
use super::pod::Owner;
use super::workload::{non_negative_replicas, selector_and_template};
use crate::path::Path;
use crate::report::Report;

/// Validates a ReplicaSet.
pub(crate) fn validate(object: &ReplicaSet, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = ReplicaSetSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    non_negative_replicas(report, &at, spec.replicas, spec.min_ready_seconds);
    let default = PodTemplateSpec::default();
    let template = spec.template.as_ref().unwrap_or(&default);
    selector_and_template(report, &at, &spec.selector, template, Owner::TEMPLATE);
}
