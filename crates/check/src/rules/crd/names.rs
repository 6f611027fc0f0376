//! The names, group and scope of a custom resource.

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
    name(report, text(&object.metadata.name), &spec.names.plural, &spec.group);
    group(report, &at.field("group"), &spec.group);
    scope(report, &at.field("scope"), &spec.scope);
    resource_names(report, &at.field("names"), &spec.names);
    if ["k8s.io", "kubernetes.io"].iter().any(|own| is_within(&spec.group, own)) {
        let annotations = object.metadata.annotations.as_ref();
        let approval = annotations.and_then(|annotations| annotations.get(APPROVED));
        api_approval(report, approval.map_or("", String::as_str));
    }
}

fn is_within(group: &str, own: &str) -> bool {
    group.strip_suffix(own).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// The name of a CustomResourceDefinition must be `plural.group`.
    ///
    /// Example: `metadata: {name: others.example.com}`
    ///
    /// Source: `ValidateCustomResourceDefinition`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn name(report: &mut Report<'_>, name: &str, plural: &str, group: &str) {
        if !name.is_empty() && name.strip_prefix(plural).and_then(|rest| rest.strip_prefix('.')) != Some(group) {
            report.error(
                &Path::ROOT.field("metadata.name"),
                format_args!("{name:?} must be `{plural}.{group}`: `names.plural`, a dot and `group`"),
            );
        }
    },

    /// `group` must be a domain of at least two parts, such as `team.example.com`.
    ///
    /// Example: `metadata: {name: widgets.example}, spec: {group: example}`
    ///
    /// Source: `validateCustomResourceDefinitionSpec`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn group(report: &mut Report<'_>, at: &Path<'_>, group: &str) {
        if group.is_empty() {
            report.required(at, "a domain such as `team.example.com`");
        } else {
            report.require(at, domain_of(group, 2));
        }
    },

    /// `scope` must be `Namespaced` or `Cluster`.
    ///
    /// Example: `spec: {scope: Global}`
    ///
    /// Source: `validateCustomResourceDefinitionSpec`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn scope(report: &mut Report<'_>, at: &Path<'_>, scope: &str) {
        if scope.is_empty() {
            report.required(at, "must be `Namespaced` or `Cluster`");
        } else {
            report.one_of(at, scope, &["Cluster", "Namespaced"]);
        }
    },

    /// `plural`, `singular`, `kind`, `listKind`, `shortNames` and `categories` must be DNS labels that start with a
    /// letter. `kind` and `listKind` may have uppercase letters, and must differ.
    ///
    /// Example: `spec: {names: {singular: my_widget}}`
    ///
    /// Source: `ValidateCustomResourceDefinitionNames`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn resource_names(report: &mut Report<'_>, at: &Path<'_>, names: &CustomResourceDefinitionNames) {
        let lower = names.kind.to_lowercase();
        let listed = format!("{}List", names.kind);
        let singular = Some(text(&names.singular)).filter(|name| !name.is_empty()).unwrap_or(&lower);
        let of_many = Some(text(&names.list_kind)).filter(|name| !name.is_empty());
        let of_many = of_many.unwrap_or(if names.kind.is_empty() { "" } else { &listed });
        for (field, name) in
            [("plural", names.plural.as_str()), ("singular", singular), ("kind", &names.kind), ("listKind", of_many)]
        {
            if name.is_empty() {
                report.required(&at.field(field), "the name of the resource");
            } else {
                let name = if field.ends_with("ind") { &name.to_lowercase() } else { name };
                report.require(&at.field(field), dns_1035_label(name));
            }
        }
        if !names.kind.is_empty() && names.kind == of_many {
            report.error(&at.field("listKind"), "must differ from `kind`");
        }
        for (field, names) in [("shortNames", &names.short_names), ("categories", &names.categories)] {
            let at = at.field(field);
            for (index, name) in list(names).iter().enumerate() {
                report.require(&at.index(index), dns_1035_label(name));
            }
        }
    },

    /// A group below `k8s.io` or `kubernetes.io` needs the annotation `api-approved.kubernetes.io`, with the URL of
    /// the approval or a text that starts with `unapproved`.
    ///
    /// Example: `metadata: {name: widgets.a.k8s.io}, spec: {group: a.k8s.io}`
    ///
    /// Source: `validateAPIApproval`, apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
    fn api_approval(report: &mut Report<'_>, approval: &str) {
        let at = Path::ROOT.field("metadata.annotations");
        let at = at.key(APPROVED);
        let is_url = approval
            .split_once("://")
            .is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty() && !rest.starts_with('/'));
        if approval.is_empty() {
            report.required(
                &at,
                "the group is reserved for Kubernetes; set the annotation to the URL of the API approval",
            );
        } else if !is_url && !approval.starts_with("unapproved") {
            report.error(&at, format_args!("{approval:?} must be a URL, or start with `unapproved`"));
        }
    }
);
