//! Topology spread constraints.

use k8s_openapi::api::core::v1::TopologySpreadConstraint;

use super::super::common::{duplicates, required_text};
use super::super::selector;
use super::{Owner, affinity};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// A topology spread constraint requires a `topologyKey`, a `maxSkew` of 1 or more and a `whenUnsatisfiable` of
    /// `DoNotSchedule` or `ScheduleAnyway`. The pair of `topologyKey` and `whenUnsatisfiable` must be unique.
    /// `nodeAffinityPolicy` and `nodeTaintsPolicy` must be `Honor` or `Ignore`.
    ///
    /// Example: `spec: {topologySpreadConstraints: [{maxSkew: 0, topologyKey: a, whenUnsatisfiable: DoNotSchedule}]}`
    ///
    /// Source: `validateTopologySpreadConstraints`, pkg/apis/core/validation/validation.go
    pub(super) fn topology_spread_constraints(
        report: &mut Report<'_>,
        at: &Path<'_>,
        constraints: &[TopologySpreadConstraint],
        owner: Owner<'_>,
    ) {
        // Of two equal constraints, an API server reports the first.
        let key = |constraint: &'_ TopologySpreadConstraint| {
            (constraint.topology_key.clone(), constraint.when_unsatisfiable.clone())
        };
        let mut duplicates = duplicates(constraints.iter().rev().map(key));
        duplicates.reverse();
        for (index, constraint) in constraints.iter().enumerate() {
            let at = at.index(index);
            if constraint.max_skew <= 0 {
                report.error(&at.field("maxSkew"), format_args!("must be 1 or more, found {}", constraint.max_skew));
            }
            required_text(
                report,
                &at.field("topologyKey"),
                &constraint.topology_key,
                "set the node label that defines the topology domains",
            );
            let action = constraint.when_unsatisfiable.as_str();
            report.one_of(&at.field("whenUnsatisfiable"), action, &["DoNotSchedule", "ScheduleAnyway"]);
            if duplicates[index] {
                let what = format_args!("the pair `{}`, `{action}`", constraint.topology_key);
                report.duplicate(&at.field("{topologyKey, whenUnsatisfiable}"), what);
            }
            topology_spread_min_domains(report, &at.field("minDomains"), constraint);
            for (field, policy) in [
                ("nodeAffinityPolicy", &constraint.node_affinity_policy),
                ("nodeTaintsPolicy", &constraint.node_taints_policy),
            ] {
                if let Some(policy) = policy {
                    report.one_of(&at.field(field), policy, &["Honor", "Ignore"]);
                }
            }
            affinity::match_label_keys(
                report,
                &at,
                &constraint.match_label_keys,
                &None,
                &constraint.label_selector,
                owner,
            );
            if let Some(wanted) = &constraint.label_selector {
                selector::label_selector(report, &at.field("labelSelector"), wanted);
            }
        }
    },

    /// `minDomains` must be 1 or more and requires `whenUnsatisfiable: DoNotSchedule`.
    ///
    /// Source: `validateMinDomains`, pkg/apis/core/validation/validation.go
    fn topology_spread_min_domains(report: &mut Report<'_>, at: &Path<'_>, constraint: &TopologySpreadConstraint) {
        let Some(domains) = constraint.min_domains else { return };
        if domains <= 0 {
            report.error(at, format_args!("must be 1 or more, found {domains}"));
        }
        if constraint.when_unsatisfiable != "DoNotSchedule" {
            report.error(at, "requires `whenUnsatisfiable: DoNotSchedule`");
        }
    }
);
