//! The CEL rules of a schema: `x-kubernetes-validations`.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, ValidationRule};

use super::super::common::{list, text};
use super::fields::follow;
use super::structural::{additional, is_true, items};
use crate::cel::{self, Environment, Type, field_name};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const REASONS: [&str; 4] = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/// Validates the fields of the rules of a subschema, apart from their expressions.
pub(super) fn texts(report: &mut Report<'_>, at: &Path<'_>, schema: &JSONSchemaProps) {
    let at = at.field("x-kubernetes-validations");
    for (index, rule) in list(&schema.x_kubernetes_validations).iter().enumerate() {
        cel_rule_fields(report, &at.index(index), rule, schema);
    }
}

/// Compiles the expressions of a subschema.
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
        let Some(environment) = environment_of(schema, is_root, rule) else { return cel_rule_needs_type(report, &at) };
        let at = at.index(index);
        cel_rule_expression(report, &at, rule, &environment);
        cel_transition_rule(report, &at, rule, is_correlated);
    }
}

/// The words of a rule: only fields with these names matter to it. A schema may have thousands of others.
pub(super) struct Words<'r>(BTreeSet<&'r str>);

impl<'r> Words<'r> {
    /// No words.
    pub(super) const NONE: Words<'static> = Words(BTreeSet::new());

    /// Returns the words of both expressions of a rule.
    pub(super) fn of(rule: &'r ValidationRule) -> Self {
        let texts = [rule.rule.as_str(), text(&rule.message_expression)];
        let is_between = |char: char| !(char.is_ascii_alphanumeric() || char == '_');
        Words(texts.into_iter().flat_map(|text| text.split(is_between)).collect())
    }

    /// Returns the name of a field in expressions, if the rule may mention it. A name that is escaped may also be quoted.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        field_name(name).filter(|escaped| escaped != name || self.0.contains(name))
    }
}

/// Returns the variables of a rule, or `None` if the value has no CEL type.
pub(super) fn environment_of(schema: &JSONSchemaProps, is_root: bool, rule: &ValidationRule) -> Option<Environment> {
    let kind = type_of(schema, is_root || is_true(schema.x_kubernetes_embedded_resource), &Words::of(rule))?;
    let mut environment = Environment::schema(&kind);
    if is_true(rule.optional_old_self) {
        environment.set("oldSelf", Type::optional(kind));
    }
    Some(environment)
}

/// Returns the CEL type of a value of the schema, or `None` if it has none.
///
/// Source: `SchemaDeclType`, apiserver pkg/cel/common/schemas.go
fn type_of(schema: &JSONSchemaProps, is_object: bool, words: &Words<'_>) -> Option<Type> {
    if is_true(schema.x_kubernetes_int_or_string) {
        return Some(Type::Dyn);
    }
    match text(&schema.type_) {
        "array" => {
            let items = items(schema)?;
            Some(Type::list(type_of(items, is_true(items.x_kubernetes_embedded_resource), words)?))
        }
        "object" => match additional(schema) {
            Some(other) => Some(Type::map(type_of(other, is_true(other.x_kubernetes_embedded_resource), words)?)),
            None => Some(object(schema, is_object, words)),
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

fn object(schema: &JSONSchemaProps, is_object: bool, words: &Words<'_>) -> Type {
    let mut fields = BTreeMap::new();
    for (name, property) in schema.properties.iter().flatten() {
        let Some(name) = words.field(name) else { continue };
        let kind = type_of(property, is_true(property.x_kubernetes_embedded_resource), words);
        fields.extend(kind.map(|kind| (name, kind)));
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

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// A rule in `x-kubernetes-validations` must have a `rule`. If the rule has several lines, a `message` of one line
    /// is required. `reason` must be a known reason, and `fieldPath` the path of a field in the schema.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-validations: [{rule: ''}]}}}]}`
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn cel_rule_fields(report: &mut Report<'_>, at: &Path<'_>, rule: &ValidationRule, schema: &JSONSchemaProps) {
        let (expression, message) = (rule.rule.trim(), text(&rule.message));
        if expression.is_empty() {
            report.required(&at.field("rule"), "a CEL expression");
        } else if !message.is_empty() && message.trim().is_empty() {
            report.error(&at.field("message"), "may not be blank");
        } else if has_lines(message.trim()) {
            report.error(&at.field("message"), "must be a single line");
        } else if has_lines(expression) && message.trim().is_empty() {
            report.required(&at.field("message"), "`rule` has several lines");
        }
        let message = text(&rule.message_expression);
        if !message.is_empty() && message.trim().is_empty() {
            report.required(&at.field("messageExpression"), "may not be blank");
        }
        if let Some(reason) = &rule.reason {
            report.one_of(&at.field("reason"), reason, &REASONS);
        }
        let path = text(&rule.field_path);
        if !path.is_empty() && path.trim().is_empty() {
            report.error(&at.field("fieldPath"), "may not be blank");
        } else if has_lines(path) {
            report.error(&at.field("fieldPath"), "must be a single line");
        } else if !path.is_empty() {
            report.require(&at.field("fieldPath"), follow(path, schema, true).map(drop));
        }
    },

    /// A schema with `x-kubernetes-validations` must specify the type of the value.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn cel_rule_needs_type(report: &mut Report<'_>, at: &Path<'_>) {
        report.error(at, "the schema must specify the type of the value");
    },

    /// `rule` must be a CEL expression on `self` that returns a boolean, and `messageExpression` one that returns a
    /// string.
    ///
    /// Example: `spec: {versions: [{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-validations: [{rule: '1'}]}}}]}`
    ///
    /// Source: `Compile`, apiextensions-apiserver pkg/apiserver/schema/cel/compilation.go
    fn cel_rule_expression(report: &mut Report<'_>, at: &Path<'_>, rule: &ValidationRule, environment: &Environment) {
        report.require(&at.field("rule"), cel::check(&rule.rule, environment, &[Type::Bool]).map(drop));
        let message = text(&rule.message_expression);
        if !message.is_empty() {
            report.require(&at.field("messageExpression"), cel::check(message, environment, &[Type::String]).map(drop));
        }
    },

    /// `oldSelf` may not be used below lists other than `x-kubernetes-list-type: map`; `optionalOldSelf` may only be
    /// set with `oldSelf`.
    ///
    /// Source: `ValidateCustomResourceDefinitionOpenAPISchema`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn cel_transition_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &ValidationRule, is_correlated: bool) {
        let is_transition = cel::mentions(&rule.rule, "oldSelf");
        if is_transition && !is_correlated {
            let why = "`oldSelf` may not be used here: below a list it requires `x-kubernetes-list-type: map`";
            report.error(&at.field("rule"), why);
        }
        if !is_transition && rule.optional_old_self.is_some() {
            report.error(&at.field("optionalOldSelf"), "may only be set when the rule uses `oldSelf`");
        }
    }
);
