//! Bindings of admission policies.

use k8s_openapi::api::admissionregistration::v1::{
    MutatingAdmissionPolicyBinding, MutatingAdmissionPolicyBindingSpec, ParamRef, ValidatingAdmissionPolicyBinding,
};

use super::super::common::text;
use super::super::names::Name;
use super::super::{meta, selector};
use super::matching;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_subdomain, path_segment};

pub(crate) fn validating(object: &ValidatingAdmissionPolicyBinding, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let spec = &object.spec;
    let at = Path::ROOT.field("spec");
    policy_name(report, &at.field("policyName"), &spec.policy_name);
    spec.param_ref.iter().for_each(|params| param_ref(report, &at.field("paramRef"), params));
    spec.match_resources
        .iter()
        .for_each(|matched| matching::match_resources(report, &at.field("matchResources"), matched));
    validation_actions(report, &at.field("validationActions"), &spec.validation_actions);
}

pub(crate) fn mutating(object: &MutatingAdmissionPolicyBinding, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let empty = MutatingAdmissionPolicyBindingSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    let at = Path::ROOT.field("spec");
    policy_name(report, &at.field("policyName"), text(&spec.policy_name));
    spec.param_ref.iter().for_each(|params| param_ref(report, &at.field("paramRef"), params));
    spec.match_resources
        .iter()
        .for_each(|matched| matching::match_resources(report, &at.field("matchResources"), matched));
}

/// The area of the rules below.
const AREA: &str = "admissionpolicy";

rules!(
    /// `policyName` of a binding is required and must be a DNS subdomain.
    ///
    /// Source: `validateValidatingAdmissionPolicyBindingSpec`, pkg/apis/admissionregistration/validation/validation.go
    fn policy_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            report.required(at, "the name of the policy");
        } else {
            report.require(at, dns_subdomain(name));
        }
    },

    /// `paramRef` must set exactly one of `name` and `selector`, and `parameterNotFoundAction` must be `Allow` or
    /// `Deny`.
    ///
    /// Source: `validateParamRef`, pkg/apis/admissionregistration/validation/validation.go
    fn param_ref(report: &mut Report<'_>, at: &Path<'_>, params: &ParamRef) {
        let name = text(&params.name);
        if !name.is_empty() {
            report.require(&at.field("name"), path_segment(name));
        }
        if let Some(labels) = &params.selector {
            selector::label_selector(report, &at.field("selector"), labels);
        }
        match (name.is_empty(), params.selector.is_none()) {
            (true, true) => report.required(at, "set `name` or `selector`"),
            (false, false) => {
                report.forbidden(&at.field("name"), "`selector` is set, and the two are mutually exclusive");
                report.forbidden(&at.field("selector"), "`name` is set, and the two are mutually exclusive");
            }
            _ => {}
        }
        match text(&params.parameter_not_found_action) {
            "" => report.required(&at.field("parameterNotFoundAction"), "must be `Allow` or `Deny`"),
            action => report.one_of(&at.field("parameterNotFoundAction"), action, &["Allow", "Deny"]),
        }
    },

    /// `validationActions` must have at least one of `Deny`, `Warn` and `Audit`, each at most once; `Deny` and `Warn`
    /// are mutually exclusive.
    ///
    /// Source: `validateValidationActions`, pkg/apis/admissionregistration/validation/validation.go
    fn validation_actions(report: &mut Report<'_>, at: &Path<'_>, actions: &[String]) {
        if actions.is_empty() {
            report.required(at, "at least one of `Deny`, `Warn` and `Audit`");
        }
        for (index, action) in actions.iter().enumerate() {
            report.one_of(&at.index(index), action, &["Audit", "Deny", "Warn"]);
            if actions[..index].contains(action) {
                report.duplicate(&at.index(index), format_args!("`{action}`"));
            }
        }
        let has = |name: &str| actions.iter().any(|action| action == name);
        if has("Deny") && has("Warn") {
            report.error(at, "`Deny` and `Warn` are mutually exclusive");
        }
    }
);
