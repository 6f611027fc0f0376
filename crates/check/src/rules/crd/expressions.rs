//! Rules in CEL that a schema holds objects to.

use std::collections::BTreeMap;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, ValidationRule};

use super::super::common::{list, text};
use super::fields::follow;
use super::structural::{additional, is_true, items};
use crate::cel::{self, Environment, Type, field_name};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const REASONS: [&str; 4] = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/// What the rules of a part of a schema say beside their expressions.
pub(super) fn texts(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    let at = at.field("x-kubernetes-validations");
    for (index, rule) in list(&schema.x_kubernetes_validations).iter().enumerate() {
        schema_rule(report, &at.index(index), rule, schema);
    }
}

/// The expressions of a part of a schema.
pub(super) fn compile(
    report: &mut Report<'_>,
    at: &Path<'_>,
    schema: &JSONSchemaProps,
    is_root: bool,
    is_correlated: bool,
) {
    let rules = list(&schema.x_kubernetes_validations);
    if rules.is_empty() {
        return;
    }
    let at = at.field("x-kubernetes-validations");
    for (index, rule) in rules.iter().enumerate() {
        let Some(environment) = environment_of(schema, is_root, rule) else { return rules_are_of_fields(report, &at) };
        let at = at.index(index);
        rule_compiles(report, &at, rule, &environment);
        transitions(report, &at, rule, is_correlated);
    }
}

/// The variables of a rule; none if expressions cannot name the value that it is about.
pub(super) fn environment_of(schema: &JSONSchemaProps, is_root: bool, rule: &ValidationRule) -> Option<Environment> {
    let kind = type_of(schema, is_root || is_true(schema.x_kubernetes_embedded_resource))?;
    let mut environment = Environment::schema(&kind);
    if is_true(rule.optional_old_self) {
        environment.set("oldSelf", Type::optional(kind));
    }
    Some(environment)
}

/// The type of a value that the schema describes; none if expressions cannot name it.
///
/// Source: `SchemaDeclType`, apiserver pkg/cel/common/schemas.go
fn type_of(schema: &JSONSchemaProps, is_object: bool) -> Option<Type> {
    if is_true(schema.x_kubernetes_int_or_string) {
        return Some(Type::Dyn);
    }
    match text(&schema.type_) {
        "array" => {
            let items = items(schema)?;
            Some(Type::list(type_of(items, is_true(items.x_kubernetes_embedded_resource))?))
        }
        "object" => match additional(schema) {
            Some(other) => Some(Type::map(type_of(other, is_true(other.x_kubernetes_embedded_resource))?)),
            None => Some(object(schema, is_object)),
        },
        "string" => Some(match text(&schema.format) {
            "byte" => Type::Bytes,
            "duration" => Type::Duration,
            "date" | "date-time" => Type::Timestamp,
            _ => Type::String,
        }),
        "boolean" => Some(Type::Bool),
        "number" => Some(Type::Double),
        "integer" => Some(Type::Int),
        _ => None,
    }
}

fn object(schema: &JSONSchemaProps, is_object: bool) -> Type {
    let mut fields = BTreeMap::new();
    for (name, property) in schema.properties.iter().flatten() {
        let kind = type_of(property, is_true(property.x_kubernetes_embedded_resource));
        if let (Some(kind), Some(name)) = (kind, field_name(name)) {
            fields.insert(name, kind);
        }
    }
    if is_object {
        let metadata = Type::object([("name", Type::String), ("generateName", Type::String)]);
        fields.extend([("kind".to_owned(), Type::String), ("apiVersion".to_owned(), Type::String)]);
        fields.insert("metadata".to_owned(), metadata);
    }
    Type::Object(fields.into())
}

fn has_lines(text: &str) -> bool {
    text.contains(['\n', '\r'])
}

rules!(
    /// A rule has an expression, a message of one line, a reason that there is and a path to a field.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn schema_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &ValidationRule, schema: &JSONSchemaProps) {
        let (wanted, message) = (rule.rule.trim(), text(&rule.message));
        if wanted.is_empty() {
            report.required(&at.field("rule"), "an expression of CEL");
        } else if !message.is_empty() && message.trim().is_empty() {
            report.error(&at.field("message"), "it is empty");
        } else if has_lines(message.trim()) {
            report.error(&at.field("message"), "it has more than one line");
        } else if has_lines(wanted) && message.trim().is_empty() {
            report.required(&at.field("message"), "a rule of several lines needs one");
        }
        let told = text(&rule.message_expression);
        if !told.is_empty() && told.trim().is_empty() {
            report.required(&at.field("messageExpression"), "it is empty");
        }
        if let Some(reason) = &rule.reason {
            report.one_of(&at.field("reason"), reason, &REASONS);
        }
        let path = text(&rule.field_path);
        if !path.is_empty() && path.trim().is_empty() {
            report.error(&at.field("fieldPath"), "it is empty");
        } else if has_lines(path) {
            report.error(&at.field("fieldPath"), "it has more than one line");
        } else if !path.is_empty() {
            report.require(&at.field("fieldPath"), follow(path, schema, true).map(drop));
        }
    },

    /// Rules are of values that the schema describes.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn rules_are_of_fields(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(at, "the schema does not say what the value is");
    },

    /// A rule is an expression about `self` that is true or false, and its message one that is a text.
    ///
    /// Source: `Compile`, apiextensions-apiserver pkg/apiserver/schema/cel/compilation.go
    fn rule_compiles(report: &mut Report<'_>, at: &Path<'_>, rule: &ValidationRule, environment: &Environment) {
        report.require(&at.field("rule"), cel::check(&rule.rule, environment, &[Type::Bool]).map(drop));
        let told = text(&rule.message_expression);
        if !told.is_empty() {
            report.require(&at.field("messageExpression"), cel::check(told, environment, &[Type::String]).map(drop));
        }
    },

    /// What a value was before is told of values that can be told to be the same one.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn transitions(report: &mut Report<'_>, at: &Path<'_>, rule: &ValidationRule, is_correlated: bool) {
        let is_transition = cel::mentions(&rule.rule, "oldSelf");
        if is_transition && !is_correlated {
            let why = "`oldSelf` is not known here: only in lists with `x-kubernetes-list-type: map`";
            report.error(&at.field("rule"), why);
        }
        if !is_transition && rule.optional_old_self.is_some() {
            report.error(&at.field("optionalOldSelf"), "the rule does not say `oldSelf`");
        }
    }
);
