//! Decodes selectors of documents: those of helm-unittest, and conditions that it does not have.

use mkmanifests_go::regexp::Pattern;
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::Diagnostic;

use super::decode::Decoder;
use super::fields::{self, SELECTOR_EXTENSIONS};
use super::node::{Node, Resolved as _};
use super::{Condition, DocumentSelector, SuiteCode};
use crate::go_yaml::NodeExt as _;

/// Reads the selector of a job. Unlike that of an assertion, it may lack a path; it is ignored then.
pub(super) fn decode(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Option<DocumentSelector> {
    if node.is_null() {
        return None;
    }
    let location = decoder.location(node);
    let mut selector = DocumentSelector { location, ..DocumentSelector::default() };
    let mut pattern = None;
    decoder.fields(node, &fields::SELECTOR, |decoder, key, value| match key {
        "path" => selector.path = decoder.string(value).unwrap_or_default(),
        "value" => selector.value = decoder.any(value),
        "matchMany" => selector.match_many = decoder.bool(value),
        "skipEmptyTemplates" => selector.skip_empty_templates = decoder.bool(value),
        "matchRegex" => pattern = self::pattern(decoder, value),
        "all" => selector.conditions.extend(decoder.list(value, "[]any", condition)),
        field => {
            let path =
                if ["name", "namespace"].contains(&field) { format!("metadata.{field}") } else { field.to_owned() };
            let value = decoder.string(value).map(Value::from).unwrap_or_default();
            selector.conditions.push(Condition { path, value, pattern: None });
        }
    });
    let DocumentSelector { path, value, .. } = &selector;
    if (pattern.is_some() || !selector.conditions.is_empty()) && !path.is_empty() {
        let (path, value) = (path.clone(), value.clone());
        selector.conditions.push(Condition { path, value, pattern });
    } else if pattern.is_some() {
        report(decoder, node, Diagnostic::error(SuiteCode::Selector, "`matchRegex` needs `path`"));
    }
    Some(selector)
}

/// Returns whether a selector has keys that helm-unittest does not know.
pub(super) fn is_extended(decoder: &Decoder<'_>, node: &Node<'_>) -> bool {
    let mut keys = node.resolved().entries().unwrap_or_default().iter().map(|(key, _)| key.words());
    decoder.explains() && keys.any(|key| SELECTOR_EXTENSIONS.contains(&key))
}

fn condition(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Condition {
    let mut condition = Condition::default();
    decoder.fields(node, &fields::CONDITION, |decoder, key, value| match key {
        "path" => condition.path = decoder.string(value).unwrap_or_default(),
        "value" => condition.value = decoder.any(value),
        _ => condition.pattern = pattern(decoder, value),
    });
    if condition.path.is_empty() {
        report(decoder, node, Diagnostic::error(SuiteCode::Selector, "a condition needs `path`"));
    }
    condition
}

fn pattern(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Option<String> {
    let pattern = decoder.string(node)?;
    if let Err(why) = Pattern::compile(pattern.as_bytes()) {
        report(decoder, node, Diagnostic::error(SuiteCode::Selector, why));
    }
    Some(pattern)
}

fn report(decoder: &mut Decoder<'_>, node: &Node<'_>, diagnostic: Diagnostic) {
    let location = decoder.location(node.resolved());
    decoder.explain(diagnostic.in_field(decoder.path().clone()).at(location));
}
