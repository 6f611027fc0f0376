//! The requests that a webhook or policy matches.

use std::collections::BTreeSet;

use k8s_openapi::api::admissionregistration::v1::{MatchResources, NamedRuleWithOperations, RuleWithOperations};

use super::super::common::list;
use super::super::selector;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::path_segment;

const OPERATIONS: [&str; 5] = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

/// The rule of a webhook or of a policy.
pub(super) struct Rule<'r> {
    groups: &'r [String],
    versions: &'r [String],
    operations: &'r [String],
    resources: &'r [String],
    scope: Option<&'r str>,
}

impl<'r> Rule<'r> {
    pub(super) fn of(rule: &'r RuleWithOperations) -> Self {
        Rule {
            groups: list(&rule.api_groups),
            versions: list(&rule.api_versions),
            operations: list(&rule.operations),
            resources: list(&rule.resources),
            scope: rule.scope.as_deref(),
        }
    }

    fn named(rule: &'r NamedRuleWithOperations) -> Self {
        Rule {
            groups: list(&rule.api_groups),
            versions: list(&rule.api_versions),
            operations: list(&rule.operations),
            resources: list(&rule.resources),
            scope: rule.scope.as_deref(),
        }
    }
}

/// Validates `matchConstraints` of a policy, or `matchResources` of its binding.
pub(super) fn match_resources(report: &mut Report<'_>, at: &Path<'_>, matched: &MatchResources) {
    if let Some(policy) = &matched.match_policy {
        match_policy(report, &at.field("matchPolicy"), policy);
    }
    for (field, labels) in
        [("namespaceSelector", &matched.namespace_selector), ("objectSelector", &matched.object_selector)]
    {
        labels.iter().for_each(|labels| selector::label_selector(report, &at.field(field), labels));
    }
    for (field, rules) in
        [("resourceRules", &matched.resource_rules), ("excludeResourceRules", &matched.exclude_resource_rules)]
    {
        let at = at.field(field);
        for (index, rule) in list(rules).iter().enumerate() {
            let at = at.index(index);
            resource_names(report, &at.field("resourceNames"), list(&rule.resource_names));
            resource_rule(report, &at, &Rule::named(rule));
        }
    }
}

/// The area of the rules below.
const AREA: &str = "admission";

rules!(
    /// `matchPolicy` must be `Exact` or `Equivalent`.
    ///
    /// Example: `spec: {matchConstraints: {matchPolicy: Any}}`
    ///
    /// Source: `validateMatchResources`, `validateValidatingWebhook`,
    /// pkg/apis/admissionregistration/validation/validation.go
    pub(super) fn match_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["Equivalent", "Exact"]);
    },

    /// `resourceNames` must be unique, and may not be `.` or `..` or contain `/` or `%`.
    ///
    /// Source: `validateNamedRuleWithOperations`, pkg/apis/admissionregistration/validation/validation.go
    fn resource_names(report: &mut Report<'_>, at: &Path<'_>, names: &[String]) {
        for (index, name) in names.iter().enumerate() {
            report.require(&at.index(index), path_segment(name));
            if names[..index].contains(name) {
                report.duplicate(&at.index(index), format_args!("{name:?}"));
            }
        }
    },

    /// A rule must have `operations`, `apiGroups`, `apiVersions` and `resources`, where `*` must be the only item;
    /// `operations` must be `CREATE`, `UPDATE`, `DELETE`, `CONNECT` or `*`, and `scope` `Cluster`, `Namespaced` or
    /// `*`.
    ///
    /// Example: `spec: {matchConstraints: {resourceRules: [{operations: [READ], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}}`
    ///
    /// Source: `validateRuleWithOperations`, `validateRule`, pkg/apis/admissionregistration/validation/validation.go
    pub(super) fn resource_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &Rule<'_>) {
        for (field, items) in
            [("operations", rule.operations), ("apiGroups", rule.groups), ("apiVersions", rule.versions)]
        {
            if items.is_empty() {
                report.required(&at.field(field), "at least one item; `*` matches all");
            } else if items.len() > 1 && items.iter().any(|item| item == "*") {
                report.error(&at.field(field), "`*` must be the only item");
            }
        }
        let at_operations = at.field("operations");
        for (index, operation) in rule.operations.iter().enumerate() {
            report.one_of(&at_operations.index(index), operation, &OPERATIONS);
        }
        let at_versions = at.field("apiVersions");
        for (index, _) in rule.versions.iter().enumerate().filter(|(_, version)| version.is_empty()) {
            report.required(&at_versions.index(index), "must be a version or `*`");
        }
        rule_resources(report, &at.field("resources"), rule.resources);
        if let Some(scope) = rule.scope {
            report.one_of(&at.field("scope"), scope, &["*", "Cluster", "Namespaced"]);
        }
    },

    /// `resources` of a rule may not be empty or overlap: `*` covers all resources without a subresource, `name/*` all
    /// subresources of one, and `*/*` must be the only item.
    ///
    /// Example: `spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: ['*/*', pods]}]}}`
    ///
    /// Source: `validateResources`, pkg/apis/admissionregistration/validation/validation.go
    fn rule_resources(report: &mut Report<'_>, at: &Path<'_>, resources: &[String]) {
        if resources.is_empty() {
            report.required(at, "at least one item; `*` matches all");
        }
        let mut before = BTreeSet::new();
        for (index, resource) in resources.iter().enumerate() {
            if resource.is_empty() {
                report.required(&at.index(index), "must be a resource or `*`");
            }
            let Some((name, part)) = resource.split_once('/') else { continue };
            if before.contains(&(name, "*")) {
                report.error(&at.index(index), format_args!("overlaps with `{name}/*`"));
            }
            if before.contains(&("*", part)) {
                report.error(&at.index(index), format_args!("overlaps with `*/{part}`"));
            }
            before.insert((name, part));
        }
        let has = |name: &str| resources.iter().any(|resource| resource == name);
        if resources.len() > 1 && has("*/*") {
            report.error(at, "`*/*` must be the only item");
        }
        // An API server compares the last resource without a subresource.
        let last = resources.iter().rev().find(|resource| !resource.is_empty() && !resource.contains('/'));
        if has("*") && last.is_some_and(|resource| resource != "*") {
            report.error(at, "`*` overlaps with every other resource without a subresource");
        }
    }
);
