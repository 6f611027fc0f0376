//! Annotations that configure the check of an object.

use super::path::Path;
use mkmanifests_yaml::diagnostic::{Code, Diagnostic};
use mkmanifests_yaml::tree::{Entry, Node};

/// Returns an annotation of an object.
pub(super) fn annotation<'n>(object: &'n Node, key: &str) -> Option<&'n Entry> {
    object.find(["metadata", "annotations"])?.as_map()?.entry(key)
}

/// Sets the field, location and rule of a diagnostic about an annotation.
pub(super) fn in_annotation(diagnostic: Diagnostic, rule: &'static str, key: &str, entry: &Entry) -> Diagnostic {
    let field = Path::ROOT.field("metadata.annotations").key(key).field_path();
    let location = if entry.value.location.is_known() { entry.value.location } else { entry.location };
    diagnostic.at(location).in_field(field).coded(Code::Rule(rule))
}
