//! RoleBindings and ClusterRoleBindings.

use k8s_openapi::api::rbac::v1::{ClusterRoleBinding, RoleBinding, RoleRef, Subject};

use super::super::common::{list, text};
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_subdomain, path_segment};

const GROUP: &str = "rbac.authorization.k8s.io";

pub(crate) fn validate(object: &RoleBinding, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Segment);
    meta::ungenerated(report, &object.metadata);
    role_ref(report, &Path::ROOT.field("roleRef"), &object.role_ref, &["Role", "ClusterRole"]);
    all_subjects(report, list(&object.subjects), true);
}

pub(crate) fn cluster(object: &ClusterRoleBinding, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Segment);
    meta::ungenerated(report, &object.metadata);
    role_ref(report, &Path::ROOT.field("roleRef"), &object.role_ref, &["ClusterRole"]);
    all_subjects(report, list(&object.subjects), false);
}

fn all_subjects(report: &mut Report<'_>, all: &[Subject], is_namespaced: bool) {
    let at = Path::ROOT.field("subjects");
    for (index, subject) in all.iter().enumerate() {
        subjects(report, &at.index(index), subject, is_namespaced);
    }
}

/// The area of the rules below.
const AREA: &str = "rolebinding";

rules!(
    /// `roleRef` must name a ClusterRole, or in a RoleBinding a Role; its `apiGroup` must be
    /// `rbac.authorization.k8s.io` or omitted.
    ///
    /// Example: `roleRef: {kind: Group}`
    ///
    /// Source: `ValidateRoleBinding`, `ValidateClusterRoleBinding`, pkg/apis/rbac/validation/validation.go
    fn role_ref(report: &mut Report<'_>, at: &Path<'_>, role: &RoleRef, kinds: &[&str]) {
        // The default is the group of roles.
        if !matches!(text(&role.api_group), "" | GROUP) {
            report.not_supported(&at.field("apiGroup"), text(&role.api_group), &[GROUP]);
        }
        report.one_of(&at.field("kind"), &role.kind, kinds);
        if role.name.is_empty() {
            report.required(&at.field("name"), "the name of the role");
        } else {
            report.require(&at.field("name"), path_segment(&role.name));
        }
    },

    /// A subject must be a `User`, `Group` or `ServiceAccount` with a `name`; a ServiceAccount must have no
    /// `apiGroup`, and in a ClusterRoleBinding it must have a `namespace`.
    ///
    /// Example: `subjects: [{kind: Robot, name: a}]`
    ///
    /// Source: `ValidateRoleBindingSubject`, pkg/apis/rbac/validation/validation.go
    fn subjects(report: &mut Report<'_>, at: &Path<'_>, subject: &Subject, is_namespaced: bool) {
        if subject.name.is_empty() {
            report.required(&at.field("name"), "the name of the user, group or ServiceAccount");
        }
        let group = text(&subject.api_group);
        let at_group = at.field("apiGroup");
        match subject.kind.as_str() {
            "ServiceAccount" => {
                if !subject.name.is_empty() {
                    report.require(&at.field("name"), dns_subdomain(&subject.name));
                }
                if !group.is_empty() {
                    report.error(
                        &at_group,
                        format_args!("{group:?} must be empty or omitted when `kind` is `ServiceAccount`"),
                    );
                }
                if !is_namespaced && text(&subject.namespace).is_empty() {
                    report.required(&at.field("namespace"), "`kind` is `ServiceAccount`");
                }
            }
            // The default is the group of roles.
            "User" | "Group" if matches!(group, "" | GROUP) => {}
            "User" | "Group" => report.not_supported(&at_group, group, &[GROUP]),
            kind => report.not_supported(&at.field("kind"), kind, &["ServiceAccount", "User", "Group"]),
        }
    }
);
