//! Where a pod is drawn to, and away from.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm,
    WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::super::common::list;
use super::super::selector;
use super::Owner;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain, label_key, label_value};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

/// Everything about the affinity of a pod.
pub(super) fn affinity(report: &mut Report<'_>, at: &Path<'_>, affinity: &Affinity, owner: Owner<'_>) {
    if let Some(nodes) = &affinity.node_affinity {
        node_affinity(report, &at.field("nodeAffinity"), nodes);
    }
    let pods = affinity.pod_affinity.as_ref().map(|pods| {
        (
            &pods.required_during_scheduling_ignored_during_execution,
            &pods.preferred_during_scheduling_ignored_during_execution,
        )
    });
    let others = affinity.pod_anti_affinity.as_ref().map(|pods| {
        (
            &pods.required_during_scheduling_ignored_during_execution,
            &pods.preferred_during_scheduling_ignored_during_execution,
        )
    });
    for (field, terms) in [("podAffinity", pods), ("podAntiAffinity", others)] {
        let Some((required, preferred)) = terms else { continue };
        let at = at.field(field);
        for (index, term) in list(required).iter().enumerate() {
            pod_term(report, &at.field(REQUIRED).index(index), term, owner);
        }
        for (index, term) in list(preferred).iter().enumerate() {
            weighted(report, &at.field(PREFERRED).index(index), term, owner);
        }
    }
}

fn node_affinity(report: &mut Report<'_>, at: &Path<'_>, nodes: &NodeAffinity) {
    if let Some(required) = &nodes.required_during_scheduling_ignored_during_execution {
        node_selector(report, &at.field(REQUIRED), required);
    }
    for (index, preferred) in list(&nodes.preferred_during_scheduling_ignored_during_execution).iter().enumerate() {
        let at = at.field(PREFERRED);
        let at = at.index(index);
        weight(report, &at.field("weight"), preferred.weight);
        // Here an API server takes any value of a label.
        node_term(report, &at.field("preference"), &preferred.preference, true);
    }
}

fn weighted(report: &mut Report<'_>, at: &Path<'_>, term: &WeightedPodAffinityTerm, owner: Owner<'_>) {
    weight(report, &at.field("weight"), term.weight);
    pod_term(report, &at.field("podAffinityTerm"), &term.pod_affinity_term, owner);
}

rules!(
    /// What is preferred has a weight of 1 to 100.
    ///
    /// Source: `ValidatePreferredSchedulingTerms`, pkg/apis/core/validation/validation.go
    fn weight(report: &mut Report<'_>, at: &Path<'_>, weight: i32) {
        if !(1..=100).contains(&weight) {
            report.error(at, format_args!("{weight} is out of bounds: 1 to 100"));
        }
    },

    /// Required nodes are selected by one term at least.
    ///
    /// Source: `ValidateNodeSelector`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn node_selector(report: &mut Report<'_>, at: &Path<'_>, selector: &NodeSelector) {
        let at = at.field("nodeSelectorTerms");
        if selector.node_selector_terms.is_empty() {
            report.required(&at, "what nodes have to be like");
        }
        for (index, term) in selector.node_selector_terms.iter().enumerate() {
            node_term(report, &at.index(index), term, false);
        }
    },

    /// Nodes are selected by labels, with operators that there are and as many values as those take, or by their name.
    ///
    /// Source: `ValidateNodeSelectorRequirement`, `ValidateNodeFieldSelectorRequirement`,
    /// pkg/apis/core/validation/validation.go
    fn node_term(report: &mut Report<'_>, at: &Path<'_>, term: &NodeSelectorTerm, takes_any_value: bool) {
        for (index, requirement) in list(&term.match_expressions).iter().enumerate() {
            let at = at.field("matchExpressions");
            node_requirement(report, &at.index(index), requirement, takes_any_value);
        }
        for (index, requirement) in list(&term.match_fields).iter().enumerate() {
            node_field(report, &at.field("matchFields").index(index), requirement);
        }
    },

    /// Pods are near to one another, or far, in domains that a label of nodes makes, and are selected by valid selectors in
    /// namespaces with valid names.
    ///
    /// Source: `validatePodAffinityTerm`, pkg/apis/core/validation/validation.go
    fn pod_term(report: &mut Report<'_>, at: &Path<'_>, term: &PodAffinityTerm, owner: Owner<'_>) {
        for (field, wanted) in
            [("labelSelector", &term.label_selector), ("namespaceSelector", &term.namespace_selector)]
        {
            if let Some(wanted) = wanted {
                selector::label_selector(report, &at.field(field), wanted);
            }
        }
        for (index, namespace) in list(&term.namespaces).iter().enumerate() {
            let at_all = at.field("namespaces");
            report.require_in(&at.field("namespace"), &at_all.index(index), dns_label(namespace));
        }
        label_keys(report, at, &term.match_label_keys, &term.mismatch_label_keys, &term.label_selector, owner);
        match term.topology_key.as_str() {
            "" => report.required(&at.field("topologyKey"), "the label of nodes"),
            key => report.require(&at.field("topologyKey"), label_key(key)),
        }
    },

    /// Labels whose values tell the pods of one rollout, or of others, are label keys, add to a selector, and are not in
    /// both lists.
    ///
    /// Source: `validateMatchLabelKeysAndMismatchLabelKeys`, pkg/apis/core/validation/validation.go
    pub(super) fn label_keys(
        report: &mut Report<'_>,
        at: &Path<'_>,
        same: &Option<Vec<String>>,
        other: &Option<Vec<String>>,
        wanted: &Option<LabelSelector>,
        owner: Owner<'_>,
    ) {
        for (field, keys) in [("matchLabelKeys", list(same)), ("mismatchLabelKeys", list(other))] {
            let at = at.field(field);
            if wanted.is_none() && !keys.is_empty() {
                report.forbidden(&at, "it adds to a `labelSelector`, which is not there");
            } else {
                keys.iter().enumerate().for_each(|(index, key)| report.require(&at.index(index), label_key(key)));
            }
        }
        if let Some(wanted) = wanted.as_ref().filter(|_| !list(same).is_empty()) {
            selected_twice(report, at, list(same), wanted, owner);
        }
        for (index, key) in list(same).iter().enumerate().filter(|(_, key)| list(other).contains(key)) {
            let at = at.field("matchLabelKeys");
            report.error(&at.index(index), format_args!("`{key}` is in `mismatchLabelKeys` too"));
        }
    }
);

