//! Lint rule of PersistentVolumeClaims: the StorageClass.

use super::index::{Index, Lookup, Object};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    match (object.group, object.kind) {
        ("", "PersistentVolumeClaim") => {
            let class = object.text("spec.storageClassName");
            storageclass_exists(report, index, object, &Path::ROOT.field("spec.storageClassName"), class);
        }
        ("apps", "StatefulSet") => {
            let templates = Path::ROOT.field("spec.volumeClaimTemplates");
            for (at, template) in object.items("spec.volumeClaimTemplates").iter().enumerate() {
                let class = template.find(["spec", "storageClassName"]).and_then(Node::as_str).unwrap_or_default();
                let at = templates.index(at);
                storageclass_exists(report, index, object, &at.field("spec.storageClassName"), class);
            }
        }
        _ => {}
    }
}

/// The area of the rules below.
const AREA: &str = "persistentvolumeclaim";

rules!(
    /// The StorageClass that `storageClassName` names must exist. Otherwise the claim stays pending.
    ///
    /// Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1
    fn storageclass_exists(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, name: &str) {
        if !name.is_empty() && matches!(index.look_up(object, "StorageClass", "", name), Lookup::Missing) {
            super::not_found(report, index, at, "StorageClass", "", name);
        }
    }
);
