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
    role_reference(report, &Path::ROOT.field("roleRef"), &object.role_ref, &["Role", "ClusterRole"]);
    subjects(report, list(&object.subjects), true);
}

pub(crate) fn cluster(object: &ClusterRoleBinding, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Segment);
    meta::ungenerated(report, &object.metadata);
    role_reference(report, &Path::ROOT.field("roleRef"), &object.role_ref, &["ClusterRole"]);
    subjects(report, list(&object.subjects), false);
}

fn subjects(report: &mut Report<'_>, subjects: &[Subject], is_namespaced: bool) {
    let at = Path::ROOT.field("subjects");
    for (index, subject) in subjects.iter().enumerate() {
        subject_exists(report, &at.index(index), subject, is_namespaced);
    }
}

rules!(
    /// A binding is of a role that it can be of, by its name.
    ///
    /// Source: `ValidateRoleBinding`, `ValidateClusterRoleBinding`, pkg/apis/rbac/validation/validation.go
    fn role_reference(report: &mut Report<'_>, at: &Path<'_>, role: &RoleRef, kinds: &[&str]) {
        // A group that is left out is that of roles.
        if !matches!(text(&role.api_group), "" | GROUP) {
            report.not_supported(&at.field("apiGroup"), text(&role.api_group), &[GROUP]);
        }
        report.one_of(&at.field("kind"), &role.kind, kinds);
        if role.name.is_empty() {
            report.required(&at.field("name"), "the role");
        } else {
            report.require(&at.field("name"), path_segment(&role.name));
        }
    },

    /// A subject is a user or group of the group of roles, or a ServiceAccount of no group, in a namespace.
    ///
    /// Source: `ValidateRoleBindingSubject`, pkg/apis/rbac/validation/validation.go
    fn subject_exists(report: &mut Report<'_>, at: &Path<'_>, subject: &Subject, is_namespaced: bool) {
        if subject.name.is_empty() {
            report.required(&at.field("name"), "who is given the role");
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
                        format_args!("{group:?} has no ServiceAccounts: they are of the group `\"\"`"),
                    );
                }
                if !is_namespaced && text(&subject.namespace).is_empty() {
                    report.required(&at.field("namespace"), "a ServiceAccount is in one");
                }
            }
            // A group that is left out is that of roles.
            "User" | "Group" if matches!(group, "" | GROUP) => {}
            "User" | "Group" => report.not_supported(&at_group, group, &[GROUP]),
            kind => report.not_supported(&at.field("kind"), kind, &["ServiceAccount", "User", "Group"]),
        }
    }
);