/// A key that the selector has already. Of a pod the server adds the keys that it has labels for to the selector before it
/// looks.
fn selected_twice(report: &mut Report<'_>, at: &Path<'_>, keys: &[String], wanted: &LabelSelector, owner: Owner<'_>) {
    let mut seen: BTreeSet<&str> = wanted.match_labels.iter().flatten().map(|(key, _)| key.as_str()).collect();
    let labels = owner.pod.and_then(|pod| pod.labels.as_ref());
    let has_label = |key: &&str| labels.is_some_and(|labels| labels.contains_key(*key));
    let added = keys.iter().map(String::as_str).filter(has_label);
    let expressions = list(&wanted.match_expressions).iter().map(|expression| expression.key.as_str());
    for key in expressions.chain(added) {
        if !seen.insert(key)
            && let Some(index) = keys.iter().rposition(|other| other == key)
        {
            let location = at.field("matchLabelKeys");
            report.error_in(
                &at.index(index),
                &location.index(index),
                format_args!("`{key}` is in `labelSelector` too"),
            );
        }
    }
}

fn node_requirement(
    report: &mut Report<'_>,
    at: &Path<'_>,
    requirement: &NodeSelectorRequirement,
    takes_any_value: bool,
) {
    let values = list(&requirement.values);
    let at_values = at.field("values");
    match requirement.operator.as_str() {
        operator @ ("In" | "NotIn") if values.is_empty() => {
            report.required(&at_values, format_args!("`{operator}` compares with values"));
        }
        operator @ ("Exists" | "DoesNotExist") if !values.is_empty() => {
            report.forbidden(&at_values, format_args!("`{operator}` compares with no value"));
        }
        operator @ ("Gt" | "Lt") if values.len() != 1 => {
            report.required(&at_values, format_args!("`{operator}` compares with one value"));
        }
        operator => report.one_of(&at.field("operator"), operator, &OPERATORS),
    }
    report.require(&at.field("key"), label_key(&requirement.key));
    if !takes_any_value {
        values
            .iter()
            .enumerate()
            .for_each(|(index, value)| report.require(&at_values.index(index), label_value(value)));
    }
}

fn node_field(report: &mut Report<'_>, at: &Path<'_>, requirement: &NodeSelectorRequirement) {
    let values = list(&requirement.values);
    match requirement.operator.as_str() {
        "In" | "NotIn" if values.len() != 1 => report.required(&at.field("values"), "one value"),
        operator => report.one_of(&at.field("operator"), operator, &["In", "NotIn"]),
    }
    if requirement.key != "metadata.name" {
        return report.not_supported(&at.field("key"), &requirement.key, &["metadata.name"]);
    }
    for (index, value) in values.iter().enumerate() {
        report.require(&at.field("values").index(index), dns_subdomain(value));
    }
}
