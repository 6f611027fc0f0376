//! Node selectors: of node affinity, of PersistentVolumes and of devices.

use k8s_openapi::api::core::v1::{NodeSelector, NodeSelectorRequirement, NodeSelectorTerm};

use super::super::common::list;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_subdomain, label_key, label_value};

const OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

/// Validates a node selector and its terms.
pub(in super::super) fn node_selector(report: &mut Report<'_>, at: &Path<'_>, selector: &NodeSelector) {
    let at = at.field("nodeSelectorTerms");
    required_terms(report, &at, &selector.node_selector_terms);
    for (index, term) in selector.node_selector_terms.iter().enumerate() {
        node_term(report, &at.index(index), term, false);
    }
}

/// Validates a term of a node selector.
pub(super) fn node_term(report: &mut Report<'_>, at: &Path<'_>, term: &NodeSelectorTerm, allows_any_value: bool) {
    for (index, requirement) in list(&term.match_expressions).iter().enumerate() {
        let at = at.field("matchExpressions");
        match_expressions(report, &at.index(index), requirement, allows_any_value);
    }
    for (index, requirement) in list(&term.match_fields).iter().enumerate() {
        match_fields(report, &at.field("matchFields").index(index), requirement);
    }
}

/// The area of the rules below.
const AREA: &str = "nodeselector";

rules!(
    /// A required node selector must have at least one entry in `nodeSelectorTerms`.
    ///
    /// Example: `spec: {nodeAffinity: {required: {nodeSelectorTerms: []}}}`
    ///
    /// Source: `ValidateNodeSelector`, pkg/apis/core/validation/validation.go
    fn required_terms(report: &mut Report<'_>, at: &Path<'_>, terms: &[NodeSelectorTerm]) {
        if terms.is_empty() {
            report.required(at, "list at least one term");
        }
    },

    /// `operator` in `matchExpressions` must be `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`. `In` and `NotIn`
    /// require `values`, `Gt` and `Lt` exactly one, `Exists` and `DoesNotExist` none. `key` must be a label key, and
    /// each value of a required term a label value.
    ///
    /// Example: `spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}`
    ///
    /// Source: `ValidateNodeSelectorRequirement`, pkg/apis/core/validation/validation.go
    fn match_expressions(
        report: &mut Report<'_>,
        at: &Path<'_>,
        requirement: &NodeSelectorRequirement,
        allows_any_value: bool,
    ) {
        let values = list(&requirement.values);
        let at_values = at.field("values");
        match requirement.operator.as_str() {
            operator @ ("In" | "NotIn") if values.is_empty() => {
                report.required(&at_values, format_args!("operator `{operator}` needs at least one value"));
            }
            operator @ ("Exists" | "DoesNotExist") if !values.is_empty() => {
                report.forbidden(&at_values, format_args!("operator `{operator}` takes no values"));
            }
            operator @ ("Gt" | "Lt") if values.len() != 1 => {
                report.required(&at_values, format_args!("operator `{operator}` needs exactly one value"));
            }
            operator => report.one_of(&at.field("operator"), operator, &OPERATORS),
        }
        report.require(&at.field("key"), label_key(&requirement.key));
        if !allows_any_value {
            for (index, value) in values.iter().enumerate() {
                report.require(&at_values.index(index), label_value(value));
            }
        }
    },

    /// `matchFields` may select nodes by `key: metadata.name` only, with `operator: In` or `NotIn` and exactly one
    /// value.
    ///
    /// Example: `spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchFields: [{key: a, operator: Exists}]}]}}}`
    ///
    /// Source: `ValidateNodeFieldSelectorRequirement`, pkg/apis/core/validation/validation.go
    fn match_fields(report: &mut Report<'_>, at: &Path<'_>, requirement: &NodeSelectorRequirement) {
        let values = list(&requirement.values);
        match requirement.operator.as_str() {
            operator @ ("In" | "NotIn") if values.len() != 1 => {
                report.required(&at.field("values"), format_args!("operator `{operator}` needs exactly one value"));
            }
            operator => report.one_of(&at.field("operator"), operator, &["In", "NotIn"]),
        }
        if requirement.key != "metadata.name" {
            return report.not_supported(&at.field("key"), &requirement.key, &["metadata.name"]);
        }
        for (index, value) in values.iter().enumerate() {
            report.require(&at.field("values").index(index), dns_subdomain(value));
        }
    }
);
