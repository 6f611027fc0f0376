//! Label selectors.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use super::common::list;
use super::meta;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{label_key, label_value};

/// The operators of `matchExpressions`.
const OPERATORS: [&str; 4] = ["In", "NotIn", "Exists", "DoesNotExist"];

/// Returns whether a selector has no requirement, and so matches everything.
pub(super) fn is_empty(selector: &LabelSelector) -> bool {
    selector.match_labels.as_ref().is_none_or(BTreeMap::is_empty) && list(&selector.match_expressions).is_empty()
}

/// Returns whether a valid selector matches labels.
pub(super) fn matches(selector: &LabelSelector, labels: Option<&BTreeMap<String, String>>) -> bool {
    let value = |key: &str| labels.and_then(|labels| labels.get(key));
    let equal = |(key, wanted): (&String, &String)| value(key) == Some(wanted);
    let meets = |requirement: &LabelSelectorRequirement| {
        let value = value(&requirement.key);
        let is_listed = value.is_some_and(|value| list(&requirement.values).contains(value));
        match requirement.operator.as_str() {
            "In" => is_listed,
            "NotIn" => !is_listed,
            "Exists" => value.is_some(),
            _ => value.is_none(),
        }
    };
    selector.match_labels.iter().flatten().all(equal) && list(&selector.match_expressions).iter().all(meets)
}

/// Validates a label selector.
pub(super) fn label_selector(report: &mut Report<'_>, at: &Path<'_>, selector: &LabelSelector) {
    match_labels(report, &at.field("matchLabels"), selector.match_labels.as_ref());
    for (index, requirement) in list(&selector.match_expressions).iter().enumerate() {
        match_expressions(report, &at.field("matchExpressions").index(index), requirement);
    }
}

/// The area of the rules below.
const AREA: &str = "labelselector";

rules!(
    /// `matchLabels` must consist of valid label keys and values.
    ///
    /// Example: `matchLabels: {disk: very fast}`
    ///
    /// Source: `ValidateLabelSelector`, apimachinery pkg/apis/meta/v1/validation/validation.go
    fn match_labels(report: &mut Report<'_>, at: &Path<'_>, labels: Option<&BTreeMap<String, String>>) {
        meta::label_entries(report, at, labels);
    },

    /// `operator` in `matchExpressions` must be `In`, `NotIn`, `Exists` or `DoesNotExist`. `In` and `NotIn` require
    /// `values`; `Exists` and `DoesNotExist` take none. `key` must be a label key, and each value a label value.
    ///
    /// Example: `matchExpressions: [{key: disk, operator: Maybe}]`
    ///
    /// Source: `ValidateLabelSelectorRequirement`, apimachinery pkg/apis/meta/v1/validation/validation.go
    fn match_expressions(report: &mut Report<'_>, at: &Path<'_>, requirement: &LabelSelectorRequirement) {
        let values = list(&requirement.values);
        let operator = requirement.operator.as_str();
        match operator {
            "In" | "NotIn" if values.is_empty() => {
                report.required(&at.field("values"), format_args!("operator `{operator}` needs at least one value"));
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                report.forbidden(&at.field("values"), format_args!("operator `{operator}` takes no values"));
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            _ => report.not_supported(&at.field("operator"), operator, &OPERATORS),
        }
        report.require(&at.field("key"), label_key(&requirement.key));
        for (index, value) in values.iter().enumerate() {
            report.require(&at.field("values").index(index), label_value(value));
        }
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    fn selects(selector: serde_json::Value, labels: serde_json::Value) -> bool {
        let selector: LabelSelector = serde_json::from_value(selector).unwrap();
        matches(&selector, Some(&serde_json::from_value(labels).unwrap()))
    }

    #[test]
    fn a_selector_matches_as_kubernetes_matches_it() {
        use serde_json::json;
        let labels = json!({"app": "web", "tier": "front"});
        assert!(selects(json!({}), labels.clone()));
        assert!(selects(json!({"matchLabels": {"app": "web"}}), labels.clone()));
        assert!(!selects(json!({"matchLabels": {"app": "web", "x": ""}}), labels.clone()));
        let expression = |key: &str, operator: &str, values: &[&str]| json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]});
        assert!(selects(expression("app", "In", &["a", "web"]), labels.clone()));
        assert!(!selects(expression("x", "In", &["a"]), labels.clone()));
        assert!(selects(expression("x", "NotIn", &["a"]), labels.clone()));
        assert!(selects(expression("app", "Exists", &[]), labels.clone()));
        assert!(!selects(expression("app", "DoesNotExist", &[]), labels));
    }
}
