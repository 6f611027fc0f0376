//! Reads a patch that is a text in YAML, as in kustomize, with its locations in the enclosing file.

use mkmanifests_yaml::diagnostic::{Diagnostic, Location, Source, Sources};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{Duplicates, document};

/// Reads the text of a node as YAML or JSON. The locations point into the file of the node.
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

/// The file around the text of a node.
struct Around<'a> {
    node: &'a Node,
    text: &'a str,
    source: Option<&'a Source>,
}

impl Around<'_> {
    /// Converts a location in the text to one in the file. The lines of a block scalar are in the file, indented. For quoted
    /// text, only the start is known.
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
