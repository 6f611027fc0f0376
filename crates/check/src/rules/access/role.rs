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
        aggregates_some(report, &Path::ROOT.field("aggregationRule.clusterRoleSelectors"), aggregation);
    }
}

fn rules_of(report: &mut Report<'_>, rules: &[PolicyRule], is_namespaced: bool) {
    let at = Path::ROOT.field("rules");
    for (index, rule) in rules.iter().enumerate() {
        policy_rule(report, &at.index(index), rule, is_namespaced);
    }
}

rules!(
    /// A rule has verbs, and groups and resources, or else URLs that are none, which only a ClusterRole has.
    ///
    /// Source: `ValidatePolicyRule`, pkg/apis/rbac/validation/validation.go
    fn policy_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &PolicyRule, is_namespaced: bool) {
        if rule.verbs.is_empty() {
            report.required(&at.field("verbs"), "what may be done: `get` or such");
        }
        let (groups, resources) = (list(&rule.api_groups), list(&rule.resources));
        let names = list(&rule.resource_names);
        if !list(&rule.non_resource_urls).is_empty() {
            let at = at.field("nonResourceURLs");
            if is_namespaced {
                report.error(&at, "URLs are in no namespace: only a ClusterRole has them");
            }
            if !groups.is_empty() || !resources.is_empty() || !names.is_empty() {
                report.error(&at, "a rule is for resources or for URLs, not for both");
            }
            return;
        }
        if groups.is_empty() {
            report.required(&at.field("apiGroups"), "the group of the resources; `\"\"` is the core group");
        }
        if resources.is_empty() {
            report.required(&at.field("resources"), "what something may be done with");
        }
    },

    /// A ClusterRole that is made of others selects some.
    ///
    /// Source: `ValidateClusterRole`, pkg/apis/rbac/validation/validation.go
    fn aggregates_some(report: &mut Report<'_>, at: &Path<'_>, aggregation: &AggregationRule) {
        let selectors = list(&aggregation.cluster_role_selectors);
        if selectors.is_empty() {
            report.required(at, "at least one selector");
        }
        for (index, wanted) in selectors.iter().enumerate() {
            selector::label_selector(report, &at.index(index), wanted);
        }
    }
);
