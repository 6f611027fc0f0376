//! ValidatingAdmissionPolicies.

use k8s_openapi::api::admissionregistration::v1::{
    AuditAnnotation, MatchResources, ParamKind, ValidatingAdmissionPolicy, ValidatingAdmissionPolicySpec, Validation,
    Variable,
};

use super::super::common::{list, repeated, text};
use super::super::meta;
use super::super::names::Name;
use super::{conditions, matching};
use crate::cel::{self, Environment, Type};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_1035_label, dns_subdomain, label_key};

const MOST_ANNOTATIONS: usize = 20;
const LONGEST_VALUE: usize = 5 << 10;

pub(crate) fn validate(object: &ValidatingAdmissionPolicy, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let empty = ValidatingAdmissionPolicySpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    if let Some(policy) = &spec.failure_policy {
        policy_fails(report, &at.field("failurePolicy"), policy);
    }
    common(report, &at, spec.param_kind.as_ref(), spec.match_constraints.as_ref());
    let has_params = spec.param_kind.is_some();
    conditions::conditions(report, &at.field("matchConditions"), list(&spec.match_conditions), has_params);
    let mut environment = Environment::admission(has_params);
    variables(report, &at.field("variables"), list(&spec.variables), &mut environment);
    something_is_validated(report, &at, spec);
    let at_validations = at.field("validations");
    for (index, validation) in list(&spec.validations).iter().enumerate() {
        policy_validation(report, &at_validations.index(index), validation, &environment);
    }
    let name = text(&object.metadata.name);
    audit_annotations(report, &at.field("auditAnnotations"), name, list(&spec.audit_annotations), &environment);
}

/// What policies of both kinds say of parameters and of what they match.
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
    policy_matches_something(report, &at, matched);
    if let Some(matched) = matched {
        matching::matched(report, &at, matched);
    }
}

/// Variables, each of which can be used by those after it.
pub(super) fn variables(report: &mut Report<'_>, at: &Path<'_>, variables: &[Variable], environment: &mut Environment) {
    for (index, variable) in variables.iter().enumerate() {
        let at = at.index(index);
        policy_variable(report, &at.field("name"), &variable.name);
        conditions::expression(report, &at.field("expression"), &variable.expression, environment, &[]);
        let kind = cel::check(&variable.expression, environment, &[]).unwrap_or(Type::Dyn);
        environment.define(&variable.name, kind);
    }
}

rules!(
    /// What becomes of a request when a policy fails is a choice that there is.
    ///
    /// Source: `validateValidatingAdmissionPolicySpec`, pkg/apis/admissionregistration/validation/validation.go
    pub(super) fn policy_fails(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["Fail", "Ignore"]);
    },

    /// A policy is for some resources.
    ///
    /// Source: `validateValidatingAdmissionPolicySpec`, pkg/apis/admissionregistration/validation/validation.go
    fn policy_matches_something(report: &mut Report<'_>, at: &Path<'_>, matched: Option<&MatchResources>) {
        match matched {
            None => report.required(at, "the requests that the policy is for"),
            Some(matched) if list(&matched.resource_rules).is_empty() => {
                report.required(&at.field("resourceRules"), "at least one");
            }
            Some(_) => {}
        }
    },

    /// Parameters of a policy are of a version and a kind.
    ///
    /// Source: `validateParamKind`, pkg/apis/admissionregistration/validation/validation.go
    fn param_kind(report: &mut Report<'_>, at: &Path<'_>, version: &str, kind: &str) {
        let (group, name) = version.split_once('/').unwrap_or(("", version));
        let at_version = at.field("apiVersion");
        if version.is_empty() {
            report.required(&at_version, "the version of the parameters");
        } else if name.contains('/') {
            report.error(&at_version, format_args!("{version:?} has more than a group and a version"));
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

    /// A variable has a name that CEL can say.
    ///
    /// Source: `validateVariable`, pkg/apis/admissionregistration/validation/validation.go
    fn policy_variable(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.trim().is_empty() {
            report.required(at, "the name of the variable");
        } else if !cel::is_identifier(name) {
            report.error(at, format_args!("{name:?} is not a name that CEL can say: letters, digits and `_`"));
        }
    },

    /// A policy validates or notes something.
    ///
    /// Source: `validateValidatingAdmissionPolicySpec`, pkg/apis/admissionregistration/validation/validation.go
    fn something_is_validated(report: &mut Report<'_>, at: &Path<'_>, spec: &ValidatingAdmissionPolicySpec) {
        if list(&spec.validations).is_empty() && list(&spec.audit_annotations).is_empty() {
            report.required(&at.field("validations"), "`validations` or `auditAnnotations`");
            report.required(&at.field("auditAnnotations"), "`validations` or `auditAnnotations`");
        }
    },

    /// A validation is an expression, with a message of one line, in words or in CEL, and a reason that there is.
    ///
    /// Source: `validateValidation`, pkg/apis/admissionregistration/validation/validation.go
    fn policy_validation(report: &mut Report<'_>, at: &Path<'_>, validation: &Validation, environment: &Environment) {
        conditions::expression(report, &at.field("expression"), &validation.expression, environment, &[Type::Bool]);
        let told = text(&validation.message_expression);
        if !told.is_empty() && told.trim().is_empty() {
            report.error(&at.field("messageExpression"), "it is empty");
        } else if !told.is_empty() {
            let environment = environment.without("authorizer");
            conditions::expression(report, &at.field("messageExpression"), told, &environment, &[Type::String]);
        }
        let message = text(&validation.message);
        if !message.is_empty() && message.trim().is_empty() {
            report.error(&at.field("message"), "it is empty");
        } else if message.trim().contains(['\n', '\r']) {
            report.error(&at.field("message"), "it has more than one line");
        } else if validation.expression.trim().contains(['\n', '\r']) && message.is_empty() {
            report.required(&at.field("message"), "an expression of several lines needs one");
        }
        if let Some(reason) = &validation.reason {
            let known = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];
            report.one_of(&at.field("reason"), reason, &known);
        }
    },

    /// Audit annotations are 20 at most, each with a key of its own and a text in CEL.
    ///
    /// Source: `validateAuditAnnotation`, pkg/apis/admissionregistration/validation/validation.go
    fn audit_annotations(
        report: &mut Report<'_>,
        at: &Path<'_>,
        policy: &str,
        annotations: &[AuditAnnotation],
        environment: &Environment,
    ) {
        if annotations.len() > MOST_ANNOTATIONS {
            report.error(at, format_args!("{} are too many: at most {MOST_ANNOTATIONS}", annotations.len()));
        }
        let repeated = repeated(annotations.iter().map(|annotation| &annotation.key));
        for (index, annotation) in annotations.iter().enumerate() {
            let at = at.index(index);
            report.require(&at.field("key"), label_key(&format!("{policy}/{}", annotation.key)));
            if repeated[index] {
                report.duplicate(&at.field("key"), format_args!("{:?}", annotation.key));
            }
            let at = at.field("valueExpression");
            if annotation.value_expression.trim().len() > LONGEST_VALUE {
                report.error(&at, format_args!("it is too long: at most {LONGEST_VALUE} bytes"));
            } else {
                conditions::expression(
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
