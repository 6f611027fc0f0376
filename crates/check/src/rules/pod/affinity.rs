//! Pod affinity and anti-affinity, and the weights of preferred terms.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Affinity, NodeAffinity, PodAffinityTerm, WeightedPodAffinityTerm};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::super::common::list;
use super::super::selector;
use super::{Owner, node_selector::node_term};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, label_key};

pub(in super::super) use super::node_selector::node_selector;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// Validates the affinity of a pod.
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
    let anti = affinity.pod_anti_affinity.as_ref().map(|pods| {
        (
            &pods.required_during_scheduling_ignored_during_execution,
            &pods.preferred_during_scheduling_ignored_during_execution,
        )
    });
    for (field, terms) in [("podAffinity", pods), ("podAntiAffinity", anti)] {
        let Some((required, preferred)) = terms else { continue };
        let at = at.field(field);
        for (index, term) in list(required).iter().enumerate() {
            affinity_term(report, &at.field(REQUIRED).index(index), term, owner);
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
        affinity_weight(report, &at.field("weight"), preferred.weight);
        // An API server does not validate label values here.
        node_term(report, &at.field("preference"), &preferred.preference, true);
    }
}

fn weighted(report: &mut Report<'_>, at: &Path<'_>, term: &WeightedPodAffinityTerm, owner: Owner<'_>) {
    affinity_weight(report, &at.field("weight"), term.weight);
    affinity_term(report, &at.field("podAffinityTerm"), &term.pod_affinity_term, owner);
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `weight` of a preferred affinity term must be between 1 and 100.
    ///
    /// Source: `ValidatePreferredSchedulingTerms`, pkg/apis/core/validation/validation.go
    fn affinity_weight(report: &mut Report<'_>, at: &Path<'_>, weight: i32) {
        if !(1..=100).contains(&weight) {
            report.error(at, format_args!("must be between 1 and 100, found {weight}"));
        }
    },

    /// A pod affinity or anti-affinity term requires a `topologyKey` that is a label key; its `namespaces` must be DNS
    /// labels.
    ///
    /// Source: `validatePodAffinityTerm`, pkg/apis/core/validation/validation.go
    fn affinity_term(report: &mut Report<'_>, at: &Path<'_>, term: &PodAffinityTerm, owner: Owner<'_>) {
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
        match_label_keys(report, at, &term.match_label_keys, &term.mismatch_label_keys, &term.label_selector, owner);
        match term.topology_key.as_str() {
            "" => report.required(&at.field("topologyKey"), "set the node label that defines the topology domains"),
            key => report.require(&at.field("topologyKey"), label_key(key)),
        }
    },

    /// `matchLabelKeys` and `mismatchLabelKeys` must be label keys and require a `labelSelector`. A key may not be in
    /// both lists, and a key of `matchLabelKeys` may not be in `labelSelector`.
    ///
    /// Source: `validateMatchLabelKeysAndMismatchLabelKeys`, pkg/apis/core/validation/validation.go
    pub(super) fn match_label_keys(
        report: &mut Report<'_>,
        at: &Path<'_>,
        matching: &Option<Vec<String>>,
        mismatching: &Option<Vec<String>>,
        wanted: &Option<LabelSelector>,
        owner: Owner<'_>,
    ) {
        for (field, keys) in [("matchLabelKeys", list(matching)), ("mismatchLabelKeys", list(mismatching))] {
            let at = at.field(field);
            if wanted.is_none() && !keys.is_empty() {
                report.forbidden(&at, "`labelSelector` is not set");
            } else {
                keys.iter().enumerate().for_each(|(index, key)| report.require(&at.index(index), label_key(key)));
            }
        }
        if let Some(wanted) = wanted.as_ref().filter(|_| !list(matching).is_empty()) {
            not_in_selector(report, at, list(matching), wanted, owner);
        }
        for (index, key) in list(matching).iter().enumerate().filter(|(_, key)| list(mismatching).contains(key)) {
            let at = at.field("matchLabelKeys");
            report.error(&at.index(index), format_args!("`{key}` must not also be in `mismatchLabelKeys`"));
        }
    }
);

/// Reports keys that the selector already has. For a Pod, an API server first adds the keys that the pod has labels for
/// to the selector.
fn not_in_selector(report: &mut Report<'_>, at: &Path<'_>, keys: &[String], wanted: &LabelSelector, owner: Owner<'_>) {
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
                format_args!("`{key}` must not also be in `labelSelector`"),
            );
        }
    }
}
