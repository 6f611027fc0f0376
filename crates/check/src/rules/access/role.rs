//! Roles and ClusterRoles.

use k8s_openapi::api::rbac::v1::{AggregationRule, ClusterRole, PolicyRule, Role};

use super::super::common::list;
use super::super::names::Name;
use super::super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn validate(object: &Role, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Segment);
    meta::ungenerated(report, &object.metadata);
    rules_of(report, list(&object.rules), true);
}

pub(crate) fn cluster(object: &ClusterRole, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Segment);
    meta::ungenerated(report, &object.metadata);
    rules_of(report, list(&object.rules), false);
    if let Some(aggregation) = &object.aggregation_rule {
        aggregation_rule(report, &Path::ROOT.field("aggregationRule.clusterRoleSelectors"), aggregation);
    }
}

fn rules_of(report: &mut Report<'_>, rules: &[PolicyRule], is_namespaced: bool) {
    let at = Path::ROOT.field("rules");
    for (index, rule) in rules.iter().enumerate() {
        policy_rule(report, &at.index(index), rule, is_namespaced);
    }
}

/// The area of the rules below.
const AREA: &str = "role";

rules!(
    /// A rule must have `verbs`, and either `apiGroups` and `resources`, or `nonResourceURLs`; only a ClusterRole may
    /// have `nonResourceURLs`.
    ///
    /// Example: `rules: [{apiGroups: [''], resources: [pods], verbs: []}]`
    ///
    /// Source: `ValidatePolicyRule`, pkg/apis/rbac/validation/validation.go
    fn policy_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &PolicyRule, is_namespaced: bool) {
        if rule.verbs.is_empty() {
            report.required(&at.field("verbs"), "at least one verb, such as `get`");
        }
        let (groups, resources) = (list(&rule.api_groups), list(&rule.resources));
        let names = list(&rule.resource_names);
        if !list(&rule.non_resource_urls).is_empty() {
            let at = at.field("nonResourceURLs");
            if is_namespaced {
                report.error(&at, "may only be set in a ClusterRole");
            }
            if !groups.is_empty() || !resources.is_empty() || !names.is_empty() {
                report.error(&at, "`nonResourceURLs` and `resources` are mutually exclusive in a rule");
            }
            return;
        }
        if groups.is_empty() {
            report.required(&at.field("apiGroups"), "at least one API group; `\"\"` is the core group");
        }
        if resources.is_empty() {
            report.required(&at.field("resources"), "at least one resource, such as `pods`");
        }
    },

    /// `aggregationRule` of a ClusterRole must have at least one of `clusterRoleSelectors`, and each must be a valid
    /// label selector.
    ///
    /// Source: `ValidateClusterRole`, pkg/apis/rbac/validation/validation.go
    fn aggregation_rule(report: &mut Report<'_>, at: &Path<'_>, aggregation: &AggregationRule) {
        let selectors = list(&aggregation.cluster_role_selectors);
        if selectors.is_empty() {
            report.required(at, "at least one selector");
        }
        for (index, labels) in selectors.iter().enumerate() {
            selector::label_selector(report, &at.index(index), labels);
        }
    }
);
