//! Which requests a webhook or a policy is asked about.

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

/// Everything about what a policy or its binding matches.
pub(super) fn matched(report: &mut Report<'_>, at: &Path<'_>, wanted: &MatchResources) {
    if let Some(policy) = &wanted.match_policy {
        match_policy(report, &at.field("matchPolicy"), policy);
    }
    for (field, labels) in
        [("namespaceSelector", &wanted.namespace_selector), ("objectSelector", &wanted.object_selector)]
    {
        labels.iter().for_each(|labels| selector::label_selector(report, &at.field(field), labels));
    }
    for (field, rules) in
        [("resourceRules", &wanted.resource_rules), ("excludeResourceRules", &wanted.exclude_resource_rules)]
    {
        let at = at.field(field);
        for (index, rule) in list(rules).iter().enumerate() {
            let at = at.index(index);
            matched_names(report, &at.field("resourceNames"), list(&rule.resource_names));
            matched_operations(report, &at, &Rule::named(rule));
        }
    }
}

rules!(
    /// Versions of a request are matched exactly or by what they stand for.
    ///
    /// Source: `validateMatchResources`, `validateValidatingWebhook`,
    /// pkg/apis/admissionregistration/validation/validation.go
    pub(super) fn match_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["Equivalent", "Exact"]);
    },

    /// Names that are matched can be part of a path, and are said once.
    ///
    /// Source: `validateNamedRuleWithOperations`, pkg/apis/admissionregistration/validation/validation.go
    fn matched_names(report: &mut Report<'_>, at: &Path<'_>, names: &[String]) {
        for (index, name) in names.iter().enumerate() {
            report.require(&at.index(index), path_segment(name));
            if names[..index].contains(name) {
                report.duplicate(&at.index(index), format_args!("{name:?}"));
            }
        }
    },

    /// A rule has operations, groups, versions and resources; `*` is all of them, and stands alone.
    ///
    /// Source: `validateRuleWithOperations`, `validateRule`, pkg/apis/admissionregistration/validation/validation.go
    pub(super) fn matched_operations(report: &mut Report<'_>, at: &Path<'_>, rule: &Rule<'_>) {
        for (field, items) in
            [("operations", rule.operations), ("apiGroups", rule.groups), ("apiVersions", rule.versions)]
        {
            if items.is_empty() {
                report.required(&at.field(field), "at least one; `*` is all of them");
            } else if items.len() > 1 && items.iter().any(|item| item == "*") {
                report.error(&at.field(field), "`*` stands alone");
            }
        }
        let at_operations = at.field("operations");
        for (index, operation) in rule.operations.iter().enumerate() {
            report.one_of(&at_operations.index(index), operation, &OPERATIONS);
        }
        let at_versions = at.field("apiVersions");
        for (index, _) in rule.versions.iter().enumerate().filter(|(_, version)| version.is_empty()) {
            report.required(&at_versions.index(index), "a version, or `*`");
        }
        matched_resources(report, &at.field("resources"), rule.resources);
        if let Some(scope) = rule.scope {
            report.one_of(&at.field("scope"), scope, &["*", "Cluster", "Namespaced"]);
        }
    },

    /// Resources, and subresources after a `/`, do not include one another.
    ///
    /// Source: `validateResources`, pkg/apis/admissionregistration/validation/validation.go
    fn matched_resources(report: &mut Report<'_>, at: &Path<'_>, resources: &[String]) {
        if resources.is_empty() {
            report.required(at, "at least one; `*` is all of them");
        }
        let mut before = BTreeSet::new();
        for (index, resource) in resources.iter().enumerate() {
            if resource.is_empty() {
                report.required(&at.index(index), "a resource, or `*`");
            }
            let Some((name, part)) = resource.split_once('/') else { continue };
            if before.contains(&(name, "*")) {
                report.error(&at.index(index), format_args!("`{name}/*` includes it"));
            }
            if before.contains(&("*", part)) {
                report.error(&at.index(index), format_args!("`*/{part}` includes it"));
            }
            before.insert((name, part));
        }
        let has = |wanted: &str| resources.iter().any(|resource| resource == wanted);
        if resources.len() > 1 && has("*/*") {
            report.error(at, "`*/*` stands alone");
        }
        // An API server looks at the last one without a subresource.
        let last = resources.iter().rev().find(|resource| !resource.is_empty() && !resource.contains('/'));
        if has("*") && last.is_some_and(|resource| resource != "*") {
            report.error(at, "`*` includes every other resource without a subresource");
        }
    }
);
