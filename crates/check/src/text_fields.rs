//! Locations inside YAML text that is the value of a field, such as `serveConfigV2` of a RayService.

use mkmanifests_yaml::diagnostic::{FieldPath, Location, Sources, Step};
use mkmanifests_yaml::tree::read::{Duplicates, documents};
use mkmanifests_yaml::tree::{Kind, Node};

use super::object_diagnostic::ObjectDiagnostic;

/// Moves diagnostics about a field inside a text to their line in the source, if the text was written as a literal block
/// (`|`). Otherwise they stay at the start of the text. `sources` are those of the objects.
pub fn locate(objects: &[Node], diagnostics: &mut [ObjectDiagnostic], sources: &Sources) {
    for found in diagnostics {
        let object = found.object.and_then(|index| objects.get(index));
        let location = object.and_then(|object| inside(object, &found.diagnostic.subject.field, sources));
        if let Some(location) = location {
            found.diagnostic.location = location;
        }
    }
}

/// Returns the location of a field inside a text; `None` if the field is not inside a literal block.
fn inside(object: &Node, field: &FieldPath, sources: &Sources) -> Option<Location> {
    let mut node = object;
    let mut steps = field.steps().iter();
    let text = loop {
        if let Kind::Str(text) = &node.kind {
            break text;
        }
        node = child(node, steps.next()?)?.0;
    };
    // Most diagnostics are about the text as a whole. Finding its line takes as long as the input is.
    if steps.as_slice().is_empty() {
        return None;
    }
    let indent = literal_indent(sources, node.location)?;
    let documents = documents(&mut Sources::default(), "", text.as_bytes(), Duplicates::LastWins).ok()?;
    let mut inner = documents.first()?;
    let mut location = inner.location;
    let mut is_inside = false;
    for step in steps {
        is_inside = true;
        let Some((next, at)) = child(inner, step) else { break };
        (inner, location) = (next, at);
    }
    let outer = node.location;
    is_inside.then(|| {
        Location::new(outer.source, outer.line.saturating_add(location.line), location.column.saturating_add(indent))
    })
}

/// Returns what a step leads to, and its location: that of the key for an entry of a map with free keys.
fn child<'n>(node: &'n Node, step: &Step) -> Option<(&'n Node, Location)> {
    match (&node.kind, step) {
        (Kind::Map(map), Step::Field(key)) => map.get(key).map(|value| (value, value.location)),
        (Kind::Map(map), Step::Key(key)) => map.entry(key).map(|entry| (&entry.value, entry.location)),
        (Kind::Seq(items), Step::Index(index)) => items.get(*index).map(|item| (item, item.location)),
        _ => None,
    }
}

/// Returns the indentation of a literal block that begins at a location; `None` if something else begins there.
fn literal_indent(sources: &Sources, location: Location) -> Option<u32> {
    let text = &sources.get(location.source)?.text;
    let mut lines = text.lines().skip(location.line.checked_sub(1)? as usize);
    let header: String = lines.next()?.chars().skip(location.column.checked_sub(1)? as usize).collect();
    // With a number, the indentation of the first line may be part of the text.
    let header = header.strip_prefix('|')?.trim_start_matches(['-', '+']);
    if !header.trim_start().is_empty() && !header.trim_start().starts_with('#') {
        return None;
    }
    let first = lines.find(|line| !line.trim().is_empty())?;
    u32::try_from(first.len() - first.trim_start_matches(' ').len()).ok()
}

#[cfg(test)]
mod tests {
    use super::inside;
    use mkmanifests_yaml::diagnostic::{FieldPath, Sources};
    use mkmanifests_yaml::tree::read::{Duplicates, documents};

    /// Returns line and column of `text.a[0].b` in a text.
    fn at(yaml: &str) -> Option<(u32, u32)> {
        let mut sources = Sources::default();
        let objects = documents(&mut sources, "x", yaml.as_bytes(), Duplicates::Refused).unwrap();
        let location = inside(&objects[0], &FieldPath::parse("text.a[0].b"), &sources)?;
        Some((location.line, location.column))
    }

    #[test]
    fn only_literal_blocks_have_the_lines_of_their_text() {
        assert_eq!(at("text: |\n  a:\n  - b: 1\n"), Some((3, 8)));
        assert_eq!(at("text: |- # why\n\n    a:\n    - c: 0\n      b: 1\n"), Some((5, 10)));
        assert_eq!(at("text: |\n  a:\n  - c: 1\n"), Some((3, 5)), "the closest parent");
        for other in
            ["text: \"a:\\n- b: 1\\n\"\n", "text: >\n  a: [{b: 1}]\n", "text: |1\n  a:\n  - b: 1\n", "text: 1\n"]
        {
            assert_eq!(at(other), None, "{other}");
        }
    }
}
