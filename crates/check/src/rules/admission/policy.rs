//! ValidatingAdmissionPolicies, and what both kinds of admission policies have in common.

use k8s_openapi::api::admissionregistration::v1::{
    AuditAnnotation, MatchResources, ParamKind, ValidatingAdmissionPolicy, ValidatingAdmissionPolicySpec, Validation,
    Variable,
};

use super::super::common::{duplicates, list, text};
use super::super::meta;
use super::super::names::Name;
use super::{conditions, matching};
use crate::cel::{self, Environment, Type};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_1035_label, dns_subdomain, label_key};

const MAX_ANNOTATIONS: usize = 20;
const MAX_VALUE_BYTES: usize = 5 << 10;

pub(crate) fn validate(object: &ValidatingAdmissionPolicy, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let empty = ValidatingAdmissionPolicySpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    if let Some(policy) = &spec.failure_policy {
        failure_policy(report, &at.field("failurePolicy"), policy);
    }
    common(report, &at, spec.param_kind.as_ref(), spec.match_constraints.as_ref());
    let has_params = spec.param_kind.is_some();
    conditions::conditions(report, &at.field("matchConditions"), list(&spec.match_conditions), has_params);
    let mut environment = Environment::admission(has_params);
    variables(report, &at.field("variables"), list(&spec.variables), &mut environment);
    required_validations(report, &at, spec);
    let at_validations = at.field("validations");
    for (index, each) in list(&spec.validations).iter().enumerate() {
        validation(report, &at_validations.index(index), each, &environment);
    }
    let name = text(&object.metadata.name);
    audit_annotations(report, &at.field("auditAnnotations"), name, list(&spec.audit_annotations), &environment);
}

/// Validates `paramKind` and `matchConstraints`, which both kinds of policies have.
pub(super) fn common(
    report: &mut Report<'_>,
    at: &Path<'_>,
    kind: Option<&ParamKind>,
    matched: Option<&MatchResources>,
) {
    if let Some(kind) = kind {
        param_kind(report, &at.field("paramKind"), text(&kind.api_version), text(&kind.kind));
    }
    let at = at.field("matchConstraints");
    match_constraints(report, &at, matched);
    if let Some(matched) = matched {
        matching::match_resources(report, &at, matched);
    }
}

/// Validates variables; an expression may use the variables before it.
pub(super) fn variables(report: &mut Report<'_>, at: &Path<'_>, variables: &[Variable], environment: &mut Environment) {
    for (index, variable) in variables.iter().enumerate() {
        let at = at.index(index);
        variable_name(report, &at.field("name"), &variable.name);
        conditions::cel_expression(report, &at.field("expression"), &variable.expression, environment, &[]);
        let kind = cel::check(&variable.expression, environment, &[]).unwrap_or(Type::Dyn);
        environment.define(&variable.name, kind);
    }
}

/// The area of the rules below.
const AREA: &str = "admissionpolicy";

