//! Selectors of labels.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use super::common::list;
use super::meta;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{label_key, label_value};

/// What operators of a selector can be.
const OPERATORS: [&str; 4] = ["In", "NotIn", "Exists", "DoesNotExist"];

/// Whether a selector has no condition: it selects everything.
pub(super) fn is_empty(selector: &LabelSelector) -> bool {
    selector.match_labels.as_ref().is_none_or(BTreeMap::is_empty) && list(&selector.match_expressions).is_empty()
}

/// Whether labels meet every condition of a selector that is valid.
pub(super) fn matches(selector: &LabelSelector, labels: Option<&BTreeMap<String, String>>) -> bool {
    let value = |key: &str| labels.and_then(|labels| labels.get(key));
    let equal = |(key, wanted): (&String, &String)| value(key) == Some(wanted);
    let meets = |condition: &LabelSelectorRequirement| {
        let value = value(&condition.key);
        let is_listed = value.is_some_and(|value| list(&condition.values).contains(value));
        match condition.operator.as_str() {
            "In" => is_listed,
            "NotIn" => !is_listed,
            "Exists" => value.is_some(),
            _ => value.is_none(),
        }
    };
    selector.match_labels.iter().flatten().all(equal) && list(&selector.match_expressions).iter().all(meets)
}

rules!(
    /// A selector has label keys and values that labels can have, operators that there are, and values just where the
    /// operator takes some.
    ///
    /// Source: `ValidateLabelSelector`, apimachinery pkg/apis/meta/v1/validation/validation.go
    pub(super) fn label_selector(report: &mut Report<'_>, at: &Path<'_>, selector: &LabelSelector) {
        meta::labels(report, &at.field("matchLabels"), selector.match_labels.as_ref());
        for (index, condition) in list(&selector.match_expressions).iter().enumerate() {
            requirement(report, &at.field("matchExpressions").index(index), condition);
        }
    }
);

fn requirement(report: &mut Report<'_>, at: &Path<'_>, condition: &LabelSelectorRequirement) {
    let values = list(&condition.values);
    let operator = condition.operator.as_str();
    match operator {
        "In" | "NotIn" if values.is_empty() => {
            report.required(&at.field("values"), format_args!("`{operator}` compares with values"));
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            report.forbidden(&at.field("values"), format_args!("`{operator}` compares with no value"));
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        _ => report.not_supported(&at.field("operator"), operator, &OPERATORS),
    }
    report.require(&at.field("key"), label_key(&condition.key));
    for (index, value) in values.iter().enumerate() {
        report.require(&at.field("values").index(index), label_value(value));
    }
}

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
