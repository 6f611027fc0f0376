//! MutatingAdmissionPolicies.

use k8s_openapi::api::admissionregistration::v1::{MutatingAdmissionPolicy, MutatingAdmissionPolicySpec, Mutation};

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use super::{conditions, policy};
use crate::cel::{Environment, Type};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn validate(object: &MutatingAdmissionPolicy, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let empty = MutatingAdmissionPolicySpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    if let Some(failure) = &spec.failure_policy {
        policy::failure_policy(report, &at.field("failurePolicy"), failure);
    }
    reinvocation_policy(report, &at.field("reinvocationPolicy"), text(&spec.reinvocation_policy));
    policy::common(report, &at, spec.param_kind.as_ref(), spec.match_constraints.as_ref());
    let has_params = spec.param_kind.is_some();
    conditions::conditions(report, &at.field("matchConditions"), list(&spec.match_conditions), has_params);
    let mut environment = Environment::admission(has_params);
    policy::variables(report, &at.field("variables"), list(&spec.variables), &mut environment);
    environment.mutates();
    mutations(report, &at.field("mutations"), list(&spec.mutations), &environment);
}

fn mutations(report: &mut Report<'_>, at: &Path<'_>, mutations: &[Mutation], environment: &Environment) {
    required_mutations(report, at, mutations.len());
    for (index, mutation) in mutations.iter().enumerate() {
        let at = at.index(index);
        patch_type(report, &at, mutation);
        if let Some(patch) =
            mutation.apply_configuration.as_ref().filter(|_| mutation.patch_type == "ApplyConfiguration")
        {
            let at = at.field("applyConfiguration.expression");
            conditions::cel_expression(report, &at, text(&patch.expression), environment, &[Type::Named("Object")]);
        }
        if let Some(patch) = mutation.json_patch.as_ref().filter(|_| mutation.patch_type == "JSONPatch") {
            let at = at.field("jsonPatch.expression");
            let patches = [Type::list(Type::Named("JSONPatch"))];
            conditions::cel_expression(report, &at, text(&patch.expression), environment, &patches);
        }
    }
}

/// The area of the rules below.
const AREA: &str = "mutatingadmissionpolicy";

rules!(
    /// `reinvocationPolicy` is required and must be `Never` or `IfNeeded`.
    ///
    /// Example: `spec: {reinvocationPolicy: Always}`
    ///
    /// Source: `validateMutatingAdmissionPolicySpec`, pkg/apis/admissionregistration/validation/validation.go
    fn reinvocation_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if policy.is_empty() {
            report.required(at, "must be `Never` or `IfNeeded`");
        } else {
            report.one_of(at, policy, &["IfNeeded", "Never"]);
        }
    },

    /// `mutations` must have at least one item.
    ///
    /// Example: `spec: {mutations: []}`
    ///
    /// Source: `validateMutatingAdmissionPolicySpec`, pkg/apis/admissionregistration/validation/validation.go
    fn required_mutations(report: &mut Report<'_>, at: &Path<'_>, count: usize) {
        if count == 0 {
            report.required(at, "at least one item");
        }
    },

    /// `patchType` must be `ApplyConfiguration` or `JSONPatch`, and only the field of that type may be set.
    ///
    /// Example: `spec: {mutations: [{patchType: JSONPatch}]}`
    ///
    /// Source: `validateMutation`, pkg/apis/admissionregistration/validation/validation.go
    fn patch_type(report: &mut Report<'_>, at: &Path<'_>, mutation: &Mutation) {
        let kind = mutation.patch_type.as_str();
        let patches = [
            ("ApplyConfiguration", "applyConfiguration", mutation.apply_configuration.is_some()),
            ("JSONPatch", "jsonPatch", mutation.json_patch.is_some()),
        ];
        if kind.is_empty() {
            return report.required(&at.field("patchType"), "must be `ApplyConfiguration` or `JSONPatch`");
        }
        if !patches.iter().any(|(known, ..)| *known == kind) {
            return report.not_supported(&at.field("patchType"), kind, &["ApplyConfiguration", "JSONPatch"]);
        }
        for (known, field, is_there) in patches {
            if known == kind && !is_there {
                report.required(&at.field(field), format_args!("`patchType` is `{kind}`"));
            } else if known != kind && is_there {
                report.error(&at.field(field), format_args!("may not be set when `patchType` is `{kind}`"));
            }
        }
    }
);
