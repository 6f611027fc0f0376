//! Conditions in CEL, which a request has to meet before a webhook or policy is asked.

use k8s_openapi::api::admissionregistration::v1::MatchCondition;

use super::super::common::repeated;
use crate::cel::{self, Environment, Type};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

const MOST: usize = 64;

/// Everything about conditions.
pub(super) fn conditions(report: &mut Report<'_>, at: &Path<'_>, conditions: &[MatchCondition], has_params: bool) {
    if conditions.is_empty() {
        return;
    }
    few_conditions(report, at, conditions.len());
    let environment = Environment::admission(has_params);
    let repeated = repeated(conditions.iter().map(|condition| &condition.name));
    for (index, condition) in conditions.iter().enumerate() {
        let at = at.index(index);
        condition_name(report, &at.field("name"), &condition.name, repeated[index]);
        expression(report, &at.field("expression"), &condition.expression, &environment, &[Type::Bool]);
    }
}

rules!(
    /// There are 64 conditions at most.
    ///
    /// Source: `validateMatchConditions`, pkg/apis/admissionregistration/validation/validation.go
    fn few_conditions(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count > MOST {
            report.error(at, format_args!("{count} are too many: at most {MOST}"));
        }
    },

    /// A condition is named as labels are, each by a name of its own.
    ///
    /// Source: `validateMatchCondition`, pkg/apis/admissionregistration/validation/validation.go
    fn condition_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, is_repeated: bool) {
        if name.is_empty() {
            report.required(at, "the name of the condition");
        } else {
            report.require(at, label_key(name));
            if is_repeated {
                report.duplicate(at, format_args!("the condition {name:?}"));
            }
        }
    },

    /// An expression is one of CEL, about things that there are, and gives what is asked for.
    ///
    /// Source: `CompileCELExpression`, apiserver pkg/admission/plugin/cel/compile.go (costs are not counted here)
    pub(super) fn expression(
        report: &mut Report<'_>,
        at: &Path<'_>,
        text: &str,
        environment: &Environment,
        results: &[Type],
    ) {
        if text.trim().is_empty() {
            report.required(at, "an expression of CEL");
        } else {
            report.require(at, cel::check(text, environment, results).map(drop));
        }
    }
);
