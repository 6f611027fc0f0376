//! ReplicaSets and ReplicationControllers.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{ReplicaSet, ReplicaSetSpec};
use k8s_openapi::api::core::v1::{PodTemplateSpec, ReplicationController, ReplicationControllerSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::common::not_negative;
use super::names::Name;
use super::pod::{self, Owner};
use super::workload::{labels_of, runs_for_ever, selector_and_template, selector_matches_template};
use super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Everything about a ReplicaSet.
pub(crate) fn validate(object: &ReplicaSet, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = ReplicaSetSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    replica_counts(report, &at, spec.replicas, spec.min_ready_seconds);
    let default = PodTemplateSpec::default();
    let template = spec.template.as_ref().unwrap_or(&default);
    selector_and_template(report, &at, &spec.selector, template, Owner::TEMPLATE);
}

/// Everything about a ReplicationController, whose selector is by default the labels of its template.
pub(crate) fn validate_controller(object: &ReplicationController, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = ReplicationControllerSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    replica_counts(report, &at, spec.replicas, spec.min_ready_seconds);
    let Some(template) = &spec.template else {
        labels_to_select(report, &at.field("selector"), spec.selector.as_ref());
        return template_there(report, &at.field("template"));
    };
    let labels = labels_of(template);
    let written = spec.selector.as_ref().filter(|selector| !selector.is_empty());
    labels_to_select(report, &at.field("selector"), written.or(labels));
    if let Some(written) = written {
        let wanted = LabelSelector { match_labels: Some(written.clone()), match_expressions: None };
        if !selector::matches(&wanted, labels) {
            selector_matches_template(report, &at.field("template.metadata.labels"), &wanted, template);
        }
    }
    pod::template(report, &at.field("template"), template, Owner::TEMPLATE);
    runs_for_ever(report, &at.field("template.spec"), template);
}

rules!(
    /// The counts and times of a ReplicaSet are not negative.
    ///
    /// Source: `ValidateReplicaSetSpec`, pkg/apis/apps/validation/validation.go
    fn replica_counts(report: &mut Report<'_>, at: &Path<'_>, replicas: Option<i32>, ready: Option<i32>) {
        not_negative(report, &at.field("replicas"), replicas.unwrap_or_default());
        not_negative(report, &at.field("minReadySeconds"), ready.unwrap_or_default());
    },

    /// A ReplicationController selects by labels, its own or those of its template.
    ///
    /// Source: `ValidateReplicationControllerSpec`, pkg/apis/core/validation/validation.go
    fn labels_to_select(report: &mut Report<'_>, at: &Path<'_>, labels: Option<&BTreeMap<String, String>>) {
        if labels.is_none_or(BTreeMap::is_empty) {
            report.required(at, "the labels of the pods; by default those of the template, which has none");
        }
    },

    /// A ReplicationController has a template.
    ///
    /// Source: `ValidatePodTemplateSpecForRC`, pkg/apis/core/validation/validation.go
    fn template_there(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "the pods that it makes");
    }
);
