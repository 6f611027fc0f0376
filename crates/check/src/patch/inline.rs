//! A patch written as text inside of YAML, as kustomize's users do: read, with its locations in the file around it.

use mkmanifests_yaml::diagnostic::{Diagnostic, Location, Source, Sources};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{Duplicates, document};

/// What the text of a node says as YAML or JSON. Its locations are those in the file that the node is in.
pub(super) fn read(node: &Node, text: &str, sources: &Sources) -> Result<Node, Vec<Diagnostic>> {
    let around = Around { node, text, source: sources.get(node.location.source) };
    match document(node.location.source, text, Duplicates::Refused) {
        Ok(mut inner) => {
            inner.move_locations(&mut |location| around.location(location));
            Ok(inner)
        }
        Err(diagnostics) => Err(diagnostics.into_iter().map(|diagnostic| around.moved(diagnostic)).collect()),
    }
}

/// The file around the text.
struct Around<'a> {
    node: &'a Node,
    text: &'a str,
    source: Option<&'a Source>,
}

impl Around<'_> {
    /// The location in the file of a location in the text. Of a block scalar each line stands in the file, indented; of text
    /// in quotes only the beginning is known.
    fn location(&self, inner: Location) -> Location {
        let line = self.text.lines().nth((inner.line as usize).saturating_sub(1)).unwrap_or_default();
        let below = self.node.location.line.saturating_add(inner.line);
        let outer = self.source.and_then(|source| source.text.lines().nth((below as usize).saturating_sub(1)));
        match outer.and_then(|outer| outer.trim_end().strip_suffix(line.trim_end())) {
            Some(indent) if indent.chars().all(|c| c == ' ') && !line.is_empty() => {
                let indent = u32::try_from(indent.len()).unwrap_or(0);
                Location::new(inner.source, below, inner.column.saturating_add(indent))
            }
            _ => self.node.location,
        }
    }

    fn moved(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.location = self.location(diagnostic.location);
        diagnostic.related.iter_mut().for_each(|(location, _)| *location = self.location(*location));
        diagnostic
    }
}
