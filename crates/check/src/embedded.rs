//! The metadata inside objects of operators: of pod templates, of Services, of claims for volumes.
//!
//! Their CustomResourceDefinitions keep only some fields of it. The others are unknown to an API server, also with the value null,
//! although the Rust types have them.

use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Step};
use mkmanifests_yaml::tree::{Kind, Node};

/// The fields with metadata inside them.
const HOLDERS: [&str; 5] = ["headService", "serveService", "submitterPodTemplate", "template", "volumeClaimTemplate"];

/// The fields that are kept: `generateEmbeddedObjectMeta` of controller-gen.
const KEPT: [&str; 5] = ["annotations", "finalizers", "labels", "name", "namespace"];

/// The other fields of `ObjectMeta`. Reading the type reports those that it does not have.
const DROPPED: [&str; 10] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generateName",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Reports unknown fields of the metadata inside an object.
pub(super) fn check(object: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(spec) = object.get("spec") {
        walk(spec, &FieldPath::from_steps(["spec"]), found);
    }
}

fn walk(node: &Node, path: &FieldPath, found: &mut Vec<Diagnostic>) {
    match &node.kind {
        Kind::Map(map) => {
            for entry in map.entries() {
                let path = path.child(&entry.key);
                if HOLDERS.contains(&entry.key.as_ref())
                    && let Some(metadata) = entry.value.get("metadata")
                {
                    unknown_fields(metadata, &path.child("metadata"), found);
                }
                walk(&entry.value, &path, found);
            }
        }
        Kind::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                let mut path = path.clone();
                path.push(Step::Index(index));
                walk(item, &path, found);
            }
        }
        _ => {}
    }
}

fn unknown_fields(metadata: &Node, path: &FieldPath, found: &mut Vec<Diagnostic>) {
    let entries = metadata.as_map().into_iter().flat_map(|map| map.entries());
    for entry in entries.filter(|entry| DROPPED.contains(&entry.key.as_ref())) {
        let location = if entry.location.is_known() { entry.location } else { entry.value.location };
        found.push(Diagnostic::unknown_field(path.child(&entry.key), &KEPT).at(location));
    }
}
