//! How pods are spread over a cluster.

use k8s_openapi::api::core::v1::TopologySpreadConstraint;

use super::super::common::{filled, repeated};
use super::super::selector;
use super::{Owner, affinity};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

rules!(
    /// Pods are spread over domains that a label of nodes makes, unevenly by 1 at least, and no two constraints are about
    /// one label and one consequence.
    ///
    /// Source: `validateTopologySpreadConstraints`, pkg/apis/core/validation/validation.go
    pub(super) fn topology_spread(
        report: &mut Report<'_>,
        at: &Path<'_>,
        constraints: &[TopologySpreadConstraint],
        owner: Owner<'_>,
    ) {
        // Of two that are the same an API server names the first.
        let key = |constraint: &'_ TopologySpreadConstraint| {
            (constraint.topology_key.clone(), constraint.when_unsatisfiable.clone())
        };
        let mut repeated = repeated(constraints.iter().rev().map(key));
        repeated.reverse();
        for (index, constraint) in constraints.iter().enumerate() {
            let at = at.index(index);
            if constraint.max_skew <= 0 {
                report.error(&at.field("maxSkew"), format_args!("{} is too small: at least 1", constraint.max_skew));
            }
            filled(report, &at.field("topologyKey"), &constraint.topology_key, "the label of nodes");
            let action = constraint.when_unsatisfiable.as_str();
            report.one_of(&at.field("whenUnsatisfiable"), action, &["DoNotSchedule", "ScheduleAnyway"]);
            if repeated[index] {
                let what = format_args!("`{}` with `{action}`", constraint.topology_key);
                report.duplicate(&at.field("{topologyKey, whenUnsatisfiable}"), what);
            }
            smallest_spread(report, &at.field("minDomains"), constraint);
            for (field, policy) in [
                ("nodeAffinityPolicy", &constraint.node_affinity_policy),
                ("nodeTaintsPolicy", &constraint.node_taints_policy),
            ] {
                if let Some(policy) = policy {
                    report.one_of(&at.field(field), policy, &["Honor", "Ignore"]);
                }
            }
            affinity::label_keys(report, &at, &constraint.match_label_keys, &None, &constraint.label_selector, owner);
            if let Some(wanted) = &constraint.label_selector {
                selector::label_selector(report, &at.field("labelSelector"), wanted);
            }
        }
    },

    /// A least number of domains is 1 or more, and holds pods back (`DoNotSchedule`).
    ///
    /// Source: `validateMinDomains`, pkg/apis/core/validation/validation.go
    fn smallest_spread(report: &mut Report<'_>, at: &Path<'_>, constraint: &TopologySpreadConstraint) {
        let Some(domains) = constraint.min_domains else { return };
        if domains <= 0 {
            report.error(at, format_args!("{domains} is too small: at least 1"));
        }
        if constraint.when_unsatisfiable != "DoNotSchedule" {
            report.error(at, "it needs `whenUnsatisfiable: DoNotSchedule`");
        }
    }
);
