//! What a custom resource is called.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, CustomResourceDefinitionNames,
};

use super::super::common::{list, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_1035_label, domain_of};

const APPROVED: &str = "api-approved.kubernetes.io";

pub(super) fn names(report: &mut Report<'_>, object: &CustomResourceDefinition) {
    let spec = &object.spec;
    let at = Path::ROOT.field("spec");
    named_by_plural(report, text(&object.metadata.name), &spec.names.plural, &spec.group);
    resource_group(report, &at.field("group"), &spec.group);
    resource_scope(report, &at.field("scope"), &spec.scope);
    names_of_resource(report, &at.field("names"), &spec.names);
    if ["k8s.io", "kubernetes.io"].iter().any(|own| is_within(&spec.group, own)) {
        let annotations = object.metadata.annotations.as_ref();
        let approval = annotations.and_then(|annotations| annotations.get(APPROVED));
        group_is_approved(report, approval.map_or("", String::as_str));
    }
}

fn is_within(group: &str, own: &str) -> bool {
    group.strip_suffix(own).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

rules!(
    /// A CustomResourceDefinition is called `plural.group`.
    ///
    /// Source: `ValidateCustomResourceDefinition`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn named_by_plural(report: &mut Report<'_>, name: &str, plural: &str, group: &str) {
        if !name.is_empty() && name.strip_prefix(plural).and_then(|rest| rest.strip_prefix('.')) != Some(group) {
            report.error(&Path::ROOT.field("metadata.name"), format_args!("{name:?} is not `{plural}.{group}`"));
        }
    },

    /// The group of a resource is a domain of at least two parts.
    ///
    /// Source: `validateCustomResourceDefinitionSpec`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn resource_group(report: &mut Report<'_>, at: &Path<'_>, group: &str) {
        if group.is_empty() {
            report.required(at, "a domain such as `team.example.com`");
        } else {
            report.require(at, domain_of(group, 2));
        }
    },

    /// A resource is in namespaces or in none.
    ///
    /// Source: `validateCustomResourceDefinitionSpec`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn resource_scope(report: &mut Report<'_>, at: &Path<'_>, scope: &str) {
        if scope.is_empty() {
            report.required(at, "`Namespaced` or `Cluster`");
        } else {
            report.one_of(at, scope, &["Cluster", "Namespaced"]);
        }
    },

    /// Names of a resource are DNS labels that start with a letter, its kinds in any case, and the kinds of one and of
    /// many differ.
    ///
    /// Source: `ValidateCustomResourceDefinitionNames`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn names_of_resource(report: &mut Report<'_>, at: &Path<'_>, names: &CustomResourceDefinitionNames) {
        let lower = names.kind.to_lowercase();
        let listed = format!("{}List", names.kind);
        let singular = Some(text(&names.singular)).filter(|name| !name.is_empty()).unwrap_or(&lower);
        let of_many = Some(text(&names.list_kind)).filter(|name| !name.is_empty());
        let of_many = of_many.unwrap_or(if names.kind.is_empty() { "" } else { &listed });
        for (field, name) in
            [("plural", names.plural.as_str()), ("singular", singular), ("kind", &names.kind), ("listKind", of_many)]
        {
            if name.is_empty() {
                report.required(&at.field(field), "a resource has it");
            } else {
                let name = if field.ends_with("ind") { &name.to_lowercase() } else { name };
                report.require(&at.field(field), dns_1035_label(name));
            }
        }
        if !names.kind.is_empty() && names.kind == of_many {
            report.error(&at.field("listKind"), "it is the same as `kind`");
        }
        for (field, names) in [("shortNames", &names.short_names), ("categories", &names.categories)] {
            let at = at.field(field);
            for (index, name) in list(names).iter().enumerate() {
                report.require(&at.index(index), dns_1035_label(name));
            }
        }
    },

    /// A group of Kubernetes' own domains has been approved.
    ///
    /// Source: `validateAPIApproval`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    fn group_is_approved(report: &mut Report<'_>, approval: &str) {
        let at = Path::ROOT.field("metadata.annotations");
        let at = at.key(APPROVED);
        let is_url = approval
            .split_once("://")
            .is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty() && !rest.starts_with('/'));
        if approval.is_empty() {
            report.required(&at, "`k8s.io` and `kubernetes.io` are Kubernetes' own: the URL of the approval");
        } else if !is_url && !approval.starts_with("unapproved") {
            report.error(&at, format_args!("{approval:?} is neither a URL nor begins with `unapproved`"));
        }
    }
);
