//! Annotations that configure how an object is checked.

use super::path::Path;
use mkmanifests_yaml::diagnostic::{Code, Diagnostic};
use mkmanifests_yaml::tree::{Entry, Node};

/// Looks up an annotation of an object.
pub(super) fn annotation<'n>(object: &'n Node, key: &str) -> Option<&'n Entry> {
    object.find(["metadata", "annotations"])?.as_map()?.entry(key)
}

/// Adds the rule, field and location of an annotation to a diagnostic about its text.
pub(super) fn in_annotation(diagnostic: Diagnostic, rule: &'static str, key: &str, entry: &Entry) -> Diagnostic {
    let field = Path::ROOT.field("metadata.annotations").key(key).field_path();
    let location = if entry.value.location.is_known() { entry.value.location } else { entry.location };
    diagnostic.at(location).in_field(field).coded(Code::Rule(rule))
}
