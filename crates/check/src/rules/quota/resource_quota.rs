//! ResourceQuotas.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::common::list;
use super::super::meta;
use super::super::names::Name;
use super::names::{is_of_quota, quota_resource_name, resource_amount};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const SCOPES: [&str; 7] = [
    "BestEffort",
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "PriorityClass",
    "Terminating",
    "VolumeAttributesClass",
];

const COMPUTE: [&str; 6] = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];

pub(crate) fn validate(object: &ResourceQuota, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let Some(spec) = &object.spec else { return };
    let at = Path::ROOT.field("spec");
    hard_limits(report, &at.field("hard"), spec.hard.as_ref());
    scopes(report, &at.field("scopes"), spec);
    if let Some(selector) = &spec.scope_selector {
        scope_selector(report, &at.field("scopeSelector.matchExpressions"), list(&selector.match_expressions), spec);
    }
}

fn hard_limits(report: &mut Report<'_>, at: &Path<'_>, limits: Option<&BTreeMap<String, Quantity>>) {
    for (name, quantity) in limits.into_iter().flatten() {
        quota_resource_name(report, &at.key(name), name);
        resource_amount(report, &at.key(name), name, quantity);
    }
}

/// Returns whether a quota can restrict the resource to the scope.
fn applies_to(scope: &str, resource: &str) -> bool {
    match scope {
        "BestEffort" => resource == "pods",
        "VolumeAttributesClass" => ["persistentvolumeclaims", "requests.storage"].contains(&resource),
        scope if SCOPES.contains(&scope) => resource == "pods" || COMPUTE.contains(&resource),
        _ => true,
    }
}

fn applies_to_all(scope: &str, spec: &ResourceQuotaSpec) -> Result<(), String> {
    let mut names = spec.hard.iter().flatten().map(|(name, _)| name);
    match names.find(|name| is_of_quota(name) && !applies_to(scope, name)) {
        Some(name) => Err(format!("the scope `{scope}` does not apply to the resource `{name}`")),
        None => Ok(()),
    }
}

fn are_exclusive(scopes: &[&str]) -> bool {
    let has = |scope: &str| scopes.contains(&scope);
    has("BestEffort") && has("NotBestEffort") || has("Terminating") && has("NotTerminating")
}

/// The area of the rules below.
const AREA: &str = "resourcequota";

rules!(
    /// `scopes` must be known ones that apply to every resource in `hard`; `BestEffort` and `NotBestEffort` are
    /// mutually exclusive, and so are `Terminating` and `NotTerminating`.
    ///
    /// Example: `spec: {scopes: [BestEffort, NotBestEffort]}`
    ///
    /// Source: `validateResourceQuotaScopes`, pkg/apis/core/validation/validation.go
    fn scopes(report: &mut Report<'_>, at: &Path<'_>, spec: &ResourceQuotaSpec) {
        let scopes: Vec<&str> = list(&spec.scopes).iter().map(String::as_str).collect();
        for (index, scope) in scopes.iter().enumerate() {
            if !SCOPES.contains(scope) {
                report.not_supported(at, scope, &SCOPES);
            }
            report.require_in(at, &at.index(index), applies_to_all(scope, spec));
        }
        if are_exclusive(&scopes) {
            report.error(
                at,
                "`BestEffort` and `NotBestEffort`, and `Terminating` and `NotTerminating`, are mutually exclusive",
            );
        }
    },

    /// `scopeSelector.matchExpressions` must have known scopes that apply to every resource in `hard`; `values` must
    /// be set with `In` and `NotIn`, and may not be set with `Exists` and `DoesNotExist`. Scopes other than
    /// `PriorityClass` and `VolumeAttributesClass` must have the operator `Exists`.
    ///
    /// Example: `spec: {scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}}`
    ///
    /// Source: `validateScopedResourceSelectorRequirement`, pkg/apis/core/validation/validation.go
    fn scope_selector(
        report: &mut Report<'_>,
        at: &Path<'_>,
        conditions: &[ScopedResourceSelectorRequirement],
        spec: &ResourceQuotaSpec,
    ) {
        for (index, condition) in conditions.iter().enumerate() {
            // An API server leaves the index out.
            scope_condition(report, at, &at.index(index), condition, spec);
        }
        let scopes: Vec<&str> = conditions.iter().map(|condition| condition.scope_name.as_str()).collect();
        if are_exclusive(&scopes) {
            report.error(
                at,
                "`BestEffort` and `NotBestEffort`, and `Terminating` and `NotTerminating`, are mutually exclusive",
            );
        }
    }
);

fn scope_condition(
    report: &mut Report<'_>,
    at: &Path<'_>,
    location: &Path<'_>,
    condition: &ScopedResourceSelectorRequirement,
    spec: &ResourceQuotaSpec,
) {
    let (scope, operator) = (condition.scope_name.as_str(), condition.operator.as_str());
    let values = list(&condition.values);
    if !SCOPES.contains(&scope) {
        let message = format_args!("{scope:?} is not a scope: must be one of {}", SCOPES.join(", "));
        report.error_in(&at.field("scopeName"), &location.field("scopeName"), message);
    }
    report.require_in(at, location, applies_to_all(scope, spec));
    let (at_operator, at_values) = (at.field("operator"), at.field("values"));
    let takes_values = ["PriorityClass", "VolumeAttributesClass"].contains(&scope) || !SCOPES.contains(&scope);
    if !takes_values && operator != "Exists" {
        report.error_in(
            &at_operator,
            &location.field("operator"),
            format_args!("must be `Exists` when `scopeName` is `{scope}`"),
        );
    }
    match operator {
        "In" | "NotIn" if values.is_empty() => report.required(&at_values, format_args!("`operator` is `{operator}`")),
        "In" | "NotIn" => {}
        "Exists" | "DoesNotExist" if values.is_empty() => {}
        "Exists" | "DoesNotExist" => {
            report.error_in(
                &at_values,
                &location.field("values"),
                format_args!("may not be set when `operator` is `{operator}`"),
            );
        }
        _ => report.not_supported(&at_operator, operator, &["In", "NotIn", "Exists", "DoesNotExist"]),
    }
}
