//! Finds nodes of rendered documents in the text of their file.

use mkmanifests_gotmpl::{Value, deep_equal};
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, SourceId, Step};

use crate::go_yaml::{self, Content, NodeExt, RawDocuments, RawNode};
use crate::path;
use crate::suite::split;

/// Returns whether the documents of a rendered file are YAML.
pub(super) fn is_yaml(path: &str) -> bool {
    matches!(path::extension(path), ".yaml" | ".yml" | ".tpl")
}

/// Returns the errors of the first document that is not YAML.
pub(super) fn errors(text: &str) -> Option<Vec<Diagnostic>> {
    split::parts(text).into_iter().find_map(|part| {
        let error = RawDocuments::new(SourceId::default(), part.text).next_document().err()?;
        let located = |diagnostic: Diagnostic| {
            let location = part.location(diagnostic.location);
            Diagnostic { location, ..diagnostic }
        };
        Some(error.diagnostics.into_iter().map(located).collect())
    })
}

/// A place in a rendered file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Where the node is, or the deepest one above it.
    pub location: Location,
    /// The line of its content: for a mapping or list that of its first node.
    pub content_line: u32,
}

/// Returns the place of a node in the text of a rendered file. `index` counts the documents that are not empty, and
/// `document` is what assertions see of it: if the text has another one, as random values do, there is no place.
pub(super) fn locate(text: &str, index: usize, document: &Value, at: &FieldPath) -> Option<Place> {
    let mut found = 0;
    for part in split::parts(text) {
        let Ok(Some(node)) = RawDocuments::new(SourceId::default(), part.text).next_document() else { continue };
        if node.target().and_then(NodeExt::entries).is_none_or(<[_]>::is_empty) {
            continue;
        }
        if found == index {
            let map = go_yaml::decode_map(&node).ok()?;
            let Place { location, content_line } = within(&node, at);
            let content_line = content_line.saturating_add(part.lines);
            let place = Place { location: part.location(location), content_line };
            return deep_equal(&Value::Map(map), document).then_some(place);
        }
        found += 1;
    }
    None
}

/// Returns where a node is written: for an entry its value if that is on the line of the key, otherwise the key.
fn within(root: &RawNode<'_>, at: &FieldPath) -> Place {
    let (mut node, mut location) = (root, root.location);
    for step in at.steps() {
        let Some(target) = node.target() else { break };
        node = match step {
            Step::Index(index) => {
                let Some(item) = target.items().and_then(|items| items.get(*index)) else { break };
                location = item.location;
                item
            }
            Step::Field(name) | Step::Key(name) => {
                let entries = target.entries().unwrap_or_default();
                let Some((key, value)) = entries.iter().rfind(|(key, _)| is(key, name)) else { break };
                let is_beside =
                    value.location.line == key.location.line && matches!(value.content, Content::Scalar { .. });
                let has_text = value.text().is_some_and(|text| !text.is_empty());
                location = if is_beside && has_text { value.location } else { key.location };
                value
            }
        };
    }
    Place { location, content_line: node.target().map_or(location.line, |node| first_line(node).max(location.line)) }
}

/// Returns the line of the first node in a mapping or list.
fn first_line(node: &RawNode<'_>) -> u32 {
    let item = node.items().and_then(|items| items.first());
    let first = item.or(node.entries().and_then(|entries| entries.first()).map(|(key, _)| key));
    first.unwrap_or(node).location.line
}

fn is(key: &RawNode<'_>, name: &str) -> bool {
    key.scalar().is_ok_and(|(_, value)| go_yaml::scalar_text(&value) == name)
}

/// Returns where a values file has the longest part of a path of keys; `None` if it does not have the first key.
pub(super) fn key(source: SourceId, text: &str, keys: &[String]) -> Option<Location> {
    let document = RawDocuments::new(source, text).next_document().ok()??;
    let mut node = &document;
    let mut location = None;
    for name in keys {
        let Some(entries) = node.target().and_then(NodeExt::entries) else { return location };
        let (key, value) = entries.iter().rfind(|(key, _)| is(key, name))?;
        (node, location) = (value, Some(key.location));
    }
    location
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_found_in_their_document() {
        let text = "# only a comment\n---\na: 1\n---\nb:\n  - c: x\n    d:\n      e: 2\n  - |\n    text\n";
        let document = go_yaml::read("{b: [{c: x, d: {e: 2}}, \"text\\n\"]}").expect("YAML");
        let find = |at: &str| {
            let Place { location, content_line } = locate(text, 1, &document, &FieldPath::parse(at)).expect("a place");
            (location.line, location.column, content_line)
        };
        assert_eq!(find(""), (5, 1, 5));
        assert_eq!(find("b"), (5, 1, 6));
        assert_eq!(find("b[0]"), (6, 5, 6));
        assert_eq!(find("b[0].c"), (6, 8, 6));
        assert_eq!(find("b[0].d"), (7, 5, 8));
        assert_eq!(find("b[1]"), (9, 5, 9));
        assert_eq!(find("b[0].nope"), (6, 5, 6));
        assert_eq!(locate(text, 0, &document, &FieldPath::ROOT), None, "another document");
    }
}
