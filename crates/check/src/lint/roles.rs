//! Lint rules of RoleBindings and ClusterRoleBindings.

use super::index::{Index, Lookup, Object};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    if object.group != "rbac.authorization.k8s.io" || !object.kind.ends_with("Binding") {
        return;
    }
    role_exists(report, index, object);
    let subjects = Path::ROOT.field("subjects");
    for (at, subject) in object.items("subjects").iter().enumerate() {
        let text = |key| subject.get(key).and_then(Node::as_str).unwrap_or_default();
        if text("kind") == "ServiceAccount" {
            let at = subjects.index(at);
            serviceaccount_exists(report, index, object, &at.field("name"), text("namespace"), text("name"));
        }
    }
}

/// The area of the rules below.
const AREA: &str = "rolebinding";

rules!(
    /// The Role or ClusterRole that `roleRef` names must exist. Otherwise the binding grants nothing.
    ///
    /// Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
    fn role_exists(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
        let (kind, name) = (object.text("roleRef.kind"), object.text("roleRef.name"));
        let is_role = matches!(kind, "Role" | "ClusterRole") && !name.is_empty();
        if is_role && matches!(index.look_up(object, kind, object.namespace, name), Lookup::Missing) {
            let at = Path::ROOT.field("roleRef.name");
            super::not_found(report, index, &at, kind, object.namespace, name);
        }
    },

    /// A ServiceAccount among the `subjects` of a binding must exist.
    ///
    /// Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
    fn serviceaccount_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        namespace: &str,
        name: &str,
    ) {
        let namespace = if namespace.is_empty() { object.namespace } else { namespace };
        if !name.is_empty() && matches!(index.look_up(object, "ServiceAccount", namespace, name), Lookup::Missing) {
            super::not_found(report, index, at, "ServiceAccount", namespace, name);
        }
    }
);
