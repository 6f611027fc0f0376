//! Match conditions: CEL expressions that select the requests of a webhook or policy.

use k8s_openapi::api::admissionregistration::v1::MatchCondition;

use super::super::common::duplicates;
use crate::cel::{self, Environment, Type};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

const MAX_CONDITIONS: usize = 64;

/// Validates match conditions.
pub(super) fn conditions(report: &mut Report<'_>, at: &Path<'_>, conditions: &[MatchCondition], has_params: bool) {
    if conditions.is_empty() {
        return;
    }
    max_match_conditions(report, at, conditions.len());
    let environment = Environment::admission(has_params);
    let duplicates = duplicates(conditions.iter().map(|condition| &condition.name));
    for (index, condition) in conditions.iter().enumerate() {
        let at = at.index(index);
        match_condition_name(report, &at.field("name"), &condition.name, duplicates[index]);
        cel_expression(report, &at.field("expression"), &condition.expression, &environment, &[Type::Bool]);
    }
}

/// The area of the rules below.
const AREA: &str = "admission";

rules!(
    /// `matchConditions` may have at most 64 items.
    ///
    /// Source: `validateMatchConditions`, pkg/apis/admissionregistration/validation/validation.go
    fn max_match_conditions(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count > MAX_CONDITIONS {
            report.error(at, format_args!("must have at most {MAX_CONDITIONS} items, found {count}"));
        }
    },

    /// The name of a match condition is required, must be a qualified name, and must be unique.
    ///
    /// Example: `spec: {matchConditions: [{name: '', expression: 'true'}]}`
    ///
    /// Source: `validateMatchCondition`, pkg/apis/admissionregistration/validation/validation.go
    fn match_condition_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, is_repeated: bool) {
        if name.is_empty() {
            report.required(at, "the name of the condition");
        } else {
            report.require(at, label_key(name));
            if is_repeated {
                report.duplicate(at, format_args!("the condition {name:?}"));
            }
        }
    },

    /// A CEL expression must compile, use only variables that are declared, and have the expected result type.
    ///
    /// Example: `spec: {matchConditions: [{name: a, expression: '1'}]}`
    ///
    /// Source: `CompileCELExpression`, apiserver pkg/admission/plugin/cel/compile.go (costs are not counted here)
    pub(super) fn cel_expression(
        report: &mut Report<'_>,
        at: &Path<'_>,
        text: &str,
        environment: &Environment,
        results: &[Type],
    ) {
        if text.trim().is_empty() {
            report.required(at, "a CEL expression");
        } else {
            report.require(at, cel::check(text, environment, results).map(drop));
        }
    }
);
