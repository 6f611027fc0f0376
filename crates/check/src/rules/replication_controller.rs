//! ReplicationControllers.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ReplicationController, ReplicationControllerSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::names::Name;
use super::pod::{self, Owner};
use super::workload::{labels_of, non_negative_replicas, runs_forever, selector_matches_template};
use super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates a ReplicationController, whose selector defaults to the labels of its template.
pub(crate) fn validate(object: &ReplicationController, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec");
    let default = ReplicationControllerSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&default);
    non_negative_replicas(report, &at, spec.replicas, spec.min_ready_seconds);
    let Some(template) = &spec.template else {
        required_selector(report, &at.field("selector"), spec.selector.as_ref());
        return required_template(report, &at.field("template"));
    };
    let labels = labels_of(template);
    let written = spec.selector.as_ref().filter(|selector| !selector.is_empty());
    required_selector(report, &at.field("selector"), written.or(labels));
    if let Some(written) = written {
        let wanted = LabelSelector { match_labels: Some(written.clone()), match_expressions: None };
        if !selector::matches(&wanted, labels) {
            selector_matches_template(report, &at.field("template.metadata.labels"), &wanted, template);
        }
    }
    pod::template(report, &at.field("template"), template, Owner::TEMPLATE);
    runs_forever(report, &at.field("template.spec"), template);
}

/// The area of the rules below.
const AREA: &str = "replicationcontroller";

rules!(
    /// `selector`, which defaults to the labels of the template, must not be empty.
    ///
    /// Example: `spec: {selector: null, template: {metadata: {labels: null}}}`
    ///
    /// Source: `ValidateReplicationControllerSpec`, pkg/apis/core/validation/validation.go
    fn required_selector(report: &mut Report<'_>, at: &Path<'_>, labels: Option<&BTreeMap<String, String>>) {
        if labels.is_none_or(BTreeMap::is_empty) {
            report.required(at, "set it, or set labels in the pod template, which are its default");
        }
    },

    /// `template` is required.
    ///
    /// Example: `spec: {template: null}`
    ///
    /// Source: `ValidatePodTemplateSpecForRC`, pkg/apis/core/validation/validation.go
    fn required_template(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "set the template of the pods to create");
    }
);
