//! Validates one object by its type, and by its CustomResourceDefinition if that is among the objects.

use super::kinds;
use super::kube_version::KubeVersion;
use super::reading::{FIELD_TYPE, KNOWN_FIELD};
use super::rules;
use super::schema::Definitions;
use super::types::check_on;
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Step};
use mkmanifests_yaml::tree::Node;

/// Validates one object, and appends the errors to `diagnostics`.
///
/// For a kind of an operator, its CustomResourceDefinition decides what it says itself: which fields there are, their types
/// and values. It may be that of another version of the operator. The rules of the operator are checked, too.
pub(super) fn validate(
    node: &Node,
    version: Option<&KubeVersion>,
    definitions: &Definitions<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut by_type = Vec::new();
    check_on(node, version, &mut by_type);
    let mut by_definition = Vec::new();
    definitions.check(node, &mut by_definition);
    if !by_type.is_empty() && is_of_operator(node) && definitions.defines(node) {
        by_type.retain(|diagnostic| !is_decided(diagnostic, &by_definition));
    }
    diagnostics.append(&mut by_type);
    diagnostics.append(&mut by_definition);
}

fn is_of_operator(node: &Node) -> bool {
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    kinds::find_of_operator(text("apiVersion"), text("kind")).is_some()
}

/// Returns whether the CustomResourceDefinition decides about a diagnostic of the type or of a rule. It says nothing about the
/// metadata.
fn is_decided(diagnostic: &Diagnostic, by_definition: &[Diagnostic]) -> bool {
    let field = diagnostic.field();
    if matches!(field.steps().first(), Some(Step::Field(first)) if first == "metadata") {
        return false;
    }
    let rule = diagnostic.rule();
    rule == KNOWN_FIELD
        || rule == FIELD_TYPE
        || restates_definition(rule)
        || by_definition.iter().any(|other| is_within(field, other.field()))
}

fn is_within(field: &FieldPath, outer: &FieldPath) -> bool {
    !outer.is_empty() && field.steps().starts_with(outer.steps())
}

/// The folders of operators with the types from which their CustomResourceDefinitions are generated, and with these.
const DEFINITIONS: [&str; 2] = ["ray-operator/apis/ray/", "ray-operator/config/crd/"];

/// Returns whether a rule says only what a CustomResourceDefinition says, too: an enum, a limit, a CEL rule.
fn restates_definition(id: &str) -> bool {
    let Some(rule) = rules::all().find(|rule| rule.id == id) else { return false };
    rule.source().split(';').all(|source| DEFINITIONS.iter().any(|folder| source.contains(folder)))
}

#[cfg(test)]
mod tests;