rules!(
    /// `failurePolicy` of a policy must be `Fail` or `Ignore`.
    ///
    /// Example: `spec: {failurePolicy: Retry}`
    ///
    /// Source: `validateValidatingAdmissionPolicySpec`, pkg/apis/admissionregistration/validation/validation.go
    pub(super) fn failure_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["Fail", "Ignore"]);
    },

    /// `matchConstraints` of a policy is required and must have at least one of `resourceRules`.
    ///
    /// Example: `spec: {matchConstraints: {resourceRules: []}}`
    ///
    /// Source: `validateValidatingAdmissionPolicySpec`, pkg/apis/admissionregistration/validation/validation.go
    fn match_constraints(report: &mut Report<'_>, at: &Path<'_>, matched: Option<&MatchResources>) {
        match matched {
            None => report.required(at, "select the requests of the policy"),
            Some(matched) if list(&matched.resource_rules).is_empty() => {
                report.required(&at.field("resourceRules"), "at least one rule");
            }
            Some(_) => {}
        }
    },

    /// `paramKind` must have an `apiVersion` and a `kind`.
    ///
    /// Example: `spec: {paramKind: {apiVersion: v1}}`
    ///
    /// Source: `validateParamKind`, pkg/apis/admissionregistration/validation/validation.go
    fn param_kind(report: &mut Report<'_>, at: &Path<'_>, version: &str, kind: &str) {
        let (group, name) = version.split_once('/').unwrap_or(("", version));
        let at_version = at.field("apiVersion");
        if version.is_empty() {
            report.required(&at_version, "the API version of the parameters, such as `v1`");
        } else if name.contains('/') {
            report.error(&at_version, format_args!("{version:?} must be `version` or `group/version`"));
        } else {
            report.require(&at_version, if group.is_empty() { Ok(()) } else { dns_subdomain(group) });
            report.require(&at_version, dns_1035_label(name));
        }
        if kind.is_empty() {
            report.required(&at.field("kind"), "the kind of the parameters");
        } else {
            report.require(&at.field("kind"), dns_1035_label(&kind.to_lowercase()));
        }
    },

    /// The name of a variable is required and must be a CEL identifier.
    ///
    /// Example: `spec: {variables: [{name: a-b, expression: '1'}]}`
    ///
    /// Source: `validateVariable`, pkg/apis/admissionregistration/validation/validation.go
    fn variable_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.trim().is_empty() {
            report.required(at, "the name of the variable");
        } else if !cel::is_identifier(name) {
            report.error(at, format_args!("{name:?} is not a CEL identifier: must consist of letters, digits and `_`, and not start with a digit"));
        }
    },

    /// A ValidatingAdmissionPolicy must have `validations` or `auditAnnotations`.
    ///
    /// Example: `spec: {validations: []}`
    ///
    /// Source: `validateValidatingAdmissionPolicySpec`, pkg/apis/admissionregistration/validation/validation.go
    fn required_validations(report: &mut Report<'_>, at: &Path<'_>, spec: &ValidatingAdmissionPolicySpec) {
        if list(&spec.validations).is_empty() && list(&spec.audit_annotations).is_empty() {
            report.required(&at.field("validations"), "set `validations` or `auditAnnotations`");
            report.required(&at.field("auditAnnotations"), "set `validations` or `auditAnnotations`");
        }
    },

    /// A validation must have a CEL `expression`. If the expression has several lines, a `message` of one line is
    /// required. `messageExpression` must be a CEL expression that returns a string. `reason` must be `Unauthorized`,
    /// `Forbidden`, `Invalid` or `RequestEntityTooLarge`.
    ///
    /// Example: `spec: {validations: [{expression: 'true', reason: Other}]}`
    ///
    /// Source: `validateValidation`, pkg/apis/admissionregistration/validation/validation.go
    fn validation(report: &mut Report<'_>, at: &Path<'_>, validation: &Validation, environment: &Environment) {
        conditions::cel_expression(report, &at.field("expression"), &validation.expression, environment, &[Type::Bool]);
        let expression = text(&validation.message_expression);
        if !expression.is_empty() && expression.trim().is_empty() {
            report.error(&at.field("messageExpression"), "may not be blank");
        } else if !expression.is_empty() {
            let environment = environment.without("authorizer");
            conditions::cel_expression(
                report,
                &at.field("messageExpression"),
                expression,
                &environment,
                &[Type::String],
            );
        }
        let message = text(&validation.message);
        if !message.is_empty() && message.trim().is_empty() {
            report.error(&at.field("message"), "may not be blank");
        } else if message.trim().contains(['\n', '\r']) {
            report.error(&at.field("message"), "must be a single line");
        } else if validation.expression.trim().contains(['\n', '\r']) && message.is_empty() {
            report.required(&at.field("message"), "`expression` has several lines");
        }
        if let Some(reason) = &validation.reason {
            let known = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];
            report.one_of(&at.field("reason"), reason, &known);
        }
    },

    /// `auditAnnotations` may have at most 20 items, each with a unique `key` and a CEL `valueExpression` of at most 5
    /// KiB that returns a string or null.
    ///
    /// Example: `spec: {auditAnnotations: [{key: a/b, valueExpression: '"a"'}]}`
    ///
    /// Source: `validateAuditAnnotation`, pkg/apis/admissionregistration/validation/validation.go
    fn audit_annotations(
        report: &mut Report<'_>,
        at: &Path<'_>,
        policy: &str,
        annotations: &[AuditAnnotation],
        environment: &Environment,
    ) {
        if annotations.len() > MAX_ANNOTATIONS {
            report.error(at, format_args!("must have at most {MAX_ANNOTATIONS} items, found {}", annotations.len()));
        }
        let duplicates = duplicates(annotations.iter().map(|annotation| &annotation.key));
        for (index, annotation) in annotations.iter().enumerate() {
            let at = at.index(index);
            report.require(&at.field("key"), label_key(&format!("{policy}/{}", annotation.key)));
            if duplicates[index] {
                report.duplicate(&at.field("key"), format_args!("{:?}", annotation.key));
            }
            let at = at.field("valueExpression");
            if annotation.value_expression.trim().len() > MAX_VALUE_BYTES {
                report.error(&at, format_args!("must have at most {MAX_VALUE_BYTES} bytes"));
            } else {
                conditions::cel_expression(
                    report,
                    &at,
                    &annotation.value_expression,
                    environment,
                    &[Type::String, Type::Null],
                );
            }
        }
    }
);
