//! Role bindings: the role, and who gets it.

use super::references::service_account_is_there;
use super::world::{Object, There, World};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    if object.group != "rbac.authorization.k8s.io" || !object.kind.ends_with("Binding") {
        return;
    }
    role_is_there(report, world, object);
    let subjects = Path::ROOT.field("subjects");
    for (index, subject) in object.items("subjects").iter().enumerate() {
        let text = |key| subject.get(key).and_then(Node::as_str).unwrap_or_default();
        if text("kind") == "ServiceAccount" {
            let at = subjects.index(index);
            service_account_is_there(report, world, object, &at.field("name"), text("namespace"), text("name"));
        }
    }
}

rules!(
    /// The role of a binding is there: without it the binding gives nothing.
    ///
    /// Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
    fn role_is_there(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
        let (kind, name) = (object.text("roleRef.kind"), object.text("roleRef.name"));
        let is_role = matches!(kind, "Role" | "ClusterRole") && !name.is_empty();
        if is_role && matches!(world.look_up(object, kind, object.namespace, name), There::Missing) {
            let at = Path::ROOT.field("roleRef.name");
            super::references::missing(report, world, &at, kind, object.namespace, name);
        }
    }
);
